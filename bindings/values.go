package bindings

import (
	"strconv"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// set sets a property of an object that was just made, which cannot fail.
func (s *scope) set(object *goja.Object, name string, value any) {
	must(object.Set(name, value))
}

// hide sets a property that a loop over the object's keys does not see.
func (s *scope) hide(object *goja.Object, name string, value any) {
	must(object.DefineDataProperty(name, s.rt.ToValue(value), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
}

// objectPrototype is Object.prototype, also where a script has made something else of the global Object.
func (s *scope) objectPrototype() *goja.Object { return s.rt.NewObject().Prototype() }

// array makes a JavaScript array of n elements.
func (s *scope) array(n int, element func(i int) any) *goja.Object {
	list := make([]any, n)
	for i := range list {
		list[i] = element(i)
	}
	return s.rt.NewArray(list...)
}

// documentOrNull is a document of the server for the script, or null.
func (s *scope) documentOrNull(raw bson.Raw) goja.Value {
	if raw == nil {
		return goja.Null()
	}
	return s.realm.Document(raw)
}

// updateResult is what updateOne, updateMany and replaceOne return.
func (s *scope) updateResult(w funnel.Written) goja.Value {
	object := s.newResult(w.Acknowledged)
	s.set(object, "matchedCount", w.Matched)
	s.set(object, "modifiedCount", w.Modified)
	s.set(object, "upsertedCount", w.Upserted)
	s.set(object, "upsertedId", goja.Null())
	if id, ok := w.UpsertedIDs[0]; ok {
		s.set(object, "upsertedId", s.realm.ToJS(id))
	}
	return object
}

func (s *scope) deleteResult(w funnel.Written) goja.Value {
	object := s.newResult(w.Acknowledged)
	s.set(object, "deletedCount", w.Deleted)
	return object
}

// insertManyResult has the _id of every document by its place.
func (s *scope) insertManyResult(b *funnel.Bulk, w funnel.Written) goja.Value {
	object := s.newResult(w.Acknowledged)
	s.set(object, "insertedCount", w.Inserted)
	s.set(object, "insertedIds", s.insertedIDs(b))
	return object
}

// bulkResult is what bulkWrite and a bulk builder return, with the names of both worlds.
func (s *scope) bulkResult(b *funnel.Bulk, w funnel.Written) *goja.Object {
	object := s.newResult(w.Acknowledged)
	s.set(object, "insertedCount", w.Inserted)
	s.set(object, "insertedIds", s.insertedIDs(b))
	s.set(object, "matchedCount", w.Matched)
	s.set(object, "modifiedCount", w.Modified)
	s.set(object, "deletedCount", w.Deleted)
	s.set(object, "upsertedCount", w.Upserted)
	ids := s.rt.NewObject()
	for i := range b.Writes {
		if id, ok := w.UpsertedIDs[int64(i)]; ok {
			s.set(ids, strconv.Itoa(i), s.realm.ToJS(id))
		}
	}
	s.set(object, "upsertedIds", ids)
	return object
}

// newResult makes the object that a write returns. What older shells and drivers call the same counts (nModified,
// result.ok) it finds in legacy.js, so that it is neither shown nor stored.
func (s *scope) newResult(acknowledged bool) *goja.Object {
	if s.results == nil {
		s.results = s.inheriting(s.olderName)
	}
	object := s.rt.CreateObject(s.results)
	s.set(object, "acknowledged", acknowledged)
	return object
}

// olderName is what a result has under a name of older shells and drivers, or undefined.
func (s *scope) olderName(result goja.Value, name string) goja.Value {
	if name == "then" || name == "toJSON" || name == "toBSON" {
		return goja.Undefined() // what the language itself asks for, of every result
	}
	get, _ := goja.AssertFunction(s.legacy("result"))
	v, err := get(goja.Undefined(), result, s.rt.ToValue(name))
	must(err)
	return v
}

func (s *scope) insertedIDs(b *funnel.Bulk) *goja.Object {
	ids := s.rt.NewObject()
	for i, w := range b.Writes {
		if w.Kind == funnel.Insert {
			s.set(ids, strconv.Itoa(i), s.realm.ToJS(w.Document.Lookup("_id")))
		}
	}
	return ids
}
