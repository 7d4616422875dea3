package bsonjs

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestNumbersKeepTheirWidth(t *testing.T) {
	t.Parallel()
	const doc = `{"_id": 1, "i": {"$numberInt":"7"}, "l": {"$numberLong":"5"}, "f": {"$numberDouble":"3.0"},
		"sub": {"l": {"$numberLong":"1"}}, "list": [{"$numberLong":"1"}, {"$numberLong":"2"}],
		"mixed": [{"$numberInt":"1"}, {"$numberLong":"2"}, {"$numberDouble":"3.0"}], "items": [{"l": {"$numberLong":"1"}}]}`
	for name, c := range map[string]struct{ code, path, want string }{
		"an int64 that is counted up":                      {"d.l++; d", "l", `long 6`},
		"an int64 that becomes negative":                   {"d.l = -1; d", "l", `long -1`},
		"an int64 that becomes 0 by way of -0":             {"d.l *= -0; d", "l", `long 0`},
		"an int64 that becomes a fraction is a double":     {"d.l /= 2; d", "l", `double 2.5`},
		"an int64 beyond 2^53 stays an integer":            {"d.l = 2 ** 60; d", "l", `long 1152921504606846976`},
		"an int64 beyond its range is a double":            {"d.l = 2 ** 63; d", "l", `double 9.223372036854776e+18`},
		"a double that is whole":                           {"d.f = d.f + 1; d", "f", `double 4`},
		"a double that is set to an integer":               {"d.f = 100; d", "f", `double 100`},
		"an int32":                                         {"d.i++; d", "i", `int 8`},
		"an int32 that grows out of its range is an int64": {"d.i = 2 ** 31; d", "i", `long 2147483648`},
		"an int32 that becomes a fraction is a double":     {"d.i = 0.5; d", "i", `double 0.5`},
		"an explicit type wins":                            {"d.l = Int32(6); d", "l", `int 6`},
		"another explicit type wins":                       {"d.f = NumberLong(6); d", "f", `long 6`},
		"after delete it is new":                           {"delete d.l; d.l = 6; d", "l", `int 6`},
		"a nested int64":                                   {"d.sub.l++; d", "sub.l", `long 2`},
		"in an object that replaces one":                   {"d.sub = {x: 1, l: 9}; d", "sub.l", `long 9`},
		"in a copy of a nested one":                        {"d.sub = {...d.sub, l: 9}; d", "sub.l", `long 9`},
		"in an array that replaces one":                    {"d.list = d.list.map(x => x + 1); d", "list.1", `long 3`},
		"in documents of an array that replaces one":       {"d.items = d.items.map(x => ({l: x.l + 1})); d", "items.0.l", `long 2`},
		"a number pushed to an array of one width":         {"d.list.push(3); d", "list.2", `long 3`},
		"an item of an array of several widths":            {"d.mixed[1]++; d", "mixed.1", `long 3`},
		"an item that is whole in such an array":           {"d.mixed[2]++; d", "mixed.2", `double 4`},
		"an untouched item of a changed array":             {"d.mixed.push('x'); d", "mixed.2", `double 3`},

		"a copy by spread":                {"({...d})", "l", `long 5`},
		"a double in a copy by spread":    {"({...d})", "f", `double 3`},
		"a changed number in a copy":      {"({...d, l: d.l + 1})", "l", `long 6`},
		"a changed double in a copy":      {"({...d, f: d.f + 1})", "f", `double 4`},
		"a copy of a copy":                {"({...{...d, x: 1}, y: 2})", "l", `long 5`},
		"a copy by rest":                  {"(() => { const {_id, ...rest} = d; return rest })()", "l", `long 5`},
		"a copy by Object.assign":         {"Object.assign({}, d, {x: 1})", "f", `double 3`},
		"a copy by entries":               {"Object.fromEntries(Object.entries(d).filter(([k]) => k !== 'i'))", "l", `long 5`},
		"a copy by a loop":                {"(() => { const c = {}; for (const k in d) c[k] = d[k]; return c })()", "f", `double 3`},
		"a copy by a loop over keys":      {"(() => { const c = {}; Object.keys(d).forEach((k) => { c[k] = d[k] }); return c })()", "l", `long 5`},
		"a copy into a class":             {"new (class User { constructor(d) { Object.assign(this, d) } })(d)", "l", `long 5`},
		"a copy of a nested document":     {"({...d, sub: {...d.sub, x: 1}})", "sub.l", `long 1`},
		"a nested document in a copy":     {"({...d})", "sub.l", `long 1`},
		"a copy as a Map":                 {"new Map(Object.entries(d))", "l", `long 5`},
		"an int32 in a copy":              {"({...d})", "i", `int 7`},
		"a copy into another document":    {"Object.assign(EJSON.parse('{\"x\": 1}'), d)", "l", `long 5`},
		"documented: a literal is new":    {"({l: d.l})", "l", `int 5`},
		"documented: through JSON is new": {"JSON.parse(JSON.stringify(d))", "l", `int 5`},
		"documented: spread over a field": {"({l: 0, ...d})", "l", `int 5`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := typed(t, marshal(t, newRealm(t), parse(t, doc), c.code), c.path)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", c.code, c.path, diff)
			}
		})
	}
}

// typed is the type and value of the number at a path with dots.
func typed(t *testing.T, raw bson.Raw, path string) string {
	t.Helper()
	var keys []string
	for start, i := 0, 0; i <= len(path); i++ {
		if i == len(path) || path[i] == '.' {
			keys = append(keys, path[start:i])
			start = i + 1
		}
	}
	v, err := raw.LookupErr(keys...)
	if err != nil {
		t.Fatalf("%s in %s: %v", path, raw, err)
	}
	switch v.Type {
	case bson.TypeInt32:
		return fmt.Sprint("int ", v.Int32())
	case bson.TypeInt64:
		return fmt.Sprint("long ", v.Int64())
	case bson.TypeDouble:
		return fmt.Sprint("double ", v.Double())
	}
	return v.String()
}

func TestNewNumbers(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"0": "int 0", "1.0": "int 1", "-2147483648": "int -2147483648", "2147483647": "int 2147483647",
		"2147483648": "long 2147483648", "-2147483649": "long -2147483649", "2 ** 53": "long 9007199254740992",
		"2 ** 53 + 2": "double 9.007199254740994e+15", "0.1": "double 0.1", "-0": "double -0", "NaN": "double NaN",
		"Infinity": "double +Inf", "5n": "long 5", "2n ** 63n - 1n": "long 9223372036854775807",
		"Long('9007199254740993')": "long 9007199254740993", "Double(5)": "double 5", "Int32(5)": "int 5",
		"new Number(5)": "int 5", "Object(5n)": "long 5", "5 / 2 * 2": "int 5",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			if got := typed(t, marshal(t, newRealm(t), nil, "({n: "+code+"})"), "n"); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestNamesAreForgottenInTheEnd(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	first := r.names.mark([]byte("n"), 0x12)
	for i := range 3 * maxNames {
		r.names.mark(fmt.Appendf(nil, "key_%d", i), 0x12)
	}
	if got := len(r.names.young.marked) + len(r.names.old.marked); got > 2*maxNames {
		t.Errorf("%d names are remembered, want at most %d", got, 2*maxNames)
	}
	if r.names.width(first) != 0 {
		t.Error("the first name is still remembered")
	}
	if last := r.names.mark([]byte("key_1"), 0x12); r.names.width(last) != 0x12 {
		t.Error("a new name is not remembered")
	}
}

func TestShapesAreBounded(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	for i := range 2 * maxShapes {
		doc, err := bson.Marshal(bson.D{{Key: fmt.Sprint("key_", i), Value: 1}})
		if err != nil {
			t.Fatal(err)
		}
		if keys := r.Document(doc).Keys(); len(keys) != 1 || keys[0] != fmt.Sprint("key_", i) {
			t.Fatalf("keys %v", keys)
		}
	}
	if len(r.shapes.known) > maxShapes {
		t.Errorf("%d shapes are kept, want at most %d", len(r.shapes.known), maxShapes)
	}
}

func TestShapesOfManyFieldsAreNotKept(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	var doc bson.D
	for i := range maxFields + 1 {
		doc = append(doc, bson.E{Key: fmt.Sprint("user_", i), Value: int64(i)})
	}
	raw, err := bson.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if got := typed(t, marshal(t, r, raw, "({...d})"), "user_256"); got != "long 256" {
		t.Errorf("got %s", got)
	}
	if len(r.shapes.known) != 0 {
		t.Error("the shape is kept")
	}
}
