package bsonjs

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

func (r *Realm) binarySpec() spec {
	data := func(self *box, _ arguments) goja.Value { return r.bytes(self.bytes()) }
	text := func(encoding string) method {
		return func(self *box, _ arguments) goja.Value { return r.rt.ToValue(encoded(self.bytes(), encoding)) }
	}
	length := func(self *box, _ arguments) goja.Value { return r.rt.ToValue(len(self.bytes())) }
	return spec{
		create: r.newBinary,
		consts: r.subtypes,
		getters: map[string]method{
			"buffer": data, "position": length,
			"sub_type": func(self *box, _ arguments) goja.Value { return r.rt.ToValue(self.subtype()) },
		},
		methods: map[string]method{
			"value": data, "length": length,
			"toString": func(self *box, args arguments) goja.Value {
				return r.rt.ToValue(encoded(self.bytes(), args.at(0).String()))
			},
			"toJSON": text("base64"), "base64": text("base64"), "hex": text("hex"),
			"toUUID": func(self *box, _ arguments) goja.Value { return r.uuid(self.bytes()) },
			"equals": r.binaryEquals,
		},
		statics: map[string]func(arguments) goja.Value{
			"createFromBase64": func(args arguments) goja.Value {
				return r.binary(subtypeOf(args.at(1)), r.decoded(args.at(0), base64.StdEncoding.DecodeString))
			},
			"createFromHexString": func(args arguments) goja.Value {
				return r.binary(subtypeOf(args.at(1)), r.decoded(args.at(0), hex.DecodeString))
			},
		},
	}
}

// subtypes are the constants for the subtypes that have a name.
func (r *Realm) subtypes() map[string]goja.Value {
	consts := map[string]goja.Value{}
	for name, subtype := range map[string]byte{
		"SUBTYPE_DEFAULT": bson.TypeBinaryGeneric, "SUBTYPE_FUNCTION": bson.TypeBinaryFunction,
		"SUBTYPE_BYTE_ARRAY": bson.TypeBinaryBinaryOld, "SUBTYPE_UUID_OLD": bson.TypeBinaryUUIDOld,
		"SUBTYPE_UUID": bson.TypeBinaryUUID, "SUBTYPE_MD5": bson.TypeBinaryMD5,
		"SUBTYPE_ENCRYPTED": bson.TypeBinaryEncrypted, "SUBTYPE_COLUMN": bson.TypeBinaryColumn,
		"SUBTYPE_USER_DEFINED": bson.TypeBinaryUserDefined,
	} {
		consts[name] = r.rt.ToValue(subtype)
	}
	return consts
}

// newBinary is Binary(bytes, subtype). A string stands for its UTF-8 bytes.
func (r *Realm) newBinary(args arguments) goja.Value {
	data, ok := r.bytesOf(args.at(0))
	switch {
	case !args.given(0):
	case isString(args.at(0)):
		data = []byte(args.at(0).String())
	case !ok:
		r.throw("Binary takes a Uint8Array, an array of bytes or a string, not %s", r.Show(args.at(0)))
	}
	return r.binary(subtypeOf(args.at(1)), data)
}

// binData is mongosh's BinData(subtype, base64).
func (r *Realm) binData(args arguments) goja.Value {
	return r.binary(subtypeOf(args.at(0)), r.decoded(args.at(1), base64.StdEncoding.DecodeString))
}

// hexData is mongosh's HexData(subtype, hexadecimal).
func (r *Realm) hexData(args arguments) goja.Value {
	return r.binary(subtypeOf(args.at(0)), r.decoded(args.at(1), hex.DecodeString))
}

func (r *Realm) binary(subtype byte, data []byte) goja.Value {
	return r.box(bsoncore.TypeBinary, bsoncore.AppendBinary(nil, subtype, data))
}

// decoded reads the text of bytes.
func (r *Realm) decoded(v goja.Value, decode func(string) ([]byte, error)) []byte {
	data, err := decode(v.String())
	if err != nil || !isString(v) {
		r.throw("expected bytes as text in base64 or hexadecimal digits, not %s", r.Show(v))
	}
	return data
}

func (r *Realm) binaryEquals(self *box, args arguments) goja.Value {
	other, ok := r.bytesOf(args.at(0))
	if !ok && self.isUUID() && isString(args.at(0)) {
		other, ok = parseUUID(args.at(0).String())
	}
	return r.rt.ToValue(ok && bytes.Equal(self.bytes(), other))
}

// subtypeOf reads a subtype: generic, unless it is given.
func subtypeOf(v goja.Value) byte {
	if missing(v) {
		return bson.TypeBinaryGeneric
	}
	return byte(v.ToInteger())
}

// encoded is the text of bytes in one of Node's encodings; UTF-8 unless it is base64 or hex.
func encoded(data []byte, encoding string) string {
	switch strings.ToLower(encoding) {
	case "base64":
		return base64.StdEncoding.EncodeToString(data)
	case "hex":
		return hex.EncodeToString(data)
	}
	return strings.ToValidUTF8(string(data), "\uFFFD")
}

func (b *box) bytes() []byte {
	_, data := b.value().Binary()
	return data
}

func (b *box) subtype() byte {
	subtype, _ := b.value().Binary()
	return subtype
}
