package bindings

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// dump is everything that a database holds: collections, options, indexes and documents.
func (b *bench) dump() string {
	b.t.Helper()
	db := b.conn.Client.Database(b.name)
	cursor, err := db.ListCollections(b.t.Context(), bson.D{})
	var list []bson.Raw
	if err == nil {
		err = cursor.All(b.t.Context(), &list)
	}
	var parts []string
	for _, info := range list {
		name := info.Lookup("name").StringValue()
		parts = append(parts, info.String())
		for _, request := range []bson.D{{{Key: "listIndexes", Value: name}}, {{Key: "find", Value: name}, {Key: "batchSize", Value: 100000}}} {
			var reply bson.Raw
			if reply, err = db.RunCommand(b.t.Context(), request).Raw(); err != nil {
				break
			}
			parts = append(parts, reply.Lookup("cursor", "firstBatch").String())
		}
	}
	if err != nil {
		b.t.Fatal(err)
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}

// eachSpelling calls f with every snippet in testdata/spellings.
func eachSpelling(t *testing.T, f func(t *testing.T, s *snippet)) {
	t.Helper()
	files, err := filepath.Glob("testdata/spellings/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range archive.Files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+section.Name, func(t *testing.T) {
				f(t, parseSnippet(t, string(section.Data)))
			})
		}
	}
}

func (s *snippet) throws() bool {
	gives := strings.Join(s.lines["gives"], "")
	return strings.HasPrefix(gives, "throws") || strings.HasPrefix(gives, "refused")
}

func TestDryRunOfEverySpellingSendsNothingButReads(t *testing.T) {
	t.Parallel()
	server, b := newReplicaSet(t, func(command string, _ int) bson.D { return answerAnything(command) })
	writes := 0
	eachSpelling(t, func(t *testing.T, s *snippet) {
		for _, spelling := range spellings {
			code := s.code(spelling)
			if code == "" {
				continue
			}
			server.mu.Lock()
			server.sent = nil
			server.mu.Unlock()
			r, err := b.engine.Eval(t.Context(), b.dry(), "eval", "const client = db.getMongo(); "+code)
			if err != nil && !s.throws() {
				t.Errorf("%s: %v\n%s", spelling, err, detail(err))
			}
			if r.Report.Plan != nil {
				writes += len(r.Report.Plan.Entries)
			}
			server.mu.Lock()
			for _, command := range server.sent {
				if name := funnel.FirstKey(command); operationOf(t, command).Changes() && name != "endSessions" && name != "profile" {
					t.Errorf("%s sends %s", spelling, command)
				}
				if _, err := command.LookupErr("startTransaction"); err == nil {
					t.Errorf("%s begins a transaction with %s", spelling, command)
				}
			}
			server.mu.Unlock()
		}
	})
	if writes < 150 {
		t.Errorf("there were %d simulated writes: this test tests little", writes)
	}
}

func TestDryRunOfEverySpellingChangesNothingAndGivesWhatARealRunGives(t *testing.T) {
	t.Parallel()
	b, compared := newBench(t), 0
	eachSpelling(t, func(t *testing.T, s *snippet) {
		b.t = t
		b.eval(seed)
		before, code := b.dump(), "const client = db.getMongo(); "+s.code("shell")
		simulated, simulatedErr := b.engine.Eval(t.Context(), b.dry(), "eval", code)
		if diff := cmp.Diff(before, b.dump()); diff != "" {
			t.Errorf("the dry run has changed the database:\n%s", diff)
		}
		done, err := b.engine.Eval(t.Context(), b.call(), "eval", code)
		if err != nil {
			return // what only the server finds out, a dry run does not
		}
		if len(simulated.Report.Plan.Reads) > 0 {
			return // it reads what it has written, and is told so
		}
		compared++
		if simulatedErr != nil {
			t.Errorf("the dry run fails with %v, a real run does not", simulatedErr)
		}
		if diff := cmp.Diff(shapeOf(t, done), shapeOf(t, simulated)); diff != "" {
			t.Errorf("the result has another shape, %s for %s:\n%s", simulated.EJSON, done.EJSON, diff)
		}
	})
	if compared < 100 {
		t.Errorf("only %d results were compared", compared)
	}
}

// shapeOf is the fields of a result and the types of their values.
func shapeOf(t *testing.T, r EvalResult) any {
	t.Helper()
	if r.Undefined {
		return "undefined"
	}
	var v any
	if err := json.Unmarshal([]byte(r.EJSON), &v); err != nil {
		t.Fatal(err)
	}
	fields, ok := v.(map[string]any)
	if !ok {
		return fmt.Sprintf("%T", v)
	}
	if _, isReply := fields["ok"]; isReply {
		return "a reply" // FerretDB's have fewer fields than MongoDB's
	}
	shape := map[string]string{}
	for name, value := range fields {
		shape[name] = fmt.Sprintf("%T", value)
	}
	return shape
}
