package bsonjs

import (
	"encoding/binary"
	"math"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

func (r *Realm) int32Spec() spec  { return r.numberSpec(r.newInt32) }
func (r *Realm) doubleSpec() spec { return r.numberSpec(r.newDouble) }

// numberSpec is what Int32 and Double have in common: they are objects that say the type and behave as their number.
func (r *Realm) numberSpec(create func(arguments) goja.Value) spec {
	number := func(self *box, _ arguments) goja.Value {
		n, _ := self.value().AsFloat64OK()
		return r.rt.ToValue(n)
	}
	return spec{
		create:  create,
		getters: map[string]method{"value": number},
		methods: map[string]method{
			"valueOf": number,
			"toJSON":  number,
			"toString": func(self *box, args arguments) goja.Value {
				return r.invoke(number(self, nil), "toString", args...)
			},
		},
		statics: map[string]func(arguments) goja.Value{
			"fromString": func(args arguments) goja.Value { return create(args) },
		},
	}
}

// newInt32 makes an Int32; a number is cut to 32 bits the way that x | 0 does it.
func (r *Realm) newInt32(args arguments) goja.Value {
	if !args.given(0) {
		return r.int32(0)
	}
	n := args.at(0)
	if b := boxOf(n); b != nil || bigInt(n) != nil {
		n = r.rt.ToValue(r.longArgument(n))
	}
	f := n.ToFloat()
	if math.IsNaN(f) {
		r.throw("expected a number for an Int32, not %s", r.Show(args.at(0)))
	}
	if math.Trunc(f) < math.MinInt32 || math.Trunc(f) > math.MaxInt32 {
		r.throw("%s does not fit into an Int32; NumberLong('…') holds 64 bits", r.Show(args.at(0)))
	}
	return r.int32(int32(f))
}

func (r *Realm) int32(n int32) goja.Value {
	return r.box(bsoncore.TypeInt32, binary.LittleEndian.AppendUint32(nil, uint32(n)))
}

// newDouble makes a Double.
func (r *Realm) newDouble(args arguments) goja.Value {
	v := args.at(0)
	f := v.ToFloat()
	if math.IsNaN(f) && !isNumber(v) && v.String() != "NaN" {
		if args.given(0) {
			r.throw("expected a number for a Double, not %s", r.Show(v))
		}
		f = 0
	}
	return r.box(bsoncore.TypeDouble, binary.LittleEndian.AppendUint64(nil, math.Float64bits(f)))
}

func (r *Realm) decimalSpec() spec {
	text := func(self *box, _ arguments) goja.Value { return r.rt.ToValue(self.decimal().String()) }
	return spec{
		create: r.newDecimal,
		methods: map[string]method{
			"toString": text,
			"toJSON": func(self *box, _ arguments) goja.Value {
				return r.object("$numberDecimal", self.decimal().String())
			},
		},
		getters: map[string]method{
			"bytes": func(self *box, _ arguments) goja.Value { return r.bytes([]byte(self.data)) },
		},
		statics: map[string]func(arguments) goja.Value{
			"fromString": r.newDecimal, "fromStringWithRounding": r.newDecimal,
		},
	}
}

// newDecimal makes a Decimal128 from its text, a number, an integer of any kind, its 16 bytes, or another one.
func (r *Realm) newDecimal(args arguments) goja.Value {
	v := args.at(0)
	if b := boxOfType(v, bsoncore.TypeDecimal128); b != nil {
		return r.box(b.typ, []byte(b.data))
	}
	if data, ok := r.bytesOf(v); ok && len(data) == 16 {
		return r.box(bsoncore.TypeDecimal128, data)
	}
	text := "0"
	if args.given(0) {
		text = v.String()
	}
	d, err := bson.ParseDecimal128(text)
	if err != nil {
		r.throw("expected a decimal number of up to 34 digits, not %s", r.Show(v))
	}
	high, low := d.GetBytes()
	return r.box(bsoncore.TypeDecimal128, bsoncore.AppendDecimal128(nil, high, low))
}

func (b *box) decimal() bson.Decimal128 { return bson.NewDecimal128(b.value().Decimal128()) }
