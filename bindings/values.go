package bindings

import (
	"strconv"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// set sets a property of an object that was just made, which cannot fail.
func (s *scope) set(object *goja.Object, name string, value any) {
	if err := object.Set(name, value); err != nil {
		panic(err)
	}
}

// hide sets a property that a loop over the object's keys does not see.
func (s *scope) hide(object *goja.Object, name string, value any) {
	if err := object.DefineDataProperty(name, s.rt.ToValue(value), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
		panic(err)
	}
}

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
func (s *scope) updateResult(w Written) goja.Value {
	object := s.rt.NewObject()
	s.set(object, "acknowledged", w.Acknowledged)
	s.set(object, "matchedCount", w.Matched)
	s.set(object, "modifiedCount", w.Modified)
	s.set(object, "upsertedCount", w.Upserted)
	s.set(object, "upsertedId", goja.Null())
	if id, ok := w.UpsertedIDs[0]; ok {
		s.set(object, "upsertedId", s.realm.ToJS(id))
	}
	return object
}

func (s *scope) deleteResult(w Written) goja.Value {
	object := s.rt.NewObject()
	s.set(object, "acknowledged", w.Acknowledged)
	s.set(object, "deletedCount", w.Deleted)
	return object
}

// insertManyResult has the _id of every document by its place.
func (s *scope) insertManyResult(b *Bulk, w Written) goja.Value {
	object := s.rt.NewObject()
	s.set(object, "acknowledged", w.Acknowledged)
	s.set(object, "insertedCount", w.Inserted)
	s.set(object, "insertedIds", s.insertedIDs(b))
	return object
}

// bulkResult is what bulkWrite and a bulk builder return, with the names of both worlds.
func (s *scope) bulkResult(b *Bulk, w Written) *goja.Object {
	object := s.rt.NewObject()
	s.set(object, "acknowledged", w.Acknowledged)
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
	s.legacyCounts(object, w)
	return object
}

// legacyCounts are the names that the results of older shells and drivers have. They are not shown.
func (s *scope) legacyCounts(object *goja.Object, w Written) {
	s.hide(object, "ok", 1)
	s.hide(object, "nInserted", w.Inserted)
	s.hide(object, "nMatched", w.Matched)
	s.hide(object, "nModified", w.Modified)
	s.hide(object, "nRemoved", w.Deleted)
	s.hide(object, "nUpserted", w.Upserted)
}

func (s *scope) insertedIDs(b *Bulk) *goja.Object {
	ids := s.rt.NewObject()
	for i, w := range b.Writes {
		if w.Kind == Insert {
			s.set(ids, strconv.Itoa(i), s.realm.ToJS(w.Document.Lookup("_id")))
		}
	}
	return ids
}
