package bsonjs

import (
	"testing"

	"github.com/dop251/goja"
	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

func TestUntouchedFieldsKeepTheirBytes(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"nothing is read":             "d",
		"one field is read":           "d.long; d",
		"a missing field is read":     "d.missing; d",
		"every field is read":         "for (const k in d) d[k]; d",
		"everything below is read":    "const walk = (o) => { if (o && typeof o === 'object') Object.values(o).forEach(walk) }; walk(d); d",
		"it is turned into JSON":      "JSON.stringify(d); d",
		"it is turned into EJSON":     "EJSON.stringify(d); d",
		"arrays are only looked at":   "d.list.map(x => x + 1); [...d.mixed].push(1); d.list.slice().sort(); d",
		"it is asked for its fields":  "'long' in d; Object.keys(d); Object.entries(d); d",
		"a copy of it is changed":     "const c = {...d}; c.long = 9; delete c.int; d",
		"it is one of several values": "({a: 1, d}).d",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := everything(t)
			before := string(raw)
			got := marshal(t, newRealm(t), raw, code)
			if string(got) != before {
				t.Errorf("%s\ngot  %s\nwant %s", code, canonical(t, got), canonical(t, raw))
			}
		})
	}
}

func TestFieldsAroundAChangeKeepTheirBytes(t *testing.T) {
	t.Parallel()
	raw := everything(t)
	got := marshal(t, newRealm(t), raw, "for (const k in d) d[k]; d.string = 'x'; d")
	before, err := raw.Elements()
	if err != nil {
		t.Fatal(err)
	}
	after, err := got.Elements()
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range before {
		if e.Key() != "string" && string(e) != string(after[i]) {
			t.Errorf("%s became %s", e, after[i])
		}
	}
}

func TestChangesOfADocument(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ doc, code, want string }{
		"a field is set in place":                {`{"a":1,"b":2}`, "d.a = 'x'; d", `{"a":"x","b":{"$numberInt":"2"}}`},
		"a new field comes last":                 {`{"a":1}`, "d.z = 1; d.b = 2; d", `{"a":{"$numberInt":"1"},"z":{"$numberInt":"1"},"b":{"$numberInt":"2"}}`},
		"a field is deleted":                     {`{"a":1,"b":2,"c":3}`, "delete d.b; d", `{"a":{"$numberInt":"1"},"c":{"$numberInt":"3"}}`},
		"the first and last are deleted":         {`{"a":1,"b":2,"c":3}`, "delete d.a; delete d.c; d", `{"b":{"$numberInt":"2"}}`},
		"all fields are deleted":                 {`{"a":1,"b":2}`, "delete d.a; delete d.b; d", `{}`},
		"a deleted field that comes back is new": {`{"a":1,"b":2}`, "delete d.a; d.a = 'x'; d", `{"b":{"$numberInt":"2"},"a":"x"}`},
		"a new field is deleted again":           {`{"a":1}`, "d.x = 1; d.y = 2; delete d.x; d.y = 3; d", `{"a":{"$numberInt":"1"},"y":{"$numberInt":"3"}}`},
		"a field is renamed":                     {`{"a":"v","b":2}`, "d.c = d.a; delete d.a; d", `{"b":{"$numberInt":"2"},"c":"v"}`},
		"a nested field is set":                  {`{"a":{"b":{"c":1,"x":2}}}`, "d.a.b.c = 'y'; d", `{"a":{"b":{"c":"y","x":{"$numberInt":"2"}}}}`},
		"a nested field is set after many reads": {`{"a":{"b":1},"c":1,"d":1,"e":1,"f":1}`, "const a = d.a; d.c; d.d; d.e; d.f; a.b = 2; d", `{"a":{"b":{"$numberInt":"2"}},"c":{"$numberInt":"1"},"d":{"$numberInt":"1"},"e":{"$numberInt":"1"},"f":{"$numberInt":"1"}}`},
		"a date is changed in place":             {`{"t":{"$date":{"$numberLong":"0"}}}`, "d.t.setUTCFullYear(1971); d", `{"t":{"$date":{"$numberLong":"31536000000"}}}`},
		"a document is put into itself":          {`{"a":{"b":1}}`, "d.copy = d.a; d", `{"a":{"b":{"$numberInt":"1"}},"copy":{"b":{"$numberInt":"1"}}}`},
		"Object.assign into it":                  {`{"a":1}`, "Object.assign(d, {b: 'x', a: 'y'})", `{"a":"y","b":"x"}`},
		"a name that is a number keeps its turn": {`{"b":1,"10":2,"a":3}`, "d.x = 4; d", `{"b":{"$numberInt":"1"},"10":{"$numberInt":"2"},"a":{"$numberInt":"3"},"x":{"$numberInt":"4"}}`},
		"names of Object.prototype are fields":   {`{"constructor":1,"toString":2}`, "d.valueOf = 3; d", `{"constructor":{"$numberInt":"1"},"toString":{"$numberInt":"2"},"valueOf":{"$numberInt":"3"}}`},
		"an array is pushed to":                  {`{"l":["a"]}`, "d.l.push('b'); d", `{"l":["a","b"]}`},
		"an array's length is cut":               {`{"l":["a","b","c"]}`, "d.l.length = 1; d", `{"l":["a"]}`},
		"an array is sorted":                     {`{"l":["b","a"]}`, "d.l.sort(); d", `{"l":["a","b"]}`},
		"an array is spliced":                    {`{"l":["a","b","c"]}`, "d.l.splice(1, 1, 'x', 'y'); d", `{"l":["a","x","y","c"]}`},
		"an array is reversed":                   {`{"l":["a","b","c"]}`, "d.l.reverse(); d", `{"l":["c","b","a"]}`},
		"an array grows a hole":                  {`{"l":["a"]}`, "d.l[2] = 'c'; d", `{"l":["a",null,"c"]}`},
		"an item of an array is changed below":   {`{"l":[{"a":1},{"a":2}]}`, "d.l[1].a = 'x'; d", `{"l":[{"a":{"$numberInt":"1"}},{"a":"x"}]}`},
		"an empty document gets a field":         {`{}`, "d.a = true; d", `{"a":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := canonical(t, marshal(t, newRealm(t), parse(t, c.doc), c.code))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.code, diff)
			}
		})
	}
}

// Each expression must be true.
func TestDocumentsBehaveAsObjects(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"nested documents are identical each time": "d.sub === d.sub && d.sub.deep === d.sub.deep && d.list === d.list",
		"and stay so once all fields are read":     "(() => { const s = d.sub; Object.keys(d); return s === d.sub })()",
		"other instances are too":                  "d._id === d._id && d.date === d.date",
		"keys keep their order":                    "Object.keys(d.sub).join() === 'n,deep'",
		"in and hasOwnProperty":                    "'long' in d && !('nope' in d) && d.hasOwnProperty('long') && Object.hasOwn(d, 'null') && 'undefined' in d",
		"a missing field is undefined":             "d.nope === undefined && d.nope === undefined",
		"destructuring":                            "(() => { const {int, sub: {deep: {m}}, ...rest} = d; return int === 7 && m === 1 && !('int' in rest) && rest.long === 5 })()",
		"spread":                                   "(() => { const c = {...d, int: 8}; return c.int === 8 && d.int === 7 && c.sub === d.sub && Object.keys(c).length === Object.keys(d).length })()",
		"entries and values":                       "Object.entries(d.sub)[0][0] === 'n' && Object.values(d.sub)[0] === 1",
		"for in":                                   "(() => { const l = []; for (const k in d.sub) l.push(k); return l.join() })() === 'n,deep'",
		"arrays are arrays":                        "Array.isArray(d.list) && d.list instanceof Array && d.list.length === 2",
		"arrays map, filter, spread, concat":       "d.list.map(x => x * 2).join() === '2,4' && [...d.list].length === 2 && [0].concat(d.list).length === 3 && d.list.includes(2)",
		"arrays destructure and iterate":           "(() => { const [a, ...b] = d.list; let n = 0; for (const x of d.list) n += x; return a === 1 && b[0] === 2 && n === 3 })()",
		"there is nothing outside of an array":     "d.list[2] === undefined && d.list[-1] === undefined && d.list.at(-1) === 2",
		"JSON of a document":                       `JSON.stringify({l: d.list, s: d.sub, i: d._id}) === '{"l":[1,2],"s":{"n":1,"deep":{"m":1}},"i":"507f1f77bcf86cd799439011"}'`,
		"numbers are numbers":                      "typeof d.long === 'number' && typeof d.double === 'number' && d.fraction === 2.5 && Object.is(d.minusZero, -0) && Number.isNaN(d.nan)",
		"an int64 beyond 2^53 is a Long":           "d.big instanceof Long && d.big.toString() === '1152921504606846977' && d.big.toBigInt() === 1152921504606846977n",
		"dates are Dates":                          "d.date instanceof Date && d.date.getTime() === 1600000000123",
		"a date out of reach is invalid":           "Number.isNaN(d.farDate.getTime())",
		"regular expressions are RegExps":          "d.regex instanceof RegExp && d.regex.test('xA/Bx') && d.pcre instanceof BSONRegExp",
		"binary, uuid, timestamp":                  "d.bytes instanceof Binary && d.uuid instanceof UUID && d.timestamp.t === 4000000000 && d.timestamp.i === 2",
		"a reference is a DBRef and a document":    "d.ref instanceof DBRef && d.ref.oid === 1 && d.ref.$ref === 'users' && d.ref.collection === 'users'",
		"deprecated types can be read":             "d.symbol == 's' && d.undefined === undefined && d.code.code === 'f()' && d.scoped.scope.n === 1 && d.pointer.namespace === 'db.c'",
		"null is null":                             "d.null === null && d.true === true && d.string === 'größe'",
		"it is an object like any other":           "typeof d === 'object' && d instanceof Object && Object.getPrototypeOf(d) === Object.prototype && `${d}` === '[object Object]'",
		"awaiting it gives it":                     "d.then === undefined",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if v := run(t, newRealm(t), everything(t), code); !v.ToBoolean() {
				t.Errorf("not true: %s", code)
			}
		})
	}
}

// twins is a document with two fields of one name, as the server lets some clients store it.
func twins() bson.Raw {
	return bson.Raw(bsoncore.BuildDocument(nil,
		bsoncore.AppendInt32Element(nil, "a", 1), bsoncore.AppendInt32Element(nil, "b", 2), bsoncore.AppendInt32Element(nil, "a", 3)))
}

func TestNamesThatOccurTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"both survive a change elsewhere": {"d.b = 'x'; d", `{"a":{"$numberInt":"1"},"b":"x","a":{"$numberInt":"3"}}`},
		"setting it leaves one":           {"d.a = 'x'; d", `{"a":"x","b":{"$numberInt":"2"}}`},
		"deleting it leaves none":         {"delete d.a; d", `{"b":{"$numberInt":"2"}}`},
		"the first one is read":           {"({read: [d.a, Object.values(d)[0]], keys: Object.keys(d)})", `{"read":[{"$numberInt":"1"},{"$numberInt":"1"}],"keys":["a","b"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := canonical(t, marshal(t, newRealm(t), twins(), c.code))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.code, diff)
			}
		})
	}
}

func TestDamagedDocumentsThrow(t *testing.T) {
	t.Parallel()
	whole := parse(t, `{"a": "text", "b": {"c": 1}}`)
	for name, raw := range map[string]bson.Raw{
		"cut short":               whole[:len(whole)-4],
		"a string that runs over": append(append(bson.Raw{}, whole[:7]...), append([]byte{0xff, 0xff, 0xff, 0x7f}, whole[11:]...)...),
		"without an end":          append(append(bson.Raw{}, whole[:len(whole)-1]...), 1),
	} {
		for _, code := range []string{"d.missing", "Object.keys(d)", "d.x = 1", "JSON.stringify(d)"} {
			t.Run(name+" "+code, func(t *testing.T) {
				t.Parallel()
				if v, err := evaluate(newRealm(t), raw, code); err == nil {
					t.Errorf("%s gave %v", code, v)
				}
			})
		}
	}
}

func TestSetLengthBeyondReasonIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := evaluate(newRealm(t), everything(t), "'use strict'; d.list[4294967294] = 1"); err == nil {
		t.Error("a gigantic array was made")
	}
}

func TestTheZeroValueIsUndefined(t *testing.T) {
	t.Parallel()
	if v := newRealm(t).ToJS(twins().Lookup("nowhere")); !goja.IsUndefined(v) {
		t.Errorf("got %v", v)
	}
}
