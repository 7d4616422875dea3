package bsonjs

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"unicode/utf8"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// FuzzRoundTrip gives any bytes that are BSON to a script that looks at all of it: they come back as they were, and the
// fields around a change do too.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte(everything(f)))
	f.Add([]byte(twins()))
	for seed := range uint64(50) {
		f.Add([]byte(randomDocument(rand.New(rand.NewPCG(seed, 1)), 3)))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if size, _, ok := bsoncore.ReadLength(raw); ok && size >= 0 && int(size) < len(raw) {
			raw = raw[:size] // Validate does not mind what follows
		}
		if !whole(raw) {
			damaged(t, raw)
			return
		}
		r := New(goja.New())
		before := bytes.Clone(raw)
		look := `(d) => {
			const walk = (v) => { if (v && typeof v === 'object') for (const k in v) walk(v[k]) }
			walk(d); JSON.stringify(Object.keys(d)); ({...d}); return d
		}`
		v, err := r.rt.RunString("(" + look + ")")
		if err != nil {
			t.Fatal(err)
		}
		walk, _ := goja.AssertFunction(v)
		if _, err = walk(nil, r.Document(raw)); err != nil {
			t.Fatalf("%s: %v", bson.Raw(raw), err)
		}
		d := r.Document(raw)
		if _, err = walk(nil, d); err != nil {
			t.Fatal(err)
		}
		_ = r.Show(d)
		got, err := r.Marshal(d, MarshalOptions{})
		if err != nil || !bytes.Equal(got, before) {
			t.Fatalf("%v\nread  % x\nwrote % x", err, before, []byte(got))
		}
		assigned(t, r, raw)
		appended(t, r, d, before)
	})
}

// assigned gives every field, every second and every third, of nested documents too, the value that it has: nothing changes
// by that. Left out are documents
// whose bytes the driver, too, would write in another way, and what an assignment cannot leave as it is: names that a document
// has twice, since it is to one of the two, names that are no text, the type undefined, which is refused, and other NaNs than
// JavaScript's.
func assigned(t *testing.T, r *Realm, raw bson.Raw) {
	t.Helper()
	var d bson.D
	if err := bson.Unmarshal(raw, &d); err != nil || odd(raw) {
		return
	}
	if again, err := bson.Marshal(d); err != nil || !bytes.Equal(again, raw) {
		return
	}
	v, err := r.rt.RunString(`(d, every) => {
		const assign = (v) => {
			if (v === null || typeof v !== 'object') return
			if (Array.isArray(v)) { v.forEach((e, i) => { assign(e); if (i % every === every - 1) v[i] = e }); return }
			if (Object.getPrototypeOf(v) !== Object.prototype) return
			Object.keys(v).forEach((k, i) => { assign(v[k]); if (i % every === every - 1) v[k] = v[k] })
		}
		assign(d); return d
	}`)
	if err != nil {
		t.Fatal(err)
	}
	assign, _ := goja.AssertFunction(v)
	for every := 1; every <= 3; every++ {
		changed, err := assign(nil, r.Document(raw), r.rt.ToValue(every))
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		got, err := r.Marshal(changed, MarshalOptions{})
		if err != nil || !bytes.Equal(got, raw) {
			t.Fatalf("every %d: %v\nread  % x\nwrote % x\nread  %s\nwrote %s", every, err, []byte(raw), []byte(got), raw, got)
		}
	}
}

// odd reports whether a document, or what is in it, has something that no assignment can leave as it is.
func odd(raw bson.Raw) bool {
	elements, err := raw.Elements()
	if err != nil {
		return true
	}
	names := map[string]bool{}
	for _, e := range elements {
		v := e.Value()
		switch v.Type {
		case bson.TypeUndefined:
			return true
		case bson.TypeDouble:
			if n := v.Double(); n != n && math.Float64bits(n) != math.Float64bits(math.NaN()) {
				return true
			}
		case bson.TypeEmbeddedDocument, bson.TypeArray:
			if odd(v.Value) {
				return true
			}
		}
		if names[e.Key()] || !utf8.ValidString(e.Key()) {
			return true
		}
		names[e.Key()] = true
	}
	return false
}

// whole reports whether bytes are a document to the last string in it.
func whole(raw []byte) bool {
	if bson.Raw(raw).Validate() != nil {
		return false
	}
	pos := lengthSize
	for {
		e, ok := elementAt(raw, pos)
		if !ok {
			return wellEnded(raw, pos)
		}
		v := e.of()
		nested := v.Type == bsoncore.TypeEmbeddedDocument || v.Type == bsoncore.TypeArray
		if !sound(v) || nested && !whole(v.Data) {
			return false
		}
		if v.Type == bsoncore.TypeCodeWithScope {
			if _, scope := v.CodeWithScope(); !whole(scope) {
				return false
			}
		}
		pos = e.end
	}
}

// appended adds a field, so that the document is put together again: all the others have to keep their bytes.
func appended(t *testing.T, r *Realm, d *goja.Object, before []byte) {
	t.Helper()
	const name = "a field that no seed has"
	if d.Get(name) != nil {
		return
	}
	if err := d.Set(name, true); err != nil {
		t.Fatal(err)
	}
	got, err := r.Marshal(d, MarshalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := bsoncore.AppendBooleanElement(bytes.Clone(before[lengthSize:len(before)-1]), name, true)
	if !bytes.Equal(got[lengthSize:len(got)-1], want) {
		t.Fatalf("with a new field\nwant % x\ngot  % x", want, []byte(got))
	}
}

// damaged looks at bytes that are no BSON: nothing but an exception may come of it.
func damaged(t *testing.T, raw []byte) {
	t.Helper()
	r := New(goja.New())
	d := r.Document(raw)
	thrown := r.rt.Try(func() {
		d.Get("a")
		for _, name := range d.Keys() {
			_ = r.Show(d.Get(name))
		}
	})
	if thrown != nil && thrown.Value().ToObject(r.rt).Get("name").String() != "BSONError" {
		t.Fatalf("% x: %v", raw, thrown)
	}
}

// randomDocument makes a document out of all types.
func randomDocument(r *rand.Rand, depth int) bson.Raw {
	return bson.Raw(bsoncore.BuildDocument(nil, randomElements(r, depth, func(int) string {
		names := []string{"a", "b", "_id", "größe", "10", "$ref", "toString", "__proto__", "", "then", "length"}
		return names[r.IntN(len(names))]
	})...))
}

func randomElements(r *rand.Rand, depth int, name func(i int) string) [][]byte {
	var elements [][]byte
	for i := range r.IntN(8) {
		elements = append(elements, randomElement(r, name(i), depth))
	}
	return elements
}

func randomElement(r *rand.Rand, name string, depth int) []byte {
	data := make([]byte, r.IntN(20))
	for i := range data {
		data[i] = byte(r.IntN(256))
	}
	text := "text " + name
	id := bson.NewObjectID()
	switch kind := r.IntN(21); {
	case kind == 0 && depth > 0:
		return bsoncore.AppendDocumentElement(nil, name, randomDocument(r, depth-1))
	case kind == 1 && depth > 0:
		step := r.IntN(2) // by 0 they are all called "0", which nobody minds
		array := bsoncore.BuildDocument(nil, randomElements(r, depth-1, func(i int) string { return strconv.Itoa(i * step) })...)
		return bsoncore.AppendArrayElement(nil, name, array)
	case kind == 2:
		return bsoncore.AppendInt32Element(nil, name, int32(r.Uint32()))
	case kind == 3:
		return bsoncore.AppendInt64Element(nil, name, int64(r.Uint64()))
	case kind == 4:
		return bsoncore.AppendInt64Element(nil, name, int64(r.IntN(1000)))
	case kind == 5:
		return bsoncore.AppendDoubleElement(nil, name, float64(r.IntN(1000))/2)
	case kind == 6:
		return bsoncore.AppendStringElement(nil, name, text)
	case kind == 7:
		return bsoncore.AppendStringElement(nil, name, string(data))
	case kind == 8:
		return bsoncore.AppendBinaryElement(nil, name, byte(r.IntN(8)), data)
	case kind == 9:
		return bsoncore.AppendDateTimeElement(nil, name, int64(r.Uint64()))
	case kind == 10:
		return bsoncore.AppendDateTimeElement(nil, name, r.Int64N(4e12))
	case kind == 11:
		return bsoncore.AppendRegexElement(nil, name, "a+(", "imx")
	case kind == 12:
		return bsoncore.AppendDecimal128Element(nil, name, r.Uint64(), r.Uint64())
	case kind == 13:
		return bsoncore.AppendTimestampElement(nil, name, r.Uint32(), r.Uint32())
	case kind == 14:
		return bsoncore.AppendCodeWithScopeElement(nil, name, text, bsoncore.BuildDocument(nil))
	case kind == 15:
		return bsoncore.AppendDBPointerElement(nil, name, text, id)
	case kind == 16:
		return bsoncore.AppendUndefinedElement(nil, name)
	case kind == 17:
		return bsoncore.AppendSymbolElement(nil, name, text)
	case kind == 18:
		return bsoncore.AppendMinKeyElement(nil, name)
	case kind == 19:
		return bsoncore.AppendBooleanElement(nil, name, r.IntN(2) == 0)
	}
	return bsoncore.AppendObjectIDElement(nil, name, id)
}
