package bsonjs

import (
	"encoding/binary"
	"encoding/hex"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

var _ goja.DynamicObject = (*box)(nil)

// box is a value of a BSON type that JavaScript does not have: an instance of one of the classes. It holds the bytes
// that stand for the value in a document, and never changes.
type box struct {
	typ  bsoncore.Type
	data string
}

// ownKey is the one property that a box has of its own: its type and its bytes, as hexadecimal digits. Libraries that
// look at properties tell values apart by it, and a clone that has copied it stands for the same value. Everything
// else that scripts see of a box is in its class.
const ownKey = "$bson"

// Get, Set and their sisters make goja ask for the property; its text is made when somebody does.

func (b *box) Get(name string) goja.Value {
	if name != ownKey {
		return nil
	}
	var text goja.StringBuilder
	text.WriteUTF8String(b.own())
	return text.String()
}

func (b *box) Set(name string, v goja.Value) bool {
	return name == ownKey && isString(v) && v.String() == b.own()
}

func (*box) Has(name string) bool    { return name == ownKey }
func (*box) Delete(name string) bool { return name != ownKey }
func (*box) Keys() []string          { return []string{ownKey} }

// own is the value of ownKey.
func (b *box) own() string {
	return hex.EncodeToString([]byte{byte(b.typ)}) + hex.EncodeToString([]byte(b.data))
}

// fromOwn is the box whose own property has that text, or nil.
func fromOwn(text string) *box {
	data, err := hex.DecodeString(text)
	if err != nil || len(data) == 0 {
		return nil
	}
	v, rest, ok := bsoncore.ReadValue(data[1:], bsoncore.Type(data[0]))
	if b := (&box{v.Type, string(v.Data)}); ok && len(rest) == 0 && sound(v) && b.class() != "" {
		return b
	}
	return nil
}

// copied is the box that a plain object is a copy of, by its own property and nothing else, or nil.
func copied(o *goja.Object, keys []string) *box {
	if len(keys) != 1 || keys[0] != ownKey {
		return nil
	}
	if own := o.Get(ownKey); isString(own) {
		return fromOwn(own.String())
	}
	return nil
}

// box makes an instance of the class that goes with the type.
func (r *Realm) box(typ bsoncore.Type, data []byte) *goja.Object {
	b := &box{typ, string(data)}
	return r.adopt(r.rt.NewDynamicObject(b), b.class())
}

// boxOf is the box behind a value, or nil. A clone that has the class of a box has its methods, and stands for it.
func boxOf(v goja.Value) *box {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	switch o.ExportType() {
	case typeBox:
		return o.Export().(*box)
	case typePlain:
		if o.Get(ownKey) != nil && o.Get("_bsontype") != nil {
			return copied(o, o.Keys())
		}
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

// class is the name of the class that the box is an instance of; "" for a type without a class.
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
	case bsoncore.TypeDBPointer:
		return "DBPointer"
	}
	return ""
}
