package bsonjs

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// libraries are what packages do with objects that they do not know, in short: same compares (lodash, underscore, dequal, assert),
// deep copies with the class (lodash), and rebuild makes plain objects of entries, as hand-written walks do.
const libraries = `
	const isObject = x => typeof x === 'object' && x !== null
	const special = x => x instanceof Date || x instanceof RegExp
	const same = (a, b) => {
		if (!isObject(a) || !isObject(b)) return Object.is(a, b)
		const keys = Object.keys(a)
		return a.constructor === b.constructor && keys.length === Object.keys(b).length && keys.every(key => same(a[key], b[key]))
	}
	const deep = x => {
		if (!isObject(x) || special(x)) return x
		const copy = Array.isArray(x) ? [] : Object.create(Object.getPrototypeOf(x))
		for (const key of Object.keys(x)) copy[key] = deep(x[key])
		return copy
	}
	const rebuild = x => {
		if (!isObject(x) || special(x)) return x
		return Array.isArray(x) ? x.map(rebuild) : Object.fromEntries(Object.entries(x).map(([key, value]) => [key, rebuild(value)]))
	}
	const values = n => [
		ObjectId('65f00000000000000000000' + n), Long('900719925474099' + n), Int32(n), Double(n), NumberDecimal('1.' + n), BinData(0, 'AAA' + n),
		UUID('00000000-0000-4000-8000-00000000000' + n), Timestamp(n, 2), Code('x' + n), Code('x', {n}), BSONRegExp('a' + n, 'x'),
		BSONSymbol('s' + n), n === 1 ? MinKey() : MaxKey(), DBRef('users', ObjectId('65f00000000000000000000' + n)),
	]
`

func TestValuesAreComparedByTheirProperty(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	run(t, r, nil, libraries)
	for name, code := range map[string]string{
		"values that are the same":           "values(1).filter((v, i) => !same(v, values(1)[i])).map(String)",
		"values of the same class":           "values(1).filter((v, i) => same(v, values(2)[i])).map(String)",
		"the same number in another class":   "[[Int32(5), Double(5)], [Long(5), Int32(5)]].filter(([a, b]) => same(a, b)).map(String)",
		"a clone and its original":           "values(1).filter(v => !same(deep(v), v)).map(String)",
		"what a document has, and what made": "same(d._id, ObjectId('507f1f77bcf86cd799439011')) && !same(d._id, ObjectId()) ? [] : ['_id']",
	} {
		if wrong := run(t, r, everything(t), code).Export(); cmp.Diff([]any{}, wrong) != "" {
			t.Errorf("%s: wrong for %v", name, wrong)
		}
	}
}

func TestCopiesOfValuesStandForThem(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"a deep clone with classes":    "({v: deep(values(1)), in: deep({a: {b: values(2)}})})",
		"a walk that rebuilds objects": "({v: rebuild(values(1)), in: rebuild({a: {b: values(2)}})})",
		"spread of each value":         "({v: values(1).map(v => ({...v})), in: {a: {b: values(2)}}})",
		"a clone of a clone":           "({v: deep(deep(values(1))), in: rebuild(deep({a: {b: values(2)}}))})",
		"copies made by constructors":  "({v: [ObjectId, Long, Int32, Double, NumberDecimal].map((type, i) => type(deep(values(1)[i]))).concat(values(1).slice(5)), in: {a: {b: values(2)}}})",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRealm(t)
			run(t, r, nil, libraries)
			want := canonical(t, marshal(t, r, nil, "({v: values(1), in: {a: {b: values(2)}}})"))
			if diff := cmp.Diff(want, canonical(t, marshal(t, r, nil, code))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Each expression must be true.
func TestTheOwnPropertyOfValues(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"it is the only one, and enumerable":   "values(1).slice(0, -1).every(v => Object.keys(v).join() === '$bson' && typeof v.$bson === 'string' && '$bson' in v)",
		"a clone has the methods":              "(c => c.equals(id) && id.equals(c) && c.toString() === id.toString() && c.getTimestamp().getTime() === id.getTimestamp().getTime() && c instanceof ObjectId)(deep(id))",
		"a clone of a number counts":           "deep(Long(7)) + 1 === 8 && deep(Long(7)).add(1).equals(8) && deep(Double(1.5)).value === 1.5",
		"a clone is printed as the value":      "EJSON.stringify({c: deep(id)}) === EJSON.stringify({c: id}) && ObjectId.isValid(deep(id))",
		"JSON does not have it":                "!JSON.stringify(values(1)).includes('$bson') && JSON.stringify(MinKey()) === '{\"$minKey\":1}' && !JSON.stringify(d.pointer).includes('$bson')",
		"EJSON does not have it":               "!EJSON.stringify(values(1)).includes('$bson')",
		"it is not replaced":                   "(() => { 'use strict'; try { id.$bson = 'x'; return false } catch (e) { return e instanceof TypeError } })()",
		"it is not deleted":                    "!Reflect.deleteProperty(id, '$bson') && id.$bson.length === 26",
		"setting it to itself changes nothing": "Reflect.set(id, '$bson', id.$bson)",
		"a document has no such property":      "!('$bson' in d) && d.$bson === undefined",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRealm(t)
			run(t, r, nil, libraries+"const id = ObjectId('65f000000000000000000001')")
			if !run(t, r, everything(t), code).ToBoolean() {
				t.Errorf("not true: %s", code)
			}
		})
	}
}

// A walk that goes on into a value and flattens it, or puts something beside what is inside, writes nothing that looks like data.
func TestTheInsideOfAValueIsNotWritten(t *testing.T) {
	t.Parallel()
	const hint = " is the inside of a BSON value, which a walk over fields has come into: let it stop at what has a _bsontype"
	for name, c := range map[string]struct{ code, want string }{
		"flattened with dots":                         {"flat({o: {id}}, '', '.')", "the document: o.id.$bson" + hint},
		"flattened with lines":                        {"flat({o: {id}}, '', '_')", "the document: o_id_$bson" + hint},
		"in an update":                                {"({$set: flat({id}, '', '.')})", "the document: $set.id.$bson" + hint},
		"spread beside a field":                       {"({id: {...id, more: 1}})", "the document: id.$bson" + hint},
		"a value that was changed":                    {"({id: {$bson: id.$bson.slice(4)}})", "the document: id.$bson" + hint},
		"in a document that was read, as a new field": {"(d['id.$bson'] = id.$bson, d)", "the document: id.$bson" + hint},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRealm(t)
			run(t, r, nil, `
				const id = ObjectId('65f000000000000000000001')
				const flat = (x, at, by) => Object.assign({}, ...Object.entries(x).map(([k, v]) =>
					typeof v === 'object' ? flat(v, at + k + by, by) : {[at + k]: v}))`)
			_, err := r.Marshal(run(t, r, parse(t, `{"a": 1}`), c.code), MarshalOptions{What: "the document"})
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

// A copy that was changed, or that has something else beside its value, is not taken for what it was.
func TestDamagedCopiesOfValues(t *testing.T) {
	t.Parallel()
	const lost = "the document: id is a copy of an ObjectId that has lost its value: copy documents with {...document} or structuredClone"
	for name, code := range map[string]string{
		"a changed value":       "Object.assign(deep(id), {$bson: '07'})",
		"more than the value":   "Object.assign(deep(id), {more: 1})",
		"no value":              "Object.create(Object.getPrototypeOf(id))",
		"a value of other kind": "Object.assign(deep(id), {$bson: 7})",
		"what is no value":      "Object.assign(deep(id), {$bson: '030500000000'})",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRealm(t)
			run(t, r, nil, libraries+"const id = ObjectId('65f000000000000000000001')")
			_, err := r.Marshal(run(t, r, nil, "({id: "+code+"})"), MarshalOptions{What: "the document"})
			if err == nil || err.Error() != lost {
				t.Errorf("got %v, want %s", err, lost)
			}
		})
	}
}

func TestCopiesOfDocumentsKeepTheWidthOfFields(t *testing.T) {
	t.Parallel()
	const document = `{"_id": {"$oid": "507f1f77bcf86cd799439011"}, "l": {"$numberLong": "2"}, "d": {"$numberDouble": "3.0"}, "big": {"$numberLong": "1152921504606846977"},
		"sub": {"l": {"$numberLong": "4"}, "list": [{"l": {"$numberLong": "5"}}, {"d": {"$numberDouble": "6.0"}}]}}`
	for name, code := range map[string]string{
		"a deep clone":      "deep(d)",
		"a rebuilding walk": "rebuild(d)",
		"spread":            "({...d})",
		"entries":           "Object.fromEntries(Object.entries(d))",
		"a picked field":    "((o, keys) => { const p = {}; for (const k of keys) p[k] = o[k]; return p })(d, Object.keys(d))",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, raw := newRealm(t), parse(t, document)
			run(t, r, nil, libraries)
			if diff := cmp.Diff(canonical(t, raw), canonical(t, marshal(t, r, raw, code))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What docs/scripts.md says of the widths that are lost, and of those that are kept.
func TestWidthsInArraysAndOutOfTheirNames(t *testing.T) {
	t.Parallel()
	const document = `{"n": {"$numberLong": "1"}, "list": [{"$numberLong": "1"}, {"$numberLong": "2"}]}`
	long, plain := `[{"$numberLong":"1"},{"$numberLong":"2"},{"$numberLong":"3"}]`, `[{"$numberInt":"1"},{"$numberInt":"2"},{"$numberInt":"3"}]`
	for name, c := range map[string]struct{ code, want string }{
		"an array that replaces its original":   {"d.list = [...d.list, 3]; d", `{"n":{"$numberLong":"1"},"list":` + long + `}`},
		"an item that is added":                 {"d.list.push(3); d", `{"n":{"$numberLong":"1"},"list":` + long + `}`},
		"an array that goes elsewhere":          {"({list: [...d.list, 3]})", `{"list":` + plain + `}`},
		"an array in a deep clone":              {"deep({list: d.list.concat(3)})", `{"list":` + plain + `}`},
		"a number under a name that is written": {"({n: d.n})", `{"n":{"$numberInt":"1"}}`},
		"a field that the copy had already":     {"(({list, ...o}) => ({n: 0, ...o}))(d)", `{"n":{"$numberInt":"1"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRealm(t)
			run(t, r, nil, libraries)
			if diff := cmp.Diff(c.want, canonical(t, marshal(t, r, parse(t, document), c.code))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
