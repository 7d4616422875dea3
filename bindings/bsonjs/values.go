package bsonjs

import (
	"math/big"
	"reflect"

	"github.com/dop251/goja"
)

// isNumber reports whether a value is a JavaScript number, not an object that stands for one.
func isNumber(v goja.Value) bool {
	if _, ok := v.(*goja.Object); ok {
		return false
	}
	switch t := v.ExportType(); {
	case t == nil:
		return false
	default:
		return t.Kind() == reflect.Int64 || t.Kind() == reflect.Float64
	}
}

// isString reports whether a value is a JavaScript string.
func isString(v goja.Value) bool {
	_, ok := v.(goja.String)
	return ok
}

// bigInt reads a BigInt, or gives nil.
func bigInt(v goja.Value) *big.Int {
	if v == nil || v.ExportType() != typeBigInt {
		return nil
	}
	n, _ := v.Export().(*big.Int)
	return n
}

// bytes gives a script a Uint8Array with a copy of data.
func (r *Realm) bytes(data []byte) goja.Value {
	buffer := r.rt.NewArrayBuffer(append([]byte(nil), data...))
	v, err := r.rt.New(r.rt.Get("Uint8Array"), r.rt.ToValue(buffer))
	r.must(err)
	return v
}

// bytesOf reads what holds bytes: a Uint8Array (a Buffer is one), an ArrayBuffer, a Binary, or an array of numbers.
func (r *Realm) bytesOf(v goja.Value) ([]byte, bool) {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil, false
	}
	if b := boxOf(o); b != nil {
		_, data, ok := b.value().BinaryOK()
		return data, ok
	}
	switch data := exportBytes(o).(type) {
	case []byte:
		return data, true
	case goja.ArrayBuffer:
		return data.Bytes(), true
	}
	if o.ClassName() != "Array" {
		return nil, false
	}
	data := make([]byte, 0, o.Get("length").ToInteger())
	for i := range cap(data) {
		data = append(data, byte(elementOf(o, i).ToInteger()))
	}
	return data, true
}

// exportBytes exports an object if it is a byte array or a buffer; others are not looked into.
func exportBytes(o *goja.Object) any {
	if t := o.ExportType(); t == typeBytes || t == typeBuffer {
		return o.Export()
	}
	return nil
}

// invoke calls a method of a value.
func (r *Realm) invoke(this goja.Value, name string, args ...goja.Value) goja.Value {
	method, ok := goja.AssertFunction(this.ToObject(r.rt).Get(name))
	if !ok {
		panic(r.rt.NewTypeError("%s is not a function", name))
	}
	v, err := method(this, args...)
	if err != nil {
		panic(err) // an exception, which goja passes on to the script
	}
	return v
}
