package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// readMethods are the methods of a collection that leave everything as it is.
func readMethods() table[*collection] {
	return table[*collection]{
		"find":                   (*collection).find,
		"findOne":                (*collection).findOne,
		"aggregate":              (*collection).aggregate,
		"distinct":               (*collection).distinct,
		"countDocuments":         (*collection).countDocuments,
		"estimatedDocumentCount": (*collection).estimatedDocumentCount,
		"withOptions": func(c *collection, a *args) goja.Value {
			return c.with(a.optionsAt(0).settings()).object
		},
	}
}

// find(filter, projection or options, options) returns a cursor that asks the server when it is first read.
func (c *collection) find(a *args) goja.Value {
	cursor := c.s.newCursor(c.findOperation(a))
	c.s.native(cursor).(*cursorObject).driver = c.driver
	return cursor
}

// findOne takes what find takes and returns the document, or null.
func (c *collection) findOne(a *args) goja.Value {
	op := c.findOperation(a)
	// A negative limit makes the server close the cursor by itself.
	op.Request.(*funnel.Find).Limit = -1
	cursor := c.s.openCursor(op)
	document := cursor.raw()
	cursor.close()
	return c.s.documentOrNull(document)
}

func (c *collection) findOperation(a *args) *funnel.Operation {
	r := &funnel.Find{}
	op := c.operation(a, r)
	r.Filter = a.filterOr(0)
	options := a.at(1)
	if a.given(2) || a.given(1) && a.isProjection(options) {
		r.Projection = a.documentOr(1, "the projection")
		options = a.at(2)
		c.noticeSpelling(a, "a bare projection", "{projection: {…}}")
	}
	a.findOptions(op, r, a.readOptions(options))
	return op
}

// findOptionNames are the options of find, to tell an options object from a bare projection.
func findOptionNames() map[string]bool {
	names := map[string]bool{}
	for _, name := range []string{"projection", "fields", "sort", "skip", "limit", "batchSize", "hint", "min", "max",
		"collation", "let", "comment", "allowDiskUse", "allowPartialResults", "noCursorTimeout", "returnKey",
		"showRecordId", "maxTimeMS", "timeoutMS", "session", "readConcern", "readPreference", "tailable",
		"awaitData", "singleBatch", "timeout", "promoteValues", "promoteLongs", "promoteBuffers", "raw",
		"serializeFunctions", "ignoreUndefined", "explain"} {
		names[name] = true
	}
	return names
}

// isProjection reports whether the second argument of find is a bare projection, as a shell takes it, or options, as
// the Node driver takes them. A document whose every field could be either is refused: a guess would be wrong for
// somebody.
func (a *args) isProjection(v goja.Value) bool {
	if !a.isObject(v) {
		a.fail("the second argument must be a projection or an object of options")
	}
	object := v.(*goja.Object)
	names := findOptionNames()
	options, flags := 0, 0
	keys := object.Keys()
	for _, key := range keys {
		if !names[key] {
			continue
		}
		options++
		if isFlag(object.Get(key)) {
			flags++
		}
	}
	switch {
	case options == 0:
		return true
	case options > flags:
		return false // a value that no projection has: {sort: {…}}, {limit: 10}
	case options < len(keys):
		return true // flags for fields that happen to be called like options, among others
	}
	a.fail("{%s} can be a projection and options: write {projection: {…}}, or use the methods of the cursor", keys[0])
	return false
}

// isFlag reports whether v includes or excludes a field in a projection.
func isFlag(v goja.Value) bool {
	switch v.Export() {
	case int64(0), int64(1), true, false:
		return true
	}
	return false
}

func (a *args) findOptions(op *funnel.Operation, r *funnel.Find, o *reader) {
	for _, name := range []string{"projection", "fields"} {
		if projection := o.document(name); projection != nil {
			r.Projection = projection
		}
	}
	r.Sort = o.sort("sort")
	r.Skip = o.integer("skip")
	r.Limit = o.integer("limit")
	r.BatchSize = int32(o.integer("batchSize"))
	r.Hint = o.value("hint")
	r.Min = o.document("min")
	r.Max = o.document("max")
	r.Collation = o.document("collation")
	r.Let = o.document("let")
	r.Comment = o.value("comment")
	r.AllowDiskUse = o.choice("allowDiskUse")
	r.AllowPartialResults = o.flag("allowPartialResults")
	r.NoCursorTimeout = o.flag("noCursorTimeout")
	r.ReturnKey = o.flag("returnKey")
	r.ShowRecordID = o.flag("showRecordId")
	if o.flag("tailable") || o.flag("awaitData") {
		a.fail("tailable cursors never end, and so would the migration")
	}
	o.common(op)
	o.done()
}

// aggregate(pipeline, options) returns a cursor. Stages may also be given one by one, as in a shell. A pipeline that
// writes ($out, $merge) runs at once; any other when the cursor is first read.
func (c *collection) aggregate(a *args) goja.Value {
	r := &funnel.Aggregate{}
	options := a.at(1)
	if a.given(0) && !a.isArray(a.at(0)) {
		r.Pipeline = a.documents(c.s.array(len(a.list), func(i int) any { return a.at(i) }), "the pipeline")
		options = goja.Undefined()
	} else {
		r.Pipeline = a.pipeline(0)
	}
	op := c.operation(a, r)
	a.aggregateOptions(op, r, a.readOptions(options))
	return c.s.newCursor(op)
}

// pipeline is the argument as a list of stages.
func (a *args) pipeline(i int) []bson.Raw {
	if !a.given(i) {
		return []bson.Raw{}
	}
	return a.documents(a.at(i), "the pipeline")
}

func (a *args) aggregateOptions(op *funnel.Operation, r *funnel.Aggregate, o *reader) {
	r.BatchSize = int32(o.integer("batchSize"))
	if cursor := o.document("cursor"); cursor != nil {
		if n, ok := cursor.Lookup("batchSize").AsInt64OK(); ok {
			r.BatchSize = int32(n)
		}
	}
	r.Hint = o.value("hint")
	r.Collation = o.document("collation")
	r.Let = o.document("let")
	r.Comment = o.value("comment")
	r.AllowDiskUse = o.choice("allowDiskUse")
	r.Bypass = o.flag("bypassDocumentValidation")
	if o.flag("explain") {
		a.fail("the option explain is not taken: call .explain() on the cursor")
	}
	o.common(op)
	o.done()
}

// distinct(field, filter, options).
func (c *collection) distinct(a *args) goja.Value {
	r := &funnel.Distinct{Field: a.text(0, "the field"), Filter: a.documentOr(1, "the filter")}
	op := c.operation(a, r)
	o := a.optionsAt(2)
	r.Hint = o.value("hint")
	r.Collation = o.document("collation")
	r.Comment = o.value("comment")
	o.common(op)
	o.done()
	values := c.s.do(op).Values
	return c.s.array(len(values), func(i int) any { return c.s.realm.ToJS(values[i]) })
}

// countDocuments(filter, options).
func (c *collection) countDocuments(a *args) goja.Value {
	r := &funnel.Count{Filter: a.documentOr(0, "the filter")}
	op := c.operation(a, r)
	o := a.optionsAt(1)
	r.Skip = o.integer("skip")
	r.Limit = o.integer("limit")
	r.Hint = o.value("hint")
	r.Collation = o.document("collation")
	r.Comment = o.value("comment")
	o.common(op)
	o.done()
	return c.s.rt.ToValue(c.s.do(op).N)
}

func (c *collection) estimatedDocumentCount(a *args) goja.Value {
	r := &funnel.Count{}
	op := c.operation(a, r)
	o := a.optionsAt(0)
	r.Comment = o.value("comment")
	o.common(op)
	o.done()
	return c.s.rt.ToValue(c.s.do(op).N)
}
