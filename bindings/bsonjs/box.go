package bsonjs

import (
	"encoding/binary"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

var _ goja.DynamicObject = (*box)(nil)

// box is a value of a BSON type that JavaScript does not have: an instance of one of the classes. It holds the bytes that
// stand for the value in a document, and never changes.
type box struct {
	typ  bsoncore.Type
	data string
}

// A box has no properties of its own; what scripts see of it is in the class.

func (*box) Get(string) goja.Value       { return nil }
func (*box) Set(string, goja.Value) bool { return false }
func (*box) Has(string) bool             { return false }
func (*box) Delete(string) bool          { return true }
func (*box) Keys() []string              { return nil }

// box makes an instance of the class that goes with the type.
func (r *Realm) box(typ bsoncore.Type, data []byte) *goja.Object {
	b := &box{typ, string(data)}
	return r.adopt(r.rt.NewDynamicObject(b), b.class())
}

// boxOf is the box behind a value, or nil.
func boxOf(v goja.Value) *box {
	if o, ok := v.(*goja.Object); ok && o.ExportType() == typeBox {
		return o.Export().(*box)
	}
	return nil
}

// boxOfType is the box behind a value if it is of that type, or nil.
func boxOfType(v goja.Value, typ bsoncore.Type) *box {
	if b := boxOf(v); b != nil && b.typ == typ {
		return b
	}
	return nil
}

// value is the box as the driver knows it.
func (b *box) value() bsoncore.Value { return bsoncore.Value{Type: b.typ, Data: []byte(b.data)} }

// int64 reads the eight bytes of a Long or Timestamp.
func (b *box) int64() int64 { return int64(binary.LittleEndian.Uint64([]byte(b.data))) }

// class is the name of the class that the box is an instance of.
func (b *box) class() string {
	switch b.typ {
	case bsoncore.TypeObjectID:
		return "ObjectId"
	case bsoncore.TypeInt64:
		return "Long"
	case bsoncore.TypeInt32:
		return "Int32"
	case bsoncore.TypeDouble:
		return "Double"
	case bsoncore.TypeDecimal128:
		return "Decimal128"
	case bsoncore.TypeBinary:
		if b.isUUID() {
			return "UUID"
		}
		return "Binary"
	case bsoncore.TypeTimestamp:
		return "Timestamp"
	case bsoncore.TypeJavaScript, bsoncore.TypeCodeWithScope:
		return "Code"
	case bsoncore.TypeRegex:
		return "BSONRegExp"
	case bsoncore.TypeSymbol:
		return "BSONSymbol"
	case bsoncore.TypeMinKey:
		return "MinKey"
	case bsoncore.TypeMaxKey:
		return "MaxKey"
	default:
		return "DBPointer"
	}
}
