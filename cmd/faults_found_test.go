package cmd_test

import (
	"strings"
	"testing"

	"migrator/store/connect/connecttest"
)

// What was recorded once and had not happened, each with the order of events that a user met.

// ends is the end of a run that says so: the write of a record that has the state.
func ends(state string) func(connecttest.Message) bool {
	return func(m connecttest.Message) bool {
		return m.Name == "update" && m.To() == "migrations" && strings.Contains(m.Command.String(), `"state": "`+state+`"`)
	}
}

// heldRun runs a command through a proxy that holds one of its messages, which is lost to it.
func (p *project) heldRun(is func(connecttest.Message) bool, args ...string) *connecttest.Held {
	p.t.Helper()
	h := connecttest.NewHolding(p.t, p.addr)
	held := h.Hold(1, is)
	again := h.Hold(2, is) // the write is sent again, and lost again
	r := p.command(h.Addr, args...).env(leaseVariable + "=1200ms").start()
	held.Await()
	held.Cut()
	go func() {
		select {
		case <-again.Sent():
			again.Cut()
		case <-r.done:
		}
	}()
	r.wait()
	return held
}

func TestALateEndOfARollbackLeavesTheNextExecution(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	s := newServer(t)
	p := newProject(t, s, s.client(), late)
	p.setWork(0)
	p.must(0, "execute")
	end := p.heldRun(ends("pending"), "rollback", "1")
	if p.state("001_a.js") != "" {
		p.impatient(0, "resolve", "1", "--rolled-back", "--yes")
	}
	p.impatient(0, "execute", "1")
	end.Deliver()
	if state := p.state("001_a.js"); state != "executed" {
		t.Errorf("the end of the rollback has made it %q", state)
	}
	p.impatient(0, "execute")
	p.checkLate("after all of it")
}

func TestALateEndOfAnExecutionLeavesWhatWasResolved(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	s := newServer(t)
	p := newProject(t, s, s.client(), late)
	p.setWork(0)
	end := p.heldRun(ends("executed"), "execute", "1")
	if p.state("001_a.js") == "executed" {
		t.Skip("its second try was answered")
	}
	p.impatient(2, "resolve", "1")
	p.setCounter("001_a.js", 0)
	p.impatient(0, "resolve", "1", "--rolled-back", "--yes")
	end.Deliver()
	if state := p.state("001_a.js"); state != "" {
		t.Errorf("the end of the execution has made it %q", state)
	}
	p.checkLate("after all of it")
}

func TestALateBeginningRunsNothingTwice(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	s := newServer(t)
	p := newProject(t, s, s.client(), late)
	p.setWork(0)
	h := connecttest.NewHolding(t, p.addr)
	begin := h.Hold(1, connecttest.To("insert", "migrations"))
	first := p.command(h.Addr, "execute", "1").env(leaseVariable + "=1200ms").start()
	begin.Await()
	p.impatient(0, "unlock", "--force")
	if p.state("001_a.js") == "failed" { // it has sent the beginning once more before it stopped
		p.impatient(0, "resolve", "1", "--retry", "--yes")
	}
	p.impatient(0, "execute", "1")
	begin.Pass()
	if code := first.wait(); code == 0 {
		t.Errorf("both have executed it:\n%s", first.text())
	}
	if state := p.state("001_a.js"); state != "executed" {
		t.Errorf("it is %q", state)
	}
	p.checkLate("after all of it")
}
