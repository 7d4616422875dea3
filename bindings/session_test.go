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
		{"an async callback has the session for all, before and after it awaits", start + `await session.withTransaction(async () => { await db.a.insertOne({}); await null; await db.b.insertOne({}) }); await db.c.insertOne({})`,
			[]string{"insert^", "insert*", "commitTransaction*", "insert"}},
		{"a callback that returns a promise has it too", start + `await session.withTransaction(() => (async () => { db.a.insertOne({}); await null; db.b.insertOne({}) })())`,
			[]string{"insert^", "insert*", "commitTransaction*"}},
		{"so has what a callback calls and awaits", start + `const copy = async name => { for await (const d of db[name].find()) 1; await Promise.all([1, 2].map(async n => { await null; await db[name].insertOne({n}) })) };
			await session.withTransaction(async () => { await copy('a'); await db.b.find().forEach(async d => 1) }); await copy('c')`,
			[]string{"find^", "insert*", "insert*", "find*", "commitTransaction*", "find", "insert", "insert"}},
		{"chains of then have it", start + `await session.withTransaction(() => Promise.resolve().then(() => db.a.insertOne({})).then(() => db.b.insertOne({})).finally(() => db.c.deleteOne({})))`,
			[]string{"insert^", "insert*", "delete*", "commitTransaction*"}},
		{"what runs beside it has not", start + `const beside = async () => { await null; await db.c.deleteOne({}); await null; await db.c.deleteOne({}) };
			await Promise.all([session.withTransaction(async () => { await db.a.insertOne({}); await null; await db.b.insertOne({}) }), beside()])`,
			[]string{"insert^", "delete", "insert*", "delete", "commitTransaction*"}},
		{"two at once keep apart", start + `const other = client.startSession();
			await Promise.all([session.withTransaction(async () => { await db.a.insertOne({}); await db.a.deleteOne({}) }), other.withTransaction(async () => { await db.b.updateOne({}, {$set: {n: 1}}) })])`,
			[]string{"insert^", "update^", "delete*", "commitTransaction*", "commitTransaction*"}},
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
	report := b.mustRun(`export function up(db, client) { client.startSession().withTransaction(() => { db.a.insertOne({}) }) }`)
	log := strings.Join(server.log(), " ")
	if want := "insert^ abortTransaction* insert^ commitTransaction* commitTransaction*"; log != want {
		t.Errorf("got  %s\nwant %s", log, want)
	}
	if report.Caught != nil {
		t.Errorf("an error that was dealt with counts as caught by the script: %v", report.Caught)
	}
}

func TestAsyncTransactionsAreTriedAgain(t *testing.T) {
	t.Parallel()
	server, b := newReplicaSet(t, func(command string, nth int) bson.D {
		switch {
		case command == "update" && nth == 1:
			return failed(112, "TransientTransactionError")
		case command == "commitTransaction" && nth == 1:
			return failed(251, "TransientTransactionError")
		}
		return nil
	})
	b.mustRun(`export async function up(db, client) {
		await client.startSession().withTransaction(async () => { await db.a.insertOne({}); await db.a.updateOne({}, {$set: {n: 1}}) })
	}`)
	log := strings.Join(server.log(), " ")
	if want := "insert^ update* abortTransaction* insert^ update* commitTransaction* insert^ update* commitTransaction*"; log != want {
		t.Errorf("got  %s\nwant %s", log, want)
	}
}

// TestWarningsOfTransactions has operations that cannot join a transaction although they look as if they should.
func TestWarningsOfTransactions(t *testing.T) {
	t.Parallel()
	const file = "mongomigrations/001_test.js"
	for _, c := range []struct {
		name, code string
		log, want  []string
	}{
		{"all joins: nothing to say", `
			await session.withTransaction(async () => { await db.a.insertOne({}) })
			await db.b.insertOne({})`,
			[]string{"insert^", "commitTransaction*", "insert"}, nil},
		{"a statement behind a withTransaction that is not awaited", `
			session.withTransaction(async () => { await db.a.insertOne({}) })
			await db.c.deleteOne({})`,
			[]string{"insert^", "delete", "commitTransaction*"},
			[]string{"warning: db.c.deleteOne runs outside the transaction of withTransaction (" + file + ":3:12), which is still open: await it (" + file + ":4:15)"}},
		{"something in the callback that is not awaited and comes after its end", `
			await session.withTransaction(async () => {
				[1, 2].forEach(async n => { await null; await null; await null; await null; await null; await null; await db.a.insertOne({n}) })
			})`,
			[]string{"insert", "insert"},
			[]string{"warning: db.a.insertOne comes after the transaction of withTransaction (" + file + ":3:18) has ended, and is not part of it: await all that the callback starts (" + file + ":4:116)"}},
		{"a transaction by hand", `
			session.startTransaction()
			for (const n of [1, 2]) await db.a.insertOne({n})
			await session.commitTransaction()`,
			[]string{"insert", "insert"},
			[]string{"warning: db.a.insertOne runs outside the open transaction: pass {session} to operations that belong to it (" + file + ":4:39)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, b := newReplicaSet(t, nil)
			b.mustRun("export async function up(db, client) { const session = client.startSession()\n" + c.code + "\n}")
			if diff := cmp.Diff(c.log, server.log()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.want, b.printed); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSessionSettings(t *testing.T) {
	t.Parallel()
	server, b := newReplicaSet(t, nil)
	b.eval(`const s = db.getMongo().startSession({readPreference: {mode: 'primary'}, defaultTransactionOptions: {readConcern: {level: 'snapshot'}, writeConcern: {w: 'majority'}}});
		s.withTransaction(() => { db.a.insertOne({}) })`)
	wantIn(t, server.sent[0].String(), `"readConcern": {"level": "snapshot"`)
	wantIn(t, server.sent[1].String(), `"writeConcern": {"w": "majority"}`)
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
