package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// collection is the Go side of `db.users`.
type collection struct {
	s        *scope
	database *database
	name     string
	object   *goja.Object
	// driver is true once the script has asked for the collection in the Node driver's way.
	driver   bool
	settings funnel.Settings

	functions map[string]*goja.Object
}

func newCollection(d *database, name string) *collection {
	c := &collection{s: d.s, database: d, name: name, functions: map[string]*goja.Object{}}
	label := d.label + "." + name
	n := &namespace{
		s: d.s, label: label,
		// The target has to be a function, or a call of a method that does not exist could not be explained.
		target: d.s.rt.ToValue(func(goja.FunctionCall) goja.Value { return goja.Undefined() }).(*goja.Object),
		method: func(name string) *goja.Object { return c.method(label, name) },
		names:  c.calledNames,
		member: func(sub string) goja.Value { return d.collection(name + "." + sub).object },
		own: map[string]func() goja.Value{
			"collectionName": func() goja.Value { return d.s.rt.ToValue(name) },
			"namespace":      func() goja.Value { return d.s.rt.ToValue(c.namespace()) },
			"dbName":         func() goja.Value { return d.s.rt.ToValue(d.name) },
		},
		instead: func(string) string { return label + ".insertOne(…)" },
	}
	c.object = n.proxy(c)
	return c
}

// calledNames are the methods that a call of the collection itself can have meant: those of the database for
// db.fooBar(), and those of a collection for db.users.fooBar(), which names the collection users.fooBar.
func (c *collection) calledNames() []string {
	for i := range c.name {
		if c.name[i] == '.' {
			return c.s.engine.tables.collection.names()
		}
	}
	return c.s.engine.tables.database.names()
}

func (c *collection) method(label, name string) *goja.Object {
	if f := c.functions[name]; f != nil {
		return f
	}
	m, ok := c.s.engine.tables.collection[name]
	if !ok {
		return nil
	}
	f := bound(c.s, m, c, label, name)
	c.functions[name] = f
	return f
}

// with is the same collection with other settings, as an object of its own; without any it is the same.
func (c *collection) with(set funnel.Settings) *collection {
	if !set.Given() {
		return c
	}
	other := newCollection(c.database, c.name)
	other.driver, other.settings = c.driver, set.Under(c.settings)
	return other
}

// namespace is "database.collection".
func (c *collection) namespace() string { return c.database.name + "." + c.name }

// operation is a request of a method of this collection.
func (c *collection) operation(a *args, r funnel.Request) *funnel.Operation {
	op := c.database.operation(a, r)
	op.Collection = c.name
	op.Settings = c.settings.Under(op.Settings)
	return op
}

// command is an operation that sends a command.
func (c *collection) command(a *args, d bson.D) *funnel.Operation {
	return c.operation(a, &funnel.Command{Document: a.encode(d)})
}
