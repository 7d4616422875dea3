package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// collectionAdminMethods are the methods that work on a collection as a whole.
func collectionAdminMethods() table[*collection] {
	return table[*collection]{
		"drop": func(c *collection, a *args) goja.Value { return c.drop(a, 0) },
		"rename": func(c *collection, a *args) goja.Value {
			return c.renameTo(a, a.text(0, "the new name"), 1)
		},
		"renameCollection": (*collection).renameCollection,
		"exists":           (*collection).exists,
		"isCapped":         (*collection).isCapped,
		"options":          (*collection).options,
		"getName":          func(c *collection, a *args) goja.Value { return c.s.rt.ToValue(c.name) },
		"getFullName":      func(c *collection, a *args) goja.Value { return c.s.rt.ToValue(c.namespace()) },
		"getDB":            func(c *collection, a *args) goja.Value { return c.database.object },
		"getMongo":         func(c *collection, a *args) goja.Value { return c.s.clientObject() },
		"getCollection":    (*collection).getCollection,
		"runCommand":       (*collection).runCommand,
		"explain":          (*collection).explain,
	}
}

// drop() is true where there was something to drop. The options stand at place i.
func (c *collection) drop(a *args, i int) goja.Value {
	op := c.command(a, bson.D{{Key: "drop", Value: c.name}})
	o := a.optionsAt(i)
	o.common(op)
	o.done()
	_, err := c.s.attempt(op)
	if err != nil && !funnel.HasCode(err, funnel.NamespaceNotFound) {
		c.s.throw(op, &funnel.Result{}, err)
	}
	return c.s.rt.ToValue(err == nil)
}

// renameTo returns the renamed collection. The options stand at place i.
func (c *collection) renameTo(a *args, name string, i int) goja.Value {
	o := a.optionsAt(i)
	op := c.renameOperation(a, name, o.flag("dropTarget"))
	o.common(op)
	o.done()
	c.s.do(op)
	return c.database.collection(name).object
}

// renameCollection(name, dropTarget) is the shell's, which returns the reply.
func (c *collection) renameCollection(a *args) goja.Value {
	dropTarget := false
	if a.given(1) {
		if a.isObject(a.at(1)) {
			dropTarget = a.optionsAt(1).flag("dropTarget")
		} else {
			dropTarget = a.at(1).ToBoolean()
		}
	}
	return c.database.reply(c.renameOperation(a, a.text(0, "the new name"), dropTarget))
}

func (c *collection) renameOperation(a *args, name string, dropTarget bool) *funnel.Operation {
	op := c.command(a, bson.D{
		{Key: "renameCollection", Value: c.namespace()},
		{Key: "to", Value: c.database.name + "." + name},
		{Key: "dropTarget", Value: dropTarget},
	})
	op.Database = "admin"
	return op
}

// info is the collection's entry in listCollections, or nil where the collection does not exist.
func (c *collection) info(a *args) bson.Raw {
	op := c.operation(a, &funnel.Command{Cursor: true, Document: a.encode(bson.D{
		{Key: "listCollections", Value: int32(1)},
		{Key: "filter", Value: bson.D{{Key: "name", Value: c.name}}},
		{Key: "cursor", Value: bson.D{}},
	})})
	list, err := c.s.list(op)
	if err != nil {
		c.s.throw(op, &funnel.Result{}, err)
	}
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// exists() is the collection's entry in the list, or null.
func (c *collection) exists(a *args) goja.Value { return c.s.documentOrNull(c.info(a)) }

func (c *collection) isCapped(a *args) goja.Value {
	capped, _ := c.info(a).Lookup("options", "capped").BooleanOK()
	return c.s.rt.ToValue(capped)
}

func (c *collection) options(a *args) goja.Value {
	options, ok := c.info(a).Lookup("options").DocumentOK()
	if !ok {
		return c.s.rt.NewObject()
	}
	return c.s.realm.Document(options)
}

// getCollection(name) is the collection below this one.
func (c *collection) getCollection(a *args) goja.Value {
	return c.database.collection(c.name + "." + a.text(0, "the name of the collection")).object
}

// runCommand(name, more) sends a command on the collection, as the shell has it.
func (c *collection) runCommand(a *args) goja.Value {
	if a.isObject(a.at(0)) {
		return c.database.sendCommand(a, c.database.name)
	}
	d := bson.D{{Key: a.text(0, "the command"), Value: c.name}}
	return c.database.reply(c.database.spelled(a, c.database.name, a.encode(a.optionsAt(1).appendRest(d))))
}
