package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// database is the Go side of `db`.
type database struct {
	s        *scope
	name     string
	label    string         // "db", or "db.getSiblingDB('x')"
	session  *sessionObject // of session.getDatabase(); nil otherwise
	object   *goja.Object
	settings funnel.Settings

	collections map[string]*collection
	functions   map[string]*goja.Object
}

// database finds the object of a database. There is one for each name.
func (s *scope) database(name string) *database {
	if d := s.databases[name]; d != nil {
		return d
	}
	label := "db"
	if name != s.engine.options.Database {
		label = "db.getSiblingDB('" + name + "')"
	}
	d := newDatabase(s, name, label, nil)
	s.databases[name] = d
	return d
}

func newDatabase(s *scope, name, label string, session *sessionObject) *database {
	d := &database{s: s, name: name, label: label, session: session, collections: map[string]*collection{},
		functions: map[string]*goja.Object{}}
	n := &namespace{
		s: s, label: label, target: s.rt.NewObject(),
		method: d.method,
		names:  s.engine.tables.database.names,
		member: func(name string) goja.Value { return d.collection(name).object },
		own: map[string]func() goja.Value{
			"databaseName": func() goja.Value { return s.rt.ToValue(name) },
		},
		instead: func(name string) string { return label + "." + name + ".insertOne(…)" },
	}
	d.object = n.proxy(d)
	return d
}

// method is the function object of a method, made when it is first asked for.
func (d *database) method(name string) *goja.Object {
	if f := d.functions[name]; f != nil {
		return f
	}
	m, ok := d.s.engine.tables.database[name]
	if !ok {
		return nil
	}
	f := bound(d.s, m, d, d.label, name)
	d.functions[name] = f
	return f
}

// collection finds the object of a collection. There is one for each name.
func (d *database) collection(name string) *collection {
	if c := d.collections[name]; c != nil {
		return c
	}
	c := newCollection(d, name)
	d.collections[name] = c
	return c
}

// operation is a request of a method of this database.
func (d *database) operation(a *args, r funnel.Request) *funnel.Operation {
	op := &funnel.Operation{Method: a.method, Target: a.target, Database: d.name, Request: r}
	op.Settings = d.settings.Under(d.s.settings)
	if d.session != nil {
		op.Session = d.session.session
	}
	return op
}

// command is an operation that sends a command, as Go has it.
func (d *database) command(a *args, c bson.D) *funnel.Operation {
	return d.operation(a, &funnel.Command{Document: a.encode(c)})
}

// reply sends an operation and returns the server's reply to the script.
func (d *database) reply(op *funnel.Operation) goja.Value {
	return d.s.documentOrNull(d.s.do(op).Document)
}

func databaseMethods() table[*database] {
	getCollection := func(d *database, a *args) goja.Value { return d.named(a).object }
	sibling := func(d *database, a *args) goja.Value {
		name := a.text(0, "the name of the database")
		if name == d.name {
			return d.object
		}
		if d.session != nil {
			return d.session.database(name).object
		}
		return d.s.database(name).with(a.optionsAt(1).settings()).object
	}
	return table[*database]{
		"collection": func(d *database, a *args) goja.Value {
			c := d.named(a)
			c.driver = true
			return c.with(a.optionsAt(1).settings()).object
		},
		"getCollection": getCollection,
		"getSiblingDB":  sibling,
		"getName":       func(d *database, a *args) goja.Value { return d.s.rt.ToValue(d.name) },
		"getMongo":      func(d *database, a *args) goja.Value { return d.s.clientObject() },
		"admin":         func(d *database, a *args) goja.Value { return d.s.database("admin").object },
		"getSession":    func(d *database, a *args) goja.Value { return d.getSession() },
		"withOptions":   func(d *database, a *args) goja.Value { return d.with(a.optionsAt(0).settings()).object },
		"aggregate":     (*database).aggregate,
		"runCommand":    (*database).runCommand,
		"command":       (*database).runCommand,
		"adminCommand": func(d *database, a *args) goja.Value {
			return d.sendCommand(a, "admin")
		},
	}
}

// named is the collection that a method asks for by its name.
func (d *database) named(a *args) *collection {
	name := a.text(0, "the name of the collection")
	if name == "" {
		a.fail("the name of the collection is empty")
	}
	return d.collection(name)
}

// with is the same database with other settings, as an object of its own; without any it is the same.
func (d *database) with(set funnel.Settings) *database {
	if !set.Given() {
		return d
	}
	other := newDatabase(d.s, d.name, d.label, d.session)
	other.settings = set.Under(d.settings)
	return other
}

func (d *database) getSession() goja.Value {
	if d.session == nil {
		return goja.Null()
	}
	return d.session.object
}

func (d *database) aggregate(a *args) goja.Value {
	r := &funnel.Aggregate{Pipeline: a.pipeline(0)}
	op := d.operation(a, r)
	a.aggregateOptions(op, r, a.optionsAt(1))
	return d.s.newCursor(op)
}

// runCommand(command, options): the reply of the server, as it is. A string is the name of a command without more.
func (d *database) runCommand(a *args) goja.Value { return d.sendCommand(a, d.name) }

// spelled is an operation that sends a command to a database as the script spelled it. Its request is what the command
// asks for, so that whatever looks at operations sees the same as where the script calls the method.
func (d *database) spelled(a *args, on string, c bson.Raw) *funnel.Operation {
	op := d.operation(a, &funnel.Command{Document: c})
	op.Database, op.Spelled = on, c
	if decoded, ok := funnel.Decode(on, c); ok {
		op.Collection, op.Concern, op.Request = decoded.Collection, decoded.Concern, decoded.Request
	} else if v, err := c.LookupErr(op.Name()); err == nil {
		op.Collection, _ = v.StringValueOK()
	}
	return op
}

func (d *database) sendCommand(a *args, on string) goja.Value {
	var c bson.Raw
	if name, ok := a.at(0).Export().(string); ok {
		c = a.encode(bson.D{{Key: name, Value: int32(1)}})
	} else {
		c = a.document(0, "the command")
	}
	op := d.spelled(a, on, c)
	o := a.optionsAt(1)
	if session := o.session(); session != nil {
		op.Session = session
	}
	op.Concern.Preference = o.named("readPreference", "mode")
	o.done()
	return d.reply(op)
}
