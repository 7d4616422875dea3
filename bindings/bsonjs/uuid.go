package bsonjs

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

const uuidSize = 16

func (r *Realm) uuidSpec() spec {
	text := func(self *box, _ arguments) goja.Value { return r.rt.ToValue(showUUID(self.bytes())) }
	return spec{
		parent: "Binary",
		create: r.newUUID,
		methods: map[string]method{
			"toString": func(self *box, args arguments) goja.Value {
				if encoding := args.at(0).String(); encoding == "hex" || encoding == "base64" {
					return r.rt.ToValue(encoded(self.bytes(), encoding))
				}
				return text(self, args)
			},
			"toHexString": func(self *box, args arguments) goja.Value {
				if len(args) > 0 && !args.at(0).ToBoolean() {
					return r.rt.ToValue(encoded(self.bytes(), "hex"))
				}
				return text(self, args)
			},
			"toJSON":   text,
			"toBinary": func(self *box, _ arguments) goja.Value { return r.adopt(r.uuid(self.bytes()), "Binary") },
		},
		getters: map[string]method{
			"id": func(self *box, _ arguments) goja.Value { return r.bytes(self.bytes()) },
		},
		statics: map[string]func(arguments) goja.Value{
			"generate":            func(arguments) goja.Value { return r.bytes(randomUUID()) },
			"createFromHexString": r.newUUID,
			"isValid": func(args arguments) goja.Value {
				_, ok := r.uuidOf(args.at(0))
				return r.rt.ToValue(ok)
			},
		},
	}
}

// newUUID makes a UUID from its text, its 16 bytes or another UUID; without an argument it is random.
func (r *Realm) newUUID(args arguments) goja.Value {
	if !args.given(0) {
		return r.uuid(randomUUID())
	}
	data, ok := r.uuidOf(args.at(0))
	if !ok {
		r.throw("UUID takes 32 hexadecimal digits, with hyphens or without, or 16 bytes, not %s", r.Show(args.at(0)))
	}
	return r.uuid(data)
}

func (r *Realm) uuid(data []byte) *goja.Object {
	if len(data) != uuidSize {
		r.throw("a UUID has %d bytes, not %d", uuidSize, len(data))
	}
	return r.binary(bson.TypeBinaryUUID, data).ToObject(r.rt)
}

func (r *Realm) uuidOf(v goja.Value) ([]byte, bool) {
	if isString(v) {
		return parseUUID(v.String())
	}
	data, ok := r.bytesOf(v)
	return data, ok && len(data) == uuidSize
}

// parseUUID reads 32 hexadecimal digits, or the form with hyphens.
func parseUUID(s string) ([]byte, bool) {
	if len(s) == 36 {
		if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
			return nil, false
		}
		s = strings.ReplaceAll(s, "-", "")
	}
	data, err := hex.DecodeString(s)
	return data, err == nil && len(data) == uuidSize
}

// randomUUID is a UUID of version 4.
func randomUUID() []byte {
	data := make([]byte, uuidSize)
	_, _ = rand.Read(data) // it never fails: see its documentation
	data[6] = data[6]&0x0f | 0x40
	data[8] = data[8]&0x3f | 0x80
	return data
}

func showUUID(data []byte) string {
	s := hex.EncodeToString(data)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// isUUID reports whether a box is a Binary that is shown as a UUID.
func (b *box) isUUID() bool {
	subtype, data, ok := b.value().BinaryOK()
	return ok && subtype == bson.TypeBinaryUUID && len(data) == uuidSize
}
