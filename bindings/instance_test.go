package bindings

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
	"migrator/runtime"
	"migrator/runtime/fault"
)

func TestMigrationReport(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	report := b.mustRun(`
		export function up(db) {
			db.notes.insertMany([{_id: 1}, {_id: 2}, {_id: 3}])
			db.notes.updateMany({_id: {$gt: 1}}, {$set: {n: 1}})
			db.notes.updateOne({_id: 9}, {$set: {n: 1}}, {upsert: true})
			db.notes.updateOne({_id: 10}, {$set: {n: 1}})
			db.notes.deleteOne({_id: 3})
			db.notes.findOneAndUpdate({_id: 1}, {$set: {n: 1}})
			db.notes.createIndex({n: 1})
			db.runCommand({ping: 1})
			db.notes.countDocuments({})
		}`)
	const file = "mongomigrations/001_test.js"
	steps := []string{
		"1. insertMany notes: 3 inserted (" + file + ":3:13)", "2. updateMany notes: 2 modified (" + file + ":4:13)",
		"3. updateOne notes: 1 upserted (" + file + ":5:13)", "4. updateOne notes: nothing matched (" + file + ":6:13)",
		"5. deleteOne notes: 1 deleted (" + file + ":7:13)", "6. findOneAndUpdate notes: 1 modified (" + file + ":8:13)",
		"7. createIndex notes (" + file + ":9:13)",
	}
	if diff := cmp.Diff(steps, report.Journal.Lines()); diff != "" {
		t.Error(diff)
	}
	operations := runtime.Operations{Inserted: 3, Matched: 3, Modified: 3, Upserted: 1, Deleted: 1, Commands: 1}
	if diff := cmp.Diff(operations, report.Operations); diff != "" {
		t.Error(diff)
	}
	if report.Journal.Begun != 7 || report.Journal.Done != 7 {
		t.Errorf("%d begun and %d done, want 7", report.Journal.Begun, report.Journal.Done)
	}
}

func TestGeneratorsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, code := range map[string]string{
		"a generator":       `exports.up = function* (db) { yield db.notes.insertOne({_id: 1}) }`,
		"an async one":      `export async function* up(db) { yield db.notes.insertOne({_id: 1}) }`,
		"one that is check": `export function up() {}; export function* check(db) { yield 1 }`,
	} {
		_, err := b.run(t.Context(), code)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		wantIn(t, err.Error(), "is a generator, and nothing of it was run")
		wantIn(t, fault.HintOf(err), "and await in place of yield")
	}
	for _, code := range []string{
		`export function up(db) { return db.notes.find() }`,
		`export function up(db) { return {get next() { throw new Error('looked at') }} }`,
		`export function up(db) { return {next: 1, return: 2} }`,
	} {
		b.mustRun(code)
	}
}

func TestReportIsBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	report := b.mustRun(`export function up(db) { for (let i = 0; i < 50; i++) db.notes.insertOne({_id: i}) }`)
	lines := report.Journal.Lines()
	if len(lines) != 21 || lines[10] != "… 30 more …" || report.Operations.Inserted != 50 || report.Journal.Done != 50 {
		t.Errorf("%d inserted, %d done, and these lines:\n%s", report.Operations.Inserted, report.Journal.Done, strings.Join(lines, "\n"))
	}
}

// TestJournalTellsWhatIsInFlight looks at the journal as a runner does while a script runs.
func TestJournalTellsWhatIsInFlight(t *testing.T) {
	t.Parallel()
	var told []string
	_, err := newBench(t).run(t.Context(), `
		export function up(db) {
			db.notes.insertOne({_id: 1})
			db.notes.findOne({})
			try { db.notes.insertOne({_id: 1}) } catch (e) {}
			try { db.notes.insertMany([{_id: 2}, {_id: 1}]) } catch (e) {}
		}`, func(c *runtime.Call) { c.Journal = func(s runtime.Step) { told = append(told, s.String()) } })
	if err != nil {
		t.Fatal(err)
	}
	const file = "(mongomigrations/001_test.js:"
	want := []string{
		"1. insertOne notes: in flight " + file + "3:13)", "1. insertOne notes: 1 inserted " + file + "3:13)",
		"2. insertOne notes: in flight " + file + "5:19)", "2. insertOne notes: failed " + file + "5:19)",
		"3. insertMany notes: in flight " + file + "6:19)", "3. insertMany notes: 1 inserted, then failed " + file + "6:19)",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

func TestMigrationInfo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	i, err := b.open(`
		export const description = 'splits names', timeout = 1.5, environments = ['production'], irreversible = 'no way back', transaction = true
		export function up(db) {}
		export function check(db) {}`)
	if err != nil {
		t.Fatal(err)
	}
	want := runtime.Info{
		Description: "splits names", HasUp: true, HasCheck: true, Transaction: true, Irreversible: "no way back",
		Timeout: 1500 * time.Millisecond, Environments: []string{"production"},
	}
	if diff := cmp.Diff(want, i.Info()); diff != "" {
		t.Error(diff)
	}
	for name, code := range map[string]string{
		"description must be a string":        `export const description = 1`,
		"transaction must be true or false":   `export const transaction = 'yes'`,
		"timeout must be a number of seconds": `export const timeout = 'soon'`,
		"environments must be an array":       `export const environments = 'production'`,
		"irreversible must be a string":       `export const irreversible = true`,
	} {
		if _, err := b.open(code); err == nil || !strings.Contains(err.Error(), name) || fault.CodeOf(err) != fault.Script {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestDatabaseIsNotThereWhileLoading(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.open("const users = db.users\nconst first = users.findOne()\nexport function up(db) {}")
	if err == nil || !strings.Contains(err.Error(), "001_test.js:2:") || !strings.Contains(err.Error(), "the database cannot be used while a file is being loaded; use it inside up(db)") {
		t.Errorf("got %v", err)
	}
	if fault.CodeOf(err) != fault.Script {
		t.Errorf("got exit code %d", fault.CodeOf(err))
	}
	b.mustRun("const users = db.users\nexport function up() { users.insertOne({_id: 1}) }")
}

func TestErrorShowsWhereAndWhatWasDone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.run(t.Context(), "export async function up(db) {\n  await db.notes.insertOne({_id: 1})\n  await null\n  await db.notes.insertOne({_id: 1})\n}\n")
	if err == nil {
		t.Fatal("want an error")
	}
	var f runtime.FailureOf
	if !errors.As(err, &f) {
		t.Fatalf("%T is no FailureOf", err)
	}
	failure := f.Failure()
	if failure.Name != "MongoServerError" || failure.File != "mongomigrations/001_test.js" || failure.Line != 4 {
		t.Errorf("got %+v", failure)
	}
	wantIn(t, failure.Stack, "E11000 duplicate key error", "in db.notes.insertOne", "> 4 |   await db.notes.insertOne({_id: 1})")
	const file = "mongomigrations/001_test.js"
	wantIn(t, detail(err), failure.Stack, "\n1 of its writes was done; failed at "+file+":4:18\n"+
		"    1. insertOne notes: 1 inserted ("+file+":2:18)\n    2. insertOne notes: failed ("+file+":4:18)")
	if fault.CodeOf(err) != fault.Script {
		t.Errorf("got exit code %d", fault.CodeOf(err))
	}
	if !mongo.IsDuplicateKeyError(err) {
		t.Error("the driver's error is lost")
	}
	_, err = b.run(t.Context(), "export function up(db) { throw new Error('mine') }")
	wantIn(t, detail(err), "nothing was written before it")
}

func TestErrorClasses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.mustRun(`
		import {MongoServerError, MongoBulkWriteError, MongoError, ObjectId} from 'mongodb'
		const check = (ok, what) => { if (!ok) throw new Error('wrong: ' + what) }
		export function up(db) {
			db.a.insertOne({_id: 1})
			try { db.a.insertOne({_id: 1}); check(false, 'no error') } catch (e) {
				check(e instanceof MongoServerError && e instanceof MongoError && e instanceof Error, 'class')
				check(e.code === 11000 && e.codeName === 'DuplicateKey' && e.name === 'MongoServerError', 'facts')
				check(!(e instanceof MongoBulkWriteError), 'bulk')
			}
			try { db.a.insertMany([{_id: 2}, {_id: 1}, {_id: 3}]); check(false, 'no error') } catch (e) {
				check(e instanceof MongoBulkWriteError, 'class of bulk')
				check(e.writeErrors[0].err.op._id === e.writeErrors[0].getOperation()._id && e.writeErrors[0].err.code === e.code, 'the statement')
				check(JSON.stringify(e.writeErrors).includes('"op":{'), 'the statement as JSON')
				check(e.writeErrors.length === 1 && e.writeErrors[0].index === 1 && e.result.insertedCount === 1, 'facts of bulk')
			}
			try { db.a.updateOne({}, {$nope: {a: 1}}) } catch (e) { check(e.code === 9, 'code ' + e.code) }
			check(new ObjectId() instanceof ObjectId, 'types')
		}`)
}

func TestCheckRunsAfterUp(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.run(t.Context(), `
		export function up(db) { db.a.insertOne({_id: 1}) }
		export function check(db) { if (db.a.countDocuments({}) === 1) throw new Error('checked') }`)
	if err == nil || !strings.Contains(err.Error(), "checked") {
		t.Errorf("got %v", err)
	}
}

func TestGlobals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.run(t.Context(), `
		export function up(db, client) {
			print(migration.name, migration.number, migration.direction, migration.environment, migration.dryRun, migration.args.who)
			print(client.db().getName() === db.getName(), client.db('x').getName(), db.getMongo() === client)
		}`, func(c *runtime.Call) { c.Args = map[string]string{"who": "me"} })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"001_test.js 1 up development false me", "true x true"}, b.printed); diff != "" {
		t.Error(diff)
	}
}

var errLost = fault.New(fault.Locked, "", "the lease is lost")

func TestFenceEndsTheScript(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	allowed := 2
	_, err := b.run(t.Context(), `
		export function up(db) {
			for (let i = 0; i < 5; i++) { try { db.a.insertOne({_id: i}) } catch (e) { print('caught'); db.a.insertOne({_id: 'caught' + i}) } }
		}`, func(c *runtime.Call) {
		c.Check = func() error {
			if allowed--; allowed < 0 {
				return errLost
			}
			return nil
		}
	})
	if !errors.Is(err, errLost) || fault.CodeOf(err) != fault.Locked {
		t.Errorf("got %v with exit code %d", err, fault.CodeOf(err))
	}
	if len(b.printed) > 0 {
		t.Error("the script caught the refusal")
	}
	if got := b.eval(`db.a.countDocuments({})`); got != "2" {
		t.Errorf("%s documents were written, want 2", got)
	}
}

func TestInterruptCannotBeCaught(t *testing.T) {
	t.Parallel()
	cause := errors.New("stopped by the test")
	ctx, cancel := context.WithCancelCause(t.Context())
	n := 0
	b := newBench(t, func(o *Options) {
		o.Middlewares = []funnel.Middleware{func(next funnel.Doer) funnel.Doer {
			return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
				if n++; n == 3 {
					cancel(cause)
				}
				return next.Do(ctx, op)
			})
		}}
	})
	_, err := b.run(ctx, `export function up(db) { for (;;) { try { db.a.insertOne({}) } catch (e) { print('caught') } } }`)
	if !errors.Is(err, cause) {
		t.Errorf("got %v, want the cause", err)
	}
	if len(b.printed) > 0 {
		t.Error("the script caught the interrupt")
	}
	if n != 3 {
		t.Errorf("%d operations were begun, want 3", n)
	}
}

func TestMiddlewaresSeeEveryOperation(t *testing.T) {
	t.Parallel()
	var seen []string
	b := newBench(t, func(o *Options) {
		o.Middlewares = []funnel.Middleware{func(next funnel.Doer) funnel.Doer {
			return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
				seen = append(seen, op.String()+" "+op.Access().String()+" "+op.Collection+" "+op.Where.String())
				return next.Do(ctx, op)
			})
		}}
	})
	b.mustRun("export function up(db) {\n  db.a.find().toArray()\n  db.collection('a').insertOne({})\n  db.runCommand({update: 'a', updates: []})\n  db.a.createIndex({n: 1})\n  db.a.drop()\n}")
	want := []string{
		"db.a.find read a mongomigrations/001_test.js:2:15", "db.a.insertOne write a mongomigrations/001_test.js:3:22",
		"db.runCommand write a mongomigrations/001_test.js:4:6", "db.a.createIndex admin a mongomigrations/001_test.js:5:8",
		"db.a.drop admin a mongomigrations/001_test.js:6:8",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

func TestTypesSurvive(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.eval(`db.a.insertOne({_id: 1, long: NumberLong('5'), int: 5, double: Double(5), big: NumberLong('9007199254740993'), date: new Date(5), nested: {z: NumberLong(1), a: [NumberLong(2)]}})`)
	b.mustRun(`export function up(db) { for (const d of db.a.find()) { d.extra = 1; d.long = d.long + 1; db.a.replaceOne({_id: d._id}, d) } }`)
	r, err := b.engine.Eval(t.Context(), b.call(), "eval", `EJSON.stringify(db.a.findOne(), {relaxed: false})`)
	if err != nil {
		t.Fatal(err)
	}
	wantIn(t, r.Shown, `"long":{"$numberLong":"6"}`, `"int":{"$numberInt":"5"}`, `"double":{"$numberDouble":"5.0"}`, `"big":{"$numberLong":"9007199254740993"}`,
		`"nested":{"z":{"$numberLong":"1"},"a":[{"$numberLong":"2"}]}`, `"extra":{"$numberInt":"1"}`)
}

// A top level that never ends must hold up neither a run nor what only looks at files.
func TestLoadingIsBounded(t *testing.T) {
	t.Parallel()
	const limit = 300 * time.Millisecond
	b := newBench(t, func(o *Options) { o.Loading = limit })
	_, err := b.open("const a = 1\nwhile (a) {}\nexport function up(db) {}")
	if fault.CodeOf(err) != fault.Script || !strings.Contains(err.Error(), "001_test.js:2:") || !strings.Contains(err.Error(), "has not come to its end in 300ms") {
		t.Errorf("got exit code %d: %v", fault.CodeOf(err), err)
	}
	// What somebody takes to answer does not count.
	slow := func(c *runtime.Call) {
		c.Ask = func(ctx context.Context, _ runtime.Question) (string, error) {
			select {
			case <-ctx.Done():
				return "", context.Cause(ctx)
			case <-time.After(2 * limit):
				return "7", nil
			}
		}
	}
	if _, err := b.run(t.Context(), "const n = prompt('how many?')\nexport function up(db) { if (n !== '7') throw n }", slow); err != nil {
		t.Error(err)
	}
}
