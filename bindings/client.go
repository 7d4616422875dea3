package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// clientObject is the Go side of `client`, the second argument of up, and of db.getMongo(). withSession is in boot.js.
type clientObject struct{ s *scope }

// clientObject makes the object, once for an interpreter.
func (s *scope) clientObject() *goja.Object {
	if s.client == nil {
		s.client = s.wrap(&clientObject{s}, prototype(s, "client", s.engine.tables.client, func(*clientObject) string { return "client" }))
	}
	return s.client
}

func clientMethods() table[*clientObject] {
	nothing := func(c *clientObject, a *args) goja.Value { return c.s.clientObject() }
	database := func(c *clientObject, a *args) goja.Value {
		if !a.given(0) {
			return c.s.database(c.s.engine.options.Database).object
		}
		return c.s.database(a.text(0, "the name of the database")).object
	}
	return table[*clientObject]{
		"db":    database,
		"getDB": database,
		"startSession": func(c *clientObject, a *args) goja.Value {
			return c.s.newSession(a, a.optionsAt(0)).object
		},
		"getDBNames":  (*clientObject).databaseNames,
		"setReadPref": nothing,
		// The connection is migrator's: it is open when a script runs, and stays open.
		"connect": nothing,
		"close":   func(c *clientObject, a *args) goja.Value { return goja.Undefined() },
	}
}

func (c *clientObject) databaseNames(a *args) goja.Value {
	admin := c.s.database("admin")
	reply := c.s.do(admin.command(a, Read, bson.D{{Key: "listDatabases", Value: int32(1)}, {Key: "nameOnly", Value: true}})).Document
	list := stagesOf(reply.Lookup("databases"))
	return c.s.array(len(list), func(i int) any { return c.s.realm.ToJS(list[i].Lookup("name")) })
}
