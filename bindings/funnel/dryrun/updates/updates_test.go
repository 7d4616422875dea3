package updates_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/bindings/funnel/dryrun/updates"
	"migrator/store/connect/connecttest"
)

func raw(t testing.TB, json string) bson.Raw {
	t.Helper()
	var d bson.Raw
	if err := bson.UnmarshalExtJSON([]byte(json), false, &d); err != nil {
		t.Fatalf("%s: %v", json, err)
	}
	return d
}

func canonical(t testing.TB, d bson.Raw) string {
	t.Helper()
	text, err := bson.MarshalExtJSON(d, true, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// document has a field of each kind that updates change.
const document = `{"_id": 1, "i": 1, "l": {"$numberLong": "5"}, "f": 1.5, "s": "text", "n": null, "b": true,
	"o": {"p": {"q": 1}, "r": 2}, "a": [1, 2, 2, {"$numberLong": "3"}], "d": {"$date": "2026-01-02T03:04:05Z"}, "e": [], "docs": [{"k": 1}, {"k": 2}]}`

// TestAppliedUpdateIsWhatTheDatabaseMakesOfIt does each update for real, too.
func TestAppliedUpdateIsWhatTheDatabaseMakesOfIt(t *testing.T) {
	t.Parallel()
	c := connecttest.Open(t)
	coll := c.Client.Database(c.Database).Collection("c")
	for _, update := range []string{
		`{"$set": {"s": "other"}}`, `{"$set": {"new": {"x": [1]}}}`, `{"$set": {"o.p.q": 9}}`, `{"$set": {"o.new": 1}}`, `{"$set": {"far.away.it": 1}}`,
		`{"$set": {"a.0": "x"}}`, `{"$set": {"a.6": "x"}}`, `{"$set": {"docs.1.k": 5}}`, `{"$set": {"docs.0.new.deep": 5}}`, `{"$set": {"n": 1}}`,
		`{"$unset": {"s": ""}}`, `{"$unset": {"o.p": ""}}`, `{"$unset": {"missing.x": ""}}`, `{"$unset": {"o.p.q": ""}}`,
		`{"$inc": {"i": 1}}`, `{"$inc": {"i": {"$numberLong": "1"}}}`, `{"$inc": {"l": 1}}`, `{"$inc": {"i": 0.5}}`, `{"$inc": {"f": 2}}`, `{"$inc": {"missing": 3}}`,
		`{"$inc": {"o.r": -3}}`,
		`{"$mul": {"i": 3}}`, `{"$mul": {"l": 2}}`, `{"$mul": {"f": 2}}`, `{"$mul": {"missing": 3}}`, `{"$mul": {"missing": {"$numberLong": "3"}}}`, `{"$mul": {"missing": 1.5}}`,
		`{"$min": {"i": 0}}`, `{"$min": {"i": 5}}`, `{"$max": {"i": 5}}`, `{"$max": {"f": 1}}`, `{"$max": {"s": "zzz"}}`, `{"$min": {"s": "aaa"}}`, `{"$min": {"missing": 4}}`,
		`{"$max": {"d": {"$date": "2027-01-02T03:04:05Z"}}}`, `{"$max": {"l": {"$numberLong": "6"}}}`, `{"$min": {"l": 5}}`,
		`{"$rename": {"s": "t"}}`, `{"$rename": {"o.p": "up"}}`, `{"$rename": {"missing": "t"}}`, `{"$rename": {"s": "o.s"}}`, `{"$rename": {"s": "i"}}`,
		`{"$push": {"a": 9}}`, `{"$push": {"a": {"$each": [8, 9]}}}`, `{"$push": {"fresh": 1}}`, `{"$push": {"e": {"k": 1}}}`,
		`{"$addToSet": {"a": 2}}`, `{"$addToSet": {"a": 9}}`, `{"$addToSet": {"a": {"$each": [2, 9, 9]}}}`, `{"$addToSet": {"fresh": "x"}}`, `{"$addToSet": {"docs": {"k": 1}}}`,
		`{"$pull": {"a": 2}}`, `{"$pull": {"a": 7}}`, `{"$pull": {"missing": 7}}`, `{"$pullAll": {"a": [1, 2]}}`, `{"$pop": {"a": 1}}`, `{"$pop": {"a": -1}}`, `{"$pop": {"e": 1}}`,
		`{"$set": {"x": 1, "s": "y"}, "$inc": {"i": 1}, "$unset": {"b": ""}, "$push": {"e": 1}}`, `{"$setOnInsert": {"x": 1}}`,
	} {
		t.Run(update, func(t *testing.T) {
			if _, err := coll.ReplaceOne(t.Context(), bson.D{{Key: "_id", Value: 1}}, raw(t, document), options.Replace().SetUpsert(true)); err != nil {
				t.Fatal(err)
			}
			before, err := coll.FindOne(t.Context(), bson.D{}).Raw()
			if err != nil {
				t.Fatal(err)
			}
			got, err := updates.Apply(before, raw(t, update), time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := coll.UpdateOne(t.Context(), bson.D{}, raw(t, update)); err != nil {
				t.Fatal(err)
			}
			want, err := coll.FindOne(t.Context(), bson.D{}).Raw()
			if err != nil {
				t.Fatal(err)
			}
			if canonical(t, got) != canonical(t, want) {
				t.Errorf("got  %s\nwant %s", canonical(t, got), canonical(t, want))
			}
		})
	}
}

// TestUpdateAsMongoDBDocumentsIt is for what the embedded database cannot do, or does otherwise.
func TestUpdateAsMongoDBDocumentsIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, before, update, want string }{
		{"an int32 that overflows becomes an int64", `{"_id":1,"i":2147483647}`, `{"$inc":{"i":1}}`, `{"_id":1,"i":{"$numberLong":"2147483648"}}`},
		{"a product that overflows becomes an int64", `{"_id":1,"i":65536}`, `{"$mul":{"i":65536}}`, `{"_id":1,"i":{"$numberLong":"4294967296"}}`},
		{"a list is one element", `{"_id":1,"a":[1]}`, `{"$push":{"a":[9]}}`, `{"_id":1,"a":[1,[9]]}`},
		{"an int64 stays one", `{"_id":1,"i":{"$numberLong":"1"}}`, `{"$inc":{"i":1}}`, `{"_id":1,"i":{"$numberLong":"2"}}`},
		{"decimals add exactly", `{"_id":1,"i":{"$numberDecimal":"0.1"}}`, `{"$inc":{"i":{"$numberDecimal":"0.20"}}}`, `{"_id":1,"i":{"$numberDecimal":"0.30"}}`},
		{"a decimal and an integer are a decimal", `{"_id":1,"i":2}`, `{"$mul":{"i":{"$numberDecimal":"1.5"}}}`, `{"_id":1,"i":{"$numberDecimal":"3.0"}}`},
		{"the product with a missing field is a zero of the type", `{"_id":1}`, `{"$mul":{"i":{"$numberDecimal":"1.5"}}}`, `{"_id":1,"i":{"$numberDecimal":"0.0"}}`},
		{"new fields come in the order of their names", `{"_id":1}`, `{"$set":{"z":1,"a":2},"$inc":{"m":3}}`, `{"_id":1,"a":2,"m":3,"z":1}`},
		{"and numbered ones as numbers", `{"_id":1}`, `{"$set":{"10":1,"9":2}}`, `{"_id":1,"9":2,"10":1}`},
		{"an element of an array is not unset but null", `{"_id":1,"a":[1,2]}`, `{"$unset":{"a.0":""}}`, `{"_id":1,"a":[null,2]}`},
		{"a number in a set is the same in any type", `{"_id":1,"a":[1]}`, `{"$addToSet":{"a":{"$each":[1.0,{"$numberDecimal":"1"},2.5]}}}`, `{"_id":1,"a":[1,2.5]}`},
		{"types have an order", `{"_id":1,"a":"text"}`, `{"$min":{"a":5}}`, `{"_id":1,"a":5}`},
		{"null is below all", `{"_id":1,"a":null}`, `{"$min":{"a":5}}`, `{"_id":1,"a":null}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := updates.Apply(raw(t, c.before), raw(t, c.update), time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if want := canonical(t, raw(t, c.want)); canonical(t, got) != want {
				t.Errorf("got  %s\nwant %s", canonical(t, got), want)
			}
		})
	}
}

func TestWhatIsNotKnownIsSaidAndNotGuessed(t *testing.T) {
	t.Parallel()
	for update, want := range map[string]string{
		`{"$set":{"a.$":1}}`:                                   "the positional operator in a.$",
		`{"$set":{"a.$[x].y":1}}`:                              "the positional operator in a.$[x].y",
		`{"$bit":{"i":{"and":1}}}`:                             "the operator $bit",
		`{"$push":{"a":{"$each":[1],"$sort":1}}}`:              "$push with $sort",
		`{"$pull":{"a":{"$gt":1}}}`:                            "$pull with a condition",
		`{"$pull":{"docs":{"k":1}}}`:                           "$pull with a condition",
		`{"$max":{"o":{"x":1}}}`:                               "$max of values that are not compared here",
		`{"$inc":{"f":{"$numberDecimal":"1"}}}`:                "$inc of a decimal and a double, or of no finite number",
		`{"$inc":{"i":{"$numberDecimal":"1E+40"}}}`:            "$inc of decimals that has to be rounded",
		`{"$inc":{"s":1}}`:                                     "the server refuses $inc on what is no number",
		`{"$inc":{"n":1}}`:                                     "the server refuses $inc on what is no number",
		`{"$inc":{"l":{"$numberLong":"9223372036854775807"}}}`: "the server refuses $inc beyond an int64",
		`{"$push":{"s":1}}`:                                    "the server refuses $push on what is no array",
		`{"$set":{"s.x":1}}`:                                   "the server refuses to create the field x there",
		`{"$set":{"n.x":1}}`:                                   "the server refuses to create the field x there",
		`{"$set":{"a.x":1}}`:                                   "the server refuses to create the field x there",
		`{"$set":{"_id":2}}`:                                   "the server refuses to change an _id",
		`{"$unset":{"_id":""}}`:                                "the server refuses to change an _id",
		`{"$set":{"o":1},"$inc":{"o.r":1}}`:                    "the server refuses two changes of o at once",
		`{"$rename":{"docs.k":"x"}}`:                           "the server refuses to rename within an array",
	} {
		got, err := updates.Apply(raw(t, document), raw(t, update), time.Now())
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, %v, want %s", update, got, err, want)
		}
	}
}

func TestCurrentDateIsTheTimeOfTheRun(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	got, err := updates.Apply(raw(t, `{"_id":1}`), raw(t, `{"$currentDate":{"a":true,"b":{"$type":"timestamp"}}}`), now)
	want := `{"_id":{"$numberInt":"1"},"a":{"$date":{"$numberLong":"1795255200000"}},"b":{"$timestamp":{"t":1795255200,"i":1}}}`
	if err != nil || canonical(t, got) != want {
		t.Errorf("got %s, %v\nwant %s", canonical(t, got), err, want)
	}
}

func TestUpsertInsertsWhatTheDatabaseInserts(t *testing.T) {
	t.Parallel()
	c := connecttest.Open(t)
	for _, tc := range []struct{ filter, change string }{
		{`{"_id": 5}`, `{"$set": {"x": 1}}`},
		{`{"_id": 5, "k": "v"}`, `{"$set": {"x": 1}, "$setOnInsert": {"y": 2}}`},
		{`{"_id": {"$eq": 5}, "n": {"$gt": 3}}`, `{"$inc": {"x": 1}}`},
		{`{"_id": 5}`, `{"a": 1}`},
		{`{"_id": 5}`, `{"a": 1, "_id": 5}`},
	} {
		t.Run(tc.filter+tc.change, func(t *testing.T) {
			coll := c.Client.Database(c.Database).Collection("c" + bson.NewObjectID().Hex())
			got, made, err := updates.Upsert(raw(t, tc.filter), raw(t, tc.change), time.Now())
			if err != nil || made {
				t.Fatal(made, err)
			}
			if tc.change[2] == '$' {
				_, err = coll.UpdateOne(t.Context(), raw(t, tc.filter), raw(t, tc.change), options.UpdateOne().SetUpsert(true))
			} else {
				_, err = coll.ReplaceOne(t.Context(), raw(t, tc.filter), raw(t, tc.change), options.Replace().SetUpsert(true))
			}
			if err != nil {
				t.Fatal(err)
			}
			want, err := coll.FindOne(t.Context(), bson.D{}).Raw()
			if err != nil {
				t.Fatal(err)
			}
			if canonical(t, got) != canonical(t, want) {
				t.Errorf("got  %s\nwant %s", canonical(t, got), canonical(t, want))
			}
		})
	}
	if _, made, err := updates.Upsert(raw(t, `{"k": 1}`), raw(t, `{"$set": {"x": 1}}`), time.Now()); !made || err != nil {
		t.Errorf("an _id was made: %v, %v", made, err)
	}
	for _, filter := range []string{`{"$or": [{"a": 1}]}`, `{"a": {"$in": [1]}}`} {
		if d, _, err := updates.Upsert(raw(t, filter), raw(t, `{"$set": {"x": 1}}`), time.Now()); err == nil {
			t.Errorf("an upsert by %s is said to insert %s", filter, d)
		}
	}
}

func TestReplacementKeepsTheID(t *testing.T) {
	t.Parallel()
	got, err := updates.Replace(raw(t, `{"_id":1,"a":1}`), raw(t, `{"b":2}`))
	if want := canonical(t, raw(t, `{"_id":1,"b":2}`)); err != nil || canonical(t, got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := updates.Replace(raw(t, `{"_id":1}`), raw(t, `{"_id":2}`)); err == nil {
		t.Errorf("got %s", got)
	}
}

func TestSimpleProjectionsAreDoneAndOthersAreNot(t *testing.T) {
	t.Parallel()
	const before = `{"_id":1,"a":1,"b":{"c":2}}`
	for projection, want := range map[string]string{
		`{"a":1}`: `{"_id":1,"a":1}`, `{"a":1,"_id":0}`: `{"a":1}`, `{"b":0}`: `{"_id":1,"a":1}`, `{"_id":0}`: `{"a":1,"b":{"c":2}}`,
		`{"_id":1}`: `{"_id":1}`, `{"b.c":1}`: "", `{"a":{"$slice":1}}`: "", `{"a":"$b"}`: "", `{"a":1,"b":0}`: "",
	} {
		got, ok := updates.Project(raw(t, before), raw(t, projection))
		if ok != (want != "") || ok && canonical(t, got) != canonical(t, raw(t, want)) {
			t.Errorf("%s gives %s, %v, want %s", projection, got, ok, want)
		}
	}
}
