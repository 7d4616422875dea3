package runtime

import (
	"errors"
	"testing"
	"time"

	"migrator/runtime/fault"
)

// The rules by which records are written, each with the order of events that breaks without it. The names are those of
// the model that explores them; package store tests the rules of the lock, and what a write matches.

func once(what string, err error) func(string) error {
	done := false
	return func(now string) error {
		if now != what || done {
			return nil
		}
		done = true
		return err
	}
}

// TestRuleAcked: the write of the beginning has no answer, so no script is called; when it arrives, the run looks like
// one that died.
func TestRuleAcked(t *testing.T) {
	t.Parallel()
	m := &memory{fail: once("take executing", errNoAnswer)}
	r, _ := runnerOn(t, m, calls{"1_a.js up": func(Call) (Report, error) { t.Error("the script was called"); return Report{}, nil }})
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); !errors.Is(err, errNoAnswer) {
		t.Errorf("got %v", err)
	}
	m.arrive()
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); fault.CodeOf(err) != fault.Usage || m.state("1_a.js") != Failed {
		t.Errorf("got %v, and it is %s", err, m.state("1_a.js"))
	}
}

// TestRuleCheck: an operation of a script whose lease has run out is refused.
func TestRuleCheck(t *testing.T) {
	t.Parallel()
	m := &memory{}
	r, _ := runnerOn(t, m, calls{"1_a.js up": func(c Call) (Report, error) {
		if err := c.Check(); err != nil {
			t.Errorf("the lease is valid, and the operation is refused: %v", err)
		}
		m.runOut()
		if c.Check() == nil {
			t.Error("the lease has run out, and the operation is not refused")
		}
		return Report{}, nil
	}})
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); fault.CodeOf(err) != fault.Locked || m.state("1_a.js") != Executing {
		t.Errorf("got %v, and it is %s", err, m.state("1_a.js"))
	}
}

// TestRuleLower: a runner whose lease ran out before it read the registry meets the record of the next one, and ends.
func TestRuleLower(t *testing.T) {
	t.Parallel()
	m := &memory{}
	first, _ := runnerOn(t, m, calls{"1_a.js up": nothing})
	began, ended, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	second, _ := runnerOn(t, m, calls{"1_a.js up": func(Call) (Report, error) {
		close(began)
		<-ended
		return Report{}, nil
	}})
	first.Locker = behindAcquire{m, func() {
		m.runOut()
		go func() {
			_, err := second.Execute(t.Context(), ExecuteOptions{})
			done <- err
		}()
		<-began
	}}
	_, err := first.Execute(t.Context(), ExecuteOptions{})
	if fault.CodeOf(err) != fault.Locked || m.state("1_a.js") != Executing {
		t.Errorf("got %v, and it is %s", err, m.state("1_a.js"))
	}
	close(ended)
	if err := <-done; err != nil || m.state("1_a.js") != Executed {
		t.Errorf("the second: %v, and it is %s", err, m.state("1_a.js"))
	}
}

// TestRuleGeneration: a runner that went on after its lease writes its end when the run has been claimed.
func TestRuleGeneration(t *testing.T) {
	t.Parallel()
	m := &memory{}
	operator, _ := runnerOn(t, m, calls{"1_a.js up": nothing})
	r, _ := runnerOn(t, m, calls{"1_a.js up": func(Call) (Report, error) { return Report{}, nil }})
	m.fail = once("end executed", errNoAnswer)
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); err == nil {
		t.Fatal("want the lost answer")
	}
	if _, err := operator.Resolve(t.Context(), ResolveOptions{Target: "1"}); fault.CodeOf(err) != fault.Usage || m.state("1_a.js") != Failed {
		t.Fatalf("got %v, and it is %s", err, m.state("1_a.js"))
	}
	m.arrive()
	if m.state("1_a.js") != Failed {
		t.Errorf("the end of a run that was claimed made it %s", m.state("1_a.js"))
	}
}

// TestRuleStart: the end of the first half of redo arrives again while the second half runs.
func TestRuleStart(t *testing.T) {
	t.Parallel()
	m := &memory{}
	r, _ := runnerOn(t, m, calls{"1_a.js down": nothing, "1_a.js up": func(Call) (Report, error) {
		m.arrive()
		if m.state("1_a.js") != Executing {
			t.Errorf("an earlier end made it %s", m.state("1_a.js"))
		}
		return Report{}, nil
	}})
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); err != nil {
		t.Fatal(err)
	}
	m.twice = func(what string) bool { return what == "end pending" }
	if _, err := r.Redo(t.Context(), RedoOptions{}); err != nil || m.state("1_a.js") != Executed {
		t.Errorf("got %v, and it is %s", err, m.state("1_a.js"))
	}
}

// TestRuleTombstone: a beginning arrives again when its run was claimed and resolved as rolled back.
func TestRuleTombstone(t *testing.T) {
	t.Parallel()
	m := &memory{twice: func(what string) bool { return what == "take executing" }}
	r, _ := runnerOn(t, m, calls{"1_a.js up": func(Call) (Report, error) { m.runOut(); return Report{}, nil }})
	if _, err := r.Execute(t.Context(), ExecuteOptions{}); fault.CodeOf(err) != fault.Locked {
		t.Fatalf("got %v", err)
	}
	r.Born = time.Now()
	if _, err := r.Resolve(t.Context(), ResolveOptions{Target: "1", How: ResolvedRolledBack}); err != nil {
		t.Fatal(err)
	}
	m.arrive()
	if m.state("1_a.js") != Pending {
		t.Errorf("an earlier beginning made it %s", m.state("1_a.js"))
	}
}

// TestRuleStop: neither execute nor a rollback goes past a record whose truth is not known, nor runs it.
func TestRuleStop(t *testing.T) {
	t.Parallel()
	m := &memory{fail: once("end executed", errNoAnswer)}
	called := 0
	r, _ := runnerOn(t, m, calls{
		"1_a.js up": func(Call) (Report, error) { called++; return Report{}, nil },
		"2_b.js up": func(Call) (Report, error) { t.Error("it was gone past"); return Report{}, nil },
	})
	for range 3 {
		if _, err := r.Execute(t.Context(), ExecuteOptions{}); err == nil {
			t.Error("execute went on")
		}
	}
	if _, err := r.Rollback(t.Context(), RollbackOptions{Last: 1}); fault.CodeOf(err) != fault.Usage || called != 1 {
		t.Errorf("got %v, and the script was called %d times", err, called)
	}
}

// TestRuleClaim: the ways on are named when the run in flight is recorded as failed, and its end then matches nothing.
func TestRuleClaim(t *testing.T) {
	t.Parallel()
	for name, find := range map[string]func(*Runner) error{
		"by execute": func(r *Runner) error { _, err := r.Execute(t.Context(), ExecuteOptions{}); return err },
		"by resolve": func(r *Runner) error { _, err := r.Resolve(t.Context(), ResolveOptions{Target: "1"}); return err },
		"by redo":    func(r *Runner) error { _, err := r.Redo(t.Context(), RedoOptions{Target: "1"}); return err },
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{fail: once("end executed", errNoAnswer)}
			r, _ := runnerOn(t, m, calls{"1_a.js up": nothing, "1_a.js down": nothing})
			if _, err := r.Execute(t.Context(), ExecuteOptions{}); err == nil {
				t.Fatal("want the lost answer")
			}
			if err := find(r); fault.HintOf(err) == "" || m.state("1_a.js") != Failed {
				t.Errorf("got %v, hint %q, and it is %s", err, fault.HintOf(err), m.state("1_a.js"))
			}
			if m.arrive(); m.state("1_a.js") != Failed {
				t.Errorf("the end of a run that was claimed made it %s", m.state("1_a.js"))
			}
		})
	}
}

// TestRuleAgain: a resolution without an answer arrives when the ways on have been named anew, and the data was set right
// the other way.
func TestRuleAgain(t *testing.T) {
	t.Parallel()
	for name, find := range map[string]func(*Runner) error{
		"by execute": func(r *Runner) error { _, err := r.Execute(t.Context(), ExecuteOptions{}); return err },
		"by resolve": func(r *Runner) error { _, err := r.Resolve(t.Context(), ResolveOptions{Target: "1"}); return err },
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			r, _ := runnerOn(t, m, calls{"1_a.js up": func(Call) (Report, error) { return Report{}, errThrown }})
			if _, err := r.Execute(t.Context(), ExecuteOptions{}); !errors.Is(err, errThrown) {
				t.Fatalf("got %v", err)
			}
			m.fail = once("take executed", errNoAnswer)
			_, err := r.Resolve(t.Context(), ResolveOptions{Target: "1", How: ResolvedExecuted})
			if want := "type `migrator resolve 1_a.js`"; !errors.Is(err, errNoAnswer) || fault.HintOf(err) != want {
				t.Errorf("got %v, hint %q", err, fault.HintOf(err))
			}
			if err := find(r); fault.CodeOf(err) != fault.Usage {
				t.Errorf("got %v", err)
			}
			if m.arrive(); m.state("1_a.js") != Failed {
				t.Errorf("a resolution from before made it %s", m.state("1_a.js"))
			}
		})
	}
}
