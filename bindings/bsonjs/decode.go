package bsonjs

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// maxSafe is 2^53: up to it, either way, a JavaScript number holds every integer.
const maxSafe = 1 << 53

// ToJS gives a value to a script. Documents and arrays are lazy over its bytes, which must not be changed afterwards.
// The zero value, which a Lookup of what is not there gives, is undefined. Damaged bytes throw a BSONError.
func (r *Realm) ToJS(v bson.RawValue) goja.Value {
	if v.IsZero() {
		return goja.Undefined()
	}
	value := bsoncore.Value{Type: bsoncore.Type(v.Type), Data: v.Value}
	if value.Validate() != nil {
		r.throwDamaged()
	}
	return r.decode(value, false)
}

// decode is ToJS for a value whose size is known to be right. With boxed, numbers keep their type as Int32, Long and
// Double.
func (r *Realm) decode(v bsoncore.Value, boxed bool) goja.Value {
	switch v.Type {
	case bsoncore.TypeString:
		s, ok := v.StringValueOK()
		if !ok {
			r.throwDamaged()
		}
		return r.rt.ToValue(s)
	case bsoncore.TypeInt32, bsoncore.TypeInt64, bsoncore.TypeDouble:
		return r.decodeNumber(v, boxed)
	case bsoncore.TypeBoolean:
		return r.rt.ToValue(v.Boolean())
	case bsoncore.TypeNull:
		return goja.Null()
	case bsoncore.TypeUndefined:
		return goja.Undefined()
	case bsoncore.TypeDateTime:
		return r.date(v.DateTime())
	case bsoncore.TypeEmbeddedDocument:
		return r.document(v.Data, boxed)
	case bsoncore.TypeArray:
		return r.array(v.Data, boxed)
	}
	if !sound(v) {
		r.throwDamaged()
	}
	if v.Type == bsoncore.TypeRegex {
		return r.decodeRegex(v)
	}
	return r.box(v.Type, v.Data)
}

func (r *Realm) decodeNumber(v bsoncore.Value, boxed bool) goja.Value {
	if boxed {
		return r.box(v.Type, v.Data)
	}
	switch v.Type {
	case bsoncore.TypeInt32:
		return r.rt.ToValue(v.Int32())
	case bsoncore.TypeDouble:
		return r.rt.ToValue(v.Double())
	}
	n := v.Int64()
	if n < -maxSafe || n > maxSafe {
		return r.box(v.Type, v.Data)
	}
	return r.rt.ToValue(n)
}

// date makes a Date. One beyond the years that JavaScript knows is an invalid Date, which is written back as it was.
func (r *Realm) date(ms int64) goja.Value {
	if ms < -maxDate || ms > maxDate {
		d, err := r.rt.New(r.newDate, goja.NaN())
		r.must(err)
		r.must(d.DefineDataPropertySymbol(farDate, r.rt.ToValue(strconv.FormatInt(ms, 10)), goja.FLAG_FALSE,
			goja.FLAG_FALSE, goja.FLAG_FALSE))
		return d
	}
	d, err := r.rt.New(r.newDate, r.rt.ToValue(ms))
	r.must(err)
	return d
}

// farDate is the hidden property in which a Date that JavaScript cannot express keeps its milliseconds, as text.
var farDate = goja.NewSymbol("milliseconds")

// farMillis reads what an invalid Date stands for; it is false for one that stands for nothing.
func farMillis(o *goja.Object) (int64, bool) {
	kept := o.GetSymbol(farDate)
	if kept == nil {
		return 0, false
	}
	ms, err := strconv.ParseInt(kept.String(), 10, 64)
	return ms, err == nil
}

// maxDate is how far, in milliseconds from 1970, a Date can go.
const maxDate = 8.64e15

// dateMillis reads a Date; it is false for an invalid one.
func dateMillis(o *goja.Object) (int64, bool) {
	t, ok := o.Export().(time.Time)
	if !ok {
		return math.MinInt64, false
	}
	return t.UnixMilli(), true
}

// decodeRegex makes a RegExp if JavaScript can have the expression and its options, else a BSONRegExp.
func (r *Realm) decodeRegex(v bsoncore.Value) goja.Value {
	pattern, options := v.Regex()
	if !subset(options, "ims") {
		return r.box(v.Type, v.Data)
	}
	re, err := r.rt.New(r.rt.Get("RegExp"), r.rt.ToValue(pattern), r.rt.ToValue(options))
	if err != nil {
		return r.box(v.Type, v.Data)
	}
	return re
}

// subset reports whether s has letters of set only, each once.
func subset(s, set string) bool {
	for i, c := range s {
		if !strings.ContainsRune(set, c) || strings.ContainsRune(s[:i], c) {
			return false
		}
	}
	return true
}
