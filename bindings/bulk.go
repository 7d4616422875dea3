package bindings

import (
	"slices"
	"strconv"

	"github.com/dop251/goja"

	"migrator/bindings/funnel"
	"migrator/runtime/fault"
)

func itoa(n int) string { return strconv.Itoa(n) }

// bulkObject is the Go side of a bulk builder: initializeOrderedBulkOp and initializeUnorderedBulkOp.
type bulkObject struct {
	c        *collection
	label    string
	object   *goja.Object
	bulk     funnel.Bulk
	options  *reader
	executed bool
	made     fault.Place
}

// bulkFindObject is what bulk.find(filter) returns: a filter that waits for what is to be done.
type bulkFindObject struct {
	b      *bulkObject
	object *goja.Object
	write  funnel.WriteModel
}

func (b *bulkObject) target() string     { return b.label }
func (f *bulkFindObject) target() string { return f.b.label + ".find(…)" }

func (c *collection) newBulk(a *args, unordered bool) goja.Value {
	b := &bulkObject{c: c, label: a.target + "." + a.method + "()", bulk: funnel.Bulk{Unordered: unordered},
		options: a.optionsAt(0), made: c.s.vm.Where()}
	c.s.bulks = append(c.s.bulks, b)
	b.object = c.s.wrap(b, prototype(c.s, "bulk", c.s.engine.tables.bulk, nil))
	// It is a number, as in the Node driver: files ask `if (bulk.length > 0)` before they execute, and a function is
	// never greater.
	length := c.s.rt.ToValue(func(goja.FunctionCall) goja.Value { return c.s.rt.ToValue(len(b.bulk.Writes)) })
	must(b.object.DefineAccessorProperty("length", length, nil, goja.FLAG_TRUE, goja.FLAG_FALSE))
	return b.object
}

func bulkMethods() table[*bulkObject] {
	return table[*bulkObject]{
		"insert": func(b *bulkObject, a *args) goja.Value {
			return b.add(funnel.WriteModel{Kind: funnel.Insert, Document: a.newDocument(a.at(0), "the document")})
		},
		"find": func(b *bulkObject, a *args) goja.Value {
			f := &bulkFindObject{b: b, write: funnel.WriteModel{Filter: a.document(0, "the filter")}}
			f.object = b.c.s.wrap(f, prototype(b.c.s, "bulkFind", b.c.s.engine.tables.bulkFind, nil))
			return f.object
		},
		"raw": func(b *bulkObject, a *args) goja.Value { return b.add(a.bulkModel(a.at(0), 0)) },
		"execute": func(b *bulkObject, a *args) goja.Value {
			return b.execute(a)
		},
	}
}

// warnUnexecuted says which writes were collected and never sent: those that are left over behind a loop that executes
// every thousand, above all.
func (s *scope) warnUnexecuted() {
	for _, b := range s.bulks {
		if n := len(b.bulk.Writes); n > 0 {
			s.warn("unexecuted "+b.made.String(), "%s (%s) was left with writes that were not executed: %d", b.label,
				b.made, n)
		}
	}
	s.bulks = nil
}

func (b *bulkObject) add(w funnel.WriteModel) goja.Value {
	b.bulk.Writes = append(b.bulk.Writes, w)
	return b.object
}

// execute sends what was collected, once. The options are those of the builder, or its own.
func (b *bulkObject) execute(a *args) goja.Value {
	switch {
	case b.executed:
		a.fail("the bulk has been executed already")
	case len(b.bulk.Writes) == 0:
		a.fail("the bulk is empty")
	}
	b.executed = true
	b.c.s.bulks = slices.DeleteFunc(b.c.s.bulks, func(other *bulkObject) bool { return other == b })
	o := b.options
	if a.given(0) {
		o = a.optionsAt(0)
	}
	o.a = a
	collectionArgs := *a
	collectionArgs.target = b.c.database.label + "." + b.c.name
	return b.c.s.bulkResult(&b.bulk, b.c.write(&collectionArgs, &b.bulk, o))
}

func bulkFindMethods() table[*bulkFindObject] {
	update := func(kind funnel.WriteKind) method[*bulkFindObject] {
		return func(f *bulkFindObject, a *args) goja.Value {
			f.write.Kind, f.write.Update = kind, a.update(0)
			return f.b.add(f.write)
		}
	}
	remove := func(kind funnel.WriteKind) method[*bulkFindObject] {
		return func(f *bulkFindObject, a *args) goja.Value {
			f.write.Kind, f.write.Upsert = kind, false
			return f.b.add(f.write)
		}
	}
	set := func(change func(w *funnel.WriteModel, a *args)) method[*bulkFindObject] {
		return func(f *bulkFindObject, a *args) goja.Value {
			change(&f.write, a)
			return f.object
		}
	}
	return table[*bulkFindObject]{
		"update":     update(funnel.UpdateMany),
		"updateOne":  update(funnel.UpdateOne),
		"updateMany": update(funnel.UpdateMany),
		"replaceOne": func(f *bulkFindObject, a *args) goja.Value {
			f.write.Kind, f.write.Document = funnel.Replace, a.replacement(a.at(0))
			return f.b.add(f.write)
		},
		"remove":     remove(funnel.DeleteMany),
		"delete":     remove(funnel.DeleteMany),
		"deleteMany": remove(funnel.DeleteMany),
		"removeOne":  remove(funnel.DeleteOne),
		"deleteOne":  remove(funnel.DeleteOne),
		"upsert":     set(func(w *funnel.WriteModel, a *args) { w.Upsert = true }),
		"arrayFilters": set(func(w *funnel.WriteModel, a *args) {
			w.ArrayFilters = a.documents(a.at(0), "the array filters")
		}),
		"collation": set(func(w *funnel.WriteModel, a *args) { w.Collation = a.document(0, "the collation") }),
		"hint":      set(func(w *funnel.WriteModel, a *args) { w.Hint = a.value(a.at(0), "the hint") }),
	}
}
