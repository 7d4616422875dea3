package runtime

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"migrator/runtime/fault"
)

// kinds are the events of a history in its order, each with the state that it ended in.
func kinds(m *memory) []string {
	var list []string
	for _, e := range m.events {
		list = append(list, string(e.Event)+" "+string(e.State))
	}
	return list
}

// TestARunThatDiedIsClaimed: execute writes failed under its own generation before it names the ways on, and adds the
// event of the run; the same again changes only the generation.
func TestARunThatDiedIsClaimed(t *testing.T) {
	t.Parallel()
	died := Record{Name: "1_a.js", Number: 1, State: Executing, Direction: Up, Generation: 4, Start: "theirs", Journal: &Journal{Begun: 3}}
	m := &memory{generation: 4, records: map[string]Record{"1_a.js": died}}
	r, _ := runnerOn(t, m, calls{"1_a.js up": nothing, "2_b.js up": nothing})
	for generation := int64(5); generation <= 6; generation++ {
		_, err := r.Execute(t.Context(), ExecuteOptions{})
		if fault.CodeOf(err) != fault.Usage || !strings.Contains(err.Error(), "1_a.js has been left executing") || !strings.Contains(fault.HintOf(err), "resolve 1_a.js --retry") {
			t.Errorf("got %v, hint %q", err, fault.HintOf(err))
		}
		got := m.records["1_a.js"]
		if got.State != Failed || got.Generation != generation || got.Start != "theirs" || got.Journal.Begun != 3 {
			t.Errorf("it is claimed as %+v", got)
		}
	}
	if got := kinds(m); !slices.Equal(got, []string{"failed failed"}) || m.events[0].Start != "theirs" {
		t.Errorf("the history says %v", got)
	}
	if _, called := m.records["2_b.js"]; called {
		t.Error("it went past what is not known")
	}
}

// TestALateEndOfAClaimedRunChangesNothing: the record of the end arrives after the claim.
func TestALateEndOfAClaimedRunChangesNothing(t *testing.T) {
	t.Parallel()
	m := &memory{}
	r, _ := runnerOn(t, m, calls{"1_a.js up": func(Call) (Report, error) {
		claimed := m.records["1_a.js"]
		claimed.State, claimed.Generation = Failed, 2
		m.records["1_a.js"] = claimed
		return Report{}, nil
	}})
	_, err := r.Execute(t.Context(), ExecuteOptions{})
	var superseded *Superseded
	if !errors.As(err, &superseded) || m.records["1_a.js"].State != Failed || len(m.events) != 0 {
		t.Errorf("got %v, %+v and %v", err, m.records["1_a.js"], kinds(m))
	}
}

// TestAnUnansweredWriteFailsTheRun although its script has caught the error, and what comes next waits until the write
// must have arrived or be lost.
func TestAnUnansweredWriteFailsTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, lost := &memory{}, &Step{Number: 3, Operation: "insertOne", Collection: "users", Error: "no answer"}
		lost.File, lost.Line, lost.Column = "m/1_a.js", 4, 5
		r, told := runnerOn(t, m, calls{
			"1_a.js up":   func(Call) (Report, error) { return Report{Unanswered: lost}, nil },
			"1_a.js down": nothing,
		})
		_, err := r.Execute(t.Context(), ExecuteOptions{})
		if fault.CodeOf(err) != fault.Unreachable || !strings.Contains(err.Error(), "did not answer its 3rd write, insertOne users (m/1_a.js:4:5)") {
			t.Errorf("got %v", err)
		}
		record := m.records["1_a.js"]
		if record.State != Failed || !record.QuietAfter.Equal(time.Now().Add(DefaultQuiet)) || !strings.Contains(fault.HintOf(err), "not before "+stamp(record.QuietAfter)) {
			t.Errorf("it is recorded as %+v, hint %q", record, fault.HintOf(err))
		}
		asked := 0
		begun := time.Now()
		_, err = r.Resolve(t.Context(), ResolveOptions{Target: "1", How: ResolvedExecuted, Approve: func(stands error) error {
			asked++
			if !strings.Contains(stands.Error(), "1_a.js failed") {
				t.Errorf("it is shown as %v", stands)
			}
			return nil
		}})
		if err != nil || time.Since(begun) != DefaultQuiet || asked != 1 || len(told.told) != 1 || !strings.Contains(told.told[0], "may still arrive") {
			t.Errorf("got %v after %s, asked %d times, told %q", err, time.Since(begun), asked, told.told)
		}
		if after := m.records["1_a.js"]; after.State != Executed || !after.QuietAfter.IsZero() {
			t.Errorf("it is resolved as %+v", after)
		}
	})
}

// TestARollbackWaitsToo where a write of the failed run may still arrive; where this process has started the server since,
// nothing can.
func TestARollbackWaitsToo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		born  bool
		waits time.Duration
	}{"another's server": {false, 7 * time.Second}, "a server of our own": {true, 0}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &memory{records: map[string]Record{"1_a.js": {
					Name: "1_a.js", Number: 1, State: Failed, Direction: Up, Error: &Failure{}, StartedAt: time.Now(), QuietAfter: time.Now().Add(7 * time.Second),
				}}}
				r, _ := runnerOn(t, m, calls{"1_a.js down": nothing})
				if c.born {
					r.Born = time.Now().Add(time.Millisecond)
				}
				begun := time.Now()
				_, err := r.Rollback(t.Context(), RollbackOptions{Targets: []string{"1"}})
				if err != nil || time.Since(begun) != c.waits || m.records["1_a.js"].State != Pending {
					t.Errorf("got %v after %s, and %+v", err, time.Since(begun), m.records["1_a.js"])
				}
			})
		})
	}
}

// TestWhatNobodyHasClaimedIsShownFirst: resolve with a choice claims the run, shows it and asks; the next try of one who
// could not be asked finds it claimed.
func TestWhatNobodyHasClaimedIsShownFirst(t *testing.T) {
	t.Parallel()
	m := &memory{records: map[string]Record{"1_a.js": {Name: "1_a.js", Number: 1, State: Executing, Direction: Up, Start: "theirs"}}}
	r, _ := runnerOn(t, m, calls{"1_a.js up": nothing})
	r.Born = time.Now()
	refusal := fault.New(fault.Usage, "", "there is nobody to ask")
	asked := 0
	resolve := func() error {
		_, err := r.Resolve(t.Context(), ResolveOptions{Target: "1", How: Retry, Approve: func(error) error { asked++; return refusal }})
		return err
	}
	if err := resolve(); !errors.Is(err, refusal) || m.records["1_a.js"].State != Failed {
		t.Errorf("got %v, and %+v", err, m.records["1_a.js"])
	}
	if err := resolve(); err != nil || asked != 1 || m.records["1_a.js"].State != Pending {
		t.Errorf("got %v, asked %d times, and %+v", err, asked, m.records["1_a.js"])
	}
}

// TestRecordsFromElsewhere: a record of a higher generation than the lock came from a restored backup, and the lock is
// taken above it.
func TestRecordsFromElsewhere(t *testing.T) {
	t.Parallel()
	m := &memory{generation: 2, records: map[string]Record{"1_a.js": {Name: "1_a.js", Number: 1, State: Executed, Direction: Up, Generation: 40, Start: "old"}}}
	m.events = []Event{{Start: "old"}}
	r, _ := runnerOn(t, m, calls{"1_a.js up": nothing, "2_b.js up": nothing})
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); err != nil || m.records["2_b.js"].Generation != 41 {
		t.Errorf("got %v, and %+v", err, m.records["2_b.js"])
	}
}

// TestAMissingEventIsAdded by whoever takes the record's place: its run died between the record and the event.
func TestAMissingEventIsAdded(t *testing.T) {
	t.Parallel()
	m := &memory{}
	m.fail = func(what string) error {
		if what == "append finished" && len(m.events) == 0 && m.generation == 1 {
			return errors.New("killed by the test")
		}
		return nil
	}
	r, _ := runnerOn(t, m, calls{"1_a.js up": nothing, "1_a.js down": nothing})
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); err == nil || m.records["1_a.js"].State != Executed {
		t.Fatalf("got %v", err)
	}
	start := m.records["1_a.js"].Start
	if _, err := r.Rollback(t.Context(), RollbackOptions{Last: 1}); err != nil {
		t.Fatal(err)
	}
	if got := kinds(m); !slices.Equal(got, []string{"finished executed", "finished pending"}) || m.events[0].Start != start {
		t.Errorf("the history says %v", got)
	}
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); err != nil || len(m.events) != 3 {
		t.Errorf("got %v, and %v", err, kinds(m))
	}
}

// TestHalfOfABaselineProtectsTheRest: ignore registers the highest number first, with times in the order of the numbers,
// so that what it was killed before is not run by the next execute.
func TestHalfOfABaselineProtectsTheRest(t *testing.T) {
	t.Parallel()
	m := &memory{}
	m.fail = func(what string) error {
		if len(m.records) == 2 {
			return errors.New("killed by the test")
		}
		return nil
	}
	r, _ := runnerOn(t, m, calls{"1_a.js up": nothing, "2_b.js up": nothing, "3_c.js up": nothing})
	if _, err := r.Ignore(t.Context(), IgnoreOptions{}); err == nil {
		t.Fatal("want the failure")
	}
	m.fail = nil
	second, third := m.records["2_b.js"], m.records["3_c.js"]
	if second.State != Ignored || third.State != Ignored || !second.StartedAt.Before(third.StartedAt) {
		t.Fatalf("registered %v", states(m))
	}
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); fault.CodeOf(err) != fault.Usage || !strings.Contains(err.Error(), "1_a.js is pending with a number below") {
		t.Errorf("got %v", err)
	}
}

// TestFilesAreReadAgainUnderTheLock: what was saved while the lock was waited for is seen.
func TestFilesAreReadAgainUnderTheLock(t *testing.T) {
	t.Parallel()
	m := &memory{}
	r, _ := runnerOn(t, m, calls{"1_a.js up": nothing})
	more, _ := runnerOn(t, m, calls{"1_a.js up": nothing, "2_b.js up": nothing})
	r.Scripts = more.Scripts
	r.Locker = onAcquire{m, func() { r.Directory = more.Directory }}
	out, err := r.Execute(t.Context(), ExecuteOptions{})
	if err != nil || len(out.Results) != 2 {
		t.Errorf("got %+v, %v", out, err)
	}
}

// TestAnAbortedFailureCountsAsPending: the next execute runs it, so status counts it as pending and validate warns of it.
func TestAnAbortedFailureCountsAsPending(t *testing.T) {
	t.Parallel()
	m := &memory{}
	r, _ := runnerOn(t, m, calls{"1_a.js up": aborts})
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); !errors.Is(err, errThrown) {
		t.Fatalf("got %v", err)
	}
	status, err := r.Status(t.Context())
	if err != nil || status.Pending != 1 || fault.FieldsOf(status.Check())["failed"] != 0 {
		t.Errorf("status: %+v, %v, check %v", status, err, status.Check())
	}
	validated, err := r.Validate(t.Context())
	if err != nil || len(validated.Findings) != 1 || validated.Findings[0].Kind != HasFailed ||
		validated.Findings[0].Severity != SeverityWarning {
		t.Errorf("validate: %+v, %v", validated, err)
	}
}
