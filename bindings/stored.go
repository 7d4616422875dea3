package bindings

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

	"migrator/bindings/funnel"
)

// stored is a document or an update that is to be stored, from which {ignoreUndefined: true} drops what is undefined.
// A filter it does not touch: without the field it would match every document.
func (a *args) stored(v goja.Value, what string) bson.RawValue {
	o := a.options(what)
	o.Stored = true
	if last := len(a.list) - 1; last > 0 && a.isObject(a.list[last]) {
		ignore := a.list[last].(*goja.Object).Get("ignoreUndefined")
		o.IgnoreUndefined = ignore != nil && ignore.ToBoolean()
	}
	raw, err := a.s.realm.MarshalValue(v, o)
	a.check(err)
	a.warnLiterals(raw)
	return raw
}

// storedDocument is stored for what has to be a document.
func (a *args) storedDocument(v goja.Value, what string) bson.Raw {
	document, ok := a.stored(v, what).DocumentOK()
	if !ok {
		a.fail("%s must be a document", what)
	}
	return document
}

// newDocument is a document to insert. One without an _id gets one here, in the first place; the script's own object
// gets it too, as with the drivers.
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

// warnLiterals says what of a document or an update is stored as it stands, though it looks as if it were meant to be
// worked out: Extended JSON that nobody has read, and expressions in an update that is not a pipeline. Servers take
// both without a word. For example
//
//	db.a.insertOne({at: {$date: '2020-01-01'}})            // stores a document with the field $date, and no date
//	db.a.updateOne({}, {$set: {sum: {$add: ['$n', 1]}}})   // stores the document {$add: …}, and no sum
func (a *args) warnLiterals(stored bson.RawValue) {
	document, ok := stored.DocumentOK()
	switch {
	case !ok || bytes.IndexByte(document, '$') < 0:
	case !strings.HasPrefix(funnel.FirstKey(document), "$"):
		a.check(a.warnMarks(document, "", false))
	default:
		for _, operator := range []string{"$set", "$setOnInsert"} {
			fields, ok := document.Lookup(operator).DocumentOK()
			if ok && bytes.IndexByte(fields, '$') >= 0 {
				a.check(a.warnMarks(fields, "", true))
				a.check(a.warnReferences(operator, fields))
			}
		}
	}
}

// fieldReference is a text that in an expression is the value of a field.
var fieldReference = regexp.MustCompile(`^\$[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$`)

func (a *args) warnReferences(operator string, fields bson.Raw) error {
	return funnel.EachField(fields, func(path string, v bson.RawValue) error {
		if text, ok := v.StringValueOK(); ok && fieldReference.MatchString(text) {
			a.s.warn("literal reference",
				"%s stores the text '%s' in %s: fields are referred to in a pipeline alone, [{%s: …}]", a, text, path,
				operator)
		}
		return nil
	})
}

// warnMarks looks for documents whose first field begins with $, at any depth.
func (a *args) warnMarks(d bson.Raw, path string, update bool) error {
	return funnel.EachField(d, func(key string, v bson.RawValue) error {
		inner, ok := v.DocumentOK()
		if array, isArray := v.ArrayOK(); isArray {
			inner, ok = bson.Raw(array), true
		}
		if !ok || bytes.IndexByte(inner, '$') < 0 {
			return nil
		}
		at, mark := funnel.Below(path, key), funnel.FirstKey(inner)
		switch {
		case isExtendedJSON(mark):
			a.s.warn("literal EJSON",
				"%s stores {%s: …} in %s as it stands: EJSON.deserialize(…) makes values of Extended JSON", a, mark,
				at)
		case update && strings.HasPrefix(mark, "$") && mark != "$ref" && mark != "$id":
			a.s.warn("literal expression",
				"%s stores {%s: …} in %s as it stands: expressions are worked out in a pipeline alone, [{$set: …}]", a,
				mark, at)
		default:
			return a.warnMarks(inner, at, update)
		}
		return nil
	})
}

// isExtendedJSON reports whether a field of that name stands for a type in Extended JSON.
func isExtendedJSON(name string) bool {
	switch name {
	case "$oid", "$date", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$binary", "$uuid",
		"$timestamp", "$regularExpression", "$minKey", "$maxKey":
		return true
	}
	return false
}
