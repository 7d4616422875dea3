package updates

import (
	"bytes"
	"cmp"
	"math"
	"math/big"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// same reports whether the server holds two values to be equal: numbers by their value, whatever their type.
func same(a, b any) bool {
	if rank(a) > 0 && rank(b) > 0 {
		order, ok := compareNumbers(a, b)
		return ok && order == 0
	}
	switch a := a.(type) {
	case bson.D:
		b, ok := b.(bson.D)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if a[i].Key != b[i].Key || !same(a[i].Value, b[i].Value) {
				return false
			}
		}
		return true
	case bson.A:
		b, ok := b.(bson.A)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !same(a[i], b[i]) {
				return false
			}
		}
		return true
	}
	aType, aData, aErr := bson.MarshalValue(a)
	bType, bData, bErr := bson.MarshalValue(b)
	return aErr == nil && bErr == nil && aType == bType && bytes.Equal(aData, bData)
}

// compare orders two values as the server does; ok is false for those that are not compared here.
func compare(a, b any) (order int, ok bool) {
	if x, y := class(a), class(b); x == 0 || y == 0 {
		return 0, false
	} else if x != y {
		return cmp.Compare(x, y), true
	}
	if rank(a) > 0 {
		return compareNumbers(a, b)
	}
	switch a := a.(type) {
	case nil:
		return 0, true
	case string:
		return cmp.Compare(a, b.(string)), true
	case bson.ObjectID:
		id := b.(bson.ObjectID)
		return bytes.Compare(a[:], id[:]), true
	case bool:
		return cmp.Compare(number(a), number(b.(bool))), true
	case bson.DateTime:
		return cmp.Compare(a, b.(bson.DateTime)), true
	case bson.Timestamp:
		return a.Compare(b.(bson.Timestamp)), true
	}
	return 0, same(a, b) // two documents, say: only whether they are equal is known
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// class is the place of a type in the order of all types; 0 where it is not known.
func class(v any) int {
	if rank(v) > 0 {
		return 2
	}
	switch v.(type) {
	case nil:
		return 1
	case string:
		return 3
	case bson.D:
		return 4
	case bson.A:
		return 5
	case bson.Binary:
		return 6
	case bson.ObjectID:
		return 7
	case bool:
		return 8
	case bson.DateTime:
		return 9
	case bson.Timestamp:
		return 10
	case bson.Regex:
		return 11
	}
	return 0
}

// compareNumbers compares by value; NaN is below every number, and equal to itself.
func compareNumbers(a, b any) (int, bool) {
	x, xNaN, xOK := exact(a)
	y, yNaN, yOK := exact(b)
	switch {
	case !xOK || !yOK:
		return 0, false
	case xNaN || yNaN:
		return cmp.Compare(number(yNaN), number(xNaN)), true
	}
	return x.Cmp(y), true
}

// exact is a number without rounding.
func exact(v any) (value *big.Rat, nan, ok bool) {
	if f, isDouble := v.(float64); isDouble {
		if math.IsNaN(f) {
			return nil, true, true
		}
		r := new(big.Rat).SetFloat64(f)
		return r, false, r != nil // infinity is not compared
	}
	if d, isDecimal := v.(bson.Decimal128); isDecimal && d.IsNaN() {
		return nil, true, true
	}
	n, exponent, known := scaled(v)
	if !known || exponent < -1000 || exponent > 1000 {
		return nil, false, false
	}
	r := new(big.Rat).SetInt(n)
	power := new(big.Rat).SetInt(shifted(big.NewInt(1), max(exponent, -exponent)))
	if exponent < 0 {
		return r.Quo(r, power), false, true
	}
	return r.Mul(r, power), false, true
}
