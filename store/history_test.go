package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
)

func TestHistoryIsNewestFirst(t *testing.T) {
	t.Parallel()
	h := testStore(t).History()
	at := time.UnixMilli(1_700_000_000_000).UTC()
	operations := runtime.Operations{Inserted: 2}
	events := []runtime.Event{
		{
			Start: "s1", At: at, Event: runtime.FailedEvent, Name: "1_a.js", Direction: runtime.Up,
			State: runtime.Failed, Batch: 1, By: ada,
		},
		{
			Start: "s2", At: at.Add(time.Second), Event: runtime.Finished, Name: "1_a.js", Direction: runtime.Up,
			State: runtime.Executed, Batch: 1, By: ada, Duration: time.Second, Operations: &operations,
			Log: []string{"one", "two"},
		},
		{
			Start: "s3", At: at.Add(time.Second), Event: runtime.Resolved, Name: "2_b.js", State: runtime.Ignored,
			By: ada, Note: "why",
			Before: &runtime.Standing{
				State: runtime.Failed, Direction: runtime.Up, Generation: 4, Start: "s0", By: ada, StartedAt: at,
				Error: &runtime.Failure{Name: "Error"}, Journal: wholeJournal(),
			},
		},
	}
	for _, e := range events {
		for range 2 { // whoever does not know whether it was added adds it again
			if err := h.Append(t.Context(), e); err != nil {
				t.Fatal(err)
			}
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
		{"those of a migration without any", "3_c.js", 0, []runtime.Event{}},
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

// TestAnEventIsTheFirstOfItsStartAndKind: one that is added again, by whoever takes the place of a record, changes
// nothing.
func TestAnEventIsTheFirstOfItsStartAndKind(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	h := s.History()
	at := time.UnixMilli(1_700_000_000_000).UTC()
	for _, note := range []string{"the first", "the second"} {
		e := runtime.Event{Start: "s1", At: at, Event: runtime.Finished, Note: note}
		if err := h.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	e := runtime.Event{Start: "s1", At: at, Event: runtime.Resolved, Note: "of another kind"}
	if err := h.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	events, err := h.Events(t.Context(), "", 0)
	if err != nil || len(events) != 2 || events[0].Note != "of another kind" || events[1].Note != "the first" {
		t.Errorf("got %+v, %v", events, err)
	}
	raw, err := s.collection(historySuffix).FindOne(t.Context(), bson.D{{Key: "_id", Value: "s1:finished"}}).Raw()
	if err != nil || raw.Lookup("start").StringValue() != "s1" {
		t.Errorf("it is stored as %s, %v", raw, err)
	}
	for start, want := range map[string]bool{"s1": true, "s": false, "s1:": false, "s2": false, "": false} {
		if has, err := h.Has(t.Context(), start); has != want || err != nil {
			t.Errorf("has %q: %v, %v", start, has, err)
		}
	}
	if err := h.Append(t.Context(), runtime.Event{Event: runtime.Finished}); err == nil {
		t.Error("an event without a start would stand for all that have none")
	}
}

// TestHistoryOfAnOlderRelease: its events have ids of another kind, and the beginnings of runs among them.
func TestHistoryOfAnOlderRelease(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	at := time.UnixMilli(1_700_000_000_000).UTC()
	by := doc("user", "ada", "host", "web-1", "pid", 1, "version", "test")
	insert(t, s, historySuffix,
		doc("_id", bson.NewObjectID(), "at", at, "event", "started", "name", "1_a.js", "by", by),
		doc("_id", bson.NewObjectID(), "at", at, "event", "finished", "name", "1_a.js", "by", by, "duration_ms", 12),
	)
	got, err := s.History().Events(t.Context(), "", 0)
	want := []runtime.Event{
		{At: at, Event: runtime.Finished, Name: "1_a.js", By: ada, Duration: 12 * time.Millisecond},
		{At: at, Event: runtime.Started, Name: "1_a.js", By: ada},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
