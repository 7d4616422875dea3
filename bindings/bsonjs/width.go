package bsonjs

import (
	"math"

	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// ancestor is the value that another one replaces, or is a copy of, in as far as it is known: it decides the width of
// numbers. The zero value stands for an unknown one; if only the type is known, there is no data.
type ancestor struct{ bsoncore.Value }

// width is the type that a number takes over, or 0.
func (a ancestor) width() bsoncore.Type { return a.Type }

// field is the ancestor of a field of an object.
func (a ancestor) field(name string, n *names) ancestor {
	if width := n.width(name); width != 0 {
		return ancestor{bsoncore.Value{Type: width}}
	}
	if a.Type == bsoncore.TypeEmbeddedDocument && a.Data != nil {
		if e, ok := lookup(a.Data, name); ok {
			return ancestor{e.of()}
		}
	}
	return ancestor{}
}

// items are the ancestors of the items of an array. In an array whose numbers all have one width every number takes
// it, wherever it moves and also when it is new; otherwise the place decides.
type items struct {
	places  []bsoncore.Value
	uniform bsoncore.Type // 0 if the widths differ
}

func (a ancestor) items() items {
	if a.Type != bsoncore.TypeArray || a.Data == nil {
		return items{}
	}
	var all items
	for pos := lengthSize; ; {
		e, ok := elementAt(a.Data, pos)
		if !ok {
			break
		}
		all.places = append(all.places, e.of())
		pos = e.end
	}
	for _, v := range all.places {
		if !v.IsNumber() {
			continue
		}
		if all.uniform != 0 && all.uniform != v.Type {
			all.uniform = 0
			break
		}
		all.uniform = v.Type
	}
	return all
}

func (all items) at(i int) ancestor {
	if i < len(all.places) && (all.uniform == 0 || !all.places[i].IsNumber()) {
		return ancestor{all.places[i]}
	}
	return ancestor{bsoncore.Value{Type: all.uniform}}
}

// appendInteger writes an integer that JavaScript holds exactly.
func appendInteger(dst []byte, n int64, width bsoncore.Type) (bsoncore.Type, []byte) {
	switch {
	case width == bsoncore.TypeDouble:
		return bsoncore.TypeDouble, bsoncore.AppendDouble(dst, float64(n))
	case width == bsoncore.TypeInt64 || n < math.MinInt32 || n > math.MaxInt32:
		return bsoncore.TypeInt64, bsoncore.AppendInt64(dst, n)
	default:
		return bsoncore.TypeInt32, bsoncore.AppendInt32(dst, int32(n))
	}
}

// appendFloat writes a number that JavaScript does not hold as an integer: a fraction, one beyond 2^53, -0, NaN. Where
// it replaces an integer and still is one, it stays one.
func appendFloat(dst []byte, f float64, width bsoncore.Type) (bsoncore.Type, []byte) {
	switch {
	case f == 0 && (width == bsoncore.TypeInt32 || width == bsoncore.TypeInt64):
		return appendInteger(dst, 0, width)
	case width == bsoncore.TypeInt64 && f == math.Trunc(f) && math.Abs(f) < math.MaxInt64:
		return bsoncore.TypeInt64, bsoncore.AppendInt64(dst, int64(f))
	default:
		return bsoncore.TypeDouble, bsoncore.AppendDouble(dst, f)
	}
}
