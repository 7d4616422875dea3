package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect"
	"migrator/store/connect/connecttest"
)

// The test binary plays a second part: a runner that takes the lock of a database, and holds it until it is killed.
const partVariable = "STORE_TEST_TARGET"

func TestMain(m *testing.M) {
	if target := os.Getenv(partVariable); target != "" {
		if err := playRunner(target); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// ownIdentity is that of this process, as its lock will be judged by.
func ownIdentity() runtime.Identity {
	self := thisProcess()
	return runtime.Identity{User: "ada", Host: self.Host, PID: self.PID, Version: "test"}
}

func playRunner(target string) error {
	uri, database, _ := strings.Cut(target, " ")
	ctx := context.Background()
	c, err := connect.Open(ctx, connect.Target{URI: uri, Database: database}, connect.Options{})
	if err != nil {
		return err
	}
	locker := New(c, Options{Database: database, Lease: time.Hour}).Locker()
	if _, err := locker.Acquire(ctx, runtime.Acquisition{By: ownIdentity()}); err != nil {
		return err
	}
	fmt.Println("held")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// startRunner starts a process that holds the lock.
func startRunner(t *testing.T, target connect.Target) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), partVariable+"="+target.URI+" "+target.Database)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may be dead, which is what is wanted
		_ = cmd.Wait()
		in.Close()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("the runner said %q, %v", line, err)
	}
	return cmd
}

// await waits until a child has come to a state: unix.WSTOPPED, or unix.WEXITED. Its exit stays uncollected.
func await(t *testing.T, cmd *exec.Cmd, state int) {
	t.Helper()
	if err := unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, state|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
}

// TestARunnerThatWasKilledIsReplacedAtOnce on its own machine, though its lease lasts for an hour. One that only
// stands still is not.
func TestARunnerThatWasKilledIsReplacedAtOnce(t *testing.T) {
	t.Parallel()
	target := connecttest.Target(t)
	c, err := connect.Open(t.Context(), target, connect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	runner := startRunner(t, target)
	l := lockOf(New(c, Options{Database: c.Database, Lease: time.Hour}))
	if err := runner.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	await(t, runner, unix.WSTOPPED)
	if holder, held, err := l.Holder(t.Context()); !held || holder.Expired || err != nil {
		t.Errorf("one that stands still is taken for dead: %+v, %v", holder, err)
	}
	refused(t, l)
	if err := runner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	await(t, runner, unix.WEXITED)
	if holder, held, err := l.Holder(t.Context()); !held || !holder.Expired || err != nil {
		t.Errorf("one that was killed is taken for alive: %+v, %v", holder, err)
	}
	lease := acquire(t, l)
	if since := time.Since(lease.Before()); lease.Generation() != 2 || since > time.Minute {
		t.Errorf("generation %d, behind a lease that ended %s ago", lease.Generation(), since)
	}
}

// TestUnlockFreesTheLockOfARunnerThatWasKilled at once, too.
func TestUnlockFreesTheLockOfARunnerThatWasKilled(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Hour)
	gone := exec.Command("true")
	if err := gone.Start(); err != nil {
		t.Fatal(err)
	}
	start, _, err := statOf(gone.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := gone.Wait(); err != nil {
		t.Fatal(err)
	}
	d := acquire(t, l).document
	of := doc("host", l.self.Host, "boot", l.self.Boot, "pid_space", l.self.Space,
		"pid", gone.Process.Pid, "pid_start", start)
	if _, err = l.collection.UpdateOne(t.Context(), d.isOwn(), doc("$set", of)); err != nil {
		t.Fatal(err)
	}
	if _, held, err := l.Break(t.Context(), runtime.Unlock{By: bob}); !held || err != nil {
		t.Errorf("got %v, %v", held, err)
	}
	if _, held, err := l.Holder(t.Context()); held || err != nil {
		t.Errorf("it is still held: %v", err)
	}
}

func TestWhetherAProcessHasGone(t *testing.T) {
	t.Parallel()
	self := thisProcess()
	if self.Boot == "" || self.Space == "" || self.Start == "" {
		t.Skipf("the system does not say where this process runs: %+v", self)
	}
	gone := exec.Command("true")
	if err := gone.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, gone, unix.WEXITED)
	uncollected := self
	uncollected.PID = gone.Process.Pid
	start, running, err := statOf(uncollected.PID)
	if err != nil || running {
		t.Fatal(start, running, err)
	}
	uncollected.Start = start
	if !self.hasGone(uncollected) {
		t.Error("one whose exit nobody has collected is taken for alive")
	}
	if err := gone.Wait(); err != nil {
		t.Fatal(err)
	}
	of := func(change func(*process)) process {
		p := uncollected
		change(&p)
		return p
	}
	for _, c := range []struct {
		name  string
		other process
		want  bool
	}{
		{"it is this one", self, false},
		{"it is the first one of the system", of(func(p *process) { p.PID = 1; p.Start, _, _ = statOf(1) }), false},
		{"it has gone", uncollected, true},
		{"its number is another's by now", of(func(p *process) { p.PID = self.PID }), true},
		{"it is on another machine", of(func(p *process) { p.Host = "elsewhere" }), false},
		{"it ran before the machine was started anew", of(func(p *process) { p.Boot = "another" }), false},
		{"it is in another container", of(func(p *process) { p.Space = "pid:[1]" }), false},
		{"nobody knows when it began", of(func(p *process) { p.Start = "" }), false},
		{"nobody knows where it is", process{PID: uncollected.PID, Start: uncollected.Start}, false},
		{"it is no number of a process", of(func(p *process) { p.PID = -1 }), false},
	} {
		if got := self.hasGone(c.other); got != c.want {
			t.Errorf("%s: it has gone: %v", c.name, got)
		}
	}
	if (process{}).hasGone(process{PID: uncollected.PID, Start: uncollected.Start}) {
		t.Error("one that knows nothing of itself knows about others")
	}
}

// TestALockSaysWhichProcessHasIt only of the process that takes it: whoever it says that it is.
func TestALockSaysWhichProcessHasIt(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Hour)
	if d := acquire(t, l).document; d.PIDStart != "" || d.Boot != "" {
		t.Errorf("ada's lock is of %+v", d.process())
	}
	l = testLocker(t, time.Hour)
	h, err := l.Acquire(t.Context(), runtime.Acquisition{By: ownIdentity()})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.(*lease).document.process(); got != l.self {
		t.Errorf("it is of %+v, want %+v", got, l.self)
	}
	if err := refused(t, l); fault.CodeOf(err) != fault.Locked {
		t.Error(err)
	}
}
