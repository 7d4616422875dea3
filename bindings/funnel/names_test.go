package funnel

import (
	"slices"
	"testing"
)

// spelled is the operation of a command that a script sends to a database.
func spelled(t *testing.T, database, text string) *Operation {
	t.Helper()
	c := command(t, text)
	if op, ok := Decode(database, c); ok {
		return op
	}
	return &Operation{Database: database, Request: &Command{Document: c}}
}

// isKept reports whether a name is the collection, holds it, or can stand for it.
func isKept(name string) bool { return name == "app.kept" || name == "app" || name == Everything }

// Whatever a command is called, it counts as changing the collection if it can.
func TestNamesOfWhatChangesACollection(t *testing.T) {
	t.Parallel()
	const uuid = `{"$binary": {"base64": "AAAAAAAAAAAAAAAAAAAAAA==", "subType": "04"}}`
	for _, c := range []struct{ database, text string }{
		{"app", `{"insert": "kept", "documents": [{}]}`},
		{"app", `{"update": "kept", "updates": [{"q": {}, "u": {"a": 1}}]}`},
		{"app", `{"delete": "kept", "deletes": [{"q": {}, "limit": 0}]}`},
		{"app", `{"findAndModify": "kept", "remove": true}`},
		{"app", `{"findandmodify": "kept", "update": {"a": 1}}`},
		{"admin", `{"bulkWrite": 1, "ops": [{"delete": 1, "filter": {}}], "nsInfo": [{"ns": "app.a"},
			{"ns": "app.kept"}]}`},
		{"app", `{"aggregate": "a", "pipeline": [{"$out": "kept"}], "cursor": {}}`},
		{"shop", `{"aggregate": "a", "pipeline": [{"$out": {"db": "app", "coll": "kept"}}], "cursor": {}}`},
		{"app", `{"aggregate": "a", "pipeline": [{"$merge": "kept"}], "cursor": {}}`},
		{"app", `{"aggregate": "a", "pipeline": [{"$merge": {"into": "kept"}}], "cursor": {}}`},
		{"shop", `{"aggregate": 1, "pipeline": [{"$merge": {"into": {"db": "app", "coll": "kept"}}}], "cursor": {}}`},
		{"app", `{"aggregate": "a", "pipeline": [{"$out": "kept"}, {"$match": {}}], "cursor": {}}`},
		{"app", `{"create": "kept"}`},
		{"app", `{"drop": "kept"}`},
		{"app", `{"collMod": "kept", "validator": {}}`},
		{"app", `{"createIndexes": "kept", "indexes": [{"key": {"batch": 1}, "name": "batch_1", "unique": true}]}`},
		{"app", `{"dropIndexes": "kept", "index": "*"}`},
		{"app", `{"deleteIndexes": "kept", "index": "*"}`},
		{"app", `{"reIndex": "kept"}`},
		{"app", `{"convertToCapped": "kept", "size": 1}`},
		{"app", `{"cloneCollectionAsCapped": "a", "toCollection": "kept", "size": 1}`},
		{"app", `{"validate": "kept", "repair": true}`},
		{"app", `{"mapReduce": "a", "map": "", "reduce": "", "out": "kept"}`},
		{"shop", `{"mapReduce": "a", "map": "", "reduce": "", "out": {"merge": "kept", "db": "app"}}`},
		{"app", `{"mapreduce": "a", "out": {"sideways": "kept"}}`},
		{"app", `{"dropDatabase": 1}`},
		{"admin", `{"renameCollection": "app.kept", "to": "app.a"}`},
		{"admin", `{"renameCollection": "app.a", "to": "app.kept", "dropTarget": true}`},
		{"admin", `{"renameCollection": "app.a", "TO": "app.kept"}`},
		{"admin", `{"shardCollection": "app.kept", "key": {"_id": 1}}`},
		{"admin", `{"reshardCollection": "app.kept", "key": {"a": 1}}`},
		{"admin", `{"moveCollection": "app.kept", "toShard": "s1"}`},
		{"admin", `{"movePrimary": "app", "to": "s1"}`},
		{"admin", `{"applyOps": [{"op": "d", "ns": "app.kept", "o": {"_id": 1}}]}`},
		{"admin", `{"applyOps": [{"op": "c", "ns": "app.$cmd", "o": {"drop": "kept"}}]}`},
		{"admin", `{"applyOps": [{"op": "d", "ns": "x.y", "ui": ` + uuid + `, "o": {"_id": 1}}]}`},
		{"app", `{"insert": ` + uuid + `, "documents": [{}]}`},
		{"app", `{"drop": ` + uuid + `}`},
		{"shop", `{"delete": "kept", "deletes": [{"q": {}, "limit": 0}], "$db": "app"}`},
		{"shop", `{"drop": "kept", "$db": "app"}`},
		{"app", `{"insert": "a", "documents": [{}], "insert": "kept"}`},
		{"app", `{"frobnicate": {"deep": ["kept"]}}`},
		{"shop", `{"frobnicate": [{"on": "app.kept"}]}`},
		{"shop", `{"frobnicate": {"$symbol": "app"}}`},
	} {
		names := Names(spelled(t, c.database, c.text))
		if !slices.ContainsFunc(names,
			isKept) {
			t.Errorf("%s on %s changes %q, and not app.kept", c.text, c.database, names)
		}
	}
}

// What cannot change the collection is not refused for the names that are in it.
func TestNamesOfWhatLeavesACollectionAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ database, text string }{
		{"app", `{"find": "kept"}`},
		{"app", `{"explain": {"delete": "kept", "deletes": [{"q": {}, "limit": 0}]}}`},
		{"app", `{"explain": {"frobnicate": "kept"}}`},
		{"app", `{"aggregate": "kept", "pipeline": [{"$out": "a"}], "cursor": {}}`},
		{"app", `{"insert": "a", "documents": [{"name": "kept", "database": "app"}]}`},
		{"shop", `{"insert": "kept", "documents": [{}]}`},
		{"app", `{"create": "v", "viewOn": "kept", "pipeline": []}`},
		{"app", `{"createIndexes": "a", "indexes": [{"key": {"kept": 1}, "name": "kept"}], "comment": "app.kept"}`},
		{"app", `{"mapReduce": "kept", "map": "", "reduce": "", "out": {"inline": 1}}`},
		{"app", `{"mapReduce": "kept", "map": "", "reduce": "", "out": "a"}`},
		{"app", `{"validate": "kept"}`},
		{"app", `{"listIndexes": "kept"}`},
		{"admin", `{"enableSharding": "app"}`},
		{"admin", `{"renameCollection": "app.a", "to": "app.b", "comment": "kept"}`},
		{"admin", `{"shardCollection": "app.a", "key": {"kept": 1}}`},
		{"app", `{"createUser": "kept", "pwd": "x", "roles": [{"role": "readWrite", "db": "app"}]}`},
		{"app", `{"grantRolesToUser": "ann", "roles": [{"role": "readWrite", "db": "app"}]}`},
		{"app", `{"createRole": "r", "privileges": [{"resource": {"db": "app", "collection": "kept"},
			"actions": ["find"]}], "roles": []}`},
		{"app", `{"frobnicate": "app2", "other": "keptalive"}`},
	} {
		names := Names(spelled(t, c.database, c.text))
		if slices.ContainsFunc(names,
			isKept) {
			t.Errorf("%s on %s changes %q", c.text, c.database, names)
		}
	}
}

func TestAccess(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Access{
		`{"find": "a"}`: Read, `{"ping": 1}`: Read, `{"explain": {"drop": "a"}}`: Read, `{"validate": "a"}`: Read,
		`{"validate": "a", "fixMultikey": true}`: Write, `{"profile": -1}`: Read, `{"profile": 2}`: Admin,
		`{"aggregate": "a", "pipeline": [], "cursor": {}}`: Read, `{"aggregate": "a",
			"pipeline": [{"$out": "b"}]}`: Write,
		`{"aggregate": "a", "pipeline": 1}`: Write, `{"insert": "a"}`: Write, `{"insert": "a",
			"documents": [{}]}`: Write,
		`{"mapReduce": "a", "out": {"inline": 1}}`: Read, `{"mapReduce": "a", "out": "b"}`: Write,
		`{"create": "a"}`: Admin, `{"createUser": "a"}`: Admin, `{"nobodyKnows": 1}`: Admin,
	} {
		if got := spelled(t, "app", text).Access(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	if got := (&Command{}).access(); got != Admin {
		t.Errorf("a command without a name is %s", got)
	}
}
