package bsonjs

import (
	"math"
	"strconv"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

func (r *Realm) timestampSpec() spec {
	text := func(self *box) string { return strconv.FormatUint(uint64(self.int64()), 10) }
	compare := func(self *box, other goja.Value) int {
		b := boxOfType(other, bsoncore.TypeTimestamp)
		if b == nil {
			r.throw("expected a Timestamp to compare with, not %s", r.Show(other))
		}
		// Unsigned, unlike Long: the seconds are the high half.
		switch x, y := uint64(self.int64()), uint64(b.int64()); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	test := func(is func(order int) bool) method {
		return func(self *box, args arguments) goja.Value { return r.rt.ToValue(is(compare(self, args.at(0)))) }
	}
	seconds := func(self *box, _ arguments) goja.Value { return r.rt.ToValue(uint32(self.int64() >> 32)) }
	increment := func(self *box, _ arguments) goja.Value { return r.rt.ToValue(uint32(self.int64())) }
	return spec{
		create:  r.newTimestamp,
		getters: map[string]method{"t": seconds, "i": increment, "high": seconds, "low": increment},
		methods: map[string]method{
			"toString":    func(self *box, _ arguments) goja.Value { return r.rt.ToValue(text(self)) },
			"toJSON":      func(self *box, _ arguments) goja.Value { return r.object("$timestamp", text(self)) },
			"getHighBits": seconds,
			"getLowBits":  increment,
			"compare": func(self *box, args arguments) goja.Value {
				return r.rt.ToValue(compare(self, args.at(0)))
			},
			"equals": func(self *box, args arguments) goja.Value {
				b := boxOfType(args.at(0), bsoncore.TypeTimestamp)
				return r.rt.ToValue(b != nil && b.data == self.data)
			},
			"lessThan":           test(func(order int) bool { return order < 0 }),
			"lessThanOrEqual":    test(func(order int) bool { return order <= 0 }),
			"greaterThan":        test(func(order int) bool { return order > 0 }),
			"greaterThanOrEqual": test(func(order int) bool { return order >= 0 }),
		},
		statics: map[string]func(arguments) goja.Value{
			"fromBits": func(args arguments) goja.Value {
				return r.timestamp(uint32(args.at(1).ToInteger()), uint32(args.at(0).ToInteger()))
			},
		},
	}
}

// newTimestamp is Timestamp({t, i}), Timestamp(t, i) as in mongosh, or Timestamp(Long) with t in the high half.
func (r *Realm) newTimestamp(args arguments) goja.Value {
	if !args.given(0) {
		return r.timestamp(0, 0)
	}
	if o, ok := args.at(0).(*goja.Object); ok && boxOf(o) == nil {
		return r.timestamp(r.uint32(o.Get("t")), r.uint32(o.Get("i")))
	}
	if isNumber(args.at(0)) {
		return r.timestamp(r.uint32(args.at(0)), r.uint32(args.at(1)))
	}
	n := r.longArgument(args.at(0))
	return r.timestamp(uint32(n>>32), uint32(n))
}

func (r *Realm) timestamp(t, i uint32) goja.Value {
	return r.box(bsoncore.TypeTimestamp, bsoncore.AppendTimestamp(nil, t, i))
}

// uint32 reads half of a Timestamp; one that is missing is 0.
func (r *Realm) uint32(v goja.Value) uint32 {
	if missing(v) {
		return 0
	}
	n := r.longArgument(v)
	if n < 0 || n > math.MaxUint32 {
		r.throw("the halves of a Timestamp are integers from 0 to %d, not %d", uint32(math.MaxUint32), n)
	}
	return uint32(n)
}
