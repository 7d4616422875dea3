package bsonjs

import (
	"encoding/base64"
	"encoding/hex"
	"time"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

func (r *Realm) objectIDSpec() spec {
	toHex := func(self *box, _ arguments) goja.Value { return r.rt.ToValue(self.hex()) }
	return spec{
		create: r.newObjectID,
		methods: map[string]method{
			"toString": func(self *box, args arguments) goja.Value {
				if args.at(0).String() == "base64" {
					return r.rt.ToValue(base64.StdEncoding.EncodeToString([]byte(self.data)))
				}
				return toHex(self, args)
			},
			"toHexString": toHex,
			"toJSON":      toHex,
			"equals": func(self *box, args arguments) goja.Value {
				id, ok := objectIDOf(args.at(0))
				return r.rt.ToValue(ok && string(id[:]) == self.data)
			},
			"getTimestamp": func(self *box, _ arguments) goja.Value {
				return r.date(self.objectID().Timestamp().UnixMilli())
			},
		},
		getters: map[string]method{
			"str": toHex,
			"id":  func(self *box, _ arguments) goja.Value { return r.bytes([]byte(self.data)) },
		},
		statics: map[string]func(arguments) goja.Value{
			"createFromHexString": func(args arguments) goja.Value { return r.newObjectID(args[:min(1, len(args))]) },
			"createFromBase64":    r.objectIDFromBase64,
			"createFromTime": func(args arguments) goja.Value {
				id := bson.NewObjectIDFromTimestamp(time.Unix(args.at(0).ToInteger(), 0))
				clear(id[4:])
				return r.objectID(id)
			},
			"isValid": func(args arguments) goja.Value {
				_, isID := objectIDOf(args.at(0))
				data, isBytes := r.bytesOf(args.at(0))
				return r.rt.ToValue(isID || isBytes && len(data) == len(bson.ObjectID{}) || isNumber(args.at(0)))
			},
			"generate": func(arguments) goja.Value {
				id := bson.NewObjectID()
				return r.bytes(id[:])
			},
		},
	}
}

func (r *Realm) objectID(id bson.ObjectID) goja.Value { return r.box(bsoncore.TypeObjectID, id[:]) }

// newObjectID makes an ObjectId from 24 hexadecimal digits, 12 bytes, another ObjectId, a time in seconds, or nothing.
func (r *Realm) newObjectID(args arguments) goja.Value {
	v := args.at(0)
	if missing(v) {
		return r.objectID(bson.NewObjectID())
	}
	if id, ok := objectIDOf(v); ok {
		return r.objectID(id)
	}
	if isNumber(v) {
		return r.objectID(bson.NewObjectIDFromTimestamp(time.Unix(v.ToInteger(), 0)))
	}
	if data, ok := r.bytesOf(v); ok && len(data) == len(bson.ObjectID{}) {
		return r.objectID(bson.ObjectID(data))
	}
	r.throw("ObjectId takes 24 hexadecimal digits, 12 bytes, a number of seconds or nothing, not %s", r.Show(v))
	return nil
}

func (r *Realm) objectIDFromBase64(args arguments) goja.Value {
	data, err := base64.StdEncoding.DecodeString(args.at(0).String())
	if err != nil || len(data) != len(bson.ObjectID{}) {
		r.throw("ObjectId.createFromBase64 takes the base64 text of 12 bytes, not %s", r.Show(args.at(0)))
	}
	return r.objectID(bson.ObjectID(data))
}

// objectIDOf reads an ObjectId, or the hexadecimal text of one.
func objectIDOf(v goja.Value) (bson.ObjectID, bool) {
	if b := boxOfType(v, bsoncore.TypeObjectID); b != nil {
		return b.objectID(), true
	}
	if _, ok := v.(goja.String); !ok {
		return bson.ObjectID{}, false
	}
	id, err := bson.ObjectIDFromHex(v.String())
	return id, err == nil
}

func (b *box) objectID() bson.ObjectID { return bson.ObjectID([]byte(b.data)) }

func (b *box) hex() string { return hex.EncodeToString([]byte(b.data)) }
