package runtime

import (
	"slices"
	"strings"
	"testing"
	"time"

	"migrator/runtime/fault"
)

// TestResolutionsOfEveryState holds what each resolution makes of each state that a record can be in. A refusal changes
// nothing and leaves no event.
func TestResolutionsOfEveryState(t *testing.T) {
	t.Parallel()
	const refused = State("refused")
	at := time.Unix(1_700_000_000, 0)
	stood := func(state State, d Direction, change func(*Record)) Record {
		r := Record{Name: "1_a.js", Number: 1, State: state, Direction: d, StartedAt: at, Checksum: "sha256:old", Batch: 1, Rest: "of a newer version"}
		if state == Failed {
			r.Error = &Failure{Name: "Error"}
		}
		if d == Down {
			r.Rollback = &Attempt{StartedAt: at}
		}
		if change != nil {
			change(&r)
		}
		return r
	}
	aborted := func(r *Record) { r.Aborted = true }
	for _, c := range []struct {
		name   string
		before Record
		// what it is after each
		retry, executed, rolledBack, accept State
	}{
		{"executed", stood(Executed, Up, nil), refused, refused, refused, Executed},
		{"ignored", stood(Ignored, Up, nil), refused, refused, refused, Ignored},
		{"failed on the way forward", stood(Failed, Up, nil), Pending, Executed, Pending, refused},
		{"failed on the way back", stood(Failed, Down, nil), Executed, Executed, Pending, refused},
		{"failed and aborted", stood(Failed, Up, aborted), Pending, Executed, Pending, Failed},
		{"left executing", stood(Executing, Up, nil), Pending, Executed, Pending, refused},
		{"left rolling back", stood(RollingBack, Down, nil), Executed, Executed, Pending, refused},
		{"in a state of a newer version", stood("paused", Up, nil), Pending, Executed, Pending, refused},
	} {
		for how, want := range map[Resolution]State{Retry: c.retry, ResolvedExecuted: c.executed, ResolvedRolledBack: c.rolledBack, Accept: c.accept} {
			t.Run(c.name+" --"+string(how), func(t *testing.T) {
				t.Parallel()
				m := &memory{records: map[string]Record{"1_a.js": c.before}}
				r, _ := runnerOn(t, m, calls{"1_a.js up": nothing})
				r.Born = time.Now() // nothing of a run that died can still arrive
				out, err := r.Resolve(t.Context(), ResolveOptions{Target: "1", How: how})
				after, registered := m.records["1_a.js"]
				if want == refused {
					if err == nil || after.State != c.before.State || after.Checksum != "sha256:old" || len(m.events) > 0 {
						t.Errorf("want a refusal: got %v, %+v and %+v", err, after, m.events)
					}
					return
				}
				if err != nil || m.events[len(m.events)-1].State != want || out.Results[0].State != want {
					t.Fatalf("got %v, %+v and %+v", err, out, m.events)
				}
				if !registered || after.State != want || after.Rest == nil {
					t.Errorf("got %+v", after)
				}
				if want == Executed && (after.Direction != Up || after.Rollback != nil || after.FinishedAt.IsZero() && how != Accept) {
					t.Errorf("it does not stand as one that was executed: %+v", after)
				}
				if accepted := after.Checksum != "sha256:old"; want != Pending && accepted != (how == Accept) {
					t.Errorf("its checksum is %s", after.Checksum)
				}
			})
		}
	}
}

// TestRollbackOfWhatIsNotThere: where nothing of a migration is in the database, down is not run, and it is pending again.
func TestRollbackOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]Record{
		"ignored":            {Name: "1_a.js", Number: 1, State: Ignored, Direction: Up},
		"failed and aborted": {Name: "1_a.js", Number: 1, State: Failed, Direction: Up, Aborted: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &memory{records: map[string]Record{"1_a.js": before}}
			r, _ := runnerOn(t, m, calls{"1_a.js down": func(Call) (Report, error) { t.Error("down was run"); return Report{}, nil }})
			out, err := r.Rollback(t.Context(), RollbackOptions{Targets: []string{"1"}, DryRun: true})
			if err != nil || len(m.records) != 1 || out.Results[0].State != before.State || !strings.Contains(out.Results[0].Log[0], "would be unregistered") {
				t.Errorf("dry run: got %v, %+v and %v", err, out, m.records)
			}
			out, err = r.Rollback(t.Context(), RollbackOptions{Targets: []string{"1"}})
			if err != nil || m.records["1_a.js"].State != Pending || out.Results[0].State != Pending || out.Results[0].Direction != Down {
				t.Errorf("got %v, %+v and %v", err, out, m.records)
			}
			if e := m.events; len(e) != 1 || e[0].State != Pending || e[0].Direction != Down || !strings.Contains(e[0].Note, "down is not run") {
				t.Errorf("got %+v", e)
			}
		})
	}
}

// TestNewerStateIsLeftAlone: a state of a newer version is run in neither direction, and the hint names that version.
func TestNewerStateIsLeftAlone(t *testing.T) {
	t.Parallel()
	m := &memory{records: map[string]Record{"1_a.js": {Name: "1_a.js", Number: 1, State: "paused", By: Identity{Version: "v9"}}}}
	r, _ := runnerOn(t, m, calls{"1_a.js up": nothing, "2_b.js up": nothing})
	for name, run := range map[string]func() error{
		"execute":  func() error { _, err := r.Execute(t.Context(), ExecuteOptions{}); return err },
		"rollback": func() error { _, err := r.Rollback(t.Context(), RollbackOptions{Targets: []string{"1"}}); return err },
		"redo":     func() error { _, err := r.Redo(t.Context(), RedoOptions{Target: "1"}); return err },
	} {
		if err := run(); fault.CodeOf(err) != fault.Usage || !strings.Contains(fault.HintOf(err), "(v9)") {
			t.Errorf("%s: got %v, hint %q", name, err, fault.HintOf(err))
		}
	}
}

// TestRedoKeepsTheOrderByAnotherClock: what is run again comes last in its run, although the clock of the machine that
// executed the rest is an hour ahead.
func TestRedoKeepsTheOrderByAnotherClock(t *testing.T) {
	t.Parallel()
	ahead := func(name string, number int64) Record {
		return Record{Name: name, Number: number, State: Executed, Direction: Up, StartedAt: time.Now().Add(time.Hour), FinishedAt: time.Now().Add(time.Hour), Batch: 1}
	}
	m := &memory{records: map[string]Record{"1_a.js": ahead("1_a.js", 1), "2_b.js": ahead("2_b.js", 2)}}
	r, _ := runnerOn(t, m, calls{"1_a.js up": nothing, "1_a.js down": nothing, "2_b.js up": nothing, "2_b.js down": nothing})
	if _, err := r.Redo(t.Context(), RedoOptions{Target: "1"}); err != nil {
		t.Fatal(err)
	}
	out, err := r.Rollback(t.Context(), RollbackOptions{Batch: true})
	var order []string
	for _, result := range out.Results {
		order = append(order, result.Name)
	}
	if err != nil || !slices.Equal(order, []string{"1_a.js", "2_b.js"}) {
		t.Errorf("rolled back %v (%v)", order, err)
	}
}
