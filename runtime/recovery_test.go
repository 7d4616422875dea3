package runtime

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
)

func nothing(Call) (Report, error) { return Report{}, nil }

// aborts is a script in a transaction that was aborted for certain.
func aborts(Call) (Report, error) { return Report{Journal: Journal{Aborted: true}}, errThrown }

func states(m *memory) map[string]State {
	got := map[string]State{}
	for name, record := range m.records {
		got[name] = record.State
	}
	return got
}

// TestAbortedRunsAgain: a failure of which nothing stays is no state that anybody has to resolve.
func TestAbortedRunsAgain(t *testing.T) {
	t.Parallel()
	m, fails := &memory{}, true
	r, told := runnerOn(t, m, calls{"1_a.js up": nothing, "3_c.js up": nothing, "2_b.js up": func(c Call) (Report, error) {
		if fails {
			return aborts(c)
		}
		return nothing(c)
	}})
	_, err := r.Execute(t.Context(), ExecuteOptions{})
	if !errors.Is(err, errThrown) || !strings.Contains(fault.DetailOf(err), "2_b.js is recorded as failed, and runs again with the next `migrator execute`") {
		t.Errorf("got %v\n%s", err, fault.DetailOf(err))
	}
	if strings.Contains(fault.HintOf(err), "resolve") {
		t.Errorf("nothing is to be resolved: %s", fault.HintOf(err))
	}
	if got := m.records["2_b.js"]; got.State != Failed || !got.Aborted || len(told.told) > 0 {
		t.Errorf("got %+v and %q", got, told.told)
	}
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); !errors.Is(err, errThrown) {
		t.Errorf("it did not run again, but %v", err)
	}
	fails = false
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]State{"1_a.js": Executed, "2_b.js": Executed, "3_c.js": Executed}, states(m)); diff != "" {
		t.Error(diff)
	}
	if len(told.told) != 2 || !strings.Contains(told.told[0], "2_b.js runs again: when it failed at 20") {
		t.Errorf("told %q", told.told)
	}
	if m.records["2_b.js"].Aborted {
		t.Error("what is executed is aborted still")
	}
}

// TestAbortedLeavesWhatWasThere: an aborted run of a migration that is registered changes nothing.
func TestAbortedLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	executed := Record{Name: "1_a.js", Number: 1, State: Executed, Direction: Up, StartedAt: time.Unix(1000, 0), Batch: 1, Operations: Operations{Inserted: 7}}
	failed := executed
	failed.State, failed.Error, failed.Journal = Failed, &Failure{Name: "Error"}, &Journal{Begun: 3}
	forced := func(r *Runner) error {
		_, err := r.Execute(t.Context(), ExecuteOptions{Force: true, Targets: []string{"1"}})
		return err
	}
	rolledBack := func(r *Runner) error {
		_, err := r.Rollback(t.Context(), RollbackOptions{Targets: []string{"1"}})
		return err
	}
	for _, c := range []struct {
		name   string
		before Record
		run    func(*Runner) error
		said   string
	}{
		{"executed by force", executed, forced, "1_a.js is executed, as it was before"},
		{"failed, and executed by force", failed, forced, "1_a.js is failed, as it was before"},
		{"rolled back", executed, rolledBack, "1_a.js is executed, as it was before"},
		{"failed, and rolled back", failed, rolledBack, "1_a.js is failed, as it was before"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := &memory{records: map[string]Record{"1_a.js": c.before}}
			r, _ := runnerOn(t, m, calls{"1_a.js up": aborts, "1_a.js down": aborts})
			if err := c.run(r); !errors.Is(err, errThrown) || !strings.HasSuffix(fault.DetailOf(err), c.said) {
				t.Errorf("got %v\n%s", err, fault.DetailOf(err))
			}
			fenced := c.before
			fenced.Generation, fenced.Start = 1, m.records["1_a.js"].Start
			if diff := cmp.Diff(fenced, m.records["1_a.js"]); diff != "" || fenced.Start == "" {
				t.Error(diff)
			}
			last := m.events[len(m.events)-1]
			if last.Event != FailedEvent || last.State != c.before.State || last.Note != "its transaction was aborted: nothing of it stays" {
				t.Errorf("got %+v", last)
			}
		})
	}
}

// TestWriteThatFails has each write of a run fail in turn: nothing may look executed that was not, and nothing may be
// pending that may have begun.
func TestWriteThatFails(t *testing.T) {
	t.Parallel()
	throws := func(Call) (Report, error) { return Report{}, errThrown }
	for _, c := range []struct {
		name   string
		fails  []string
		up     func(Call) (Report, error)
		called bool
		state  State // "" is pending
	}{
		{"the record of the beginning", []string{"take executing"}, nothing, false, ""},
		{"the record of the end", []string{"end executed"}, nothing, true, Executing},
		{"the event of the end", []string{"append finished"}, nothing, true, Executed},
		{"the record of the failure", []string{"end failed"}, throws, true, Executing},
		{"the event of the failure", []string{"append failed"}, throws, true, Failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := &memory{}
			m.fail = func(what string) error {
				for _, fails := range c.fails {
					if what == fails {
						return errors.New("refused by the test")
					}
				}
				return nil
			}
			called := false
			r, _ := runnerOn(t, m, calls{"1_a.js up": func(call Call) (Report, error) { called = true; return c.up(call) }})
			if _, err := r.Execute(t.Context(), ExecuteOptions{}); err == nil {
				t.Error("want an error")
			}
			if got := m.records["1_a.js"].State; got != c.state || called != c.called {
				t.Errorf("it is %q and called: %v, want %q and %v", got, called, c.state, c.called)
			}
		})
	}
}

// TestRollbackThatCannotBegin puts back what it found.
func TestRollbackThatCannotBegin(t *testing.T) {
	t.Parallel()
	before := Record{Name: "1_a.js", Number: 1, State: Executed, Direction: Up, Batch: 1, Source: []byte("source")}
	m := &memory{records: map[string]Record{"1_a.js": before}, fail: func(what string) error {
		if what == "take rolling_back" {
			return errors.New("refused by the test")
		}
		return nil
	}}
	r, _ := runnerOn(t, m, calls{"1_a.js down": nothing})
	if _, err := r.Rollback(t.Context(), RollbackOptions{All: true}); err == nil || !strings.Contains(err.Error(), "(nothing of it was called)") {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(before, m.records["1_a.js"]); diff != "" {
		t.Error(diff)
	}
}

func TestResolutionsAreWrittenDown(t *testing.T) {
	t.Parallel()
	other := Identity{User: "bob", Host: "web-2", PID: 12}
	at := time.Unix(1_700_000_000, 0)
	const by = ", by bob@web-2, pid 12, at 2023-11-14 22:13:20 UTC"
	failed := Record{Name: "1_a.js", Number: 1, State: Failed, Direction: Up, StartedAt: at, By: other, Error: &Failure{Name: "Error"}, Journal: &Journal{}, Aborted: true}
	down := failed
	down.Direction, down.Rollback = Down, &Attempt{By: other, StartedAt: at}
	downDied := down
	downDied.State = RollingBack
	died, changed := failed, failed
	died.State, changed.State, changed.Journal, changed.Aborted = Executing, Executed, nil, false
	died.Error, downDied.Error = nil, nil
	for _, c := range []struct {
		name   string
		before Record
		how    Resolution
		state  State
		note   string
	}{
		{"a failure on the way forward is run again", failed, Retry, Pending, "--retry: it was failed (up)" + by},
		{"a failure on the way back is run again", down, Retry, Executed, "--retry: it was failed (down)" + by},
		{"what died on the way back is rolled back again", downDied, Retry, Executed, "--retry: it was failed (down, its run died)" + by},
		{"what died has done its work", died, ResolvedExecuted, Executed, "--executed: it was failed (up, its run died)" + by},
		{"what died is undone", died, ResolvedRolledBack, Pending, "--rolled-back: it was failed (up, its run died)" + by},
		{"a changed file is accepted", changed, Accept, Executed, "--accept: it was executed" + by},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := &memory{records: map[string]Record{"1_a.js": c.before}}
			r, _ := runnerOn(t, m, calls{"1_a.js up": nothing})
			r.Born = time.Now() // nothing of a run that died can still arrive
			if _, err := r.Resolve(t.Context(), ResolveOptions{Target: "1", How: c.how}); err != nil {
				t.Fatal(err)
			}
			after := m.records["1_a.js"]
			if after.State != c.state || after.Journal != nil || after.Aborted {
				t.Errorf("got %+v", after)
			}
			claims := 0
			if c.before.State.InFlight() {
				claims = 1
			}
			if e := m.events[len(m.events)-1]; len(m.events) != claims+1 || e.Event != Resolved || e.Note != c.note || e.By != r.By || e.State != c.state {
				t.Errorf("got %+v", m.events)
			}
			// Without a trace nothing is set right.
			m = &memory{records: map[string]Record{"1_a.js": c.before}, fail: func(what string) error {
				if strings.HasPrefix(what, "append") {
					return errors.New("refused by the test")
				}
				return nil
			}}
			r.Registry, r.History = m, m
			if _, err := r.Resolve(t.Context(), ResolveOptions{Target: "1", How: c.how}); err == nil || !cmp.Equal(m.records["1_a.js"], c.before) {
				t.Errorf("got %v, and it is %+v", err, m.records["1_a.js"])
			}
		})
	}
}

func TestEventsKeepTheLastLines(t *testing.T) {
	t.Parallel()
	m := &memory{}
	r, _ := runnerOn(t, m, calls{"1_a.js up": func(c Call) (Report, error) {
		for range 30 {
			c.Print(strings.Repeat("x", 1000))
		}
		c.Print("the last")
		return Report{}, nil
	}})
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); err != nil {
		t.Fatal(err)
	}
	log := m.events[0].Log
	if len(log) != eventLines || log[eventLines-1] != "the last" || len(log[0]) > eventWidth+len("…") {
		t.Errorf("%d lines are kept, the last is %q", len(log), log[len(log)-1])
	}
}
