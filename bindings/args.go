package bindings

import (
	"fmt"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/bsonjs"
	"migrator/bindings/funnel"
	"migrator/runtime/script"
)

// args are the arguments of one call of a method, with what its messages need.
type args struct {
	s      *scope
	target string // what the method was called on: "db.users"
	method string
	list   []goja.Value
}

// String is the call without its arguments: "db.users.updateMany".
func (a *args) String() string { return a.target + "." + a.method }

// at is the argument at place i, or undefined where fewer were given.
func (a *args) at(i int) goja.Value {
	if i < len(a.list) {
		return a.list[i]
	}
	return goja.Undefined()
}

// given reports whether there is an argument at place i that is neither undefined nor null.
func (a *args) given(i int) bool { return given(a.at(i)) }

func given(v goja.Value) bool { return v != nil && !goja.IsUndefined(v) && !goja.IsNull(v) }

// fail throws a TypeError that names the call.
func (a *args) fail(format string, values ...any) {
	a.s.refuse(a.String(), a.String()+": "+fmt.Sprintf(format, values...))
}

// document is the argument as a document; what names it in messages ("the filter").
func (a *args) document(i int, what string) bson.Raw {
	if !a.given(i) {
		a.fail("%s is missing", what)
	}
	return a.marshal(a.at(i), what)
}

// documentOr is the argument as a document, or an empty one where it was not given.
func (a *args) documentOr(i int, what string) bson.Raw {
	if !a.given(i) {
		return funnel.EmptyDocument()
	}
	return a.marshal(a.at(i), what)
}

// filterOr is documentOr for the methods of drivers and shells that take the _id itself for a filter, if it is an
// ObjectId.
func (a *args) filterOr(i int) bson.Raw {
	if id, ok := bsonjs.ObjectID(a.at(i)); ok {
		return a.encode(bson.D{{Key: "_id", Value: id}})
	}
	return a.documentOr(i, "the filter")
}

func (a *args) marshal(v goja.Value, what string) bson.Raw {
	raw, err := a.s.realm.Marshal(v, a.options(what))
	a.check(err)
	return raw
}

func (a *args) value(v goja.Value, what string) bson.RawValue {
	raw, err := a.s.realm.MarshalValue(v, a.options(what))
	a.check(err)
	return raw
}

// documents is an array of documents.
func (a *args) documents(v goja.Value, what string) []bson.Raw {
	values, err := a.s.realm.MarshalArray(v, a.options(what))
	a.check(err)
	list := make([]bson.Raw, len(values))
	for i, value := range values {
		document, ok := value.DocumentOK()
		if !ok {
			a.fail("%s[%d] is no document", what, i)
		}
		list[i] = document
	}
	return list
}

func (a *args) options(what string) bsonjs.MarshalOptions {
	return bsonjs.MarshalOptions{What: what}
}

// check throws an error of the conversion: what JavaScript threw while it went on as it is, anything else as a
// TypeError that names the call.
func (a *args) check(err error) {
	if err == nil {
		return
	}
	script.Rethrow(err)
	a.s.raise(a.s.rt.NewTypeError("%s: %v", a, err), a.String(), err)
}

// text is the argument as a string, which it has to be.
func (a *args) text(i int, what string) string {
	s, ok := a.at(i).Export().(string)
	if !ok {
		a.fail("%s must be a string", what)
	}
	return s
}

// function is the argument as something to call.
func (a *args) function(i int, what string) goja.Callable {
	f, ok := goja.AssertFunction(a.at(i))
	if !ok {
		a.fail("%s must be a function", what)
	}
	return f
}

// integer is the argument as a whole number.
func (a *args) integer(i int, what string) int64 { return a.toInteger(a.at(i), what) }

func (a *args) toInteger(v goja.Value, what string) int64 {
	switch n := v.Export().(type) {
	case int64:
		return n
	case float64:
		if n == float64(int64(n)) {
			return int64(n)
		}
	}
	// The types of BSON (Long, Int32) are read by their BSON value.
	switch value := a.value(v, what); value.Type {
	case bson.TypeInt32, bson.TypeInt64:
		return value.AsInt64()
	}
	a.fail("%s must be a whole number", what)
	return 0
}

// isArray reports whether v is a JavaScript array.
func (a *args) isArray(v goja.Value) bool {
	object, ok := v.(*goja.Object)
	return ok && object.ClassName() == "Array"
}

// isObject reports whether v is an object that stands for a document, and not an array or a function.
func (a *args) isObject(v goja.Value) bool {
	object, ok := v.(*goja.Object)
	if !ok || object.ClassName() == "Array" {
		return false
	}
	_, callable := goja.AssertFunction(v)
	return !callable
}

// elements are the elements of a JavaScript array.
func (a *args) elements(v goja.Value, what string) []goja.Value {
	if !a.isArray(v) {
		a.fail("%s must be an array", what)
	}
	var list []goja.Value
	if err := a.s.rt.ExportTo(v, &list); err != nil {
		a.check(err)
	}
	return list
}
