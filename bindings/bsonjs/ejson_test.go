package bsonjs

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEJSONOfValues(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	for code, want := range map[string][2]string{ // relaxed, canonical
		"5":                                {`5`, `{"$numberInt":"5"}`},
		"'a<b'":                            {`"a<b"`, `"a<b"`},
		"null":                             {`null`, `null`},
		"undefined":                        {`null`, `null`},
		"[1, Long(2), undefined, () => 1]": {`[1,2,null,null]`, `[{"$numberInt":"1"},{"$numberLong":"2"},null,null]`},
		"({a: undefined, f() {}, n: Long('9007199254740993')})": {`{"a":null,"n":9007199254740993}`, `{"a":null,"n":{"$numberLong":"9007199254740993"}}`},
		"ObjectId('507f1f77bcf86cd799439011')":                  {`{"$oid":"507f1f77bcf86cd799439011"}`, `{"$oid":"507f1f77bcf86cd799439011"}`},
		"new Date(0)":                                           {`{"$date":"1970-01-01T00:00:00Z"}`, `{"$date":{"$numberLong":"0"}}`},
		"d.sub":                                                 {`{"n":1,"deep":{"m":1.0}}`, `{"n":{"$numberLong":"1"},"deep":{"m":{"$numberDouble":"1.0"}}}`},
		"({})":                                                  {`{}`, `{}`},
	} {
		v := run(t, r, everything(t), code)
		for i, wanted := range want {
			got, err := r.EJSON(v, i == 1)
			if err != nil {
				t.Errorf("%s: %v", code, err)
			}
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", code, diff)
			}
		}
	}
}

// Each expression must be true.
func TestEJSONInScripts(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"stringify is relaxed":                 `EJSON.stringify({n: Long(5), d: 1.5}) === '{"n":5,"d":1.5}'`,
		"stringify is canonical if it is told": `EJSON.stringify({n: 5}, {relaxed: false}) === '{"n":{"$numberInt":"5"}}' && EJSON.stringify({n: 5}, null, 0, {relaxed: false}) === '{"n":{"$numberInt":"5"}}'`,
		"stringify indents":                    `EJSON.stringify({n: Long(5)}, null, 2) === '{\n  "n": 5\n}'`,
		"stringify takes a replacer":           `EJSON.stringify({a: 1, b: 2}, ['a']) === '{"a":1}' && EJSON.stringify({a: 1}, (k, v) => k === 'a' ? 7 : v) === '{"a":7}'`,
		"stringify of undefined":               `EJSON.stringify(undefined) === undefined`,
		"parse gives values":                   `(o => o.a === 5 && o.id instanceof ObjectId && o.t instanceof Date && o.l[0] === 1)(EJSON.parse('{"a": {"$numberLong": "5"}, "id": {"$oid": "507f1f77bcf86cd799439011"}, "t": {"$date": "2020-01-01T00:00:00Z"}, "l": [1]}'))`,
		"parse keeps the type if it is told":   `(o => o.a instanceof Long && o.b.c instanceof Int32 && o.l[0] instanceof Double)(EJSON.parse('{"a": {"$numberLong": "5"}, "b": {"c": 1}, "l": [1.5]}', {relaxed: false}))`,
		"parse of other values":                `EJSON.parse('5') === 5 && EJSON.parse('"x"') === 'x' && EJSON.parse('[1]').length === 1 && EJSON.parse('null') === null`,
		"there and back":                       `EJSON.stringify(EJSON.parse(EJSON.stringify(d, {relaxed: false})), {relaxed: false}) === EJSON.stringify(d, {relaxed: false})`,
		"serialize gives plain objects":        `(o => o.id.$oid === '507f1f77bcf86cd799439011' && o.n === 5)(EJSON.serialize({id: ObjectId('507f1f77bcf86cd799439011'), n: Long(5)}))`,
		"serialize does not round":             `EJSON.serialize({n: Long('9007199254740993')}).n.$numberLong === '9007199254740993'`,
		"deserialize is the way back":          `EJSON.deserialize({n: {$numberDecimal: '1.5'}}).n instanceof Decimal128`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !run(t, newRealm(t), everything(t), code).ToBoolean() {
				t.Errorf("not true: %s", code)
			}
		})
	}
}

func TestEJSONRefuses(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"EJSON.parse('{')", "EJSON.parse('1,\"w\":2')", "EJSON.parse('{\"$oid\": \"x\"}')", "EJSON.parse('')",
		"EJSON.stringify((() => { const a = {}; a.a = a; return a })())", "EJSON.stringify(new Date(NaN))",
	} {
		if v, err := evaluate(newRealm(t), nil, code); err == nil {
			t.Errorf("%s gave %v", code, v)
		}
	}
}
