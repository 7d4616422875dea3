package bsonjs

import (
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/google/go-cmp/cmp"
)

// Each expression must be true.
func TestClasses(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"ObjectId with and without new":    "ObjectId() instanceof ObjectId && new ObjectId() instanceof ObjectId && typeof ObjectId() === 'object'",
		"ObjectId from hexadecimal digits": "ObjectId('507F1F77bcf86cd799439011').toString() === '507f1f77bcf86cd799439011'",
		"ObjectId texts":                   "(i => [i.toHexString(), i.str, `${i}`, i + '', JSON.parse(JSON.stringify(i)), String(i)].every(s => s === '507f1f77bcf86cd799439011'))(ObjectId('507f1f77bcf86cd799439011'))",
		"ObjectId equality":                "(h => ObjectId(h) != ObjectId(h) && ObjectId(h).equals(ObjectId(h)) && ObjectId(h).equals(h) && !ObjectId(h).equals(ObjectId()) && !ObjectId(h).equals(null))('507f1f77bcf86cd799439011')",
		"ObjectId order":                   "ObjectId('507f1f77bcf86cd799439011') < ObjectId('507f1f77bcf86cd799439012')",
		"ObjectId timestamp":               "ObjectId('507f1f77bcf86cd799439011').getTimestamp().toISOString() === '2012-10-17T21:13:27.000Z'",
		"ObjectId of a time":               "ObjectId.createFromTime(1).toString() === '000000010000000000000000' && ObjectId(1).getTimestamp().getTime() === 1000",
		"ObjectId of bytes and others":     "(i => ObjectId(i.id).equals(i) && new ObjectId(i).equals(i) && i.id.length === 12 && ObjectId.createFromBase64(i.toString('base64')).equals(i))(ObjectId())",
		"ObjectId.isValid":                 "ObjectId.isValid('507f1f77bcf86cd799439011') && ObjectId.isValid(ObjectId()) && !ObjectId.isValid('x') && !ObjectId.isValid(undefined) && !ObjectId.isValid({})",
		"ObjectId as a key":                "({[ObjectId('507f1f77bcf86cd799439011')]: 1})['507f1f77bcf86cd799439011'] === 1",
		"ObjectId has one own property":    "Object.keys(ObjectId()).join() === '$bson' && !Array.isArray(ObjectId()) && ObjectId()._bsontype === 'ObjectId'",
		"ObjectIds are unique":             "new Set(Array.from({length: 100}, () => ObjectId().toString())).size === 100",
		"the classes have names":           "ObjectId.name === 'ObjectId' && ObjectId().constructor === ObjectId && NumberLong.name === 'NumberLong'",
		"Long from anything":               "Long('5').equals(5) && Long(5).equals('5') && Long(5n).eq(Long(5)) && NumberLong('-9223372036854775808').equals(Long.MIN_VALUE) && Long().isZero()",
		"Long from bits":                   "Long.fromBits(-1, 0).toString() === '4294967295' && new Long(0, 1).toString() === '4294967296' && Long(5).low === 5 && Long(-1).high === -1",
		"Long arithmetic":                  "Long('9007199254740993').add(1).toString() === '9007199254740994' && Long(7).sub(10).mul(3).toString() === '-9' && Long(7).div(2).toNumber() === 3 && Long(7).mod(4).toInt() === 3 && Long(5).negate().toNumber() === -5",
		"Long bits":                        "Long(6).and(3).eq(2) && Long(6).or(1).eq(7) && Long(6).xor(3).eq(5) && Long(1).shl(40).eq(2 ** 40) && Long(-8).shr(1).eq(-4) && Long(0).not().eq(-1)",
		"Long order":                       "Long(1).lt(2) && Long(2).gte(2) && Long(1).compare(2) === -1 && Long(2).comp(1) === 1 && Long(1).ne(2) && Long(1).lessThanOrEqual(1) && Long(2).greaterThan(1)",
		"Long is a number where it can be": "Long(5) + 1 === 6 && Long(5) == 5 && Long('9007199254740993').toBigInt() === 9007199254740993n && Long(255).toString(16) === 'ff'",
		"Long texts":                       "Long.fromString('ff', 16).eq(255) && Long.fromString('-5').eq(-5) && `${Long.MAX_VALUE}` === '9223372036854775807' && Long.isLong(Long(1)) && !Long.isLong(1)",
		"Long as JSON":                     `JSON.stringify(Long('4294967297')) === '{"low":1,"high":1,"unsigned":false}'`,
		"NumberLong is Long":               "NumberLong(1) instanceof Long && NumberLong(1) instanceof NumberLong && NumberLong(1) == 1",
		"Int32 and Double":                 "Int32(5) + 1 === 6 && NumberInt('7') == 7 && NumberInt(5.9).value === 5 && Double(2.5) * 2 === 5 && Double('1.5').value === 1.5 && JSON.stringify([Int32(5), Double(1.5)]) === '[5,1.5]' && Int32(255).toString(16) === 'ff'",
		"Decimal128":                       "Decimal128('1.50').toString() === '1.50' && NumberDecimal(5).toString() === '5' && Decimal128.fromString('1E+3').toString() === '1E+3' && Decimal128(Decimal128('2')).toString() === '2' && new Decimal128(Decimal128('3').bytes).toString() === '3'",
		"Decimal128 as JSON":               `JSON.stringify(NumberDecimal('1.5')) === '{"$numberDecimal":"1.5"}'`,
		"Binary":                           "(b => b.sub_type === 0 && b.length() === 2 && b.toString() === 'hi' && b.toString('hex') === '6869' && b.buffer[0] === 104 && b.position === 2)(BinData(0, 'aGk='))",
		"Binary of many things":            "[Binary('hi'), new Binary(new Uint8Array([104, 105])), Binary([104, 105]), HexData(0, '6869'), Binary.createFromBase64('aGk='), Binary.createFromHexString('6869'), Binary(new Uint8Array([104, 105]).buffer)].every(b => b.toString() === 'hi')",
		"Binary equality and subtype":      "Binary('a', 128).sub_type === 128 && Binary('a').equals(Binary('a')) && !Binary('a').equals(Binary('b')) && Binary.SUBTYPE_UUID === 4 && JSON.stringify(Binary('hi')) === '\"aGk=\"'",
		"UUID":                             "(u => u.toString() === '00112233-4455-6677-8899-aabbccddeeff' && u.toHexString(false) === '00112233445566778899aabbccddeeff' && u.equals(UUID('00112233445566778899aabbccddeeff')) && u.sub_type === 4 && JSON.stringify(u) === '\"' + u + '\"')(UUID('00112233-4455-6677-8899-AABBCCDDEEFF'))",
		"UUID is a Binary":                 "UUID() instanceof Binary && UUID().toString() !== UUID().toString() && UUID.isValid(UUID().toString()) && !UUID.isValid('x') && !(UUID().toBinary() instanceof UUID) && BinData(4, 'ABEiM0RVZneImaq7zN3u/w==') instanceof UUID && UUID.generate().length === 16",
		"Timestamp":                        "(s => s.t === 5 && s.i === 2 && s.toString() === '21474836482')(Timestamp({t: 5, i: 2})) && Timestamp(5, 2).equals(Timestamp({t: 5, i: 2})) && Timestamp(6, 0).greaterThan(Timestamp(5, 9)) && Timestamp(Long('21474836482')).t === 5",
		"Timestamp after 2038":             "Timestamp(4000000000, 1).greaterThan(Timestamp(1, 1)) && JSON.stringify(Timestamp(0, 1)) === '{\"$timestamp\":\"1\"}'",
		"MinKey and MaxKey":                "MinKey() instanceof MinKey && new MaxKey() instanceof MaxKey && MinKey._bsontype === undefined && MinKey()._bsontype === 'MinKey'",
		"DBRef":                            "(r => r instanceof DBRef && r.$ref === 'users' && r.oid === 1 && r.db === 'x' && JSON.stringify(r) === '{\"$ref\":\"users\",\"$id\":1,\"$db\":\"x\"}')(DBRef('users', 1, 'x'))",
		"Code":                             "Code('f()').code === 'f()' && Code(() => 1).code === '() => 1' && Code('f', {n: 1}).scope.n === 1 && Code('f').scope === null && JSON.stringify(Code('f')) === '{\"code\":\"f\"}'",
		"BSONRegExp and BSONSymbol":        "BSONRegExp('a', 'xi').options === 'ix' && BSONRegExp('a').pattern === 'a' && BSONSymbol('s').value === 's' && BSONSymbol('s') == 's'",
		"ISODate":                          "ISODate('2020-01-02').getTime() === Date.UTC(2020, 0, 2) && new ISODate('2020-01-02T03:04:05.678Z').getTime() === Date.UTC(2020, 0, 2, 3, 4, 5, 678) && ISODate() instanceof Date && ISODate(5).getTime() === 5",
		"ISODate without a zone is UTC":    "ISODate('2020-01-02T03:04:05').getTime() === Date.UTC(2020, 0, 2, 3, 4, 5) && ISODate('2020-01-02 03:04').getTime() === Date.UTC(2020, 0, 2, 3, 4) && ISODate('20200102T030405Z').getTime() === Date.UTC(2020, 0, 2, 3, 4, 5)",
		"ISODate with a zone":              "ISODate('2020-01-02T03:04:05+02:00').getTime() === Date.UTC(2020, 0, 2, 1, 4, 5) && ISODate('2020-01-02T03:04:05-0130').getTime() === Date.UTC(2020, 0, 2, 4, 34, 5)",
		"a script may hide a class":        "(() => { globalThis.Long = 5; return Long === 5 })()",
		"the globals are not listed":       "!Object.keys(globalThis).includes('ObjectId')",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !run(t, newRealm(t), nil, code).ToBoolean() {
				t.Errorf("not true: %s", code)
			}
		})
	}
}

func TestClassesRefuse(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"ObjectId('x')": "ObjectId takes 24 hexadecimal digits, 12 bytes, a number of seconds or nothing, not x",
		"ObjectId({})":  "ObjectId takes 24 hexadecimal digits, 12 bytes, a number of seconds or nothing, not {}",
		"ObjectId.prototype.toHexString.call({})": "ObjectId.toHexString was called on something else: {}",
		"Long('5.5')":                      "expected an integer of 64 bits: a number, a string of digits, a BigInt or a Long, not 5.5",
		"Long(2n ** 64n)":                  "expected an integer of 64 bits: a number, a string of digits, a BigInt or a Long, not 18446744073709551616n",
		"NumberLong(9007199254740993 * 2)": "18014398509481984 may be rounded already, since it exceeds 2^53: write the integer as a string, NumberLong('…'), or as a BigInt",
		"Long('9007199254740993') + 1":     "Long('9007199254740993') exceeds 2^53, a JavaScript number would round it; use its methods (add, compare, …) or toBigInt()",
		"Long(1).div(0)":                   "a Long was divided by zero",
		"Int32(2 ** 31)":                   "2147483648 does not fit into an Int32; NumberLong('…') holds 64 bits",
		"NumberInt('x')":                   "expected a number for an Int32, not x",
		"Double('x')":                      "expected a number for a Double, not x",
		"NumberDecimal('x')":               "expected a decimal number of up to 34 digits, not x",
		"UUID('x')":                        "UUID takes 32 hexadecimal digits, with hyphens or without, or 16 bytes, not x",
		"BinData(0, '!')":                  "expected bytes as text in base64 or hexadecimal digits, not !",
		"Binary(5)":                        "Binary takes a Uint8Array, an array of bytes or a string, not 5",
		"Timestamp({t: -1, i: 0})":         "the halves of a Timestamp are integers from 0 to 4294967295, not -1",
		"DBRef()":                          "DBRef takes the name of a collection and an _id, and perhaps the name of a database",
		"BSONRegExp('a', 'g')":             "the options of a BSONRegExp are out of i, l, m, s, u and x, not g",
		"ISODate('nope')":                  "nope is not a valid ISODate; write it as 2026-11-21T12:34:56Z",
		"Code('f', {a: undefined})":        "the scope of Code: a is undefined; leave it out, or use null",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			_, err := evaluate(newRealm(t), nil, code)
			if err == nil {
				t.Fatalf("%s did not throw", code)
			}
			thrown := err.(*goja.Exception).Value().ToObject(nil)
			if diff := cmp.Diff(want, thrown.Get("message").String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", code, diff)
			}
			if name := thrown.Get("name").String(); name != "BSONError" && name != "TypeError" {
				t.Errorf("%s throws a %s", code, name)
			}
		})
	}
}

// A new global or export is a promise to scripts: it is made here first.
func TestNamesThatScriptsSee(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	if err := r.rt.Set("bson", r.Module()); err != nil {
		t.Fatal(err)
	}
	for _, name := range globals() {
		if !run(t, r, nil, "typeof "+name+" === 'function' || '"+name+"' === 'EJSON'").ToBoolean() {
			t.Errorf("there is no global %s", name)
		}
	}
	want := "ObjectId ObjectID Long Decimal128 Binary UUID Double Int32 Timestamp MinKey MaxKey DBRef Code BSONRegExp BSONSymbol EJSON " +
		"BSONError BSONType serialize deserialize calculateObjectSize BSON"
	got := run(t, r, nil, "Object.keys(bson).join(' ')").String()
	if diff := cmp.Diff(strings.Fields(want), strings.Fields(got)); diff != "" {
		t.Errorf("exports (-want +got):\n%s", diff)
	}
	if !run(t, r, nil, "bson.ObjectId === ObjectId && bson.ObjectID === ObjectId && bson.Long === Long && bson.EJSON === EJSON && bson.BSON.Long === Long").ToBoolean() {
		t.Error("the module has other classes than the globals")
	}
	if first, second := r.Module(), r.Module(); first == second {
		t.Error("modules are shared: what one is given, the other has too")
	}
}
