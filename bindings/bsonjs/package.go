package bsonjs

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// functions are what the package bson exports beside classes and EJSON.
func (r *Realm) functions(name string) func(arguments) goja.Value {
	switch name {
	case "serialize":
		return func(args arguments) goja.Value { return r.bytes(r.serialize(name, args)) }
	case "calculateObjectSize", "bsonsize":
		return func(args arguments) goja.Value { return r.rt.ToValue(len(r.serialize(name, args))) }
	case "deserialize":
		return r.deserialize
	}
	return nil
}

// serialize is serialize(document, {ignoreUndefined}). As in the package, what is undefined is left out unless that is
// false.
func (r *Realm) serialize(name string, args arguments) bson.Raw {
	o := MarshalOptions{What: "the document", IgnoreUndefined: true}
	if args.given(1) {
		if v := args.at(1).ToObject(r.rt).Get("ignoreUndefined"); !missing(v) {
			o.IgnoreUndefined = v.ToBoolean()
		}
	}
	raw, err := r.Marshal(args.at(0), o)
	if err != nil {
		if exception, ok := err.(*goja.Exception); ok {
			panic(exception)
		}
		r.throw("%s: %v", name, err)
	}
	return raw
}

// deserialize is deserialize(bytes, {promoteValues}). With {promoteValues: false} numbers are Int32, Long and Double.
func (r *Realm) deserialize(args arguments) goja.Value {
	data, ok := r.bytesOf(args.at(0))
	if !ok {
		r.throw("deserialize takes a Buffer or a Uint8Array, not %s", r.Show(args.at(0)))
	}
	boxed := false
	if args.given(1) {
		options := args.at(1).ToObject(r.rt)
		for _, name := range options.Keys() {
			if name != "promoteValues" {
				r.throw("deserialize takes the option promoteValues, and not %s", name)
			}
			boxed = !options.Get(name).ToBoolean()
		}
	}
	raw := bson.Raw(append([]byte(nil), data...)) // a script may change its own bytes
	if err := raw.Validate(); err != nil {
		r.throw("deserialize: the bytes are no BSON document: %v", err)
	}
	return r.document(raw, boxed)
}

// bsonTypes is the object BSONType: the numbers that $type takes, by their names.
func (r *Realm) bsonTypes() goja.Value {
	return r.object(
		"double", 1, "string", 2, "object", 3, "array", 4, "binData", 5, "undefined", 6, "objectId", 7, "bool", 8,
		"date", 9, "null", 10, "regex", 11, "dbPointer", 12, "javascript", 13, "symbol", 14,
		"javascriptWithScope", 15, "int", 16, "timestamp", 17, "long", 18, "decimal", 19,
		"minKey", -1, "maxKey", 127,
	)
}

// errorClass is the class BSONError.
func (r *Realm) errorClass() *goja.Object {
	if r.failure == nil {
		v, err := r.rt.RunScript("<bson>", "(class BSONError extends Error {})")
		r.must(err)
		r.failure = v.ToObject(r.rt)
		r.set(r.failure.Get("prototype").ToObject(r.rt), "name", r.rt.ToValue("BSONError"))
	}
	return r.failure
}
