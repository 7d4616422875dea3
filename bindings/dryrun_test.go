package bindings

import (
	"context"
	"encoding/json"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/runtime"
)

// dry is a call of a dry run.
func (b *bench) dry() runtime.Call {
	call := b.call()
	call.DryRun = true
	return call
}

// plan evaluates code in a dry run and returns its value and its plan.
func (b *bench) plan(code string) (string, *runtime.Plan) {
	b.t.Helper()
	r, err := b.engine.Eval(b.t.Context(), b.dry(), "eval", code)
	if err != nil {
		b.t.Fatalf("dry run of %s: %v\n%s", code, err, detail(err))
	}
	return r.EJSON, r.Report.Plan
}

func TestDryRunTellsScriptsWhatTheyAskOfResults(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.eval(seed)
	for _, c := range []struct{ name, code, want string }{
		{"the _id of an insert", `db.users.insertOne({_id: 7}).insertedId`, `7`},
		{"the number of inserts", `db.users.insertMany([{}, {}]).insertedCount`, `2`},
		{"an update of many", `const r = db.users.updateMany({n: 2}, {$set: {x: 1}}); [r.matchedCount, r.modifiedCount, r.upsertedId]`, `[2,2,null]`},
		{"an update of one of two", `db.users.updateOne({n: 2}, {$set: {x: 1}}).matchedCount`, `1`},
		{"an upsert by an _id", `const r = db.users.updateOne({_id: 9}, {$set: {x: 1}}, {upsert: true}); [r.matchedCount, r.upsertedCount, r.upsertedId]`, `[0,1,9]`},
		{"a replacement", `db.users.replaceOne({_id: 1}, {a: 1}).modifiedCount`, `1`},
		{"a delete of one and of many", `[db.users.deleteOne({n: 2}).deletedCount, db.users.deleteMany({n: 2}).deletedCount]`, `[1,2]`},
		{"a document before", `db.users.findOneAndUpdate({_id: 2}, {$inc: {n: 5}}).n`, `2`},
		{"a document after", `db.users.findOneAndUpdate({_id: 2}, {$inc: {n: 5}}, {returnDocument: 'after'}).n`, `7`},
		{"a document after an upsert", `db.users.findOneAndUpdate({_id: 8}, {$inc: {n: 5}}, {returnDocument: 'after', upsert: true})`, `{"_id":8,"n":5}`},
		{"a document that is not there", `db.users.findOneAndDelete({_id: 8})`, `null`},
		{"the whole reply of findAndModify", `db.users.findOneAndDelete({_id: 1}, {includeResultMetadata: true}).lastErrorObject.n`, `1`},
		{"a bulk", `const r = db.users.bulkWrite([{insertOne: {document: {}}}, {updateMany: {filter: {n: 2}, update: {$set: {x: 1}}}}, {deleteOne: {filter: {_id: 1}}},
			{updateOne: {filter: {_id: 5}, update: {$set: {x: 1}}, upsert: true}}]); [r.insertedCount, r.matchedCount, r.deletedCount, r.upsertedIds]`, `[1,2,1,{"3":5}]`},
		{"the command update", `db.runCommand({update: 'users', updates: [{q: {n: 2}, u: {$set: {x: 1}}, multi: true}, {q: {_id: 6}, u: {x: 1}, upsert: true}]})`,
			`{"n":3,"nModified":2,"upserted":[{"index":1,"_id":6}],"ok":1.0}`},
		{"the name of an index", `db.users.createIndex({x: 1})`, `"x_1"`},
		{"a drop", `db.users.drop()`, `true`},
		{"a cursor of $out", `db.runCommand({aggregate: 'users', pipeline: [{$match: {n: 2}}, {$out: 'x'}], cursor: {}}).cursor.firstBatch`, `[]`},
		{"an unknown command", `db.runCommand({frobnicate: 1}).ok`, `1`},
		{"a write without an answer", `db.users.insertOne({_id: 1}, {writeConcern: {w: 0}}).acknowledged`, `false`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			if strings.Contains(c.code, "$out") && b.conn.Server.FerretDB {
				return // which refuses it
			}
			if got, _ := b.plan(c.code); got != c.want {
				t.Errorf("%s gives %s, want %s", c.code, got, c.want)
			}
		})
	}
}

func TestDryRunFailsWhereTheServerWouldRefuseTheFilter(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.eval(seed)
	for _, code := range []string{`db.users.updateMany({n: {$frob: 1}}, {$set: {x: 1}})`, `db.users.deleteOne({$and: 1})`} {
		if r, err := b.engine.Eval(t.Context(), b.dry(), "eval", code); err == nil {
			t.Errorf("%s gives %s", code, r.EJSON)
		}
	}
}

func TestPlanOfManyOperationsStaysSmall(t *testing.T) {
	t.Parallel()
	// What package dryrun keeps: entries in full, kinds of operations, and bytes of a document.
	const planEntries, planKinds, planText = 20, 100, 16 << 10
	server, b := newReplicaSet(t, func(command string, _ int) bson.D { return answerAnything(command) })
	var peak uint64
	measure := func(next funnel.Doer) funnel.Doer {
		n := 0
		return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
			if n++; n%20_000 == 0 {
				goruntime.GC()
				var m goruntime.MemStats
				goruntime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
			return next.Do(ctx, op)
		})
	}
	options := b.engine.options
	options.Middlewares = []funnel.Middleware{measure}
	b.engine = NewEngine(options)
	var before goruntime.MemStats
	goruntime.GC()
	goruntime.ReadMemStats(&before)

	_, plan := b.plan("const text = 'x'.repeat(1000);\nfor (let i = 0; i < 100000; i++) db.notes.insertOne({i, text})\ndb.other.drop()")
	if grown := int64(peak) - int64(before.HeapAlloc); grown > 30<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	if len(plan.Entries) != planEntries+1 || plan.Entries[planEntries].Operation != "drop" || plan.Entries[planEntries].Number != 100_001 {
		t.Errorf("%d entries, the last is %+v", len(plan.Entries), plan.Entries[len(plan.Entries)-1])
	}
	want := runtime.PlannedSum{Operation: "insertOne", Database: "app", Collection: "notes", Times: 100_000, Documents: 100_000, Shown: planEntries, Place: plan.Entries[0].Place}
	if diff := cmp.Diff(want, plan.Sums[0]); diff != "" {
		t.Error(diff)
	}
	if server.counts["insert"] > 0 {
		t.Error("something was inserted")
	}

	_, plan = b.plan("for (let i = 0; i < 3000; i++) db['c' + i].insertOne({text: 'x'.repeat(100000)})")
	if len(plan.Entries) > planEntries+planKinds || len(plan.Sums) > planKinds+1 {
		t.Errorf("%d entries and %d sums", len(plan.Entries), len(plan.Sums))
	}
	if text := plan.Entries[0].Samples[0].After; len(text) > planText+100 || text[0] != '"' {
		t.Errorf("a large document takes %d bytes of %.20s", len(text), text)
	}
}

func TestPlanShowsNoPasswords(t *testing.T) {
	t.Parallel()
	_, b := newReplicaSet(t, nil)
	_, plan := b.plan(`db.createUser({user: 'ann', pwd: 'hunter2', roles: ['read']}); db.changeUserPassword('ann', 'hunter2');
		db.updateUser('ann', {pwd: 'hunter2'}); db.adminCommand({frob: 1, more: [{password: 'hunter2'}]})`)
	text, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "hunter2") || len(plan.Entries) != 4 || !strings.Contains(string(plan.Entries[0].Command), `"read"`) {
		t.Errorf("%s", text)
	}
}

func TestReadsBehindSimulatedWritesAreNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.eval(seed)
	_, plan := b.plan("db.users.findOne()\ndb.users.insertOne({})\ndb.users.deleteMany({n: 2})\ndb.users.findOne()\ndb.other.findOne()\n" +
		"db.users.createIndex({z: 1})\nfor (let i = 0; i < 2; i++) db.users.getIndexes()\ndb.notes.countDocuments()")
	type read struct {
		operation     string
		line          int
		writes, times int64
	}
	var got []read
	for _, r := range plan.Reads {
		got = append(got, read{r.Operation, r.Line, r.Writes, r.Times})
	}
	if diff := cmp.Diff([]read{{"findOne", 4, 2, 1}, {"getIndexes", 7, 3, 2}}, got, cmp.AllowUnexported(read{})); diff != "" {
		t.Error(diff)
	}
	if unseen := plan.Entries[1].Unseen; unseen != 1 {
		t.Errorf("deleteMany does not see %d writes, want 1", unseen)
	}
}

func TestDryRunOfATransactionNeedsNone(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		`export const transaction = true; export function up(db) { db.users.insertOne({}); db.users.findOne() }`,
		`export function up(db, client) { const s = client.startSession(); s.withTransaction(() => { db.users.insertOne({}, {session: s}); db.users.find({}, {session: s}).toArray() }); s.endSession() }`,
		`export async function up(db, client) { const s = client.startSession(); s.startTransaction(); await db.users.insertOne({}, {session: s}); await db.users.findOne({}, {session: s}); await s.abortTransaction() }`,
	} {
		b := newBench(t)
		i, err := b.open(code, func(c *runtime.Call) { c.DryRun = true })
		if err != nil {
			t.Fatal(err)
		}
		report, err := i.Run(t.Context())
		if err != nil {
			t.Errorf("%s: %v", code, err)
			continue
		}
		if len(report.Plan.Entries) != 1 {
			t.Errorf("%s: the plan is %+v", code, report.Plan)
		}
		if b.conn.Server.FerretDB && !strings.Contains(strings.Join(b.printed, "\n"), "a real run fails here") {
			t.Errorf("%s: nothing is said of the server, which has no transactions: %q", code, b.printed)
		}
	}
}

func TestPipelineUpdateIsWorkedOutByTheServer(t *testing.T) {
	t.Parallel()
	server, b := newReplicaSet(t, func(command string, nth int) bson.D { return answerAnything(command) })
	_, plan := b.plan(`db.users.updateOne({_id: 1}, [{$set: {full: {$concat: ['$name', '!']}}}])`)
	var pipeline string
	for _, command := range server.sent {
		if funnel.FirstKey(command) == "aggregate" {
			pipeline = command.Lookup("pipeline").String()
		}
	}
	if !strings.Contains(pipeline, `{"$match": {"_id":`) || !strings.Contains(pipeline, `"$concat"`) {
		t.Errorf("the server was asked for %s", pipeline)
	}
	if s := plan.Entries[0].Samples; len(s) != 1 || s[0].After == nil || s[0].Unknown != "" {
		t.Errorf("the samples are %+v", s)
	}
	before := len(server.sent)
	_, plan = b.plan(`db.users.updateOne({_id: 1}, [{$out: 'other'}]); db.users.aggregate([{$merge: 'a'}, {$out: 'b'}])`)
	for _, command := range server.sent[before:] {
		if operationOf(t, command).Changes() {
			t.Errorf("the server was asked for %s", command)
		}
	}
	if s := plan.Entries[0].Samples; len(s) != 1 || s[0].After != nil || !strings.Contains(s[0].Unknown, "not sent in a dry run") {
		t.Errorf("the samples are %+v", s)
	}
	_, plan = b.plan(`db.users.updateOne({_id: 1}, {$set: {'tags.$[x]': 1}}, {arrayFilters: [{x: 1}]})`)
	if s := plan.Entries[0].Samples; len(s) != 1 || s[0].After != nil || s[0].Unknown != "arrayFilters" {
		t.Errorf("the samples are %+v", s)
	}
}
