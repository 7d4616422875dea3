package bindings

import (
	"github.com/dop251/goja"

	"migrator/bindings/funnel"
)

// modifyMethods are the methods that change one document and return it.
func modifyMethods() table[*collection] {
	return table[*collection]{
		// findOneAndUpdate(filter, update, options)
		"findOneAndUpdate": func(c *collection, a *args) goja.Value {
			return c.modify(a, &funnel.FindAndModify{Filter: a.document(0, "the filter"), Update: a.update(1)},
				a.optionsAt(2))
		},
		// findOneAndReplace(filter, replacement, options)
		"findOneAndReplace": func(c *collection, a *args) goja.Value {
			return c.modify(a, &funnel.FindAndModify{Filter: a.document(0, "the filter"),
				Replacement: a.replacement(a.at(1))}, a.optionsAt(2))
		},
		// findOneAndDelete(filter, options)
		"findOneAndDelete": func(c *collection, a *args) goja.Value {
			return c.modify(a, &funnel.FindAndModify{Filter: a.document(0, "the filter"), Remove: true},
				a.optionsAt(1))
		},
		"findAndModify": (*collection).findAndModify,
	}
}

func (c *collection) modify(a *args, r *funnel.FindAndModify, o *reader) goja.Value {
	op := c.operation(a, r)
	r.Sort = o.sort("sort")
	for _, name := range []string{"projection", "fields"} {
		if projection := o.document(name); projection != nil {
			r.Projection = projection
		}
	}
	r.Hint = o.value("hint")
	r.Collation = o.document("collation")
	r.Let = o.document("let")
	r.Comment = o.value("comment")
	r.Bypass = o.flag("bypassDocumentValidation")
	if !r.Remove {
		r.Upsert = o.flag("upsert")
		r.ReturnNew = o.returnsNew()
		if r.Replacement == nil {
			r.ArrayFilters = o.documents("arrayFilters")
		}
	}
	if r.ReturnNew && o.flag("returnNewDocument") {
		c.noticeSpelling(a, "returnNewDocument", "returnDocument: 'after'")
	}
	whole := o.flag("includeResultMetadata") || o.flag("rawResult")
	o.common(op)
	o.done()
	if whole {
		op.WholeReply = true // {value, lastErrorObject, ok}
		return c.s.documentOrNull(c.s.do(op).Document)
	}
	document := c.s.do(op).Document
	if document == nil {
		return goja.Null()
	}
	return c.s.realm.Watched(document, func(name string) { c.warnUnwrapped(a, name) })
}

// warnUnwrapped says that the result is the document itself to a script that reads it as what older drivers returned.
func (c *collection) warnUnwrapped(a *args, name string) {
	switch name {
	case "value", "lastErrorObject", "ok":
		c.s.warn("unwrapped "+a.method+name, "%s returned the document itself, which has no field %s: "+
			"leave out .%s, or pass {includeResultMetadata: true}", a, name, name)
	}
}

// returnsNew reports whether the document is wanted as it is after the change, in any of the spellings.
func (r *reader) returnsNew() bool {
	when := r.text("returnDocument")
	switch when {
	case "", "before", "after":
	default:
		r.a.fail("the option returnDocument is 'before' or 'after', not '%s'", when)
	}
	original, asked := r.get("returnOriginal")
	return when == "after" || r.flag("returnNewDocument") || r.flag("new") || asked && !original.ToBoolean()
}

// findAndModify({query, update, remove, new, fields, sort, upsert, …}) is the shell's older method.
func (c *collection) findAndModify(a *args) goja.Value {
	o := a.optionsAt(0)
	r := &funnel.FindAndModify{Filter: o.document("query"), Remove: o.flag("remove")}
	if r.Filter == nil {
		r.Filter = funnel.EmptyDocument()
	}
	update, given := o.get("update")
	switch {
	case r.Remove && given:
		a.fail("give either update or remove: true")
	case r.Remove:
	case !given:
		a.fail("update is missing")
	case a.isReplacement(update):
		r.Replacement = a.replacement(update)
	default:
		r.Update = a.toUpdate(update)
	}
	return c.modify(a, r, o)
}

// isReplacement reports whether v is a whole document, and not an update with operators. Older methods take both.
func (a *args) isReplacement(v goja.Value) bool {
	if !a.isObject(v) {
		return false
	}
	keys := v.(*goja.Object).Keys()
	return len(keys) == 0 || keys[0] == "" || keys[0][0] != '$'
}
