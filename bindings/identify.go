package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// newDocument is a document to insert. One without an _id gets one here, in the first place; the script's own object gets
// it too, as with the drivers.
func (a *args) newDocument(v goja.Value, what string) bson.Raw {
	raw := a.storedDocument(v, what)
	if _, err := raw.LookupErr("_id"); err == nil {
		return raw
	}
	id := bson.NewObjectID()
	raw = withID(raw, id)
	if object, ok := v.(*goja.Object); ok && object.ClassName() == "Object" {
		// A frozen object cannot take it. The document has been given its _id all the same.
		_ = object.Set("_id", a.s.realm.ToJS(raw.Lookup("_id")))
	}
	return raw
}

// withID puts an _id in front of the fields of a document.
func withID(raw bson.Raw, id bson.ObjectID) bson.Raw {
	out := make([]byte, 0, len(raw)+17)
	start, out := bsoncore.AppendDocumentStart(out)
	out = bsoncore.AppendObjectIDElement(out, "_id", id)
	out = append(out, raw[4:len(raw)-1]...)
	out, err := bsoncore.AppendDocumentEnd(out, start)
	if err != nil {
		panic(err)
	}
	return out
}
