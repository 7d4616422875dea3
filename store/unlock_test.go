package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"migrator/runtime"
	"migrator/runtime/fault"
)

var bob = runtime.Identity{User: "bob", Host: "web-2", PID: 7, Version: "test"}

func TestUnlock(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	if _, held, err := l.Break(t.Context(), runtime.Unlock{By: bob}); held || err != nil {
		t.Errorf("a lock that nobody holds: %v, %v", held, err)
	}
	ended := acquire(t, l).document.Expires.Truncate(time.Millisecond)
	_, _, err := l.Break(t.Context(), runtime.Unlock{By: bob})
	if fault.CodeOf(err) != fault.Locked || !strings.Contains(err.Error(), "the lock is alive") {
		t.Errorf("a live lock was broken without force: %v", err)
	}
	refused(t, l)
	l.server.Store(int64(2 * time.Minute))
	if holder, held, err := l.Break(t.Context(), runtime.Unlock{By: bob}); !held || err != nil || holder.By != ada {
		t.Errorf("a dead lock: %+v, %v, %v", holder, held, err)
	}
	l.server.Store(0)
	if next := acquire(t, l); next.Generation() != 3 || !next.Before().Equal(ended) {
		t.Errorf("the next one has generation %d, behind %s, want %s", next.Generation(), next.Before(), ended)
	}
}

// The rule revoke: unlock --force asks the holder to stop; the lock is free when it has. Until then the holder may
// still record how it ended, and nobody else may take the lock.
func TestUnlockByForceWaitsUntilTheHolderHasStopped(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Hour)
	l.beat = time.Millisecond
	lease := acquire(t, l)
	waiting := make(chan runtime.Holder, 1)
	done := later(func() error {
		asked := func(h runtime.Holder) { waiting <- h }
		_, _, err := l.Break(t.Context(), runtime.Unlock{By: bob, Force: true, Asked: asked})
		return err
	})
	select {
	case asked := <-waiting:
		if asked.By != ada {
			t.Errorf("asked %+v", asked)
		}
	case err := <-done:
		t.Fatalf("nobody was asked: %v", err)
	}
	<-lease.Context().Done()
	cause := context.Cause(lease.Context())
	const says = "this run lost its lock: bob@web-2, pid 7 asked it to stop"
	if fault.CodeOf(cause) != fault.Locked || !strings.Contains(cause.Error(), says) {
		t.Errorf("the run ends with %v", cause)
	}
	if err := lease.Valid(); err != nil {
		t.Errorf("it cannot record how it ended: %v", err)
	}
	refused(t, l)
	select {
	case err := <-done:
		t.Errorf("unlock did not wait for the holder: %v", err)
	default:
	}
	if err := lease.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if next := acquire(t, l); !next.Before().IsZero() {
		t.Errorf("the lease that was given back counts as one that ran out at %s", next.Before())
	}
}

// TestUnlockByForceWaitsForTheEndOfTheLease where the holder does not stop. Such a lease is not renewed.
func TestUnlockByForceWaitsForTheEndOfTheLease(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	lease := acquire(t, l)
	waiting := make(chan struct{})
	done := later(func() error {
		asked := func(runtime.Holder) { close(waiting) }
		_, _, err := l.Break(t.Context(), runtime.Unlock{By: bob, Force: true, Asked: asked})
		return err
	})
	select {
	case <-waiting:
	case err := <-done:
		t.Fatalf("nobody was asked: %v", err)
	}
	before, err := l.look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if back, why := lease.renew(t.Context()); back == nil || back.By != bob || why != nil {
		t.Errorf("it was renewed: %v, %v", back, why)
	}
	after, err := l.look(t.Context())
	if err != nil || !after.Expires.Equal(before.Expires) || lease.left() > time.Minute {
		t.Errorf("it was renewed from %s to %s (%v)", before.Expires, after.Expires, err)
	}
	l.server.Store(int64(time.Minute))
	if err := <-done; err != nil {
		t.Error(err)
	}
	if next := acquire(t, l); next.Generation() != 3 || next.Before().IsZero() {
		t.Errorf("the next one has generation %d, behind %s", next.Generation(), next.Before())
	}
}

// TestUnlockByForceGivesUp on a holder of an older release, which does not know that it can be asked.
func TestUnlockByForceGivesUp(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	acquire(t, l)
	_, held, err := l.Break(t.Context(), runtime.Unlock{By: bob, Force: true, Asked: func(runtime.Holder) {
		later := doc("$set", doc("expires", time.Now().Add(time.Hour)))
		if _, err := l.collection.UpdateOne(t.Context(), doc("_id", int64(1)), later); err != nil {
			t.Error(err)
		}
		l.stopwatch = func() func() time.Duration { // of the waiting that begins now
			return func() time.Duration { return 2 * time.Minute }
		}
	}})
	if !held || fault.CodeOf(err) != fault.Locked || !strings.Contains(err.Error(), "does not stop") {
		t.Errorf("got %v, %v", held, err)
	}
	refused(t, l)
}

// TestUnlockByForceThatAnotherRunnerForestalls says that the lock is not free.
func TestUnlockByForceThatAnotherRunnerForestalls(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	lease := acquire(t, l)
	_, held, err := l.Break(t.Context(), runtime.Unlock{By: bob, Force: true, Asked: func(runtime.Holder) {
		if err := lease.Release(t.Context()); err != nil {
			t.Error(err)
		}
		acquire(t, l)
	}})
	const says = "taken by another runner just now"
	if !held || fault.CodeOf(err) != fault.Locked || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v, %v", held, err)
	}
}
