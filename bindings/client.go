package bindings

import (
	"cmp"

	"github.com/dop251/goja"

	"migrator/bindings/funnel"
)

// clientObject is the Go side of `client`, the second argument of up, and of db.getMongo(). withSession is in boot.js.
type clientObject struct{ s *scope }

func (*clientObject) target() string { return "client" }

// clientObject makes the object, once for an interpreter.
func (s *scope) clientObject() *goja.Object {
	if s.client == nil {
		s.client = s.wrap(&clientObject{s}, prototype(s, "client", s.engine.tables.client, s.boot.Get("client")))
	}
	return s.client
}

func clientMethods() table[*clientObject] {
	nothing := func(c *clientObject, a *args) goja.Value { return c.s.clientObject() }
	set := func(change func(c *funnel.Concern, a *args)) method[*clientObject] {
		return func(c *clientObject, a *args) goja.Value {
			change(&c.s.settings.Concern, a)
			return goja.Undefined()
		}
	}
	database := func(c *clientObject, a *args) goja.Value {
		if !a.given(0) {
			return c.s.database(c.s.engine.options.Database).with(a.optionsAt(1).settings()).object
		}
		return c.s.database(a.text(0, "the name of the database")).with(a.optionsAt(1).settings()).object
	}
	return table[*clientObject]{
		"db":    database,
		"getDB": database,
		"startSession": func(c *clientObject, a *args) goja.Value {
			return c.s.newSession(a, a.optionsAt(0)).object
		},
		"setReadPref":     set(func(c *funnel.Concern, a *args) { c.Preference = a.text(0, "the read preference") }),
		"setReadConcern":  set(func(c *funnel.Concern, a *args) { c.ReadLevel = a.text(0, "the level") }),
		"setWriteConcern": set(func(c *funnel.Concern, a *args) { c.Write = a.writeConcernAt(0) }),
		"getReadPrefMode": func(c *clientObject, a *args) goja.Value {
			return c.s.rt.ToValue(cmp.Or(c.s.settings.Concern.Preference, "primary"))
		},
		"setSecondaryOk": set(func(c *funnel.Concern, a *args) { c.Preference = "secondaryPreferred" }),
		"setSlaveOk":     set(func(c *funnel.Concern, a *args) { c.Preference = "secondaryPreferred" }),
		// The connection is migrator's: it is open when a script runs, and stays open.
		"connect": nothing,
		"close":   func(c *clientObject, a *args) goja.Value { return goja.Undefined() },
	}
}

// operation is a request of one of its methods.
func (c *clientObject) operation(a *args, r funnel.Request) *funnel.Operation {
	return c.s.database("admin").operation(a, r)
}
