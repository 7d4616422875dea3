package bsonjs

import (
	"testing"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// newRealm makes an interpreter with the BSON globals.
func newRealm(t testing.TB) *Realm {
	t.Helper()
	r := New(goja.New())
	if err := r.InstallGlobals(); err != nil {
		t.Fatal(err)
	}
	return r
}

// run evaluates code in which d is the document.
func run(t testing.TB, r *Realm, d bson.Raw, code string) goja.Value {
	t.Helper()
	v, err := evaluate(r, d, code)
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	return v
}

func evaluate(r *Realm, d bson.Raw, code string) (goja.Value, error) {
	if d != nil {
		if err := r.rt.Set("d", r.Document(d)); err != nil {
			return nil, err
		}
	}
	return r.rt.RunString(code)
}

// parse reads Extended JSON into bytes.
func parse(t testing.TB, text string) bson.Raw {
	t.Helper()
	var raw bson.Raw
	if err := bson.UnmarshalExtJSON([]byte(text), false, &raw); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return raw
}

// canonical is the text of bytes, types included.
func canonical(t testing.TB, raw bson.Raw) string {
	t.Helper()
	text, err := bson.MarshalExtJSON(raw, true, false)
	if err != nil {
		t.Fatalf("% x: %v", []byte(raw), err)
	}
	return string(text)
}

// marshal writes what code evaluates to.
func marshal(t testing.TB, r *Realm, d bson.Raw, code string) bson.Raw {
	t.Helper()
	raw, err := r.Marshal(run(t, r, d, code), MarshalOptions{What: "the document"})
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	return raw
}

// everything has a field of each type, and deprecated ones.
func everything(t testing.TB) bson.Raw {
	t.Helper()
	return parse(t, `{
		"_id": {"$oid": "507f1f77bcf86cd799439011"}, "int": {"$numberInt": "7"}, "long": {"$numberLong": "5"},
		"big": {"$numberLong": "1152921504606846977"}, "double": {"$numberDouble": "3.0"}, "fraction": {"$numberDouble": "2.5"},
		"nan": {"$numberDouble": "NaN"}, "minusZero": {"$numberDouble": "-0.0"}, "decimal": {"$numberDecimal": "1.50"},
		"string": "größe", "true": true, "null": null, "date": {"$date": {"$numberLong": "1600000000123"}},
		"farDate": {"$date": {"$numberLong": "9223372036854775807"}}, "regex": {"$regularExpression": {"pattern": "a/b", "options": "i"}},
		"pcre": {"$regularExpression": {"pattern": "(?i)a", "options": "x"}}, "bytes": {"$binary": {"base64": "aGk=", "subType": "00"}},
		"uuid": {"$binary": {"base64": "ABEiM0RVZneImaq7zN3u/w==", "subType": "04"}}, "old": {"$binary": {"base64": "aGk=", "subType": "02"}},
		"timestamp": {"$timestamp": {"t": 4000000000, "i": 2}}, "min": {"$minKey": 1}, "max": {"$maxKey": 1},
		"code": {"$code": "f()"}, "scoped": {"$code": "g()", "$scope": {"n": {"$numberLong": "1"}}}, "symbol": {"$symbol": "s"},
		"undefined": {"$undefined": true}, "pointer": {"$dbPointer": {"$ref": "db.c", "$id": {"$oid": "507f1f77bcf86cd799439011"}}},
		"ref": {"$ref": "users", "$id": {"$numberInt": "1"}}, "empty": {}, "none": [],
		"sub": {"n": {"$numberLong": "1"}, "deep": {"m": {"$numberDouble": "1.0"}}},
		"list": [{"$numberLong": "1"}, {"$numberLong": "2"}], "mixed": [{"$numberInt": "1"}, "x", {"$numberDouble": "2.0"}, {"k": {"$numberLong": "3"}}]
	}`)
}
