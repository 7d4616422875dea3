package bsonjs

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"a string":                {"'it is'", "it is"},
		"a string inside":         {"['it is', 'it\\'s', 'a\\nb', '\\x07']", `[ 'it is', "it's", 'a\nb', '\x07' ]`},
		"primitives":              {"[1, -0, 1.5, NaN, true, null, undefined, 5n, Symbol('s')]", "[ 1, -0, 1.5, NaN, true, null, undefined, 5n, Symbol(s) ]"},
		"nothing inside":          {"[{}, [], new Map(), new Set()]", "[ {}, [], Map(0) {}, Set(0) {} ]"},
		"names":                   {"({a: 1, $b: 2, 'c-d': 3, 4: 5, '': 6, _e1: 7})", "{ '4': 5, a: 1, '$b': 2, 'c-d': 3, '': 6, _e1: 7 }"},
		"a Map and a Set":         {"[new Map([['a', {b: 1}]]), new Set([1, 'x'])]", "[ Map(1) { 'a' => { b: 1 } }, Set(2) { 1, 'x' } ]"},
		"dates":                   {"[new Date(0), new Date(NaN)]", "[ ISODate('1970-01-01T00:00:00.000Z'), Invalid Date ]"},
		"regular expressions":     {"[/a\\/b/gi, new RegExp('a/b')]", `[ /a\/b/gi, /a\/b/ ]`},
		"functions":               {"[function f() {}, () => 1, class A {}]", "[ [Function: f], [Function (anonymous)], [class A] ]"},
		"an instance":             {"new (class User { name = 'x' })()", "User { name: 'x' }"},
		"an error":                {"new TypeError('x')", "TypeError: x"},
		"an error with facts":     {"Object.assign(new Error('x'), {code: 11000})", "Error: x { code: 11000 }"},
		"an error inside":         {"({e: new Error('x')})", "{ e: [Error: x] }"},
		"a promise":               {"[Promise.resolve(1)]", "[ Promise { 1 } ]"},
		"bytes":                   {"[new Uint8Array([1, 255])]", "[ Uint8Array(2) [ 1, 255 ] ]"},
		"a hole":                  {"[1, , 3]", "[ 1, <1 empty item>, 3 ]"},
		"a wrapped number":        {"new Number(5)", "[Number: 5]"},
		"a cycle":                 {"(() => { const a = {x: 1}; a.me = a; return a })()", "{ x: 1, me: [Circular] }"},
		"its own way":             {"({[Symbol.for('nodejs.util.inspect.custom')]() { return 'Mine' }})", "Mine"},
		"functions by their kind": {"[() => 1, function f() {}, async () => 1, function* g() {}, class A {}, class B extends Array {}, class {}]", "[\n  [Function (anonymous)], [Function: f], [AsyncFunction (anonymous)],\n  [GeneratorFunction: g], [class A], [class B extends Array],\n  [class (anonymous)]\n]"},
		"other arrays of numbers": {"[new Float64Array([1.5, -0]), new BigInt64Array(1), new Uint8Array(0)]", "[\n  Float64Array(2) [ 1.5, -0 ],\n  BigInt64Array(1) [ 0n ],\n  Uint8Array(0) []\n]"},
		"a long typed array":      {"new Int8Array(101)", "Int8Array(101) [\n  " + strings.Repeat("0,"+strings.Repeat(" 0,", 25)+"\n  ", 3) + "0," + strings.Repeat(" 0,", 21) + "\n  ... 1 more item\n]"},
		"a buffer":                {"new Uint8Array([97, 98]).buffer", "ArrayBuffer { [Uint8Contents]: <61 62>, byteLength: 2 }"},
		"promises":                {"[new Promise(() => {}), Promise.reject(5)]", "[ Promise { <pending> }, Promise { <rejected> 5 } ]"},
		"collections that hide":   {"[new WeakMap(), new WeakSet()]", "[ WeakMap { <items unknown> }, WeakSet { <items unknown> } ]"},
		"symbols":                 {"[Symbol(), Symbol('x'), {[Symbol('k')]: 1}, Object(Symbol('o')), Object(1n)]", "[\n  Symbol(),\n  Symbol(x),\n  { [Symbol(k)]: 1 },\n  [Symbol: Symbol(o)],\n  [BigInt: 1n]\n]"},
		"objects without a class": {"[Object.create(null), Math, JSON]", "[ [Object: null prototype] {}, Object [Math] {}, Object [JSON] {} ]"},
		"accessors":               {"({get a() { return 1 }, set b(v) {}, get c() { return 1 }, set c(v) {}})", "{ a: [Getter], b: [Setter], c: [Getter/Setter] }"},
		"a getter that fails":     {"({get a() { throw new Error('x') }})", "{ a: [Getter] }"},
		"BSON types": {
			"[Long(5), Int32(6), Double(7), NumberDecimal('1.50'), Timestamp(1, 2), MinKey(), MaxKey()]",
			"[\n  Long('5'), Int32(6), Double(7), Decimal128('1.50'),\n  Timestamp({ t: 1, i: 2 }), MinKey(), MaxKey()\n]",
		},
		"more BSON types": {
			"[ObjectId('507f1f77bcf86cd799439011')]", "[ ObjectId('507f1f77bcf86cd799439011') ]",
		},
		"binary":          {"[BinData(0, 'aGk='), UUID('00112233-4455-6677-8899-aabbccddeeff')].map(x => ({x}))[1]", "{ x: UUID('00112233-4455-6677-8899-aabbccddeeff') }"},
		"generic binary":  {"BinData(5, 'aGk=')", "Binary.createFromBase64('aGk=', 5)"},
		"code":            {"[Code('f'), Code('g', {n: 1}), BSONRegExp('a', 'i')]", "[ Code('f'), Code('g', { n: 1 }), BSONRegExp('a', 'i') ]"},
		"references":      {"[DBRef('c', 1), d.ref]", "[ DBRef('c', 1), DBRef('users', 1) ]"},
		"a document":      {"d.sub", "{ n: Long('1'), deep: { m: 1 } }"},
		"a copy of one":   {"({...d.sub})", "{ n: Long('1'), deep: { m: 1 } }"},
		"an array in one": {"d.mixed", "[ 1, 'x', 2, { k: Long('3') } ]"},
		"what is deep":    {"({a: {b: {c: 1}}})", "{ a: { b: { c: 1 } } }"},
		"what is deeper": {
			"({a: {b: {c: {d: 1}}}})", "{\n  a: { b: { c: { d: 1 } } }\n}",
		},
		"what is wide": {
			"({first: 'x'.repeat(30), second: 'y'.repeat(40), third: [1, 2]})",
			"{\n  first: '" + strings.Repeat("x", 30) + "',\n  second: '" + strings.Repeat("y", 40) + "',\n  third: [ 1, 2 ]\n}",
		},
		"a long array fills lines": {
			"Array.from({length: 30}, (_, i) => 10000 + i)",
			"[\n  10000, 10001, 10002, 10003, 10004, 10005, 10006, 10007, 10008, 10009, 10010,\n" +
				"  10011, 10012, 10013, 10014, 10015, 10016, 10017, 10018, 10019, 10020, 10021,\n" +
				"  10022, 10023, 10024, 10025, 10026, 10027, 10028, 10029\n]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRealm(t)
			if diff := cmp.Diff(c.want, r.Show(run(t, r, everything(t), c.code))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.code, diff)
			}
		})
	}
}

func TestShowIsBounded(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	deep := r.Show(run(t, r, nil, "(() => { let o = {}; for (let i = 0; i < 1000; i++) o = {o}; return o })()"))
	if !strings.Contains(deep, "[Object]") || len(deep) > 1000 {
		t.Errorf("a deep object is shown as %d bytes: %.200s", len(deep), deep)
	}
	long := r.Show(run(t, r, nil, "Array(100000).fill(1)"))
	if !strings.Contains(long, "... 99900 more items") || len(long) > 1000 {
		t.Errorf("a long array is shown as %d bytes: %.200s", len(long), long)
	}
}

func TestShowOfEverything(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	got := r.Show(r.Document(everything(t)))
	for _, want := range []string{
		"_id: ObjectId('507f1f77bcf86cd799439011')", "long: Long('5')", "big: Long('1152921504606846977')", "double: 3,",
		"minusZero: -0", "decimal: Decimal128('1.50')", "farDate: Invalid Date", `regex: /a\/b/i`, "pcre: BSONRegExp('(?i)a', 'x')",
		"old: Binary.createFromBase64('aGk=', 2)", "timestamp: Timestamp({ t: 4000000000, i: 2 })", "min: MinKey()",
		"scoped: Code('g()', { n: Long('1') })", "undefined: undefined", "pointer: DBPointer('db.c', ObjectId('507f1f77bcf86cd799439011'))",
		"none: []", "list: [ Long('1'), Long('2') ]",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}
