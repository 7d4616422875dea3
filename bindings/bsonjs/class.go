package bsonjs

import (
	"fmt"

	"github.com/dop251/goja"
)

// class is a JavaScript class whose instances are boxes.
type class struct {
	constructor *goja.Object
	prototype   *goja.Object
}

// spec says what a class has.
type spec struct {
	parent  string // the class that it extends, or ""
	create  func(args arguments) goja.Value
	methods map[string]method
	getters map[string]method
	aliases map[string]string // getters that give another property of the object
	statics map[string]func(args arguments) goja.Value
	consts  func() map[string]goja.Value // static; instances of the class perhaps, so asked for once it is there
}

// method is a method or a getter; self is what it is called on, which is known to be a box.
type method func(self *box, args arguments) goja.Value

// arguments are those of a call. One that was not given is undefined.
type arguments []goja.Value

func (a arguments) at(i int) goja.Value {
	if i < len(a) {
		return a[i]
	}
	return goja.Undefined()
}

// given reports whether there is an i-th argument that is not undefined or null.
func (a arguments) given(i int) bool { return !missing(a.at(i)) }

func missing(v goja.Value) bool { return v == nil || goja.IsUndefined(v) || goja.IsNull(v) }

// class returns the class of that name, and builds it the first time.
func (r *Realm) class(name string) *class {
	if c, ok := r.classes[name]; ok {
		return c
	}
	s := r.spec(name)
	c := r.build(name, s)
	r.classes[name] = c
	if s.consts != nil {
		for key, v := range s.consts() {
			r.set(c.constructor, key, v)
		}
	}
	return c
}

// spec knows the classes by name.
func (r *Realm) spec(name string) spec {
	switch name {
	case "ObjectId":
		return r.objectIDSpec()
	case "Long":
		return r.longSpec()
	case "Int32":
		return r.int32Spec()
	case "Double":
		return r.doubleSpec()
	case "Decimal128":
		return r.decimalSpec()
	case "Binary":
		return r.binarySpec()
	case "UUID":
		return r.uuidSpec()
	case "Timestamp":
		return r.timestampSpec()
	case "Code":
		return r.codeSpec()
	case "BSONRegExp":
		return r.regexSpec()
	case "BSONSymbol":
		return r.symbolSpec()
	case "MinKey", "MaxKey":
		return r.keySpec(name)
	case "DBRef":
		return r.dbRefSpec()
	case "DBPointer":
		return r.dbPointerSpec()
	}
	panic(fmt.Sprintf("bsonjs: there is no class %q", name))
}

func (r *Realm) build(name string, s spec) *class {
	constructor := r.maker(name, "", s.create)
	c := &class{constructor, constructor.Get("prototype").ToObject(r.rt)}
	if s.parent != "" {
		parent := r.class(s.parent)
		r.must(c.prototype.SetPrototype(parent.prototype))
		r.must(c.constructor.SetPrototype(parent.constructor))
	}
	r.set(c.prototype, "_bsontype", r.rt.ToValue(name))
	for key, m := range s.methods {
		r.function(c.prototype, key, func(call goja.FunctionCall) goja.Value {
			return m(r.self(name+"."+key, call.This), call.Arguments)
		})
	}
	for key, m := range s.getters {
		get := r.rt.ToValue(func(call goja.FunctionCall) goja.Value { return m(r.self(name+"."+key, call.This), nil) })
		r.must(c.prototype.DefineAccessorProperty(key, get, nil, goja.FLAG_TRUE, goja.FLAG_FALSE))
	}
	for key, property := range s.aliases {
		get := r.rt.ToValue(func(call goja.FunctionCall) goja.Value { return call.This.ToObject(r.rt).Get(property) })
		r.must(c.prototype.DefineAccessorProperty(key, get, nil, goja.FLAG_TRUE, goja.FLAG_FALSE))
	}
	for key, f := range s.statics {
		r.function(c.constructor, key, func(call goja.FunctionCall) goja.Value { return f(call.Arguments) })
	}
	return c
}

// maker makes a function that works with and without new. Its results are instances of the class of that name, if any.
func (r *Realm) maker(name, instance string, create func(args arguments) goja.Value) *goja.Object {
	f := r.rt.ToValue(func(call goja.ConstructorCall) *goja.Object {
		return create(call.Arguments).ToObject(r.rt)
	}).ToObject(r.rt)
	r.must(f.DefineDataProperty("name", r.rt.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	if instance != "" {
		r.must(f.Set("prototype", r.class(instance).prototype))
	}
	return f
}

// function gives an object a method.
func (r *Realm) function(o *goja.Object, name string, f func(goja.FunctionCall) goja.Value) {
	r.set(o, name, r.named(name, f))
}

// plainFunction makes a function that belongs to no object.
func (r *Realm) plainFunction(name string, f func(arguments) goja.Value) *goja.Object {
	return r.named(name, func(call goja.FunctionCall) goja.Value { return f(call.Arguments) })
}

func (r *Realm) named(name string, f func(goja.FunctionCall) goja.Value) *goja.Object {
	v := r.rt.ToValue(f).ToObject(r.rt)
	r.must(v.DefineDataProperty("name", r.rt.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	return v
}

func (r *Realm) set(o *goja.Object, name string, v goja.Value) {
	r.must(o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
}

// adopt makes an object an instance of a class.
func (r *Realm) adopt(o *goja.Object, name string) *goja.Object {
	r.must(o.SetPrototype(r.class(name).prototype))
	return o
}

// knows reports whether an object that claims to be of a class is an instance of ours.
func (r *Realm) knows(name string, o *goja.Object) bool {
	c, ok := r.classes[name]
	return ok && o.Prototype() == c.prototype
}

// self is what a method is called on.
func (r *Realm) self(method string, this goja.Value) *box {
	if b := boxOf(this); b != nil {
		return b
	}
	panic(r.rt.NewTypeError("%s was called on something else: %s", method, r.Show(this)))
}

// must hands an error of goja's to the script. There should never be one, since the objects are ours.
func (r *Realm) must(err error) {
	if err != nil {
		panic(r.rt.NewGoError(err))
	}
}

// throw ends the script's call with a BSONError.
func (r *Realm) throw(format string, args ...any) {
	err, failed := r.rt.New(r.errorClass(), r.rt.ToValue(fmt.Sprintf(format, args...)))
	r.must(failed)
	panic(err)
}

func (r *Realm) throwDamaged() { r.throw("the document's bytes are damaged: they are no valid BSON") }
