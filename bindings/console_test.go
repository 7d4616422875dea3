package bindings

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestConsolePrintsAsNodeDoes compares with what Node.js itself has printed.
func TestConsolePrintsAsNodeDoes(t *testing.T) {
	t.Parallel()
	code, err := os.ReadFile("testdata/console.js")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/console.txt")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	b.eval(string(code))
	if diff := cmp.Diff(string(want), strings.Join(b.printed, "\n")+"\n"); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestConsoleShowsDocuments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"a cursor as a table": {
			"db.c.insertMany([{_id: ObjectId('6565f1f5a1b2c3d4e5f60718'), n: Double(5)}, {_id: 2, s: 'x'}]); console.table(db.c.find().sort({_id: -1}))", `
┌─────────┬──────────────────────────────────────┬───┬─────┐
│ (index) │ _id                                  │ n │ s   │
├─────────┼──────────────────────────────────────┼───┼─────┤
│ 0       │ ObjectId('6565f1f5a1b2c3d4e5f60718') │ 5 │     │
│ 1       │ 2                                    │   │ 'x' │
└─────────┴──────────────────────────────────────┴───┴─────┘`},
		"ids are values":             {"console.table([ObjectId('6565f1f5a1b2c3d4e5f60718')], [])", "\n┌─────────┐\n│ (index) │\n├─────────┤\n│ 0       │\n└─────────┘"},
		"a Long fills a placeholder": {"console.log('%d %j', NumberLong('5'), ObjectId('6565f1f5a1b2c3d4e5f60718'))", "\n5 \"6565f1f5a1b2c3d4e5f60718\""},
		"no number is rounded":       {"console.log('%d', NumberLong('9007199254740993'))", "\nNaN"},
		"JSON in a circle":           {"const o = {}; o.o = o; console.log('%j', o)", "\n[Circular]"},
		"a trace has its place":      {"function f() { console.trace('at %s', 'work') }\nf()", "\nTrace: at work\n    at f (eval:1:24)\n    at eval:2:1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.eval(c.code)
			if diff := cmp.Diff(c.want, "\n"+strings.Join(b.printed, "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
