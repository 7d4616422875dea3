package cmd_test

import (
	"fmt"
	"strings"
	"testing"
)

// upOnly is a migration that has no down.
func upOnly(v string) string {
	return fmt.Sprintf("export function up(db) { print('%s'); db.one.insertOne({v: '%s'}) }\n", v, v)
}

func TestWatchUndoesWithADownThatWasWrittenAfterItsUp(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{one: upOnly("a")})
	w.cycle()
	w.write(one, upOnly("b"))
	w.refuses("001_a", "was executed without a down", "add `export function down(db) { … }` to 001_one.js and save it")
	w.same(w.values("one"), "a")
	w.write(one, version("c"))
	w.cycle()
	w.says("001_one.js was executed without a down: the one that it has now undoes it")
	w.same(w.printed(), "a", "c")
	w.same(w.values("one"), "c")
}

func TestWatchSaysHowToGoOnWhereSomethingCannotBeUndone(t *testing.T) {
	t.Parallel()
	const final = "export const irreversible = 'it drops'\n"
	for _, c := range []struct{ name, save, text, says string }{
		{"the irreversible one is saved", one, final + version("b"), "type `migrator resolve 001_one.js --accept`"},
		{
			"a new one belongs before it", "mongomigrations/000_new.js", version("b"),
			"type `migrator execute 000_new.js --allow-out-of-order`",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := watchProject(t, files{one: final + version("a")})
			w.cycle()
			w.write(c.save, c.text)
			w.refuses(c.name, "001_one.js is irreversible: it drops", c.says)
			w.same(w.printed(), "a")
			w.is("001_one.js", "executed")
			if c.save == one {
				w.write(one, final+version("a"))
			} else {
				w.remove(c.save)
			}
			w.sentinel()
			w.same(w.printed(), "a", "sentinel")
		})
	}
}

// refuses awaits a cycle that ends with that error.
func (w *watched) refuses(name, message, hint string) {
	w.t.Helper()
	e := w.cycle()
	if !strings.Contains(fmt.Sprint(e.Error["message"]), message) ||
		!strings.Contains(fmt.Sprint(e.Error["hint"]), hint) {
		w.t.Errorf("%s: the error is %v", name, e.Error)
	}
}

// TestWatchLetsARollbackEndThatIsSavedMeanwhile holds a rollback up until its file has been saved again.
func TestWatchLetsARollbackEndThatIsSavedMeanwhile(t *testing.T) {
	t.Parallel()
	slow := strings.Replace(
		version("a"), "db.one.deleteMany",
		"print('undoing'); while (db.gate.countDocuments() === 0) {} db.one.deleteMany", 1,
	)
	w := watchProject(t, files{one: slow})
	w.cycle()
	w.write(one, version("b"))
	w.await("the rollback", func(e watchEvent) bool { return e.Text == "undoing" })
	w.write(one, strings.Replace(version("c"), "deleteMany({})", "deleteMany({}); print('the wrong down')", 1))
	w.await("the word of it", func(e watchEvent) bool { return strings.Contains(e.Text, "it runs after that") })
	_, err := w.database.Client.Database(w.target.Database).Collection("gate").InsertOne(
		t.Context(), map[string]int{"open": 1},
	)
	w.ok(err)
	w.until("the last text", func() bool { return strings.HasSuffix(strings.Join(w.printed(), " "), "c") })
	if printed := strings.Join(w.printed(), " "); strings.Contains(printed, "wrong") {
		t.Errorf("it printed %s", printed)
	}
	w.same(w.values("one"), "c")
	w.is("001_one.js", "executed")
}

func TestWatchStopsARollbackThatIsSavedTwice(t *testing.T) {
	t.Parallel()
	w := watchProject(t, files{one: strings.Replace(
		version("a"), "db.one.deleteMany", "print('undoing'); while (true) {} db.one.deleteMany", 1,
	)})
	w.cycle()
	w.write(one, version("b"))
	w.await("the rollback", func(e watchEvent) bool { return e.Text == "undoing" })
	w.write(one, version("c"))
	w.await(
		"the word of it",
		func(e watchEvent) bool { return strings.Contains(e.Text, "another save stops the rollback") },
	)
	w.write(one, version("d"))
	w.await("the end of the rollback", func(e watchEvent) bool { return e.Event == "ended" && e.Replaced })
	w.cycle()
	w.same(w.printed(), "a", "undoing", "d")
	w.same(w.values("one"), "d")
	w.is("001_one.js", "executed")
}

func TestWatchTellsOfAnIgnoredMigrationThatIsSaved(t *testing.T) {
	t.Parallel()
	const elsewhere = "export const environments = ['staging']\n"
	w := watchProject(t, files{one: elsewhere + version("a")})
	w.cycle()
	w.write(one, version("b"))
	w.await("the report", func(e watchEvent) bool { return e.Event == "notice" })
	w.says(
		"001_one.js has changed, and is ignored here: it is not run (`migrator rollback 001_one.js` makes it pending)",
	)
	w.sentinel()
	w.same(w.printed(), "sentinel")
	w.is("001_one.js", "ignored")
}
