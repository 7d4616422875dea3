package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect/connecttest"
)

// The tests of this file put a message of one runner behind what others do meanwhile. Each order of events is a trace
// of the protocol's model: what happens in it where one rule is missing.

// heldStores are two runners' stores on one database: what the first one sends can be held back.
func heldStores(t *testing.T, o Options) (late, other *Store, h *connecttest.Holding) {
	t.Helper()
	through, beside, h := connecttest.OpenHeld(t)
	o.Database = beside.Database
	return New(through, o), New(beside, o), h
}

// later calls f in the background.
func later(f func() error) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- f() }()
	return ended
}

// wantSuperseded fails unless a write found that the record is as others have made it.
func wantSuperseded(t *testing.T, err error, now runtime.Record) {
	t.Helper()
	var superseded *runtime.Superseded
	if !errors.As(err, &superseded) || !superseded.Found || !cmp.Equal(now, superseded.Now) {
		t.Errorf("got %v, want that it is %+v", err, now)
	}
}

var (
	absent    = runtime.Record{}
	executing = record(runtime.Executing, 2, "a")
	executed  = record(runtime.Executed, 2, "a")
	claimed   = record(runtime.Failed, 3, "a")
)

func rolledBack(generation int64, start string) runtime.Record {
	return runtime.Record{Name: "003_c.js", State: runtime.Pending, Generation: generation, Start: start}
}

// The rule generation: an end matches the generation that wrote the beginning.
func TestALateEndFindsTheRunClaimed(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	take(t, late.Registry(), absent, executing)
	end := h.Hold(1, connecttest.To("update", "migrations"))
	ended := later(func() error { return late.Registry().End(t.Context(), executing, record(runtime.Failed, 2, "a")) })
	end.Await()
	take(t, other.Registry(), executing, claimed)
	end.Pass()
	wantSuperseded(t, <-ended, claimed)
	if got := get(t, other.Registry()); !cmp.Equal(claimed, got) {
		t.Errorf("it is %+v", got)
	}
}

// The rule start: an end matches the start and the state of its own beginning too. In `redo` both ways have one
// generation.
func TestAnEndThatArrivesTwiceFindsTheNextBeginning(t *testing.T) {
	t.Parallel()
	late, _, h := heldStores(t, Options{})
	r := late.Registry()
	down, undone := record(runtime.RollingBack, 2, "down"), rolledBack(2, "down")
	up := record(runtime.Executing, 2, "up")
	take(t, r, absent, executed)
	take(t, r, executed, down)
	end := h.Hold(1, connecttest.To("update", "migrations"))
	ended := later(func() error { return r.End(t.Context(), down, undone) })
	end.Pass()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	take(t, r, undone, up)
	end.Deliver()
	if got := get(t, r); !cmp.Equal(up, got) {
		t.Errorf("it is %+v", got)
	}
}

// The rule tombstone: no record is ever deleted. A beginning that arrives again finds what was rolled back.
func TestABeginningThatArrivesTwiceFindsWhatWasRolledBack(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	begin := h.Hold(1, connecttest.To("insert", "migrations"))
	begun := later(func() error { return late.Registry().Take(t.Context(), absent, executing) })
	begin.Pass()
	if err := <-begun; err != nil {
		t.Fatal(err)
	}
	take(t, other.Registry(), executing, claimed)
	resolved := rolledBack(4, "b")
	take(t, other.Registry(), claimed, resolved)
	begin.Deliver()
	if got := get(t, other.Registry()); !cmp.Equal(resolved, got) {
		t.Errorf("it is %+v", got)
	}
}

// The rule begin: a beginning replaces the record only as it was read under the lock.
func TestABeginningThatArrivesTwiceFindsTheRunClaimed(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	undone := rolledBack(1, "before")
	take(t, other.Registry(), absent, undone)
	begin := h.Hold(1, connecttest.To("update", "migrations"))
	begun := later(func() error { return late.Registry().Take(t.Context(), undone, executing) })
	begin.Pass()
	if err := <-begun; err != nil {
		t.Fatal(err)
	}
	take(t, other.Registry(), executing, claimed)
	begin.Deliver()
	if got := get(t, other.Registry()); !cmp.Equal(claimed, got) {
		t.Errorf("it is %+v", got)
	}
}

// The rule resolve: resolve changes the record only as it was read under the lock.
func TestALateResolutionFindsTheRunClaimedAgain(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	take(t, other.Registry(), absent, claimed)
	resolve := h.Hold(1, connecttest.To("update", "migrations"))
	next := record(runtime.Executed, 4, "r")
	resolved := later(func() error { return late.Registry().Take(t.Context(), claimed, next) })
	resolve.Await()
	again := record(runtime.Failed, 5, "a")
	take(t, other.Registry(), claimed, again)
	resolve.Pass()
	wantSuperseded(t, <-resolved, again)
}

// The rule lower: who reads a record of a generation above its own has lost the lock. Nothing is sent.
func TestARecordOfAHigherGenerationIsNotTaken(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	theirs := record(runtime.Executing, 3, "b")
	take(t, other.Registry(), absent, theirs)
	before := h.Seen()
	err := late.Registry().Take(t.Context(), theirs, record(runtime.Failed, 2, "b"))
	if fault.CodeOf(err) != fault.Locked || !strings.Contains(err.Error(), "generation 3") {
		t.Errorf("got %v", err)
	}
	if seen := h.Seen(); !slices.Equal(before, seen) {
		t.Errorf("sent was %v", seen[len(before):])
	}
	if got := get(t, other.Registry()); !cmp.Equal(theirs, got) {
		t.Errorf("it is %+v", got)
	}
}

// TestABeginningOverMigopysThatArrivesTwice changes nothing, nor does the removal of migopy's document.
func TestABeginningOverMigopysThatArrivesTwice(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	insert(t, other, "", migopys("003_c.js"))
	begin := h.Hold(1, connecttest.To("update", "migrations")) // the insert finds the document with that _id
	begun := later(func() error { return late.Registry().Take(t.Context(), get(t, other.Registry()), executing) })
	begin.Pass()
	if err := <-begun; err != nil {
		t.Fatal(err)
	}
	take(t, other.Registry(), executing, claimed)
	begin.Deliver()
	if got := get(t, other.Registry()); !cmp.Equal(claimed, got) {
		t.Errorf("it is %+v", got)
	}
}

// TestABeginningFindsARecordThatItHasNotSeen, of whomever: it takes the place only of what was read.
func TestABeginningFindsARecordThatItHasNotSeen(t *testing.T) {
	t.Parallel()
	for name, there := range map[string]bson.D{
		"ours":     doc("_id", "003_c.js", "name", "003_c.js", "state", "executed", "generation", int64(1), "start", "b"),
		"migopy's": migopys("003_c.js"),
	} {
		s := testStore(t)
		insert(t, s, "", there)
		now := get(t, s.Registry())
		wantSuperseded(t, s.Registry().Take(t.Context(), absent, executing), now)
		if got := get(t, s.Registry()); !cmp.Equal(now, got) {
			t.Errorf("%s has become %+v", name, got)
		}
	}
}

// writes are one of each kind that a run sends, on a registry in which it can succeed.
var writes = []struct {
	name    string
	command string
	was     runtime.Record // what is there
	next    runtime.Record
	send    func(r runtime.Registry, ctx context.Context, was, next runtime.Record) error
}{
	{"the first beginning", "insert", absent, executing, runtime.Registry.Take},
	{"a claim", "update", executing, claimed, runtime.Registry.Take},
	{"an end", "update", executing, executed, runtime.Registry.End},
}

// TestAWriteWithoutAnAnswer is sent again, and read back: the run learns what became of it.
func TestAWriteWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		does func(*connecttest.Held)
	}{
		{"it is lost", (*connecttest.Held).Cut},
		{"its answer is lost", func(m *connecttest.Held) { m.Deliver(); m.Cut() }},
	}
	for _, w := range writes {
		for _, c := range cases {
			t.Run(w.name+": "+c.name, func(t *testing.T) {
				t.Parallel()
				late, other, h := heldStores(t, Options{})
				if w.was.Name != "" {
					take(t, other.Registry(), absent, w.was)
				}
				first := h.Hold(1, connecttest.To(w.command, "migrations"))
				ended := later(func() error { return w.send(late.Registry(), t.Context(), w.was, w.next) })
				first.Await()
				c.does(first)
				if err := <-ended; err != nil {
					t.Errorf("got %v", err)
				}
				if got := get(t, other.Registry()); !cmp.Equal(w.next, got) {
					t.Errorf("it is %+v", got)
				}
				first.Deliver() // and late, once more
				if got := get(t, other.Registry()); !cmp.Equal(w.next, got) {
					t.Errorf("once it has arrived again it is %+v", got)
				}
			})
		}
	}
}

// TestAWriteThatNobodyAnswers leaves open what becomes of it, and says so. When it arrives late, it is done once.
func TestAWriteThatNobodyAnswers(t *testing.T) {
	t.Parallel()
	for _, w := range writes {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			late, other, h := heldStores(t, Options{Patience: 2 * time.Second})
			if w.was.Name != "" {
				take(t, other.Registry(), absent, w.was)
			}
			var held []*connecttest.Held
			for n := range tries { // each try meets with the same fate
				held = append(held, h.Hold(n+1, connecttest.To(w.command, "migrations")))
			}
			err := w.send(late.Registry(), t.Context(), w.was, w.next)
			var superseded *runtime.Superseded
			if fault.CodeOf(err) != fault.Unreachable || errors.As(err, &superseded) {
				t.Errorf("got %v", err)
			}
			if got := get(t, other.Registry()); !cmp.Equal(w.was, got) {
				t.Errorf("it is %+v", got)
			}
			for _, m := range held[:2] {
				m.Deliver()
				if got := get(t, other.Registry()); !cmp.Equal(w.next, got) {
					t.Errorf("once it has arrived it is %+v", got)
				}
			}
		})
	}
}

// TestAnUnansweredWriteThatOthersHaveOvertaken: it can change nothing any more, however late it arrives.
func TestAnUnansweredWriteThatOthersHaveOvertaken(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	take(t, other.Registry(), absent, executing)
	first := h.Hold(1, connecttest.To("update", "migrations"))
	ended := later(func() error { return late.Registry().End(t.Context(), executing, executed) })
	first.Await()
	take(t, other.Registry(), executing, claimed)
	first.Cut()
	wantSuperseded(t, <-ended, claimed)
}
