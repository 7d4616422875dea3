package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// legacyMethods are methods of older shells and drivers, which scripts still use. Each says once, in a line, what it
// is called today.
func legacyMethods() table[*collection] {
	return table[*collection]{
		"insert":      old("insertOne or insertMany", (*collection).oldInsert),
		"update":      old("updateOne, updateMany or replaceOne", (*collection).oldUpdate),
		"remove":      old("deleteOne or deleteMany", (*collection).oldRemove),
		"save":        old("insertOne or replaceOne", (*collection).oldSave),
		"count":       old("countDocuments", (*collection).countDocuments),
		"ensureIndex": old("createIndex", (*collection).createIndex),
	}
}

// old adds the notice to a method.
func old(today string, m method[*collection]) method[*collection] {
	return func(c *collection, a *args) goja.Value {
		c.s.notice("old "+a.method, "%s is an old name: %s", a, today)
		return m(c, a)
	}
}

// writeResult is what the older methods return.
func (c *collection) writeResult(b *funnel.Bulk, w funnel.Written) goja.Value {
	object := c.s.newResult(w.Acknowledged)
	switch b.Writes[0].Kind {
	case funnel.Insert:
		c.s.set(object, "insertedCount", w.Inserted)
		c.s.set(object, "insertedIds", c.s.insertedIDs(b))
		c.s.hide(object, "insertedId", c.s.realm.ToJS(b.Writes[0].Document.Lookup("_id")))
	case funnel.DeleteOne, funnel.DeleteMany:
		c.s.set(object, "deletedCount", w.Deleted)
	default:
		object = c.s.updateResult(w).ToObject(c.s.rt)
	}
	return object
}

// oldInsert takes one document or an array of them.
func (c *collection) oldInsert(a *args) goja.Value {
	b := &funnel.Bulk{}
	if a.isArray(a.at(0)) {
		b.Writes = a.inserts(0)
	} else {
		if !a.given(0) {
			a.fail("the document is missing")
		}
		b.Writes = []funnel.WriteModel{{Kind: funnel.Insert, Document: a.newDocument(a.at(0), "the document")}}
	}
	o := a.optionsAt(1)
	b.Unordered = o.unordered()
	return c.writeResult(b, c.write(a, b, o))
}

// oldUpdate(filter, update, {upsert, multi}) or (filter, update, upsert, multi). A document without operators
// replaces.
func (c *collection) oldUpdate(a *args) goja.Value {
	w := funnel.WriteModel{Kind: funnel.UpdateOne, Filter: a.document(0, "the filter")}
	o := a.readOptions(goja.Undefined())
	var upsert, multi bool
	if a.isObject(a.at(2)) {
		o = a.optionsAt(2)
		multi = o.flag("multi")
	} else {
		upsert, multi = a.at(2).ToBoolean(), a.at(3).ToBoolean()
	}
	switch {
	case !a.given(1):
		a.fail("the update is missing")
	case a.isReplacement(a.at(1)) && multi:
		a.fail("multi needs an update with operators, as in {$set: {…}}")
	case a.isReplacement(a.at(1)):
		w.Kind, w.Document = funnel.Replace, a.replacement(a.at(1))
	default:
		w.Update = a.update(1)
		if multi {
			w.Kind = funnel.UpdateMany
		}
	}
	o.model(&w)
	w.Upsert = w.Upsert || upsert
	b := &funnel.Bulk{Writes: []funnel.WriteModel{w}}
	return c.writeResult(b, c.write(a, b, o))
}

// oldRemove(filter, {justOne}) or (filter, justOne). The filter has to be given, as for deleteMany.
func (c *collection) oldRemove(a *args) goja.Value {
	if !a.given(0) {
		a.fail("the filter is missing")
	}
	w := funnel.WriteModel{Kind: funnel.DeleteMany, Filter: a.filterOr(0)}
	o := a.readOptions(goja.Undefined())
	one := false
	if a.isObject(a.at(1)) {
		o = a.optionsAt(1)
		one = o.flag("justOne") || o.flag("single")
	} else {
		one = a.at(1).ToBoolean()
	}
	if one {
		w.Kind = funnel.DeleteOne
	}
	o.model(&w)
	b := &funnel.Bulk{Writes: []funnel.WriteModel{w}}
	return c.writeResult(b, c.write(a, b, o))
}

// oldSave replaces the document of the same _id, or inserts it.
func (c *collection) oldSave(a *args) goja.Value {
	if !a.given(0) {
		a.fail("the document is missing")
	}
	document := a.newDocument(a.at(0), "the document")
	b := &funnel.Bulk{Writes: []funnel.WriteModel{{
		Kind: funnel.Replace, Document: document, Upsert: true,
		Filter: a.encode(bson.D{{Key: "_id", Value: document.Lookup("_id")}}),
	}}}
	return c.writeResult(b, c.write(a, b, a.optionsAt(1)))
}
