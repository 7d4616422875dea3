package bindings

import (
	"github.com/dop251/goja"
)

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
		if err := global.DefineDataProperty(name, s.rt.ToValue(value), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
			return err
		}
	}
	return nil
}

// use(name) makes another database the global db, as in a shell.
func (s *scope) use(call goja.FunctionCall) goja.Value {
	a := &args{s: s, target: "the shell", method: "use", list: call.Arguments}
	d := s.database(a.text(0, "the name of the database"))
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

// loadTypes is require('bson').
func (e *Engine) loadTypes(rt *goja.Runtime, module *goja.Object) {
	must(module.Set("exports", e.scopeOf(rt).realm.Module()))
}

// loadDriver is require('mongodb'): the types, the error classes, and a MongoClient that says what to use in its place.
func (e *Engine) loadDriver(rt *goja.Runtime, module *goja.Object) {
	s := e.scopeOf(rt)
	exports := rt.NewObject()
	for _, from := range []*goja.Object{s.realm.Module(), s.errorClasses()} {
		for _, name := range from.Keys() {
			s.set(exports, name, from.Get(name))
		}
	}
	refuse := func(call goja.ConstructorCall) *goja.Object {
		panic(rt.NewTypeError("MongoClient cannot be used here: migrator is connected already; take the second argument of up(db, client), or db.getMongo()"))
	}
	client := rt.ToValue(refuse).ToObject(rt)
	s.named(client, "MongoClient")
	s.set(client, "connect", func(goja.FunctionCall) goja.Value { return refuse(goja.ConstructorCall{}) })
	s.set(exports, "MongoClient", client)
	must(module.Set("exports", exports))
}
