package bindings

import (
	"github.com/dop251/goja"
)

// loadMongoose is require('mongoose'): the types that migrations take from it, declarations of schemas and models, which do
// nothing, and for each use of a model or a connection a refusal that says what to write.
func (e *Engine) loadMongoose(rt *goja.Runtime, module *goja.Object) {
	s := e.scopeOf(rt)
	bson := s.realm.Module()
	types := s.rt.NewObject()
	for _, name := range []string{"ObjectId", "Decimal128", "UUID", "Long", "Double"} {
		if class := bson.Get(name); class != nil {
			s.set(types, name, class)
		}
	}
	s.set(types, "ObjectID", bson.Get("ObjectId"))

	exports := s.rt.NewObject()
	s.set(exports, "Types", types)
	s.set(exports, "mongo", s.driverModule())
	valid := bson.Get("ObjectId").ToObject(s.rt).Get("isValid")
	s.set(exports, "isValidObjectId", valid)
	s.set(exports, "isObjectIdOrHexString", valid)
	const models = "there are no models here: write the update itself, as in db.collection('users').updateMany({…}, {$set: {…}})"
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
	must(module.Set("exports", exports))
}
