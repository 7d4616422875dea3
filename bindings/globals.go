package bindings

import "github.com/dop251/goja"

// installGlobals defines what scripts find beside the language: the types, db, use and migration.
func (s *scope) installGlobals() error {
	if err := s.realm.InstallGlobals(); err != nil {
		return err
	}
	global := s.rt.GlobalObject()
	for name, value := range map[string]any{
		"db":        s.database(s.engine.options.Database).object,
		"use":       s.use,
		"migration": s.migration(),
	} {
		s.hide(global, name, value)
	}
	s.installShell(global)
	return nil
}

// use(name) makes another database the global db, as in a shell.
func (s *scope) use(call goja.FunctionCall) goja.Value {
	a := &args{s: s, target: "the shell", method: "use", list: call.Arguments}
	d := s.database(a.text(0, "the name of the database"))
	if s.takesDB {
		s.warn("use", "use('%s') changes the global db, and not the parameter of the function that migrator calls: "+
			"write db = db.getSiblingDB('%s')", d.name, d.name)
	}
	s.set(s.rt.GlobalObject(), "db", d.object)
	return d.object
}

// migration is the global of that name: what the script may know of the run.
func (s *scope) migration() *goja.Object {
	object := s.rt.NewObject()
	s.set(object, "name", s.call.Migration.Name)
	s.set(object, "number", s.call.Migration.Number)
	s.set(object, "direction", string(s.call.Direction))
	s.set(object, "phase", string(s.call.Direction))
	s.set(object, "environment", s.call.Environment)
	s.set(object, "database", s.call.Database)
	s.set(object, "dryRun", s.call.DryRun)
	values := s.rt.NewObject()
	for name, value := range s.call.Args {
		s.set(values, name, value)
	}
	s.set(object, "args", values)
	return object
}
