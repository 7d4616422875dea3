package bsonjs

import (
	"fmt"
	"testing"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// wide is a document of 20 fields like those that applications store.
func wide(tb testing.TB) bson.Raw {
	doc := bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "age", Value: int32(41)}, {Key: "balance", Value: 12.5},
		{Key: "visits", Value: int64(7)}, {Key: "address", Value: bson.D{{Key: "city", Value: "Springfield"}, {Key: "zip", Value: "12345"}}},
		{Key: "tags", Value: bson.A{"a", "b", "c"}}, {Key: "active", Value: true}, {Key: "note", Value: nil}}
	for i := len(doc); i < 20; i++ {
		doc = append(doc, bson.E{Key: fmt.Sprintf("field_%d", i), Value: fmt.Sprintf("value number %d", i)})
	}
	raw, err := bson.Marshal(doc)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// function compiles a function for a benchmark.
func function(b *testing.B, r *Realm, code string) goja.Callable {
	v, err := r.rt.RunString(code)
	if err != nil {
		b.Fatal(err)
	}
	f, ok := goja.AssertFunction(v)
	if !ok {
		b.Fatalf("%s is not a function", code)
	}
	return f
}

func BenchmarkDocument(b *testing.B) {
	for _, c := range []struct{ name, code string }{
		{"read3", "(d) => d.age + d.balance + d.address.city.length"},
		{"readId", "(d) => d._id"},
		{"forIn", "(d) => { let n = 0; for (const k in d) if (d[k]) n++; return n }"},
		{"spread", "(d) => ({...d, age: 42})"},
		{"stringify", "(d) => JSON.stringify(d)"},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := New(goja.New())
			f, raw := function(b, r, c.code), wide(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f(nil, r.Document(raw)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMarshal(b *testing.B) {
	for _, c := range []struct{ name, code string }{
		{"untouched", "(d) => d"},
		{"read", "(d) => { d.address.city; d.tags; d._id; return d }"},
		{"oneFieldSet", "(d) => { d.age = 42; return d }"},
		{"spread", "(d) => ({...d, age: 42})"},
		{"literal", "(d) => ({$set: {full_name: 'Ada Lovelace', n: 5}})"},
		{"filterById", "(d) => ({_id: d._id})"},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := New(goja.New())
			f, raw := function(b, r, c.code), wide(b)
			v, err := f(nil, r.Document(raw))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Marshal(v, MarshalOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRealm is what BSON adds to the start of an interpreter.
func BenchmarkRealm(b *testing.B) {
	for _, c := range []struct {
		name    string
		prepare func(*Realm) error
	}{
		{"new", func(*Realm) error { return nil }},
		{"globals", (*Realm).InstallGlobals},
		{"globalsAndFirstObjectId", func(r *Realm) error {
			if err := r.InstallGlobals(); err != nil {
				return err
			}
			_, err := r.rt.RunString("ObjectId()")
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.prepare(New(goja.New())); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
