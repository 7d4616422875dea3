package bsonjs

import (
	"encoding/binary"
	"math"
	"math/big"
	"strconv"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

func (r *Realm) longSpec() spec {
	return spec{
		create:  r.newLong,
		methods: r.longMethods(),
		getters: map[string]method{
			"low":      func(self *box, _ arguments) goja.Value { return r.rt.ToValue(int32(self.int64())) },
			"high":     func(self *box, _ arguments) goja.Value { return r.rt.ToValue(int32(self.int64() >> 32)) },
			"unsigned": func(*box, arguments) goja.Value { return r.rt.ToValue(false) },
		},
		statics: map[string]func(arguments) goja.Value{
			"fromNumber": r.newLong, "fromInt": r.newLong, "fromBigInt": r.newLong, "fromValue": r.newLong,
			"fromString": r.longFromString,
			"fromBits":   func(args arguments) goja.Value { return r.long(fromBits(args)) },
			"isLong": func(args arguments) goja.Value {
				return r.rt.ToValue(boxOfType(args.at(0), bsoncore.TypeInt64) != nil)
			},
		},
		consts: func() map[string]goja.Value {
			return map[string]goja.Value{
				"ZERO": r.long(0), "ONE": r.long(1), "NEG_ONE": r.long(-1),
				"MAX_VALUE": r.long(math.MaxInt64), "MIN_VALUE": r.long(math.MinInt64),
			}
		},
	}
}

// longMethods are the methods of Long, under all of their names.
func (r *Realm) longMethods() map[string]method {
	methods := map[string]method{
		"toNumber": func(self *box, _ arguments) goja.Value { return r.rt.ToValue(float64(self.int64())) },
		"toInt":    func(self *box, _ arguments) goja.Value { return r.rt.ToValue(int32(self.int64())) },
		"toBigInt": func(self *box, _ arguments) goja.Value { return r.rt.ToValue(big.NewInt(self.int64())) },
		"toString": func(self *box, args arguments) goja.Value {
			return r.rt.ToValue(strconv.FormatInt(self.int64(), radix(args.at(0))))
		},
		"valueOf": r.longValueOf,
		"toJSON": func(self *box, _ arguments) goja.Value {
			return r.object("low", int32(self.int64()), "high", int32(self.int64()>>32), "unsigned", false)
		},
		"getLowBits":  func(self *box, _ arguments) goja.Value { return r.rt.ToValue(int32(self.int64())) },
		"getHighBits": func(self *box, _ arguments) goja.Value { return r.rt.ToValue(int32(self.int64() >> 32)) },
		"compare": func(self *box, args arguments) goja.Value {
			return r.rt.ToValue(self.compare(r.longArgument(args.at(0))))
		},
	}
	methods["comp"] = methods["compare"]
	r.longOperators(methods)
	r.longTests(methods)
	return methods
}

// longOperators adds the methods that give another Long. What does not fit into 64 bits wraps around, as in the
// driver.
func (r *Realm) longOperators(methods map[string]method) {
	binary := func(op func(a, b int64) int64, names ...string) {
		for _, name := range names {
			methods[name] = func(self *box, args arguments) goja.Value {
				return r.long(op(self.int64(), r.longArgument(args.at(0))))
			}
		}
	}
	divisor := func(b int64) int64 {
		if b == 0 {
			r.throw("a Long was divided by zero")
		}
		return b
	}
	binary(func(a, b int64) int64 { return a + b }, "add")
	binary(func(a, b int64) int64 { return a - b }, "subtract", "sub")
	binary(func(a, b int64) int64 { return a * b }, "multiply", "mul")
	binary(func(a, b int64) int64 { return a / divisor(b) }, "divide", "div")
	binary(func(a, b int64) int64 { return a % divisor(b) }, "modulo", "mod", "rem")
	binary(func(a, b int64) int64 { return a & b }, "and")
	binary(func(a, b int64) int64 { return a | b }, "or")
	binary(func(a, b int64) int64 { return a ^ b }, "xor")
	binary(func(a, b int64) int64 { return a << (b & 63) }, "shiftLeft", "shl")
	binary(func(a, b int64) int64 { return a >> (b & 63) }, "shiftRight", "shr")
	for _, name := range []string{"negate", "neg"} {
		methods[name] = func(self *box, _ arguments) goja.Value { return r.long(-self.int64()) }
	}
	methods["not"] = func(self *box, _ arguments) goja.Value { return r.long(^self.int64()) }
}

// longTests adds the methods that answer true or false.
func (r *Realm) longTests(methods map[string]method) {
	compare := func(test func(order int) bool, names ...string) {
		for _, name := range names {
			methods[name] = func(self *box, args arguments) goja.Value {
				return r.rt.ToValue(test(self.compare(r.longArgument(args.at(0)))))
			}
		}
	}
	compare(func(order int) bool { return order == 0 }, "equals", "eq")
	compare(func(order int) bool { return order != 0 }, "notEquals", "neq", "ne")
	compare(func(order int) bool { return order < 0 }, "lessThan", "lt")
	compare(func(order int) bool { return order <= 0 }, "lessThanOrEqual", "lte", "le")
	compare(func(order int) bool { return order > 0 }, "greaterThan", "gt")
	compare(func(order int) bool { return order >= 0 }, "greaterThanOrEqual", "gte", "ge")
	test := func(is func(n int64) bool, names ...string) {
		for _, name := range names {
			methods[name] = func(self *box, _ arguments) goja.Value { return r.rt.ToValue(is(self.int64())) }
		}
	}
	test(func(n int64) bool { return n == 0 }, "isZero", "eqz")
	test(func(n int64) bool { return n < 0 }, "isNegative")
	test(func(n int64) bool { return n >= 0 }, "isPositive")
	test(func(n int64) bool { return n&1 == 1 }, "isOdd")
	test(func(n int64) bool { return n&1 == 0 }, "isEven")
}

// longValueOf is what + and < see: the number, if a number can be it.
func (r *Realm) longValueOf(self *box, _ arguments) goja.Value {
	n := self.int64()
	if n < -maxSafe || n > maxSafe {
		r.throw("Long('%d') exceeds 2^53, a JavaScript number would round it; use its methods (add, compare, "+
			"…) or toBigInt()", n)
	}
	return r.rt.ToValue(n)
}

func (b *box) compare(other int64) int {
	switch n := b.int64(); {
	case n < other:
		return -1
	case n > other:
		return 1
	}
	return 0
}

func (r *Realm) long(n int64) goja.Value {
	return r.box(bsoncore.TypeInt64, binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

// newLong makes a Long from a string, a number, a BigInt or another Long; two numbers are its low and high half.
func (r *Realm) newLong(args arguments) goja.Value {
	if isNumber(args.at(0)) && isNumber(args.at(1)) {
		return r.long(fromBits(args))
	}
	if !args.given(0) {
		return r.long(0)
	}
	return r.long(r.longArgument(args.at(0)))
}

func fromBits(args arguments) int64 {
	return args.at(1).ToInteger()<<32 | int64(uint32(args.at(0).ToInteger()))
}

// longArgument reads what can be taken for an int64 without rounding it.
func (r *Realm) longArgument(v goja.Value) int64 {
	if n, ok := r.integerOf(v); ok {
		return n
	}
	if isNumber(v) {
		r.throw("%s may be rounded already, since it exceeds 2^53: write the integer as a string, "+
			"NumberLong('…'), or as a BigInt", r.Show(v))
	}
	r.throw("expected an integer of 64 bits: a number, a string of digits, a BigInt or a Long, not %s", r.Show(v))
	return 0
}

// integerOf reads an integer out of a number (cutting off its fraction), a string, a BigInt or a box.
func (r *Realm) integerOf(v goja.Value) (int64, bool) {
	if b := boxOf(v); b != nil {
		switch b.typ {
		case bsoncore.TypeInt64, bsoncore.TypeTimestamp:
			return b.int64(), true
		case bsoncore.TypeInt32, bsoncore.TypeDouble:
			return b.value().AsInt64OK()
		}
		return 0, false
	}
	if n := bigInt(v); n != nil {
		return n.Int64(), n.IsInt64()
	}
	switch {
	case isString(v):
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return n, err == nil
	case isNumber(v):
		f := v.ToFloat()
		return int64(f), math.Abs(f) <= maxSafe
	}
	return 0, false
}

// longFromString is Long.fromString(text, unsigned, radix); unsigned may be left out.
func (r *Realm) longFromString(args arguments) goja.Value {
	base := 10
	for _, v := range args[min(1, len(args)):] {
		if isNumber(v) {
			base = radix(v)
		}
	}
	n, err := strconv.ParseInt(args.at(0).String(), base, 64)
	if err != nil {
		r.throw("Long.fromString takes an integer of 64 bits, not %s", r.Show(args.at(0)))
	}
	return r.long(n)
}

// radix is the base of a number's text, 10 unless it is one that there is.
func radix(v goja.Value) int {
	if n := v.ToInteger(); n >= 2 && n <= 36 {
		return int(n)
	}
	return 10
}

// object makes a plain object of names and values.
func (r *Realm) object(pairs ...any) goja.Value {
	o := r.rt.NewObject()
	for i := 0; i+1 < len(pairs); i += 2 {
		r.must(o.Set(pairs[i].(string), pairs[i+1]))
	}
	return o
}
