package bsonjs

import (
	"fmt"
	"math/big"
	"reflect"
	"time"

	"github.com/dop251/goja"
)

// Realm is what one interpreter knows of BSON: the classes, and what is remembered of the documents that were read. It
// belongs to the goroutine of its interpreter.
type Realm struct {
	rt      *goja.Runtime
	classes map[string]*class // those that were used so far
	names   names
	shapes  shapes
	newDate goja.Value   // the constructor, as it was before any script
	failure *goja.Object // the class BSONError; nil until it is needed
	json    *goja.Object // the object EJSON; nil until it is needed

	// Describe is how an object that is no data is shown, wherever it is; nil, and "" for any other, leave it to Show.
	Describe func(o *goja.Object) string
}

// New makes the realm of an interpreter. The classes are built when they are first used.
func New(rt *goja.Runtime) *Realm {
	return &Realm{rt: rt, classes: map[string]*class{}, newDate: rt.Get("Date")}
}

// How goja names the kind of object that a value is.
var (
	typeDocument = reflect.TypeFor[*document]()
	typeArray    = reflect.TypeFor[*array]()
	typeBox      = reflect.TypeFor[*box]()
	typeDate     = reflect.TypeFor[time.Time]()
	typeBytes    = reflect.TypeFor[[]byte]()
	typeBuffer   = reflect.TypeFor[goja.ArrayBuffer]()
	typeMap      = reflect.TypeFor[[][2]any]()
	typeList     = reflect.TypeFor[[]any]()
	typePlain    = reflect.TypeFor[map[string]any]()
	typePromise  = reflect.TypeFor[*goja.Promise]()
	typeProxy    = reflect.TypeFor[goja.Proxy]()
	typeBigInt   = reflect.TypeFor[*big.Int]()
)

// globals are the names that InstallGlobals defines, those of mongosh and of the Node.js driver.
func globals() []string {
	return []string{
		"ObjectId", "ISODate", "NumberInt", "NumberLong", "NumberDecimal", "Int32", "Long", "Double", "Decimal128",
		"UUID", "BinData", "HexData", "Binary", "Timestamp", "MinKey", "MaxKey", "DBRef", "Code", "BSONRegExp",
		"BSONSymbol", "EJSON", "bsonsize",
	}
}

// exports are the names that the packages bson and mongodb export for them.
func exports() []string {
	return []string{
		"ObjectId", "ObjectID", "Long", "Decimal128", "Binary", "UUID", "Double", "Int32", "Timestamp", "MinKey",
		"MaxKey", "DBRef", "Code", "BSONRegExp", "BSONSymbol", "EJSON", "BSONError", "BSONType", "serialize",
		"deserialize", "calculateObjectSize", "BSON",
	}
}

// InstallGlobals defines the BSON constructors, EJSON and bsonsize as global names, and Object.bsonsize. They work
// with and without new, and a script may assign to them.
func (r *Realm) InstallGlobals() error {
	for _, name := range globals() {
		if err := r.define(r.rt.GlobalObject(), name, goja.FLAG_FALSE); err != nil {
			return fmt.Errorf("define the global %s: %w", name, err)
		}
	}
	if object, ok := r.rt.Get("Object").(*goja.Object); ok {
		if err := r.define(object, "bsonsize", goja.FLAG_FALSE); err != nil {
			return fmt.Errorf("define Object.bsonsize: %w", err)
		}
	}
	return nil
}

// Module makes a new object with what require('bson') exports, and require('mongodb') among other things. The classes
// are those of the global names.
func (r *Realm) Module() *goja.Object {
	module := r.rt.NewObject()
	for _, name := range exports() {
		r.must(r.define(module, name, goja.FLAG_TRUE))
	}
	return module
}

// define gives an object a property that is made when it is first read.
func (r *Realm) define(o *goja.Object, name string, enumerable goja.Flag) error {
	settle := func(v goja.Value) goja.Value {
		r.must(o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, enumerable))
		return v
	}
	get := func(goja.FunctionCall) goja.Value { return settle(r.export(name)) }
	set := func(call goja.FunctionCall) goja.Value { return settle(call.Argument(0)) }
	return o.DefineAccessorProperty(name, r.rt.ToValue(get), r.rt.ToValue(set), goja.FLAG_TRUE, enumerable)
}

// export makes what stands behind one of the names.
func (r *Realm) export(name string) goja.Value {
	switch name {
	case "EJSON":
		return r.ejson()
	case "BSON":
		return r.Module()
	case "BSONError":
		return r.errorClass()
	case "BSONType":
		return r.bsonTypes()
	case "serialize", "deserialize", "calculateObjectSize", "bsonsize":
		return r.plainFunction(name, r.functions(name))
	case "ObjectID":
		return r.class("ObjectId").constructor
	case "ISODate":
		return r.maker(name, "", r.isoDate)
	case "NumberInt":
		return r.maker(name, "Int32", r.newInt32)
	case "NumberLong":
		return r.maker(name, "Long", r.newLong)
	case "NumberDecimal":
		return r.maker(name, "Decimal128", r.newDecimal)
	case "BinData":
		return r.maker(name, "Binary", r.binData)
	case "HexData":
		return r.maker(name, "Binary", r.hexData)
	default:
		return r.class(name).constructor
	}
}
