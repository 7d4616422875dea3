package store

import (
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
		Name: "003_c.js", Number: 3, State: runtime.Failed, Direction: runtime.Up, Checksum: "sha256:00", Source: []byte{1, 2, 3}, Files: []string{"m/003_c.js", "lib/x.js"},
		StartedAt: at, FinishedAt: at.Add(time.Second), Duration: 1500 * time.Millisecond, Batch: 12, By: ada,
		Operations: runtime.Operations{Inserted: 1, Matched: 2, Modified: 3, Deleted: 4, Upserted: 5, Commands: 6}, Log: []string{"one", "two"},
		Error:   &runtime.Failure{Name: "TypeError", Message: "boom", Place: fault.Place{File: "m/003_c.js", Line: 18, Column: 5}, Stack: "TypeError: boom\n  at up"},
		Journal: wholeJournal(), Aborted: true,
	}
}

func wholeJournal() *runtime.Journal {
	return &runtime.Journal{Begun: 17, Done: 15, Aborted: true, Steps: []runtime.Step{
		{Number: 1, Operation: "insertOne", Collection: "users", Did: &runtime.Operations{Inserted: 1}, Place: fault.Place{File: "m/003_c.js", Line: 2, Column: 5}, Transaction: true},
		{Number: 17, Operation: "runCommand collMod", InFlight: true},
	}}
}

func TestRegistryKeepsARecordWhole(t *testing.T) {
	t.Parallel()
	r := testStore(t).Registry()
	want := whole()
	for range 2 { // the second replaces the first
		if err := r.Put(t.Context(), want); err != nil {
			t.Fatal(err)
		}
	}
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
	if err := r.Remove(t.Context(), want.Name); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := r.Get(t.Context(), want.Name); ok || err != nil {
		t.Errorf("a removed record is there: %v, %v", ok, err)
	}
}

// The documents are a contract with other tools, so their fields are held to the letter.
func TestRegistryDocument(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	if err := s.Registry().Put(t.Context(), whole()); err != nil {
		t.Fatal(err)
	}
	raw, err := s.collection("").FindOne(t.Context(), bson.D{{Key: "_id", Value: "003_c.js"}}).Raw()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bson.Type{
		"_id": bson.TypeString, "name": bson.TypeString, "number": bson.TypeInt64, "state": bson.TypeString, "direction": bson.TypeString,
		"checksum": bson.TypeString, "source": bson.TypeBinary, "files": bson.TypeArray, "started_at": bson.TypeDateTime, "finished_at": bson.TypeDateTime,
		"duration_ms": bson.TypeInt64, "batch": bson.TypeInt32, "by": bson.TypeEmbeddedDocument, "operations": bson.TypeEmbeddedDocument,
		"log": bson.TypeArray, "error": bson.TypeEmbeddedDocument, "journal": bson.TypeEmbeddedDocument, "aborted": bson.TypeBoolean,
	}
	got := map[string]bson.Type{}
	elements, err := raw.Elements()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range elements {
		got[e.Key()] = e.Value().Type
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A journal may come late: when the run that it tells of has ended, or another has begun, it changes nothing.
func TestJournalChangesOnlyARunInFlight(t *testing.T) {
	t.Parallel()
	up := whole()
	up.State, up.Error, up.Journal, up.Aborted = runtime.Executing, nil, nil, false
	down := up
	down.State, down.Direction, down.Rollback = runtime.RollingBack, runtime.Down, &runtime.Attempt{By: ada, StartedAt: up.StartedAt.Add(time.Hour)}
	ended, again, downAgain := up, up, down
	ended.State = runtime.Executed
	again.StartedAt = up.StartedAt.Add(time.Millisecond)
	downAgain.Rollback = &runtime.Attempt{By: ada, StartedAt: up.StartedAt.Add(2 * time.Hour)}
	tests := []struct {
		name      string
		told      runtime.Record // whose journal comes
		there     *runtime.Record
		isChanged bool
	}{
		{"the run is in flight", up, &up, true},
		{"a rollback is in flight", down, &down, true},
		{"the run has ended", up, &ended, false},
		{"it runs again", up, &again, false},
		{"it is being rolled back", up, &down, false},
		{"it is being rolled back again", down, &downAgain, false},
		{"it is not registered any more", up, nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := testStore(t).Registry()
			if test.there != nil {
				if err := r.Put(t.Context(), *test.there); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.Journal(t.Context(), test.told, *wholeJournal()); err != nil {
				t.Fatal(err)
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

func TestRegistryRespectsMigopy(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	r := s.Registry()
	if _, err := s.collection("").InsertOne(t.Context(), bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "name", Value: "001_a.js"}}); err != nil {
		t.Fatal(err)
	}
	got, ok, err := r.Get(t.Context(), "001_a.js")
	if want := (runtime.Record{Name: "001_a.js", State: runtime.Executed, Foreign: true}); !ok || err != nil || !cmp.Equal(want, got) {
		t.Errorf("got %+v, %v, %v", got, ok, err)
	}
	// When it is run again, its document makes room for ours.
	got.State, got.By = runtime.Executing, ada
	if err := r.Put(t.Context(), got); err != nil {
		t.Fatal(err)
	}
	list, err := r.List(t.Context())
	if err != nil || len(list) != 1 || list[0].Foreign || list[0].State != runtime.Executing {
		t.Errorf("got %+v, %v", list, err)
	}
	if err := r.Remove(t.Context(), "001_a.js"); err != nil {
		t.Fatal(err)
	}
	if list, err := r.List(t.Context()); len(list) != 0 || err != nil {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestHistoryIsNewestFirst(t *testing.T) {
	t.Parallel()
	h := testStore(t).History()
	at := time.UnixMilli(1_700_000_000_000).UTC()
	operations := runtime.Operations{Inserted: 2}
	events := []runtime.Event{
		{At: at, Event: runtime.Started, Name: "1_a.js", Direction: runtime.Up, State: runtime.Executing, Batch: 1, By: ada},
		{At: at.Add(time.Second), Event: runtime.Finished, Name: "1_a.js", Direction: runtime.Up, State: runtime.Executed, Batch: 1, By: ada, Duration: time.Second, Operations: &operations, Log: []string{"one", "two"}},
		{At: at.Add(time.Second), Event: runtime.Registered, Name: "2_b.js", State: runtime.Ignored, By: ada, Note: "why"},
	}
	for _, e := range events {
		if err := h.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name, migration string
		limit           int
		want            []runtime.Event
	}{
		{"all of them", "", 0, []runtime.Event{events[2], events[1], events[0]}},
		{"the newest", "", 1, []runtime.Event{events[2]}},
		{"those of one migration", "1_a.js", 0, []runtime.Event{events[1], events[0]}},
		{"those of none", "3_c.js", 0, []runtime.Event{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := h.Events(t.Context(), test.migration, test.limit)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

// What a newer version has stored beside must outlive that this one stores the record again.
func TestRegistryKeepsFieldsThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	newer := bson.D{
		{Key: "_id", Value: "003_c.js"}, {Key: "name", Value: "003_c.js"}, {Key: "number", Value: int64(3)}, {Key: "state", Value: "executed"},
		{Key: "phases", Value: bson.D{{Key: "SplitName", Value: bson.D{{Key: "add", Value: "P"}}}}}, {Key: "checkpoints", Value: bson.D{{Key: "names", Value: int64(7)}}},
	}
	if _, err := s.collection("").InsertOne(t.Context(), newer); err != nil {
		t.Fatal(err)
	}
	record, _, err := s.Registry().Get(t.Context(), "003_c.js")
	if err != nil {
		t.Fatal(err)
	}
	record.State = runtime.RollingBack
	if err := s.Registry().Put(t.Context(), record); err != nil {
		t.Fatal(err)
	}
	raw, err := s.collection("").FindOne(t.Context(), bson.D{{Key: "_id", Value: "003_c.js"}}).Raw()
	if err != nil {
		t.Fatal(err)
	}
	if got := raw.Lookup("phases", "SplitName", "add").String(); got != `"P"` || raw.Lookup("checkpoints", "names").Int64() != 7 || raw.Lookup("state").StringValue() != "rolling_back" {
		t.Errorf("it is now %s", raw)
	}
}

// How long something took is not known of what was not run here, and is less than a millisecond of much that was.
func TestRegistryTellsNoTimeFromLittle(t *testing.T) {
	t.Parallel()
	r := testStore(t).Registry()
	for _, c := range []struct {
		took   time.Duration
		stored bool
	}{{0, false}, {time.Microsecond, true}, {time.Second, true}} {
		record := whole()
		record.Duration = c.took
		for range 2 { // what was read is stored again
			if err := r.Put(t.Context(), record); err != nil {
				t.Fatal(err)
			}
			var err error
			if record, _, err = r.Get(t.Context(), record.Name); err != nil || record.Duration > 0 != c.stored {
				t.Errorf("%s has become %s (%v)", c.took, record.Duration, err)
			}
		}
	}
}

// A record that lost its name by hand must not be taken for none, and its migration for pending.
func TestRegistryReadsARecordWithoutAName(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	for _, d := range []bson.D{
		{{Key: "_id", Value: "003_c.js"}, {Key: "state", Value: "failed"}},
		{{Key: "_id", Value: "something else"}},
	} {
		if _, err := s.collection("").InsertOne(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Registry().List(t.Context())
	if err != nil || len(list) != 1 || list[0].Name != "003_c.js" || list[0].State != runtime.Failed {
		t.Errorf("got %+v (%v)", list, err)
	}
}
