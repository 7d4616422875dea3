package updates

import (
	"fmt"
	"math"
	"math/big"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// calculate is $inc and $mul. The type of the result is that of the server: the wider of the two, an int32 that
// overflows becomes an int64, and an int64 that does is refused.
func (s step) calculate(old any, found bool) (any, error) {
	if rank(s.argument) == 0 {
		return nil, fmt.Errorf("the server refuses %s by what is no number", s.operator)
	}
	if !found {
		if s.operator == "$inc" {
			return s.argument, nil
		}
		old = int32(0)
	}
	if rank(old) == 0 {
		return nil, fmt.Errorf("the server refuses %s on what is no number", s.operator)
	}
	switch max(rank(old), rank(s.argument)) {
	case rankDecimal:
		return s.decimal(old)
	case rankDouble:
		a, b := double(old), double(s.argument)
		if s.operator == "$inc" {
			return a + b, nil
		}
		return a * b, nil
	}
	return s.integer(old)
}

// The ranks of numbers: the result of a calculation has the higher one.
const (
	rankInt32 = iota + 1
	rankInt64
	rankDouble
	rankDecimal
)

// rank is 0 for what is no number.
func rank(v any) int {
	switch v.(type) {
	case int32:
		return rankInt32
	case int64:
		return rankInt64
	case float64:
		return rankDouble
	case bson.Decimal128:
		return rankDecimal
	}
	return 0
}

func double(v any) float64 {
	switch v := v.(type) {
	case int32:
		return float64(v)
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return math.NaN()
}

func integer(v any) *big.Int {
	switch v := v.(type) {
	case int32:
		return big.NewInt(int64(v))
	case int64:
		return big.NewInt(v)
	}
	return nil
}

func (s step) integer(old any) (any, error) {
	a, b, result := integer(old), integer(s.argument), new(big.Int)
	if s.operator == "$inc" {
		result.Add(a, b)
	} else {
		result.Mul(a, b)
	}
	if !result.IsInt64() {
		return nil, fmt.Errorf("the server refuses %s beyond an int64", s.operator)
	}
	n := result.Int64()
	if rank(old) == rankInt32 && rank(s.argument) == rankInt32 && n >= math.MinInt32 && n <= math.MaxInt32 {
		return int32(n), nil
	}
	return n, nil
}

// digits is how many a decimal has at most.
const digits = 34

// decimal calculates exactly, or not at all: how the server rounds is not known here.
func (s step) decimal(old any) (any, error) {
	a, aExponent, ok := scaled(old)
	b, bExponent, known := scaled(s.argument)
	if !ok || !known {
		return nil, fmt.Errorf("%s of a decimal and a double, or of no finite number", s.operator)
	}
	result, exponent := new(big.Int), 0
	if s.operator == "$mul" {
		result.Mul(a, b)
		exponent = aExponent + bExponent
	} else {
		exponent = min(aExponent, bExponent)
		if max(aExponent, bExponent)-exponent > digits {
			return nil, fmt.Errorf("%s of decimals that has to be rounded", s.operator)
		}
		result.Add(shifted(a, aExponent-exponent), shifted(b, bExponent-exponent))
	}
	d, fits := bson.ParseDecimal128FromBigInt(result, exponent)
	if !fits || len(new(big.Int).Abs(result).String()) > digits {
		return nil, fmt.Errorf("%s of decimals that has to be rounded", s.operator)
	}
	return d, nil
}

// scaled is a number as an integer and a power of ten.
func scaled(v any) (*big.Int, int, bool) {
	if n := integer(v); n != nil {
		return n, 0, true
	}
	if d, ok := v.(bson.Decimal128); ok {
		n, exponent, err := d.BigInt()
		if err == nil && n.Sign() == 0 && d.String()[0] == '-' {
			return nil, 0, false // the sign of a zero would be lost
		}
		return n, exponent, err == nil
	}
	return nil, 0, false
}

func shifted(n *big.Int, by int) *big.Int {
	return new(big.Int).Mul(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(by)), nil))
}
