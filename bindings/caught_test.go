package bindings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/bindings/funnel"
	"migrator/runtime"
	"migrator/runtime/fault"
)

func TestCaughtErrors(t *testing.T) {
	t.Parallel()
	const file = "mongomigrations/001_test.js"
	caught := func(name, message, operation string, line, column, times int) runtime.Caught {
		return runtime.Caught{Name: name, Message: message, Operation: operation, Place: fault.Place{File: file, Line: line, Column: column}, Times: times}
	}
	duplicate := func(line, column, times int) runtime.Caught {
		return caught("MongoServerError", "E11000 duplicate key error", "db.a.insertOne", line, column, times)
	}
	for _, c := range []struct {
		name, code string
		want       []runtime.Caught
		fails      bool
	}{
		{name: "no error, nothing caught", code: `db.a.insertOne({_id: 2})`},
		{name: "caught and logged", code: `try { db.a.insertOne({_id: 1}) } catch (e) { console.error(e.message) }`, want: []runtime.Caught{duplicate(2, 12, 1)}},
		{name: "a catch of a promise", code: `await (async () => { await null; db.a.insertOne({_id: 1}) })().catch(console.error)`, want: []runtime.Caught{duplicate(2, 39, 1)}},
		{name: "a catch of a call of the database", code: `await db.a.insertOne({_id: 1}).catch(e => console.error(e.message))`, want: []runtime.Caught{duplicate(2, 12, 1)}},
		{name: "a catch of a chain", code: `await db.a.findOne().then(() => db.a.insertOne({_id: 1})).catch(() => {})`, want: []runtime.Caught{duplicate(2, 38, 1)}},
		{name: "a chain that throws it again", code: `await db.a.insertOne({_id: 1}).catch(e => { throw e })`, fails: true},
		{name: "Promise.allSettled of calls of the database", code: `await Promise.allSettled([db.a.insertOne({_id: 1}), db.a.insertOne({_id: 2})])`, want: []runtime.Caught{duplicate(2, 32, 1)}},
		{name: "a callback that passes over it", code: `db.a.insertOne({_id: 1}, err => {})`, want: []runtime.Caught{duplicate(2, 6, 1)}},
		{name: "a loop has one entry", code: `for (let i = 0; i < 100; i++) try { db.a.insertOne({_id: 1}) } catch {}`, want: []runtime.Caught{duplicate(2, 42, 100)}},
		{name: "Promise.allSettled", code: `await Promise.allSettled([1, 2].map(async () => db.a.insertOne({_id: 1})))`, want: []runtime.Caught{duplicate(2, 54, 2)}},
		{name: "a call that makes no sense", code: `try { db.a.updatOne({}) } catch {}`, want: []runtime.Caught{
			caught("TypeError", "db.a.updatOne is not a function, did you mean updateOne?", "db.a.updatOne", 2, 12, 1)}},
		{name: "undefined in a filter", code: `try { db.a.deleteMany({owner: undefined}) } catch {}`, want: []runtime.Caught{
			caught("TypeError", "db.a.deleteMany: the filter: owner is undefined; leave it out, or use null", "db.a.deleteMany", 2, 12, 1)}},
		{name: "the error that ends the run is not caught", code: `db.a.insertOne({_id: 1})`, fails: true},
		{name: "nor when it is thrown again", code: `try { db.a.insertOne({_id: 1}) } catch (e) { throw e }`, fails: true},
		{name: "nor as the cause of another", code: `try { db.a.insertOne({_id: 1}) } catch (e) { throw new Error('mine', {cause: e}) }`, fails: true},
		{name: "what was caught before the one that ends the run", code: "try { db.a.insertOne({_id: 1}) } catch {}\ndb.a.insertOne({_id: 1})", want: []runtime.Caught{duplicate(2, 12, 1)}, fails: true},
		{name: "an error of the script's own is its own affair", code: `try { throw new Error('mine') } catch {}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.eval(`db.a.insertOne({_id: 1})`)
			report, err := b.run(t.Context(), "export async function up(db) {\n"+c.code+"\n}")
			if (err != nil) != c.fails {
				t.Fatal(err)
			}
			for i, got := range report.Caught {
				report.Caught[i].Message, _, _ = strings.Cut(got.Message, " collection:")
			}
			if diff := cmp.Diff(c.want, report.Caught); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCaughtErrorsAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	report := b.mustRun("export function up(db) {\n" + strings.Repeat("try { db.a.updateOne({}, {}) } catch {}\n", 2*keptCatches) + "}")
	if len(report.Caught) != keptCatches {
		t.Errorf("%d places are kept, want %d", len(report.Caught), keptCatches)
	}
	long := (&catches{}).add("Error", strings.Repeat("ä\n", funnel.MessageWidth), "db.a.insertOne", fault.Place{})
	if len(long.Message) > funnel.MessageWidth+len("…") || strings.Contains(long.Message, "\n") {
		t.Errorf("a message of %d bytes is kept: %q", len(long.Message), long.Message)
	}
}
