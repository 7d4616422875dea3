package bindings

import (
	"github.com/dop251/goja"

	"migrator/runtime/script"
)

// modules are those of the Node driver and its kind that scripts may import.
func modules() map[string]script.Loader {
	return map[string]script.Loader{
		"bson":     func(vm *script.VM) goja.Value { return scopeOf(vm).realm.Module() },
		"mongodb":  func(vm *script.VM) goja.Value { return scopeOf(vm).driverModule() },
		"mongoose": func(vm *script.VM) goja.Value { return scopeOf(vm).mongooseModule() },
	}
}

// driverModule is require('mongodb'): the types, the classes of errors and concerns, and classes that say what to use
// in their place.
func (s *scope) driverModule() *goja.Object {
	if s.driver != nil {
		return s.driver
	}
	exports := s.rt.NewObject()
	for _, from := range []*goja.Object{s.realm.Module(), s.errorClasses(), s.value(s.programs.concerns)} {
		for _, name := range from.Keys() {
			s.set(exports, name, from.Get(name))
		}
	}
	const connected = "migrator is connected already; take the second argument of up(db, client), or db.getMongo()"
	client := s.refusing("MongoClient", "MongoClient cannot be used here: "+connected)
	s.set(client, "connect", s.refusing("MongoClient.connect", "MongoClient.connect cannot be used here: "+connected))
	s.set(exports, "MongoClient", client)
	s.set(exports, "GridFSBucket", s.refusing("GridFSBucket",
		"GridFSBucket cannot be used here: it streams files; "+
			"the collections fs.files and fs.chunks can be changed like any other"))
	s.set(exports, "ReturnDocument", s.constants("BEFORE", "before", "AFTER", "after"))
	s.driver = exports
	return exports
}

// constants is a frozen choice of names and values.
func (s *scope) constants(pairs ...string) *goja.Object {
	object := s.rt.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		s.set(object, pairs[i], pairs[i+1])
	}
	return object
}

// refusing is a function, and a class, that throws when it is called.
func (s *scope) refusing(name, message string) *goja.Object {
	function := s.rt.ToValue(func(goja.ConstructorCall) *goja.Object {
		s.refuse(name, message)
		return nil
	}).ToObject(s.rt)
	return s.named(function, name)
}

// mongooseModule is require('mongoose'): the types that migrations take from it, declarations of schemas and models,
// which do nothing, and for each use of a model or a connection a refusal that says what to write.
func (s *scope) mongooseModule() *goja.Object {
	bson := s.realm.Module()
	types := s.rt.NewObject()
	for _, name := range []string{"ObjectId", "Decimal128", "UUID", "Long", "Double"} {
		s.set(types, name, bson.Get(name))
	}
	s.set(types, "ObjectID", bson.Get("ObjectId"))

	exports := s.rt.NewObject()
	s.set(exports, "Types", types)
	s.set(exports, "mongo", s.driverModule())
	valid := bson.Get("ObjectId").ToObject(s.rt).Get("isValid")
	s.set(exports, "isValidObjectId", valid)
	s.set(exports, "isObjectIdOrHexString", valid)
	const models = "there are no models here: write the update itself, " +
		"as in db.collection('users').updateMany({…}, {$set: {…}})"
	for _, name := range []string{"Model", "Document", "Query", "Aggregate"} {
		s.set(exports, name, s.refusing("mongoose."+name, "mongoose."+name+": "+models))
	}
	s.set(s.bridge, "refuseModel", func(call goja.FunctionCall) goja.Value {
		s.refuse(call.Argument(0).String(), call.Argument(0).String()+": "+models)
		return nil
	})
	declarations, err := s.part(s.programs.mongoose)
	must(err)
	for _, name := range declarations.Keys() {
		s.set(exports, name, declarations.Get(name))
	}
	schema := declarations.Get("Schema").ToObject(s.rt)
	s.set(schema, "Types", types)
	s.set(schema, "ObjectId", types.Get("ObjectId"))
	const connected = "migrator is connected already: db is the first argument of up and down, client the second"
	for _, name := range []string{"connect", "createConnection", "disconnect", "startSession", "Mongoose"} {
		s.set(exports, name, s.refusing("mongoose."+name, "mongoose."+name+": "+connected))
	}
	refuse := s.rt.ToValue(func(goja.FunctionCall) goja.Value {
		s.refuse("mongoose.connection", "mongoose.connection: "+connected)
		return nil
	})
	must(exports.DefineAccessorProperty("connection", refuse, nil, goja.FLAG_TRUE, goja.FLAG_FALSE))
	nothing := s.rt.ToValue(func(goja.FunctionCall) goja.Value { return goja.Undefined() })
	s.set(exports, "set", nothing) // settings such as strictQuery
	s.set(exports, "plugin", nothing)
	return exports
}
