package bsonjs

import (
	"time"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// keySpec is the class MinKey or MaxKey.
func (r *Realm) keySpec(name string) spec {
	typ, json := bsoncore.TypeMinKey, "$minKey"
	if name == "MaxKey" {
		typ, json = bsoncore.TypeMaxKey, "$maxKey"
	}
	return spec{
		create:  func(arguments) goja.Value { return r.box(typ, nil) },
		methods: map[string]method{"toJSON": func(*box, arguments) goja.Value { return r.object(json, 1) }},
	}
}

// dbRefSpec is the class of references. One is a plain document with the fields $ref, $id and perhaps $db, read or
// made, so the class adds only the driver's names for them.
func (r *Realm) dbRefSpec() spec {
	return spec{
		create:  r.newDBRef,
		aliases: map[string]string{"collection": "$ref", "namespace": "$ref", "oid": "$id", "db": "$db"},
	}
}

func (r *Realm) newDBRef(args arguments) goja.Value {
	if !isString(args.at(0)) || !args.given(1) {
		r.throw("DBRef takes the name of a collection and an _id, and perhaps the name of a database")
	}
	ref := r.rt.NewObject()
	r.must(ref.Set("$ref", args.at(0)))
	r.must(ref.Set("$id", args.at(1)))
	if args.given(2) {
		r.must(ref.Set("$db", args.at(2)))
	}
	return r.adopt(ref, "DBRef")
}

// dbPointerSpec is the class of the deprecated DBPointer, which scripts can keep but not make.
func (r *Realm) dbPointerSpec() spec {
	return spec{
		create: func(arguments) goja.Value {
			r.throw("DBPointer is deprecated; use DBRef")
			return nil
		},
		methods: map[string]method{"toJSON": func(self *box, _ arguments) goja.Value {
			namespace, id := self.value().DBPointer()
			return r.object("$ref", namespace, "$id", r.objectID(id))
		}},
		getters: map[string]method{
			"namespace": func(self *box, _ arguments) goja.Value {
				namespace, _ := self.value().DBPointer()
				return r.rt.ToValue(namespace)
			},
			"oid": func(self *box, _ arguments) goja.Value {
				_, id := self.value().DBPointer()
				return r.objectID(id)
			},
		},
	}
}

// isoDate is mongosh's ISODate(text): as new Date, but without a zone the text is in UTC, and what is no date throws.
func (r *Realm) isoDate(args arguments) goja.Value {
	v := args.at(0)
	if missing(v) {
		return r.newDateOf()
	}
	if !isString(v) {
		return r.newDateOf(v)
	}
	t, ok := parseISO(v.String())
	if !ok {
		r.throw("%s is not a valid ISODate; write it as 2026-11-21T12:34:56Z", r.Show(v))
	}
	return r.date(t.UnixMilli())
}

func (r *Realm) newDateOf(args ...goja.Value) goja.Value {
	d, err := r.rt.New(r.newDate, args...)
	r.must(err)
	return d
}

// parseISO reads a date, alone or with a time of day and a zone, each with its separators or without.
func parseISO(s string) (time.Time, bool) {
	for _, day := range []string{"2006-01-02", "20060102"} {
		if t, err := time.Parse(day, s); err == nil {
			return t, true
		}
		for _, separator := range []string{"T", " "} {
			for _, clock := range []string{"15:04:05", "15:04", "15", "150405", "1504"} {
				for _, zone := range []string{"Z07:00", "", "Z0700", "Z07"} {
					if t, err := time.Parse(day+separator+clock+zone, s); err == nil {
						return t, true
					}
				}
			}
		}
	}
	return time.Time{}, false
}
