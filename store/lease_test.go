package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect/connecttest"
)

// The rule clock: the holder knows that its lease is over before anybody can take it. Its machine has slept: its monotonic
// clock stood still, and the server's did not.
func TestARunThatSleptThroughItsLeaseHasLostIt(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Hour)
	slept := acquire(t, l)
	l.asleep.Store(int64(time.Hour - time.Minute))
	if err := slept.Valid(); err != nil {
		t.Errorf("lost while it lasts: %v", err)
	}
	l.asleep.Store(int64(time.Hour + time.Second))
	l.server.Store(l.asleep.Load())
	if err := slept.Valid(); fault.CodeOf(err) != fault.Locked || !strings.Contains(err.Error(), "stood still for longer than the lease of 1h0m0s") {
		t.Errorf("it may still write: %v", err)
	}
	acquire(t, l)
}

// A process that stood still finds its lease run out. Although nobody has taken the lock yet, somebody may be about to.
func TestALeaseThatRanOutIsNotRenewed(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Hour)
	h := acquire(t, l)
	l.asleep.Store(int64(time.Hour))
	if _, err := h.renew(t.Context()); err == nil || !strings.Contains(err.Error(), "stood still for longer than the lease of 1h0m0s") {
		t.Errorf("renewed: %v", err)
	}
	if err := h.Valid(); fault.CodeOf(err) != fault.Locked {
		t.Errorf("it is valid again: %v", err)
	}
}

// TestALeaseCountsFromBeforeItWasAskedFor: what the server takes to answer is not added to it.
func TestALeaseCountsFromBeforeItWasAskedFor(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Hour)
	clock := l.clock
	l.clock = func(ctx context.Context) (time.Time, error) {
		defer l.asleep.Add(int64(40 * time.Minute)) // the answer comes late
		return clock(ctx)
	}
	h := acquire(t, l)
	if left := h.left(); left > 20*time.Minute {
		t.Errorf("it lasts for %s", left)
	}
	if _, err := h.renew(t.Context()); err == nil {
		t.Error("renewed by an answer that came when it was over")
	}
}

func TestALostLeaseSaysWhy(t *testing.T) {
	t.Parallel()
	down := fault.New(fault.Unreachable, "", "connection refused")
	renewed := func(h *lease) error { _, why := h.renew(context.Background()); return why }
	cases := []struct {
		name string
		lose func(t *testing.T, l *testLock, h *lease)
		says string
		code fault.Code
	}{
		{"the server has not answered", func(t *testing.T, l *testLock, h *lease) {
			l.clock = func(context.Context) (time.Time, error) { return time.Time{}, down }
			if err := renewed(h); err != nil {
				t.Errorf("lost while it lasts: %v", err)
			}
			l.asleep.Store(int64(time.Hour))
		}, "the server has not answered since 20", fault.Unreachable},
		{"the process stood still", func(t *testing.T, l *testLock, h *lease) {
			l.asleep.Store(int64(time.Hour))
		}, "stood still", fault.Locked},
		{"unlock freed it, since it was not renewed any more", func(t *testing.T, l *testLock, h *lease) {
			l.server.Store(int64(2 * time.Hour))
			if _, _, err := l.Break(t.Context(), runtime.Unlock{By: ada}); err != nil {
				t.Fatal(err)
			}
			h.lose(renewed(h))
		}, "freed by `migrator unlock`", fault.Locked},
		{"another runner took it", func(t *testing.T, l *testLock, h *lease) {
			next := lockDocument{Generation: 2, Owner: "x", User: "bob", Host: "web-2", PID: 7}
			if _, err := l.collection.InsertOne(t.Context(), next); err != nil {
				t.Fatal(err)
			}
			h.lose(renewed(h))
		}, "it was taken by bob@web-2, pid 7", fault.Locked},
		{"another runner took it, as the run finds when it confirms that it has it", func(t *testing.T, l *testLock, h *lease) {
			next := lockDocument{Generation: 2, Owner: "x", User: "bob", Host: "web-2", PID: 7}
			if _, err := l.collection.InsertOne(t.Context(), next); err != nil {
				t.Fatal(err)
			}
			if err := h.Confirm(t.Context()); fault.CodeOf(err) != fault.Locked {
				t.Errorf("confirmed: %v", err)
			}
		}, "it was taken by bob@web-2, pid 7", fault.Locked},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := testLocker(t, time.Hour)
			h := acquire(t, l)
			c.lose(t, l, h)
			err := h.Valid()
			if err == nil || !strings.Contains(err.Error(), "this run lost its lock: ") || !strings.Contains(err.Error(), c.says) || fault.CodeOf(err) != c.code {
				t.Errorf("it says %v, with code %d", err, fault.CodeOf(err))
			}
			if !strings.Contains(fault.HintOf(err), "migrator status") {
				t.Error("it does not say what to type")
			}
		})
	}
}

func TestHeartbeatKeepsTheLease(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Hour)
	l.beat = time.Millisecond
	renewed := make(chan struct{}, 100)
	clock := l.clock
	l.clock = func(ctx context.Context) (time.Time, error) {
		select {
		case renewed <- struct{}{}:
		default:
		}
		return clock(ctx)
	}
	lease := acquire(t, l)
	l.asleep.Store(int64(time.Hour - time.Minute))
	for range 3 { // by the acquisition, by a beat that is done when the next one begins, and by that
		<-renewed
	}
	if left := lease.left(); lease.Valid() != nil || left < 30*time.Minute {
		t.Errorf("the lease was not renewed: it lasts for %s (%v)", left, lease.Valid())
	}
	if err := lease.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestALockWhoseDocumentIsGoneIsLost: the next generation may then be anybody's.
func TestALockWhoseDocumentIsGoneIsLost(t *testing.T) {
	t.Parallel()
	l := testLocker(t, 3*time.Second)
	lease := acquire(t, l)
	if err := l.collection.Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-lease.Context().Done()
	if err := lease.Valid(); err == nil || !strings.Contains(err.Error(), "its document is gone") {
		t.Errorf("got %v", err)
	}
}

// The rule release: a release names its own generation. One that comes late frees nobody else's lock.
func TestALateReleaseFreesNobodyElsesLock(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{Lease: time.Minute})
	old := acquire(t, lockOf(late))
	release := h.Hold(1, connecttest.To("update", "migrations_lock"))
	released := later(func() error { return old.Release(t.Context()) })
	release.Await()
	l := lockOf(other)
	l.server.Store(int64(2 * time.Minute))
	holder := acquire(t, l)
	release.Pass()
	if err := <-released; err != nil {
		t.Error(err)
	}
	l.server.Store(0)
	refused(t, l)
	if err := holder.Confirm(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestAReleaseWithoutAnAnswer is sent again, so that nobody waits for a lease that is over.
func TestAReleaseWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	lease := acquire(t, lockOf(late))
	release := h.Hold(1, connecttest.To("update", "migrations_lock"))
	released := later(func() error { return lease.Release(t.Context()) })
	release.Await()
	release.Cut()
	if err := <-released; err != nil {
		t.Error(err)
	}
	acquire(t, lockOf(other))
}

// TestALateRenewalRenewsNothing that was asked back or taken meanwhile.
func TestALateRenewalRenewsNothing(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{Lease: time.Minute})
	lease := acquire(t, lockOf(late))
	renewal := h.Hold(1, connecttest.To("update", "migrations_lock"))
	go func() { _, _ = lease.renew(t.Context()) }()
	renewal.Await()
	l := lockOf(other)
	before, err := l.look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.ask(t.Context(), before, ada); err != nil {
		t.Fatal(err)
	}
	renewal.Deliver()
	after, err := l.look(t.Context())
	if err != nil || !after.Expires.Equal(before.Expires) {
		t.Errorf("a lease that was asked back was renewed from %s to %s (%v)", before.Expires, after.Expires, err)
	}
	l.server.Store(int64(2 * time.Minute))
	taken := acquire(t, l)
	renewal.Deliver()
	if n, err := l.collection.CountDocuments(t.Context(), bson.D{}); n != 1 || err != nil {
		t.Errorf("%d generations are there, %v", n, err)
	}
	if err := taken.Confirm(t.Context()); err != nil {
		t.Error(err)
	}
}
