package bsonjs

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// MarshalOptions say what is marshalled.
type MarshalOptions struct {
	// What names the value in errors, for example "the filter of deleteMany".
	What string
	// IgnoreUndefined leaves out fields that are undefined and writes null for undefined items of arrays, as the
	// driver's option does. If it is not set, undefined is an error: in a filter it would mean every document.
	IgnoreUndefined bool
	// Stored says that the value is to be stored: then the script may choose IgnoreUndefined.
	Stored bool
	// lenient writes what it can, for EJSON: undefined as null, no functions and symbols, any object by its
	// properties.
	lenient bool
}

// MarshalError says which value cannot be written as BSON. When the cause is an exception of the script's own code, a
// getter or toBSON, Marshal returns that as a *goja.Exception instead.
type MarshalError struct {
	What   string // as in MarshalOptions
	Path   string // where the value is, "a.b[2].c", or "" for the whole
	Reason string // "is undefined; …"
}

// Error is "the filter of deleteMany: owner.name is undefined; …".
func (e *MarshalError) Error() string {
	path := e.Path
	if len(path) > maxPath {
		path = strings.ToValidUTF8(path[:maxPath/2], "") + " … " + strings.ToValidUTF8(path[len(path)-maxPath/2:], "")
	}
	switch {
	case e.What == "" && path == "":
		return "the value " + e.Reason
	case e.What == "":
		return path + " " + e.Reason
	case path == "":
		return e.What + " " + e.Reason
	default:
		return e.What + ": " + path + " " + e.Reason
	}
}

// maxPath is how much of a path is shown, in bytes: one of two hundred steps is shown by its ends.
const maxPath = 120

// Marshal writes an object as a document. A document that was read and not changed is its own bytes, not a copy.
func (r *Realm) Marshal(v goja.Value, o MarshalOptions) (bson.Raw, error) {
	var dst []byte
	err := r.marshal(o, func(e *encoder) error {
		object, reason := documentOf(v)
		if reason != "" {
			return &MarshalError{Reason: reason}
		}
		if d, ok := lazyDocument(object); ok && !d.changed() {
			dst = d.raw
			return nil
		}
		typ, data, err := e.value(nil, object, ancestor{})
		if err == nil && typ != bsoncore.TypeEmbeddedDocument {
			err = &MarshalError{Reason: "is no document"}
		}
		dst = data
		return err
	})
	return dst, err
}

// MarshalValue writes a value of any type.
func (r *Realm) MarshalValue(v goja.Value, o MarshalOptions) (bson.RawValue, error) {
	var value bson.RawValue
	err := r.marshal(o, func(e *encoder) error {
		typ, data, err := e.value(nil, v, ancestor{})
		value = bson.RawValue{Type: bson.Type(typ), Value: data}
		return err
	})
	return value, err
}

// MarshalArray writes the items of an array or a Set.
func (r *Realm) MarshalArray(v goja.Value, o MarshalOptions) ([]bson.RawValue, error) {
	var values []bson.RawValue
	err := r.marshal(o, func(e *encoder) error {
		list, from, ok := e.list(v)
		if !ok {
			return &MarshalError{Reason: "is no array, but " + describe(v)}
		}
		values = make([]bson.RawValue, len(list))
		olds := from.items()
		for i, it := range list {
			typ, data, err := e.item(nil, it, olds.at(i))
			if err != nil {
				return below(err, i)
			}
			values[i] = bson.RawValue{Type: bson.Type(typ), Value: data}
		}
		return nil
	})
	return values, err
}

// marshal runs an encoder. Exceptions that the script's own code throws on the way, and refusals, come back as errors.
func (r *Realm) marshal(o MarshalOptions, run func(e *encoder) error) (err error) {
	if thrown := r.rt.Try(func() { err = run(&encoder{realm: r, options: o}) }); thrown != nil {
		return thrown
	}
	if refusal, ok := err.(*MarshalError); ok {
		refusal.What = o.What
		refusal.Path = strings.TrimPrefix(refusal.Path, ".")
	}
	return err
}

// below puts a name or an index before the path of an error, on its way up.
func below(err error, step any) error {
	refusal, ok := err.(*MarshalError)
	if !ok {
		return err
	}
	switch step := step.(type) {
	case int:
		refusal.Path = "[" + strconv.Itoa(step) + "]" + refusal.Path
	default:
		refusal.Path = fmt.Sprintf(".%s", step) + refusal.Path
	}
	return refusal
}

// documentOf reports whether a value can be the top of a document, or why not.
func documentOf(v goja.Value) (*goja.Object, string) {
	if o, ok := v.(*goja.Object); ok {
		switch o.ExportType() {
		case typeDocument, typeMap, typeProxy:
			return o, ""
		case typePlain:
			if o.ClassName() != "RegExp" && o.ClassName() != "String" {
				return o, ""
			}
		}
	}
	if boxOfType(v, bsoncore.TypeObjectID) != nil {
		return nil, "is no document, but an ObjectId: write {_id: …}"
	}
	return nil, "is no document, but " + describe(v)
}

// ObjectID is the id that a value is, if it is one.
func ObjectID(v goja.Value) (bson.ObjectID, bool) {
	if b := boxOfType(v, bsoncore.TypeObjectID); b != nil {
		return b.objectID(), true
	}
	return bson.ObjectID{}, false
}

// describe says what a value is: "a string", "an ObjectId".
func describe(v goja.Value) string {
	switch v := v.(type) {
	case nil:
		return "undefined"
	case *goja.Object:
		return article(kind(v))
	case goja.String:
		return "a string"
	case *goja.Symbol:
		return "a symbol"
	}
	switch {
	case goja.IsUndefined(v), goja.IsNull(v):
		return v.String()
	case isNumber(v):
		return "a number"
	case bigInt(v) != nil:
		return "a BigInt"
	}
	return "a boolean"
}

// kind is the name of what an object is.
func kind(o *goja.Object) string {
	if b := boxOf(o); b != nil {
		return b.class()
	}
	switch t := o.ExportType(); {
	case t == typeMap:
		return "Map"
	case t == typeList && o.ClassName() != "Array":
		return "Set"
	case t == typePromise:
		return "Promise"
	case t == typeBuffer:
		return "ArrayBuffer"
	case t.Kind() == reflect.Slice && o.ClassName() == "Object":
		return "typed array"
	case o.ClassName() == "Function":
		return "function"
	}
	return o.ClassName()
}

func article(noun string) string {
	if noun != "" && strings.ContainsRune("AEIO", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// lazyDocument is the document behind an object that was read.
func lazyDocument(o *goja.Object) (*document, bool) {
	if o.ExportType() != typeDocument {
		return nil, false
	}
	return o.Export().(*document), true
}

// lazyArray is the array behind an object that was read.
func lazyArray(o *goja.Object) (*array, bool) {
	if o.ExportType() != typeArray {
		return nil, false
	}
	return o.Export().(*array), true
}
