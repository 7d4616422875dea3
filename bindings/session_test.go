package bindings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
)

func TestTransactions(t *testing.T) {
	t.Parallel()
	const start = "const client = db.getMongo(), session = client.startSession(); "
	for _, c := range []struct {
		name, code string
		want       []string
	}{
		{"a synchronous callback has the session for all", start + `session.withTransaction(() => { db.a.insertOne({}); db.b.updateOne({}, {$set: {n: 1}}) }); db.a.insertOne({})`,
			[]string{"insert^", "update*", "commitTransaction*", "insert"}},
		{"an error aborts", start + `try { session.withTransaction(() => { db.a.insertOne({}); throw new Error('no') }) } catch (e) { db.a.insertOne({}) }`,
			[]string{"insert^", "abortTransaction*", "insert"}},
		{"an async callback passes the session", start + `await session.withTransaction(async s => { await db.a.insertOne({}, {session: s}); await null; await db.b.insertOne({}, {session}) })`,
			[]string{"insert^", "insert*", "commitTransaction*"}},
		{"an async callback that fails aborts", start + `try { await session.withTransaction(async () => { await db.a.insertOne({}, {session}); throw new Error('no') }) } catch (e) { 1 }`,
			[]string{"insert^", "abortTransaction*"}},
		{"an async callback that nobody awaits swallows nothing", start + `session.withTransaction(async () => { await db.a.insertOne({}, {session}); await db.b.insertOne({}, {session}) }); db.c.deleteOne({})`,
			[]string{"insert^", "delete", "insert*", "commitTransaction*"}},
		{"by hand", start + `session.startTransaction(); db.a.insertOne({}, {session}); session.commitTransaction(); session.endSession(); session.hasEnded()`,
			[]string{"insert^", "commitTransaction*"}},
		{"by hand, aborted", start + `session.startTransaction(); db.a.insertOne({}, {session}); session.abortTransaction()`,
			[]string{"insert^", "abortTransaction*"}},
		{"a session that ends aborts", start + `session.startTransaction(); db.a.insertOne({}, {session}); session.endSession()`,
			[]string{"insert^", "abortTransaction*"}},
		{"a session that is left open aborts", start + `session.startTransaction(); db.a.insertOne({}, {session}); 1`,
			[]string{"insert^", "abortTransaction*"}},
		{"the database of a session", start + `const s = session.getDatabase('app'); session.startTransaction(); s.a.insertOne({}); s.b.find().toArray(); session.commitTransaction()`,
			[]string{"insert^", "find*", "commitTransaction*"}},
		{"withSession", `db.getMongo().withSession(session => { session.withTransaction(() => { db.a.insertOne({}) }) })`,
			[]string{"insert^", "commitTransaction*"}},
		{"findOneAndUpdate and bulkWrite take part", start + `session.withTransaction(() => { db.a.findOneAndUpdate({}, {$set: {n: 1}}); db.a.bulkWrite([{deleteMany: {filter: {}}}]); db.runCommand({ping: 1}) })`,
			[]string{"findAndModify^", "delete*", "ping*", "commitTransaction*"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, b := newReplicaSet(t, nil)
			b.eval(c.code)
			if diff := cmp.Diff(c.want, server.log()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTransactionRefusals(t *testing.T) {
	t.Parallel()
	const start = "const session = db.getMongo().startSession(); "
	for _, c := range []struct{ name, code, want string }{
		{"a callback that is not async and returns a promise", start + `session.withTransaction(() => (async () => { db.a.insertOne({}) })())`, "Declare it async and pass {session}"},
		{"a session that has ended", start + `session.endSession(); db.a.insertOne({}, {session})`, "the session has ended"},
		{"a transaction in a transaction", start + `session.withTransaction(() => session.startTransaction())`, "there is a transaction around it already"},
		{"a second transaction", start + `session.startTransaction(); session.startTransaction()`, "transaction already in progress"},
		{"no function", start + `session.withTransaction()`, "the callback must be a function"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, b := newReplicaSet(t, nil)
			if err := b.evalError(c.code); !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func failed(code int32, labels ...string) bson.D {
	return bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: code}, {Key: "errmsg", Value: "failed by the test"}, {Key: "errorLabels", Value: labels}}
}

func TestTransactionsAreTriedAgain(t *testing.T) {
	t.Parallel()
	server, b := newReplicaSet(t, func(command string, nth int) bson.D {
		switch {
		case command == "insert" && nth == 1:
			return failed(112, "TransientTransactionError")
		case command == "commitTransaction" && nth == 1:
			return failed(91, "UnknownTransactionCommitResult")
		}
		return nil
	})
	b.eval(`db.getMongo().startSession().withTransaction(() => { db.a.insertOne({}) })`)
	log := strings.Join(server.log(), " ")
	if want := "insert^ abortTransaction* insert^ commitTransaction* commitTransaction*"; log != want {
		t.Errorf("got  %s\nwant %s", log, want)
	}
}

func TestNoticeOfAnOperationOutsideTheTransaction(t *testing.T) {
	t.Parallel()
	server, b := newReplicaSet(t, nil)
	b.eval(`const session = db.getMongo().startSession(); await session.withTransaction(async () => { await db.a.insertOne({}); await db.b.insertOne({}) })`)
	if diff := cmp.Diff([]string{"insert", "insert"}, server.log()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"notice: eval:1:102: db.a.insertOne runs outside the open transaction: pass {session} to operations that belong to it"}, b.printed); diff != "" {
		t.Error(diff)
	}
}

func TestWholeMigrationInATransaction(t *testing.T) {
	t.Parallel()
	server, b := newReplicaSet(t, nil)
	report := b.mustRun(`
		export const transaction = true
		export async function up(db) { await db.a.insertOne({}); await null; await db.b.insertOne({}) }
		export function check(db) { db.a.find().toArray() }`)
	if diff := cmp.Diff([]string{"insert^", "insert*", "find*", "commitTransaction*"}, server.log()); diff != "" {
		t.Error(diff)
	}
	if report.Operations.Inserted != 2 {
		t.Errorf("%d inserted, want 2", report.Operations.Inserted)
	}
}

func TestWholeMigrationIsAborted(t *testing.T) {
	t.Parallel()
	server, b := newReplicaSet(t, nil)
	report, err := b.run(t.Context(), `
		export const transaction = true
		export function up(db) { db.a.insertOne({}); throw new Error('half-way') }`)
	if err == nil || !strings.Contains(err.Error(), "half-way") {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]string{"insert^", "abortTransaction*"}, server.log()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(runtime.Operations{}, report.Operations); diff != "" {
		t.Error(diff)
	}
	wantIn(t, detail(err), "the transaction was aborted: nothing of it stays")
}

func TestWholeMigrationNeedsTransactions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.needEmbedded()
	_, err := b.run(t.Context(), `
		export const transaction = true
		export function up(db) { db.a.insertOne({}) }`)
	if err == nil || !strings.Contains(err.Error(), "run 001_test.js in a transaction: the embedded database cannot do transactions") {
		t.Errorf("got %v", err)
	}
	if got := b.eval(`db.a.countDocuments({})`); got != "0" {
		t.Errorf("%s documents were written", got)
	}
}
