package funnel

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// command makes a command of its text.
func command(t testing.TB, text string) bson.Raw {
	t.Helper()
	var d bson.D
	if err := bson.UnmarshalExtJSON([]byte(text), false, &d); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	raw, err := bson.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// The texts are commands as Encode makes them: each is what the one that was decoded from it encodes to.
func TestEncodeIsTheWayBackOfDecode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, database, text string }{
		{"a find of everything", "app", `{"find": "a"}`},
		{"a find with all that it may have", "app", `{"find": "a", "filter": {"n": 1}, "projection": {"n": 1},
			"sort": {"n": -1},
			"collation": {"locale": "en"}, "skip": 2, "limit": 3, "batchSize": 4, "hint": "n_1", "min": {"n": 0},
				"max": {"n": 9},
			"let": {"x": 1}, "comment": "why", "allowDiskUse": false, "allowPartialResults": true,
				"noCursorTimeout": true,
			"returnKey": true, "showRecordId": true, "readConcern": {"level": "majority"}, "maxTimeMS": 5}`},
		{"a find of one batch", "app", `{"find": "a", "filter": {}, "limit": 1, "singleBatch": true}`},
		{"an aggregate", "app", `{"aggregate": "a", "pipeline": [{"$match": {}}], "cursor": {}}`},
		{"an aggregate with all that it may have", "app", `{"aggregate": "a", "pipeline": [{"$match": {"n": 1}},
			{"$out": "b"}],
			"cursor": {"batchSize": 4}, "collation": {"locale": "en"}, "hint": {"n": 1}, "let": {"x": 1},
				"comment": {"a": 1},
			"allowDiskUse": true, "bypassDocumentValidation": true, "readConcern": {"level": "local"},
			"writeConcern": {"w": "majority"}, "maxTimeMS": 5}`},
		{"an aggregate on the database", "app", `{"aggregate": 1, "pipeline": [{"$currentOp": {}}], "cursor": {}}`},
		{"a count of everything", "app", `{"count": "a"}`},
		{"a count with all that it may have", "app", `{"count": "a", "query": {"n": 1}, "skip": 1, "limit": 2,
			"hint": "n_1",
			"collation": {"locale": "en"}, "comment": 1, "readConcern": {"level": "local"}, "maxTimeMS": 5}`},
		{"a distinct", "app", `{"distinct": "a", "key": "n", "query": {"m": 1}, "collation": {"locale": "en"},
			"hint": "n_1", "comment": 1}`},
		{"an insert", "app", `{"insert": "a", "documents": [{"_id": 1}, {}]}`},
		{"an insert with all that it may have", "app", `{"insert": "a", "documents": [{"_id": 1}], "ordered": false,
			"bypassDocumentValidation": true, "comment": "why", "writeConcern": {"w": 1}, "maxTimeMS": 5}`},
		{"updates of every kind", "app", `{"update": "a", "updates": [{"q": {}, "u": {"$set": {"n": 1}}},
			{"q": {"n": 1}, "u": {"m": 1}},
			{"q": {}, "u": {}}, {"q": {}, "u": [{"$unset": "n"}], "multi": true}]}`},
		{"an update with all that it may have", "app", `{"update": "a", "updates": [{"q": {"n": 1},
			"u": {"$set": {"l.$[x]": 1}},
			"upsert": true, "arrayFilters": [{"x": 1}], "sort": {"n": 1}, "hint": {"n": 1},
				"collation": {"locale": "en"}}],
			"ordered": false, "let": {"y": 1}, "comment": "why", "writeConcern": {"w": 0}}`},
		{"an update with no array filters", "app", `{"update": "a", "updates": [{"q": {}, "u": {"$set": {"n": 1}},
			"arrayFilters": []}]}`},
		{"deletes of both kinds", "app", `{"delete": "a", "deletes": [{"q": {}, "limit": 0}, {"q": {"n": 1}, "limit": 1,
			"hint": "n_1",
			"collation": {"locale": "en"}}], "let": {"x": 1}}`},
		{"a findAndModify by operators", "app", `{"findAndModify": "a", "query": {"n": 1}, "update": {"$set": {"n": 2}},
			"upsert": true,
			"new": true, "sort": {"n": 1}, "fields": {"n": 1}, "arrayFilters": [{"x": 1}], "hint": "n_1",
			"collation": {"locale": "en"}, "let": {"x": 1}, "comment": 1, "bypassDocumentValidation": true,
			"writeConcern": {"w": 1}}`},
		{"a findAndModify by a whole document", "app", `{"findAndModify": "a", "query": {}, "update": {"n": 2}}`},
		{"a findAndModify by a pipeline", "app", `{"findAndModify": "a", "query": {}, "update": [{"$set": {"n": 2}}]}`},
		{"a findAndModify that removes", "app", `{"findAndModify": "a", "query": {}, "remove": true}`},
		{"writes to several collections", "admin", `{"bulkWrite": 1, "nsInfo": [{"ns": "app.a"}, {"ns": "app.b"}],
			"ops": [
			{"insert": 0, "document": {"_id": 1}}, {"update": 1, "filter": {}, "multi": true,
				"updateMods": {"$set": {"n": 1}}},
			{"update": 0, "filter": {"n": 1}, "updateMods": {"n": 2}, "upsert": true, "sort": {"n": 1}},
			{"delete": 1, "filter": {}, "multi": true}, {"delete": 0, "filter": {"n": 1}, "hint": "n_1"}],
			"ordered": false, "let": {"x": 1}}`},
		{"the plan of a find", "app", `{"explain": {"find": "a", "filter": {"n": 1}}, "verbosity": "queryPlanner",
			"comment": 1}`},
		{"the plan of an update", "app", `{"explain": {"update": "a", "updates": [{"q": {}, "u": {"$set": {"n": 1}},
			"sort": {"n": 1}}],
			"let": {"x": 1}}, "maxTimeMS": 5}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := command(t, c.text)
			op, ok := Decode(c.database, want)
			if !ok {
				t.Fatal("it is not understood")
			}
			got, err := Encode(op)
			if err != nil || len(got) != 1 {
				t.Fatalf("%d commands, %v", len(got), err)
			}
			if diff := cmp.Diff(sorted(t, want), sorted(t, got[0])); diff != "" {
				t.Error(diff)
			}
			again, ok := Decode(c.database, got[0])
			if diff := cmp.Diff(op, again); diff != "" || !ok {
				t.Errorf("decoded again it is another:\n%s", diff)
			}
		})
	}
}

// sorted is a command as text, its fields in the order of their names: they mean the same in any.
func sorted(t *testing.T, c bson.Raw) string {
	t.Helper()
	text, err := bson.MarshalExtJSON(c, false, false)
	if err != nil {
		t.Fatal(err)
	}
	var fields any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	if text, err = json.MarshalIndent(fields, "", " "); err != nil {
		t.Fatal(err)
	}
	return FirstKey(c) + " " + string(text)
}

func TestDecodeIsTheWayBackOfEncode(t *testing.T) {
	t.Parallel()
	d := func(text string) bson.Raw { return command(t, text) }
	set := bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: d(`{"$set": {"n": 1}}`)}
	no := false
	concern := Concern{Write: d(`{"w": 1}`), ReadLevel: "majority", MaxTime: 5 * time.Millisecond}
	for _, op := range []*Operation{
		{Database: "app", Collection: "a", Request: &Find{Limit: -1, BatchSize: 7, AllowDiskUse: &no},
			Concern: Concern{ReadLevel: "local"}},
		{Database: "app", Collection: "a", Request: &Aggregate{Pipeline: []bson.Raw{d(`{"$merge": "b"}`)},
			Bypass: true}, Concern: concern},
		{Database: "app", Request: &Aggregate{Pipeline: []bson.Raw{}}},
		{Database: "app", Collection: "a", Request: &Count{Filter: d(`{}`), Skip: 1}},
		{Database: "app", Collection: "a", Request: &Distinct{Field: "n"}},
		{Database: "app", Collection: "a", Request: &Bulk{Writes: []WriteModel{{Kind: Insert, Document: d(`{}`)}},
			Bypass: true}, Concern: concern},
		{Database: "app", Collection: "a", Request: &Bulk{Unordered: true, Writes: []WriteModel{
			{Kind: UpdateOne, Filter: d(`{}`), Update: set}, {Kind: UpdateMany, Filter: d(`{}`), Update: set,
				Upsert: true},
			{Kind: Replace, Filter: d(`{}`), Document: d(`{"n": 1}`)},
		}}},
		{Database: "app", Collection: "a", Request: &Bulk{Writes: []WriteModel{{Kind: DeleteOne, Filter: d(`{}`)},
			{Kind: DeleteMany, Filter: d(`{}`)}}}},
		{Database: "admin", Request: &Bulk{Writes: []WriteModel{
			{Kind: DeleteOne, Filter: d(`{}`), Namespace: "app.a"}, {Kind: DeleteMany, Filter: d(`{}`),
				Namespace: "shop.b"},
			{Kind: Insert, Document: d(`{"_id": 1}`), Namespace: "app.a"}, {Kind: UpdateOne, Filter: d(`{}`),
				Update: set, Namespace: "app.a"},
		}}},
		{Database: "app", Collection: "a", Request: &FindAndModify{Filter: d(`{}`), Replacement: d(`{}`), Upsert: true},
			Concern: Concern{Write: d(`{"w": 1}`)}},
		{Database: "app", Collection: "a", Request: &Explain{Request: &Count{}, Verbosity: "queryPlanner"}},
	} {
		commands, err := Encode(op)
		if err != nil || len(commands) != 1 {
			t.Fatalf("%T: %d commands, %v", op.Request, len(commands), err)
		}
		got, ok := Decode(op.Database, commands[0])
		if diff := cmp.Diff(op, got); diff != "" || !ok {
			t.Errorf("%s came back as something else (%v):\n%s", commands[0], ok, diff)
		}
	}
}

func TestABulkOfSeveralKindsIsSeveralCommands(t *testing.T) {
	t.Parallel()
	empty := EmptyDocument()
	op := &Operation{Database: "app", Collection: "a", Request: &Bulk{Writes: []WriteModel{
		{Kind: Insert, Document: empty}, {Kind: Insert, Document: empty}, {Kind: DeleteOne, Filter: empty},
		{Kind: DeleteMany, Filter: empty},
		{Kind: Replace, Filter: empty, Document: empty}, {Kind: Insert, Document: empty},
	}}}
	commands, err := Encode(op)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range commands {
		got = append(got, c.String())
	}
	want := []string{
		`{"insert": "a","documents": [{},{}]}`,
		`{"delete": "a","deletes": [{"q": {},"limit": {"$numberLong":"1"}},{"q": {},"limit": {"$numberLong":"0"}}]}`,
		`{"update": "a","updates": [{"q": {},"u": {}}]}`, `{"insert": "a","documents": [{}]}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := EncodeOne(op); err == nil {
		t.Error("it was made one command")
	}
}

// What is not understood stays a command, of which it is known only what it mentions.
func TestDecodeTakesNothingElse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, database, text string }{
		{"a command that no request stands for", "app", `{"create": "a"}`},
		{"a collection that is no name", "app", `{"insert": 1, "documents": [{}]}`},
		{"a collection by its UUID", "app", `{"find": {"$binary": {"base64": "AAAAAAAAAAAAAAAAAAAAAA==",
			"subType": "04"}}}`},
		{"twice the same field", "app", `{"insert": "a", "documents": [{}], "documents": [{}]}`},
		{"twice the name", "app", `{"insert": "a", "documents": [{}], "insert": "b"}`},
		{"twice a field of a statement", "app", `{"delete": "a", "deletes": [{"q": {}, "limit": 0, "q": {"n": 1}}]}`},
		{"no documents", "app", `{"insert": "a", "documents": []}`},
		{"no list of updates", "app", `{"update": "a"}`},
		{"an update that is no document", "app", `{"update": "a", "updates": [1]}`},
		{"an update by a number", "app", `{"update": "a", "updates": [{"q": {}, "u": 1}]}`},
		{"a filter that is no document", "app", `{"find": "a", "filter": 1}`},
		{"a delete without a limit", "app", `{"delete": "a", "deletes": [{"q": {}}]}`},
		{"a delete of two", "app", `{"delete": "a", "deletes": [{"q": {}, "limit": 2}]}`},
		{"a pipeline that is no list", "app", `{"aggregate": "a", "pipeline": {"$out": "b"}, "cursor": {}}`},
		{"another database", "app", `{"insert": "a", "documents": [{}], "$db": "shop"}`},
		{"bulkWrite elsewhere than on admin", "app", `{"bulkWrite": 1, "ops": [{"insert": 0, "document": {}}],
			"nsInfo": [{"ns": "app.a"}]}`},
		{"bulkWrite to a place that is not in the list", "admin", `{"bulkWrite": 1, "ops": [{"insert": 1,
			"document": {}}], "nsInfo": [{"ns": "app.a"}]}`},
		{"bulkWrite of something else", "admin", `{"bulkWrite": 1, "ops": [{"frob": 0, "filter": {}}],
			"nsInfo": [{"ns": "app.a"}]}`},
		{"the plan of a command that no request stands for", "app", `{"explain": {"ping": 1}}`},
	} {
		if op, ok := Decode(c.database, command(t, c.text)); ok {
			t.Errorf("%s was taken for %#v", c.name, op.Request)
		}
	}
}

// FuzzCodec decodes any document as any command: what is understood is the same when it was encoded and decoded again.
func FuzzCodec(f *testing.F) {
	names := []string{"find", "aggregate", "count", "distinct", "insert", "update", "delete", "findAndModify",
		"bulkWrite", "explain"}
	for _, text := range []string{
		`{"filter": {"n": 1}, "limit": 5, "singleBatch": 1, "sort": null}`, `{"pipeline": [{"$out": {"db": "x",
			"coll": "y"}}], "cursor": {}}`,
		`{"documents": [{"_id": 1}], "ordered": false}`, `{"updates": [{"q": {}, "u": [{"$set": {"n": 1}}],
			"multi": 1}]}`,
		`{"deletes": [{"q": {}, "limit": 1.0}]}`, `{"update": {"n": 1}, "query": null}`, `{"explain": {"find": "a"}}`,
		`{"ops": [{"update": 0, "filter": {}, "updateMods": {}}], "nsInfo": [{"ns": "app.a"}]}`,
	} {
		for i := range names {
			f.Add(i, []byte(command(f, text)))
		}
	}
	f.Fuzz(func(t *testing.T, which int, rest []byte) {
		name := names[uint(which)%uint(len(names))]
		fields := bson.Raw(rest)
		if fields.Validate() != nil {
			return
		}
		var d bson.D
		if err := bson.Unmarshal(fields, &d); err != nil {
			return
		}
		on, database := any("a"), "app"
		switch name {
		case "explain":
			on = bson.D{{Key: "find", Value: "a"}, {Key: "filter", Value: d}}
		case "bulkWrite":
			on, database = 1, "admin"
		}
		raw, err := bson.Marshal(append(bson.D{{Key: name, Value: on}}, d...))
		if err != nil {
			return
		}
		op, ok := Decode(database, raw)
		if !ok {
			return
		}
		commands, err := Encode(op)
		if err != nil || len(commands) != 1 {
			t.Fatalf("%s became %d commands: %v", raw, len(commands), err)
		}
		again, ok := Decode(database, commands[0])
		if diff := cmp.Diff(op, again); diff != "" || !ok {
			t.Fatalf("%s became %s, which is something else (%v):\n%s", raw, commands[0], ok, diff)
		}
	})
}
