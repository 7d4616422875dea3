package bindings

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime"
	"migrator/runtime/fault"
)

func TestEval(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.eval(`db.a.insertMany([{_id: 1, when: new Date(0)}, {_id: 2}])`)
	for _, c := range []struct {
		name, code string
		want       EvalResult
	}{
		{"a number", `1 + 1`, EvalResult{EJSON: `2`, Shown: `2`}},
		{"a promise", `Promise.resolve('x')`, EvalResult{EJSON: `"x"`, Shown: `x`}},
		{"a cursor", `db.a.find({_id: 1})`, EvalResult{EJSON: `[{"_id":1,"when":{"$date":"1970-01-01T00:00:00Z"}}]`, Shown: `[ { _id: 1, when: ISODate('1970-01-01T00:00:00.000Z') } ]`}},
		{"nothing", `undefined`, EvalResult{Undefined: true}},
		{"null", `db.a.findOne({_id: 9})`, EvalResult{EJSON: `null`, Shown: `null`}},
		{"a statement at the end", `let n = 0; for (const d of db.a.find()) n += d._id; n`, EvalResult{EJSON: `3`, Shown: `3`}},
		{"a collection", `db.a`, EvalResult{EJSON: `"` + b.name + `.a"`, Shown: b.name + `.a`}},
		{"a function made in Go", `quit`, EvalResult{EJSON: `"[Function (anonymous)]"`, Shown: `[Function (anonymous)]`}},
		{"a method", `db.a.find`, EvalResult{EJSON: `"[Function: find]"`, Shown: `[Function: find]`}},
		{"what JSON cannot express", `[new Map([[1, '<']])]`, EvalResult{EJSON: `"[ Map(1) { 1 => '<' } ]"`, Shown: `[ Map(1) { 1 => '<' } ]`}},
		{"a session", `db.getMongo().startSession()`, EvalResult{EJSON: `"[session]"`, Shown: `[session]`}},
		{"a write", `db.a.deleteOne({_id: 2}).deletedCount`, EvalResult{EJSON: `1`, Shown: `1`, Report: runtime.Report{Operations: runtime.Operations{Deleted: 1}, Journal: runtime.Journal{
			Steps: []runtime.Step{{Number: 1, Operation: "deleteOne", Collection: "a", Did: &runtime.Operations{Deleted: 1}, Place: fault.Place{File: "eval", Line: 1, Column: 6}}}, Begun: 1, Done: 1}}}},
	} {
		got, err := b.engine.Eval(t.Context(), b.call(), "eval", c.code)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
	if got := b.eval(`const o = {}; o.o = o; o`); got == "" {
		t.Error("an object in a circle is shown as nothing")
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := newTables().collection.names()
	for name, want := range map[string]string{
		"updatOne": "updateOne", "insertone": "insertOne", "findOneandUpdate": "findOneAndUpdate", "delteMany": "deleteMany",
		"agregate": "aggregate", "somethingElse": "", "x": "",
	} {
		if got := fault.Nearest(name, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}
