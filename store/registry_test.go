package store

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect/connecttest"
)

func testStore(t *testing.T) *Store {
	t.Helper()
	c := connecttest.Open(t)
	return New(c, Options{Database: c.Database})
}

func whole() runtime.Record {
	at := time.UnixMilli(1_700_000_000_123).UTC()
	return runtime.Record{
		Name: "003_c.js", Number: 3, State: runtime.Failed, Direction: runtime.Up, Generation: 41, Start: "s41",
		Checksum: "sha256:00", Source: []byte{1, 2, 3}, Files: []string{"m/003_c.js", "lib/x.js"},
		StartedAt: at, FinishedAt: at.Add(time.Second), Duration: 1500 * time.Millisecond, Batch: 12, By: ada,
		Operations: runtime.Operations{Inserted: 1, Matched: 2, Modified: 3, Deleted: 4, Upserted: 5, Commands: 6},
		Log:        []string{"one", "two"},
		Error: &runtime.Failure{
			Name: "TypeError", Message: "boom", Place: fault.Place{File: "m/003_c.js", Line: 18, Column: 5},
			Stack: "TypeError: boom\n  at up",
		},
		Journal: wholeJournal(), Aborted: true, QuietAfter: at.Add(time.Minute), Baseline: true,
	}
}

// record is a record with nothing but what a write is fenced by.
func record(state runtime.State, generation int64, start string) runtime.Record {
	return runtime.Record{
		Name: "003_c.js", Number: 3, State: state, Direction: runtime.Up, Generation: generation, Start: start,
		By: ada,
	}
}

// take puts next in the place of was, and fails the test where that is refused.
func take(t *testing.T, r runtime.Registry, was, next runtime.Record) {
	t.Helper()
	if err := r.Take(t.Context(), was, next); err != nil {
		t.Fatal(err)
	}
}

// get is the record of the migration of these tests.
func get(t *testing.T, r runtime.Registry) runtime.Record {
	t.Helper()
	got, _, err := r.Get(t.Context(), "003_c.js")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// doc is a document of pairs: doc("_id", 1, "name", "x").
func doc(pairs ...any) bson.D {
	var d bson.D
	for i := 0; i < len(pairs); i += 2 {
		d = append(d, bson.E{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	return d
}

// insert stores documents as they are.
func insert(t *testing.T, s *Store, suffix string, documents ...bson.D) {
	t.Helper()
	for _, d := range documents {
		if _, err := s.collection(suffix).InsertOne(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
}

func wholeJournal() *runtime.Journal {
	return &runtime.Journal{Begun: 17, Done: 15, Aborted: true, Steps: []runtime.Step{
		{
			Number: 1, Operation: "insertOne", Collection: "users", Did: &runtime.Operations{Inserted: 1},
			Place: fault.Place{File: "m/003_c.js", Line: 2, Column: 5}, Transaction: true,
		},
		{Number: 17, Operation: "runCommand collMod", InFlight: true},
	}}
}

func TestRegistryKeepsARecordWhole(t *testing.T) {
	t.Parallel()
	r := testStore(t).Registry()
	want := whole()
	take(t, r, runtime.Record{}, want)
	again := want
	again.Generation++
	take(t, r, want, again)
	want = again
	got, ok, err := r.Get(t.Context(), want.Name)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	list, err := r.List(t.Context())
	want.Source, want.Log = nil, nil
	if diff := cmp.Diff([]runtime.Record{want}, list); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// The documents are a contract with other tools, so their fields are held to the letter.
func TestRegistryDocument(t *testing.T) {
	t.Parallel()
	rolledBack := record(runtime.Pending, 42, "s42")
	rolledBack.Number, rolledBack.By, rolledBack.Direction = 0, runtime.Identity{}, ""
	for _, c := range []struct {
		name   string
		record runtime.Record
		want   map[string]bson.Type
	}{
		{"a record with all that there may be", whole(), map[string]bson.Type{
			"_id": bson.TypeString, "name": bson.TypeString, "number": bson.TypeInt64, "state": bson.TypeString,
			"direction": bson.TypeString, "generation": bson.TypeInt64, "start": bson.TypeString,
			"quiet_after": bson.TypeDateTime, "baseline": bson.TypeBoolean, "checksum": bson.TypeString,
			"source": bson.TypeBinary, "files": bson.TypeArray, "started_at": bson.TypeDateTime,
			"finished_at": bson.TypeDateTime, "duration_ms": bson.TypeInt64, "batch": bson.TypeInt32,
			"by": bson.TypeEmbeddedDocument, "operations": bson.TypeEmbeddedDocument, "log": bson.TypeArray,
			"error": bson.TypeEmbeddedDocument, "journal": bson.TypeEmbeddedDocument, "aborted": bson.TypeBoolean,
		}},
		{"what stays of one that was rolled back", rolledBack, map[string]bson.Type{
			"_id": bson.TypeString, "state": bson.TypeString, "migration": bson.TypeString,
			"generation": bson.TypeInt64, "start": bson.TypeString,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testStore(t)
			take(t, s.Registry(), runtime.Record{}, c.record)
			raw, err := s.collection("").FindOne(t.Context(), doc("_id", "003_c.js")).Raw()
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]bson.Type{}
			elements, err := raw.Elements()
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range elements {
				got[e.Key()] = e.Value().Type
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.record, get(t, s.Registry())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A journal may come late: when the run that it is of has ended, or another has begun, it changes nothing, and says
// so.
func TestJournalChangesOnlyARunInFlight(t *testing.T) {
	t.Parallel()
	up := record(runtime.Executing, 5, "up")
	tests := []struct {
		name      string
		there     *runtime.Record
		isChanged bool
	}{
		{"the run is in flight", &up, true},
		{"the run has ended", new(record(runtime.Executed, 5, "up")), false},
		{"it runs again under the same lock", new(record(runtime.Executing, 5, "again")), false},
		{"it is being rolled back", new(record(runtime.RollingBack, 5, "down")), false},
		{"it was claimed", new(record(runtime.Failed, 6, "up")), false},
		{"it is not registered", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := testStore(t).Registry()
			if test.there != nil {
				take(t, r, runtime.Record{}, *test.there)
			}
			err := r.Journal(t.Context(), up, *wholeJournal())
			var superseded *runtime.Superseded
			if test.isChanged && err != nil || !test.isChanged && !errors.As(err, &superseded) {
				t.Fatalf("got %v", err)
			}
			got, found, err := r.Get(t.Context(), up.Name)
			if err != nil || found != (test.there != nil) {
				t.Fatal(found, err)
			}
			if !found {
				return
			}
			want := *test.there
			if test.isChanged {
				want.Journal = wholeJournal()
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What a newer version has stored beside must outlive that this one stores the record again, and that it is rolled
// back.
func TestRegistryKeepsFieldsThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	r := s.Registry()
	insert(t, s, "", doc("_id", "003_c.js", "name", "003_c.js", "number", int64(3), "state", "executed",
		"phases", doc("SplitName", doc("add", "P")), "checkpoints", doc("names", int64(7))))
	for i, state := range []runtime.State{runtime.RollingBack, runtime.Pending, runtime.Executing} {
		was := get(t, r)
		next := was
		next.State, next.Generation, next.Start = state, int64(i+1), string(state)
		take(t, r, was, next)
		raw, err := s.collection("").FindOne(t.Context(), doc("_id", "003_c.js")).Raw()
		if err != nil {
			t.Fatal(err)
		}
		phase, checkpoint := raw.Lookup("phases", "SplitName", "add"), raw.Lookup("checkpoints", "names")
		if phase.String() != `"P"` || checkpoint.Int64() != 7 || raw.Lookup("state").StringValue() != string(state) {
			t.Errorf("it is now %s", raw)
		}
	}
}

// How long something took is not known of what was not run here, and is less than a millisecond of much that was.
func TestRegistryTellsNoTimeFromLittle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		took   time.Duration
		stored bool
	}{{0, false}, {time.Microsecond, true}, {time.Second, true}} {
		r := testStore(t).Registry()
		next, was := whole(), runtime.Record{}
		next.Duration = c.took
		for range 2 { // what was read is stored again
			next.Generation++
			take(t, r, was, next)
			if was = get(t, r); was.Duration > 0 != c.stored {
				t.Errorf("%s has become %s", c.took, was.Duration)
			}
			next = was
		}
	}
}

// A record that lost its name by hand must not be taken for none, and its migration for pending.
func TestRegistryReadsARecordWithoutAName(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	insert(t, s, "", doc("_id", "003_c.js", "state", "failed"), doc("_id", "something else"))
	list, err := s.Registry().List(t.Context())
	if err != nil || len(list) != 1 || list[0].Name != "003_c.js" || list[0].State != runtime.Failed {
		t.Errorf("got %+v (%v)", list, err)
	}
}

// TestADocumentOfAnotherShapeIsNamed: it could be anything, so it is neither passed over nor guessed at.
func TestADocumentOfAnotherShapeIsNamed(t *testing.T) {
	t.Parallel()
	id := bson.NewObjectID()
	for _, c := range []struct {
		name     string
		document bson.D
		says     string
	}{
		{"a name that is a number", doc("_id", "003_c.js", "name", 5), `"003_c.js"`},
		{"a state under an id of another tool", doc("_id", id, "name", "003_c.js", "state", "executed"), id.Hex()},
		{"a state under another name", doc("_id", "x", "name", "003_c.js", "state", "executed"), `"x"`},
		{"a generation between two", doc("_id", "003_c.js", "state", "executed", "generation", 1.5), `"003_c.js"`},
		{
			"a generation that none is above",
			doc("_id", "003_c.js", "state", "executed", "generation", int64(math.MaxInt64)), `"003_c.js"`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := testStore(t)
			insert(t, s, "", c.document)
			_, err := s.Registry().List(t.Context())
			_, _, getErr := s.Registry().Get(t.Context(), "003_c.js")
			for _, err := range []error{err, getErr} {
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v", err)
				}
				hint := fault.HintOf(err)
				if !strings.Contains(hint, "migrator eval") || !strings.Contains(hint, c.says) {
					t.Errorf("the hint is %q", hint)
				}
			}
		})
	}
}

// TestARecordCanAlwaysBeStored, whatever a script has thrown, and wherever it has written to.
func TestARecordCanAlwaysBeStored(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	huge := "mongodb://ada:secret@db1/ " + strings.Repeat("x", 17<<20)
	place := fault.Place{File: huge, Line: 1, Column: 1}
	failure := &runtime.Failure{Name: huge, Message: huge, Place: place, Stack: huge}
	journal := &runtime.Journal{Begun: 1, Steps: []runtime.Step{
		{Number: 1, Operation: huge, Collection: huge, Place: place, Error: huge},
	}}
	begun := record(runtime.Executing, 1, "s1")
	take(t, s.Registry(), runtime.Record{}, begun)
	if err := s.Registry().Journal(t.Context(), begun, *journal); err != nil {
		t.Fatal(err)
	}
	ended := begun
	ended.State, ended.Error, ended.Journal, ended.Log = runtime.Failed, failure, journal, []string{huge}
	if err := s.Registry().End(t.Context(), begun, ended); err != nil {
		t.Fatal(err)
	}
	got := get(t, s.Registry())
	event := runtime.Event{
		Start: "s1", Event: runtime.FailedEvent, Error: failure, Note: huge, Log: []string{huge},
		Before: &runtime.Standing{Error: failure, Journal: journal},
	}
	if err := s.History().Append(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	events, err := s.History().Events(t.Context(), "", 0)
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	e := events[0]
	step := got.Journal.Steps[0]
	for _, text := range []string{
		got.Error.Name, got.Error.Message, got.Error.File, got.Error.Stack, got.Log[0],
		step.Operation, step.Collection, step.File, step.Error,
		e.Error.Name, e.Note, e.Log[0], e.Before.Error.Name, e.Before.Journal.Steps[0].Collection,
	} {
		if !strings.HasPrefix(text, "mongodb://ada:***@db1/ xxx") || !strings.HasSuffix(text, "x…") {
			t.Errorf("it is stored as %.60q", text)
		}
	}
}
