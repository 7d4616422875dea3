package bindings

import (
	"errors"
	flags "flag" // the package has a function flag
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"migrator/bindings/funnel/ferretdb"
	"migrator/runtime"
)

// update writes what is found into the files that tests compare with: go test ./bindings -run Spellings -update. Read the
// difference before you keep it.
var update = flags.Bool("update", false, "write the files that tests compare with")

// TestSpellings runs the snippets in testdata/spellings. Each is a section of a file there: the same work as a shell writes
// it, as the Node driver has it, and where there is one in the legacy spelling. What the snippet sends, at the funnel, has to
// be the same for all of them, and is written down as `sends`; what it gives on the embedded database stands under `gives`.
//
//	-- an update of all that match --
//	shell:  db.users.updateMany({n: 2}, {$set: {m: 1}})
//	driver: await db.collection('users').updateMany({n: 2}, {$set: {m: 1}})
//	legacy: db.users.update({n: 2}, {$set: {m: 1}}, {multi: true})
//	sends:  updateMany users {"filter":{"n":2},"update":{"$set":{"m":1}}}
//	gives:  {"acknowledged":true,"matchedCount":2,…}
//
// A line that begins with a space goes on with the one before it. Numbers are compared with their types, and written with
// them in a file whose comment begins with "Exact".
func TestSpellings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/spellings/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		total += len(archive.Files)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			checkSpellings(t, file, archive)
		})
	}
	if total < 150 {
		t.Errorf("there are %d snippets, want 150", total)
	}
}

func checkSpellings(t *testing.T, file string, archive *txtar.Archive) {
	recorder, embedded := newRecorder(t), newBench(t)
	recorder.exact = strings.HasPrefix(string(archive.Comment), "Exact")
	for i, section := range archive.Files {
		t.Run(section.Name, func(t *testing.T) {
			s := parseSnippet(t, string(section.Data))
			sends, gives := recorder.sends(t, s), s.gives(t, embedded)
			if *update {
				archive.Files[i].Data = []byte(s.with(sends, gives))
				return
			}
			if diff := cmp.Diff(s.lines["sends"], sends); diff != "" {
				t.Errorf("what is sent differs from what is expected:\n%s", diff)
			}
			refused := strings.HasPrefix(strings.Join(s.lines["gives"], ""), "refused")
			if refused && !embedded.conn.Server.FerretDB {
				return
			}
			if diff := cmp.Diff(s.lines["gives"], gives); diff != "" {
				t.Errorf("what it gives differs from what is expected:\n%s", diff)
			}
		})
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// snippet is one piece of work in its spellings.
type snippet struct {
	source string              // of the spellings, as it stands in the file
	lines  map[string][]string // by the word that begins them
}

// spellings in their order. Only the first two have to give the same: results of old methods have their own shape.
var spellings = []string{"shell", "driver", "legacy"}

func parseSnippet(t *testing.T, text string) *snippet {
	t.Helper()
	s := &snippet{lines: map[string][]string{}}
	word := ""
	for line := range strings.Lines(text) {
		if first, rest, ok := strings.Cut(line, ":"); ok && first != "" && !strings.ContainsAny(first, " \t") {
			word, line = first, " "+strings.TrimLeft(rest, " ")
		}
		if word != "sends" && word != "gives" {
			s.source = text[:len(s.source)+lineLength(text[len(s.source):])]
		}
		if line = strings.TrimSpace(line); line != "" {
			s.lines[word] = append(s.lines[word], line)
		}
	}
	if s.code("shell") == "" || s.code("driver") == "" {
		t.Fatal("the snippet needs a shell's spelling and the driver's")
	}
	return s
}

func lineLength(text string) int {
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		return end + 1
	}
	return len(text)
}

func (s *snippet) code(spelling string) string { return strings.Join(s.lines[spelling], "\n") }

// with is the section with other results.
func (s *snippet) with(sends, gives []string) string {
	return s.source + "sends:  " + strings.Join(sends, "\n        ") + "\ngives:  " + strings.Join(gives, "\n        ") + "\n"
}

// seed is what every snippet begins with.
const seed = `db.dropDatabase(); db.users.insertMany([
	{_id: 1, name: 'Ada', n: 1, tags: ['a', 'b'], at: ISODate('2026-01-02T03:04:05Z')},
	{_id: 2, name: 'Bob', n: 2, address: {city: 'Ulm'}},
	{_id: 3, name: 'Cyd', n: 2, active: true}]); db.users.createIndex({name: 1})`

// gives runs the spellings on the embedded database and returns what the first gives: a value, or what is thrown.
func (s *snippet) gives(t *testing.T, b *bench) []string {
	t.Helper()
	var first string
	for _, spelling := range spellings[:2] {
		b.t = t
		b.eval(seed)
		r, err := b.engine.Eval(t.Context(), b.call(), "eval", "const client = db.getMongo(); "+s.code(spelling))
		got := strings.ReplaceAll(outcomeOf(r, err), b.name, "app")
		if first == "" {
			first = got
		} else if got != first {
			t.Errorf("%s gives %s, and %s %s", spellings[0], first, spelling, got)
		}
	}
	return strings.Split(first, "\n")
}

func outcomeOf(r EvalResult, err error) string {
	var unsupported *ferretdb.Unsupported
	var failed runtime.FailureOf
	switch {
	case errors.As(err, &unsupported):
		return "refused: " + unsupported.What
	case errors.As(err, &failed):
		f := failed.Failure()
		return "throws " + f.Name + ": " + f.Message
	case err != nil:
		return "fails: " + err.Error()
	case r.Undefined:
		return "undefined"
	}
	return generatedIDs(r.EJSON)
}
