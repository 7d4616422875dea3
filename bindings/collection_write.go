package bindings

import (
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/runtime/fault"
)

// writeMethods are the methods of a collection that change documents.
func writeMethods() table[*collection] {
	return table[*collection]{
		"insertOne":                 (*collection).insertOne,
		"insertMany":                (*collection).insertMany,
		"updateOne":                 updateMethod(funnel.UpdateOne),
		"updateMany":                updateMethod(funnel.UpdateMany),
		"replaceOne":                (*collection).replaceOne,
		"deleteOne":                 deleteMethod(funnel.DeleteOne),
		"deleteMany":                deleteMethod(funnel.DeleteMany),
		"bulkWrite":                 (*collection).bulkWrite,
		"initializeOrderedBulkOp":   func(c *collection, a *args) goja.Value { return c.newBulk(a, false) },
		"initializeUnorderedBulkOp": func(c *collection, a *args) goja.Value { return c.newBulk(a, true) },
	}
}

// write sends a Bulk whose options are in o.
func (c *collection) write(a *args, b *funnel.Bulk, o *reader) funnel.Written {
	op := c.operation(a, b)
	o.bulk(b)
	o.common(op)
	o.done()
	return c.s.do(op).Written
}

// bulk reads the options that any write takes.
func (r *reader) bulk(b *funnel.Bulk) {
	b.Bypass = r.flag("bypassDocumentValidation")
	b.Comment = r.value("comment")
	if let := r.document("let"); let != nil {
		b.Let = let
	}
}

// insertOne(document, options).
func (c *collection) insertOne(a *args) goja.Value {
	if !a.given(0) {
		a.fail("the document is missing")
	}
	if a.isArray(a.at(0)) {
		a.fail("it takes one document; use insertMany for an array")
	}
	document := a.newDocument(a.at(0), "the document")
	w := c.write(a, &funnel.Bulk{Writes: []funnel.WriteModel{{Kind: funnel.Insert, Document: document}}},
		a.optionsAt(1))
	result := c.s.newResult(w.Acknowledged)
	c.s.set(result, "insertedId", c.s.realm.ToJS(document.Lookup("_id")))
	return result
}

// insertMany(documents, options).
func (c *collection) insertMany(a *args) goja.Value {
	b := &funnel.Bulk{Writes: a.inserts(0)}
	o := a.optionsAt(1)
	b.Unordered = o.unordered()
	return c.s.insertManyResult(b, c.write(a, b, o))
}

// inserts makes an insert of each document of an array.
func (a *args) inserts(i int) []funnel.WriteModel {
	list := a.elements(a.at(i), "the documents")
	if len(list) == 0 {
		a.fail("the list of documents is empty")
	}
	writes := make([]funnel.WriteModel, len(list))
	for i, v := range list {
		writes[i] = funnel.WriteModel{Kind: funnel.Insert, Document: a.newDocument(v, "the documents["+itoa(i)+"]")}
	}
	return writes
}

// unordered is {ordered: false}.
func (r *reader) unordered() bool {
	ordered := r.choice("ordered")
	return ordered != nil && !*ordered
}

// updateMethod is updateOne(filter, update, options) and updateMany.
func updateMethod(kind funnel.WriteKind) method[*collection] {
	return func(c *collection, a *args) goja.Value {
		w := funnel.WriteModel{Kind: kind, Filter: a.document(0, "the filter"), Update: a.update(1)}
		o := a.optionsAt(2)
		o.model(&w)
		return c.s.updateResult(c.write(a, &funnel.Bulk{Writes: []funnel.WriteModel{w}}, o))
	}
}

// model reads the options of one write.
func (r *reader) model(w *funnel.WriteModel) {
	w.Collation = r.document("collation")
	w.Hint = r.value("hint")
	if w.Kind == funnel.DeleteOne || w.Kind == funnel.DeleteMany {
		return
	}
	w.Upsert = r.flag("upsert")
	if w.Kind != funnel.UpdateMany {
		w.Sort = r.sort("sort")
	}
	if w.Kind != funnel.Replace {
		w.ArrayFilters = r.documents("arrayFilters")
	}
}

// update is the argument as an update: a document of operators, or a pipeline.
func (a *args) update(i int) bson.RawValue {
	if !a.given(i) {
		a.fail("the update is missing")
	}
	return a.toUpdate(a.at(i))
}

func (a *args) toUpdate(v goja.Value) bson.RawValue {
	update := a.stored(v, "the update")
	if document, ok := update.DocumentOK(); ok {
		switch key := funnel.FirstKey(document); {
		case key == "":
			a.fail("the update is empty: it needs operators, as in {$set: {…}}")
		case !strings.HasPrefix(key, "$"):
			a.fail("the update needs operators: write {$set: {%s: …}}, or use replaceOne to replace whole documents",
				key)
		}
	} else if _, ok := update.ArrayOK(); !ok {
		a.fail("the update must be a document or a pipeline")
	}
	return update
}

// replacement is a whole document that takes the place of another.
func (a *args) replacement(v goja.Value) bson.Raw {
	if !given(v) {
		a.fail("the replacement is missing")
	}
	document := a.storedDocument(v, "the replacement")
	if key := funnel.FirstKey(document); strings.HasPrefix(key, "$") {
		a.fail("a replacement has no operators like %s: use updateOne", key)
	}
	return document
}

// replaceOne(filter, replacement, options).
func (c *collection) replaceOne(a *args) goja.Value {
	w := funnel.WriteModel{Kind: funnel.Replace, Filter: a.document(0, "the filter"), Document: a.replacement(a.at(1))}
	o := a.optionsAt(2)
	o.model(&w)
	return c.s.updateResult(c.write(a, &funnel.Bulk{Writes: []funnel.WriteModel{w}}, o))
}

// deleteMethod is deleteOne(filter, options) and deleteMany. The filter has to be given: without one deleteMany would
// remove everything, by a slip.
func deleteMethod(kind funnel.WriteKind) method[*collection] {
	return func(c *collection, a *args) goja.Value {
		w := funnel.WriteModel{Kind: kind, Filter: a.document(0, "the filter")}
		o := a.optionsAt(1)
		o.model(&w)
		return c.s.deleteResult(c.write(a, &funnel.Bulk{Writes: []funnel.WriteModel{w}}, o))
	}
}

// bulkWrite(writes, options): each write is {insertOne: {document}}, {updateOne: {filter, update, …}}, and so on.
func (c *collection) bulkWrite(a *args) goja.Value {
	list := a.elements(a.at(0), "the writes")
	if len(list) == 0 {
		a.fail("the list of writes is empty")
	}
	b := &funnel.Bulk{Writes: make([]funnel.WriteModel, len(list))}
	for i, v := range list {
		b.Writes[i] = a.bulkModel(v, i)
	}
	o := a.optionsAt(1)
	b.Unordered = o.unordered()
	return c.s.bulkResult(b, c.write(a, b, o))
}

// bulkModel reads one write of bulkWrite.
func (a *args) bulkModel(v goja.Value, i int) funnel.WriteModel {
	if !a.isObject(v) {
		a.fail("writes[%d] is no object", i)
	}
	outer := v.(*goja.Object)
	keys := outer.Keys()
	if len(keys) != 1 {
		a.fail("writes[%d] must have one key, the kind of write", i)
	}
	kinds := map[string]funnel.WriteKind{}
	var names []string
	for kind := funnel.Insert; kind <= funnel.DeleteMany; kind++ {
		kinds[kind.String()] = kind
		names = append(names, kind.String())
	}
	kind, ok := kinds[keys[0]]
	if !ok {
		if near := fault.Nearest(keys[0], names); near != "" {
			a.fail("writes[%d]: unknown kind of write %s, did you mean %s?", i, keys[0], near)
		}
		a.fail("writes[%d]: unknown kind of write %s", i, keys[0])
	}
	o := a.readOptions(outer.Get(keys[0]))
	w := a.writeModel(kind, o, "writes["+itoa(i)+"]."+keys[0])
	o.done()
	return w
}

// writeModel reads the parts of a write that are named in an object.
func (a *args) writeModel(kind funnel.WriteKind, o *reader, what string) funnel.WriteModel {
	w := funnel.WriteModel{Kind: kind}
	need := func(name string) goja.Value {
		v, ok := o.get(name)
		if !ok {
			a.fail("%s has no %s", what, name)
		}
		return v
	}
	if kind == funnel.Insert {
		if o.object != nil && !given(o.object.Get("document")) {
			// The older spelling has the document itself in place of {document}.
			w.Document = a.newDocument(o.object, what)
			o.known(o.object.Keys()...) // the _id that it was given too
			return w
		}
		w.Document = a.newDocument(need("document"), what+".document")
		return w
	}
	w.Filter = a.marshal(need("filter"), what+".filter")
	switch kind {
	case funnel.UpdateOne, funnel.UpdateMany:
		w.Update = a.toUpdate(need("update"))
	case funnel.Replace:
		w.Document = a.replacement(need("replacement"))
	}
	o.model(&w)
	return w
}
