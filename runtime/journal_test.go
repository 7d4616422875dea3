package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
)

var errThrown = fault.New(fault.Script, "", "thrown by the test")

// operation is what a script's operation does to the journal.
func operation(c Call, number int64, takes time.Duration) {
	s := Step{Number: number, Operation: "insertOne", Collection: "a", Place: fault.Place{File: "m/1_a.js", Line: int(number) + 1, Column: 3}, InFlight: true}
	c.Journal(s)
	time.Sleep(takes)
	s.InFlight, s.Did = false, &Operations{Inserted: 1}
	c.Journal(s)
}

// TestJournalIsStoredBeside counts what the journal writes during runs. The clock is the test's own.
func TestJournalIsStoredBeside(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		up   func(Call)
		want []string // the last step of each journal that was stored
	}{
		{"a run that is over at once stores none", func(c Call) {
			for i := range int64(1000) {
				operation(c, i+1, 0)
			}
		}, nil},
		{"a script that writes nothing stores none", func(Call) { time.Sleep(time.Hour) }, nil},
		{"many operations are stored at most every 50 ms", func(c Call) {
			time.Sleep(time.Millisecond / 2) // so that no two things happen at one time
			for i := range int64(120) {
				operation(c, i+1, time.Millisecond)
			}
		}, []string{"50 in flight", "100 in flight"}},
		{"an operation that takes long is stored in flight, and when it has ended", func(c Call) {
			operation(c, 1, time.Hour)
			time.Sleep(time.Hour)
		}, []string{"1 in flight", "1 1 inserted"}},
		{"what was done before a long sleep is stored", func(c Call) {
			operation(c, 1, 0)
			operation(c, 2, 0)
			time.Sleep(time.Hour)
		}, []string{"2 1 inserted"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // it fails for a goroutine that is left
				m := &memory{}
				r, told := runnerOn(t, m, calls{"1_a.js up": func(call Call) (Report, error) { c.up(call); return Report{}, nil }})
				if _, err := r.Execute(t.Context(), ExecuteOptions{}); err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, j := range m.stored {
					last, _ := j.Last()
					got = append(got, fmt.Sprintf("%d %s", last.Number, last.outcome()))
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
				for i := 1; i < len(m.at); i++ {
					if pause := m.at[i].Sub(m.at[i-1]); pause < journalPause {
						t.Errorf("stored again after %s", pause)
					}
				}
				if got := m.records["1_a.js"]; got.State != Executed || got.Journal != nil || len(told.told) > 0 {
					t.Errorf("it ended as %+v, and %q was told", got, told.told)
				}
			})
		})
	}
}

func TestJournalThatCannotBeStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries, working := 0, false
		m := &memory{fail: func(what string) error {
			if what != "journal" || working {
				return nil
			}
			tries++
			return errors.New("refused by the test")
		}}
		up := func(c Call) (Report, error) { operation(c, 1, 0); time.Sleep(time.Second); return Report{}, nil }
		mends := func(c Call) (Report, error) {
			operation(c, 1, 0)
			time.Sleep(time.Second)
			m.mu.Lock()
			working = true
			m.mu.Unlock()
			time.Sleep(time.Second)
			return Report{}, nil
		}
		r, told := runnerOn(t, m, calls{"1_a.js up": up, "2_b.js up": mends})
		if _, err := r.Execute(t.Context(), ExecuteOptions{}); err != nil {
			t.Fatal(err)
		}
		if tries < 2 || len(m.stored) != 1 {
			t.Errorf("tried %d times, stored %d times", tries, len(m.stored))
		}
		if want := []string{"1_a.js: store how far it was: refused by the test"}; !cmp.Equal(want, told.told) {
			t.Errorf("got the notices %q, want %q", told.told, want)
		}
	})
}

func TestJournalIsNotStoredWithoutTheLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		r, _ := runnerOn(t, m, calls{"1_a.js up": func(c Call) (Report, error) {
			m.mu.Lock()
			m.over = true
			m.mu.Unlock()
			operation(c, 1, time.Hour)
			return Report{}, nil
		}})
		if _, err := r.Execute(t.Context(), ExecuteOptions{}); err == nil {
			t.Error("want an error")
		}
		if len(m.stored) > 0 || m.records["1_a.js"].State != Executing {
			t.Errorf("stored %v, and it is %s", m.stored, m.records["1_a.js"].State)
		}
	})
}

// TestAWriteUnderWayIsWaitedFor ends a run while the journal is being stored: the final state has to come after it.
func TestAWriteUnderWayIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var order []string
		m := &memory{}
		m.fail = func(what string) error {
			if what == "journal" {
				time.Sleep(time.Second)
			}
			order = append(order, what)
			return nil
		}
		r, _ := runnerOn(t, m, calls{"1_a.js up": func(c Call) (Report, error) {
			operation(c, 1, 0)
			time.Sleep(60 * time.Millisecond)
			return Report{}, nil
		}})
		if _, err := r.Execute(t.Context(), ExecuteOptions{}); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(order, ", ")
		if at := strings.Index(text, "journal"); at < 0 || at > strings.Index(text, "end executed") {
			t.Errorf("the order was %s", text)
		}
	})
}

// TestFailureKeepsTheJournal: what a run died of or failed at is told with where it stood.
func TestFailureKeepsTheJournal(t *testing.T) {
	t.Parallel()
	m := &memory{}
	journal := Journal{Begun: 17, Done: 16, Steps: []Step{
		{Number: 1, Operation: "insertOne", Collection: "a", Did: &Operations{Inserted: 1}, Place: fault.Place{File: "m/1_a.js", Line: 2, Column: 3}},
		{Number: 17, Operation: "updateMany", Collection: "users", Did: &Operations{Modified: 500}, Place: fault.Place{File: "m/1_a.js", Line: 18, Column: 5}},
	}}
	r, _ := runnerOn(t, m, calls{"1_a.js up": func(Call) (Report, error) { return Report{Journal: journal}, errThrown }})
	_, err := r.Execute(t.Context(), ExecuteOptions{})
	if fault.CodeOf(err) != fault.Script || fault.FieldsOf(err)["journal"].(*Journal).Begun != 17 {
		t.Errorf("got %v with %v", err, fault.FieldsOf(err))
	}
	if diff := cmp.Diff(&journal, m.records["1_a.js"].Journal); diff != "" {
		t.Error(diff)
	}
	_, err = r.Execute(t.Context(), ExecuteOptions{})
	for _, part := range []string{"1_a.js failed (Error: thrown by the test)", "its last operation was its 17th, updateMany users (500 modified), at m/1_a.js:18:5"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("want %q in %v", part, err)
		}
	}
	want := "what it did:\n    1. insertOne a: 1 inserted (m/1_a.js:2:3)\n    … 15 more …\n    17. updateMany users: 500 modified (m/1_a.js:18:5)"
	if diff := cmp.Diff(want, fault.DetailOf(err)); diff != "" {
		t.Error(diff)
	}
}

func TestStood(t *testing.T) {
	t.Parallel()
	step := Step{Number: 2, Operation: "createIndex", Collection: "a", Place: fault.Place{File: "m/1_a.js", Line: 2, Column: 3}, InFlight: true}
	for _, c := range []struct {
		name   string
		record Record
		want   string
	}{
		{"no journal", Record{State: Executing}, "a part of it may be done"},
		{"failed before the first operation", Record{State: Failed, Error: &Failure{}, Journal: &Journal{}}, "nothing was written by it"},
		{"died in an operation", Record{State: Executing, Journal: &Journal{Steps: []Step{step}}},
			"its last operation was its 2nd, createIndex a (in flight), at m/1_a.js:2:3; it may have done more"},
		{"aborted", Record{State: Failed, Aborted: true, Journal: &Journal{Steps: []Step{step}}}, "nothing of it stays, since its transaction was aborted"},
	} {
		if got := c.record.Stood(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	for n, want := range map[int64]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 112: "112th"} {
		if got := ordinal(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// waits is a registry whose write of a journal is under way when the run is interrupted.
type waits struct {
	*memory
	under, released chan struct{}
	given           chan error // whether it was given up
}

func (w waits) Journal(ctx context.Context, _ Record, _ Journal) error {
	close(w.under)
	<-w.released
	w.given <- ctx.Err()
	return ctx.Err()
}

// TestInterruptWaitsForTheJournal: a write that is given up may still be carried out, and then come after the record of the
// end. So it is not given up.
func TestInterruptWaitsForTheJournal(t *testing.T) {
	t.Parallel()
	m := &memory{}
	w := waits{memory: m, under: make(chan struct{}), released: make(chan struct{}), given: make(chan error, 1)}
	ctx, interrupt := context.WithCancel(t.Context())
	r, _ := runnerOn(t, m, calls{"1_a.js up": func(c Call) (Report, error) {
		c.Journal(Step{Number: 1, InFlight: true})
		<-w.under
		interrupt()
		close(w.released)
		return Report{}, errThrown
	}})
	r.Registry = w
	if _, err := r.Execute(ctx, ExecuteOptions{}); err == nil {
		t.Error("want the failure")
	}
	select {
	case err := <-w.given:
		if err != nil {
			t.Errorf("the write was given up: %v", err)
		}
	default:
		t.Error("the end was recorded before the write was over")
	}
	if m.records["1_a.js"].State != Failed {
		t.Errorf("it is recorded as %+v", m.records["1_a.js"])
	}
}
