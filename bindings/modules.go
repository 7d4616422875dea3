package bindings

import (
	"github.com/dop251/goja"
)

// loadTypes is require('bson').
func (e *Engine) loadTypes(rt *goja.Runtime, module *goja.Object) {
	must(module.Set("exports", e.scopeOf(rt).realm.Module()))
}

// loadDriver is require('mongodb'): the types, the classes of errors and concerns, and classes that say what to use in
// their place.
func (e *Engine) loadDriver(rt *goja.Runtime, module *goja.Object) {
	must(module.Set("exports", e.scopeOf(rt).driverModule()))
}

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
		"GridFSBucket cannot be used here: it streams files; the collections fs.files and fs.chunks can be changed like any other"))
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
