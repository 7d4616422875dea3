package store

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect/connecttest"
)

var ada = runtime.Identity{User: "ada", Host: "web-1", PID: 1, Version: "test"}

// testLock is a locker on an empty database with clocks that the test can move. It was not this process that started
// the server, as far as it knows.
type testLock struct {
	*locker
	server atomic.Int64 // how far the server's clock is ahead, as everybody sees it
	asleep atomic.Int64 // for how long this machine has slept: its monotonic clock did not count that
}

// testLocker is a locker whose lease is that long. Nobody watches one that has run out for longer than a moment.
func testLocker(t *testing.T, lease time.Duration) *testLock {
	t.Helper()
	c := connecttest.Open(t)
	return lockOf(New(c, Options{Database: c.Database, Lease: lease}))
}

// lockOf is the lock of a store, whose clocks the test can move.
func lockOf(s *Store) *testLock {
	l := &testLock{locker: s.Locker().(*locker)}
	clock := l.clock
	l.clock = func(ctx context.Context) (time.Time, error) {
		now, err := clock(ctx)
		return now.Add(time.Duration(l.server.Load())), err
	}
	l.stopwatch = func() func() time.Duration {
		passed, before := stopwatch(), l.asleep.Load()
		return func() time.Duration { return passed() + time.Duration(l.asleep.Load()-before) }
	}
	l.born = func() (time.Time, bool) { return time.Time{}, false }
	l.watched, l.poll = 20*time.Millisecond, time.Millisecond
	return l
}

func acquire(t *testing.T, l *testLock) *lease {
	t.Helper()
	h, err := l.Acquire(t.Context(), runtime.Acquisition{By: ada})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Release(context.Background()) }) // it may be lost, or its connection closed
	return h.(*lease)
}

func refused(t *testing.T, l *testLock) error {
	t.Helper()
	lease, err := l.Acquire(t.Context(), runtime.Acquisition{By: ada})
	if err == nil {
		_ = lease.Release(t.Context())
		t.Fatal("the lock was given out twice")
	}
	if fault.CodeOf(err) != fault.Locked {
		t.Fatal(err)
	}
	return err
}

func TestLockIsExclusive(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	lease := acquire(t, l)
	if err := refused(t, l); !strings.Contains(err.Error(), "ada@web-1, pid 1") || fault.HintOf(err) == "" {
		t.Errorf("the refusal does not say who holds the lock: %v", err)
	}
	holder, held, err := l.Holder(t.Context())
	if err != nil || !held || holder.By != ada || holder.Generation != 1 || holder.Expired {
		t.Errorf("holder %+v, %v, %v", holder, held, err)
	}
	if err := lease.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, held, err := l.Holder(t.Context()); held || err != nil {
		t.Errorf("a released lock has a holder (%v)", err)
	}
	if err := lease.Valid(); err == nil {
		t.Error("a released lease is still valid")
	}
}

func TestLockGenerationOnlyGrows(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	for want := int64(1); want <= 3; want++ {
		lease := acquire(t, l)
		if holder, _, _ := l.Holder(t.Context()); holder.Generation != want || lease.Generation() != want {
			t.Errorf("generation %d and %d, want %d", holder.Generation, lease.Generation(), want)
		}
		if err := lease.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := l.collection.CountDocuments(t.Context(), bson.D{}); n != 1 || err != nil {
		t.Errorf("%d generations are kept, %v; want the last one alone", n, err)
	}
}

func TestLockOfManyTakesOne(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	const runners = 12
	var winners, others atomic.Int64
	var all sync.WaitGroup
	for range runners {
		all.Go(func() {
			_, err := l.Acquire(t.Context(), runtime.Acquisition{By: ada})
			switch {
			case err == nil:
				winners.Add(1)
			case fault.CodeOf(err) == fault.Locked:
				others.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if winners.Load() != 1 || others.Load() != runners-1 {
		t.Errorf("%d got the lock and %d were refused", winners.Load(), others.Load())
	}
}

// The rule lease: a lock whose lease has run out can be taken, whoever held it. The next one knows when it ended.
func TestLockIsTakenOverAfterItsLease(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	old := acquire(t, l)
	ended := old.document.Expires.Truncate(time.Millisecond)
	l.server.Store(int64(2 * time.Minute))
	if holder, held, _ := l.Holder(t.Context()); !held || !holder.Expired {
		t.Errorf("the lease has not run out: %+v", holder)
	}
	taken := acquire(t, l)
	if _, why := old.renew(t.Context()); why == nil {
		t.Error("the first holder renewed a lease that another runner has")
	}
	if taken.Generation() != 2 || !taken.Before().Equal(ended) {
		t.Errorf("generation %d, behind a lease that ended at %s, want %s", taken.Generation(), taken.Before(), ended)
	}
}

func TestLockOfADeadServerIsFree(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	acquire(t, l)
	l.born = func() (time.Time, bool) { return time.Now().Add(time.Second), true }
	if holder, held, _ := l.Holder(t.Context()); !held || !holder.Expired {
		t.Errorf("a lease from before the server was started counts as alive: %+v", holder)
	}
	if taken := acquire(t, l); !taken.Before().IsZero() {
		t.Errorf("something may still arrive that was sent before %s", taken.Before())
	}
}

func TestLockIsWaitedFor(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	first := acquire(t, l)
	waiting := make(chan runtime.Holder, 1)
	got := later(func() error {
		held := func(h runtime.Holder) { waiting <- h }
		_, err := l.Acquire(t.Context(), runtime.Acquisition{By: ada, Wait: time.Minute, Held: held})
		return err
	})
	if holder := <-waiting; holder.By != ada {
		t.Errorf("waited for %+v", holder)
	}
	if err := first.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Error(err)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	acquire(t, l)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	held := func(runtime.Holder) { cancel(cause) }
	_, err := l.Acquire(ctx, runtime.Acquisition{By: ada, Wait: time.Hour, Held: held})
	if !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

func TestAnInterruptLeavesNoLockBehind(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	clock := l.clock
	l.clock = func(ctx context.Context) (time.Time, error) {
		defer cancel(cause) // while the lock is being taken
		return clock(ctx)
	}
	if _, err := l.Acquire(ctx, runtime.Acquisition{By: ada}); err == nil {
		t.Error("an interrupted runner got the lock")
	}
	if _, held, err := l.Holder(t.Context()); held || err != nil {
		t.Errorf("the lock is held after an interrupt (%v)", err)
	}
}

// The rule unique: the lock is the insert of the next generation. Two runners have seen that it can be taken.
func TestOfTwoThatSawTheLockFreeOneTakesIt(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	insert := h.Hold(1, connecttest.To("insert", "migrations_lock"))
	refusedLate := later(func() error {
		_, err := lockOf(late).Acquire(t.Context(), runtime.Acquisition{By: ada})
		return err
	})
	insert.Await()
	winner := acquire(t, lockOf(other))
	insert.Pass()
	if err := <-refusedLate; fault.CodeOf(err) != fault.Locked {
		t.Errorf("the second one got %v", err)
	}
	if err := errors.Join(winner.Valid(), winner.Confirm(t.Context())); err != nil {
		t.Error(err)
	}
}

// TestALockThatIsTakenAboveRecords is taken as any other, and raised when it is held: a generation that nobody else
// would insert would not be refused.
func TestALockThatIsTakenAboveRecords(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	above := runtime.Acquisition{By: ada, Above: 40}
	insert := h.Hold(1, connecttest.To("insert", "migrations_lock"))
	refusedLate := later(func() error {
		_, err := lockOf(late).Acquire(t.Context(), above)
		return err
	})
	insert.Await()
	first := acquire(t, lockOf(other))
	insert.Pass()
	if err := <-refusedLate; fault.CodeOf(err) != fault.Locked {
		t.Errorf("the second one got %v", err)
	}
	if err := first.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	raised, err := lockOf(late).Acquire(t.Context(), above)
	if err != nil || raised.Generation() != 41 {
		t.Fatalf("got %v, %v", raised, err)
	}
	if err := raised.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if next := acquire(t, lockOf(other)); next.Generation() != 42 {
		t.Errorf("the next one has generation %d", next.Generation())
	}
}

// A runner that read the lock long ago and comes late finds its generation free again, because it has been taken,
// released and removed in the meantime. It must not get the lock.
func TestALateGenerationDoesNotWin(t *testing.T) {
	t.Parallel()
	late, other, h := heldStores(t, Options{})
	insert := h.Hold(1, connecttest.To("insert", "migrations_lock"))
	l := lockOf(other)
	if err := acquire(t, l).Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	refusedLate := later(func() error {
		_, err := lockOf(late).Acquire(t.Context(), runtime.Acquisition{By: ada})
		return err
	})
	insert.Await()
	for range 2 {
		if err := acquire(t, l).Release(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	holder := acquire(t, l)
	insert.Pass()
	if err := <-refusedLate; fault.CodeOf(err) != fault.Locked {
		t.Errorf("the late runner got %v", err)
	}
	if highest, _, err := l.highest(t.Context()); !highest.is(holder.document) || err != nil {
		t.Errorf("the highest generation is %d (%v), want %d", highest.Generation, err, holder.Generation())
	}
}

// TestAnAcquisitionWithoutAnAnswer is sent again. A duplicate key with one's own owner is one's own lock.
func TestAnAcquisitionWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for name, does := range map[string]func(*connecttest.Held){
		"it is lost":         (*connecttest.Held).Cut,
		"its answer is lost": func(m *connecttest.Held) { m.Deliver(); m.Cut() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			late, other, h := heldStores(t, Options{})
			insert := h.Hold(1, connecttest.To("insert", "migrations_lock"))
			go func() { insert.Await(); does(insert) }()
			lease := acquire(t, lockOf(late))
			if err := lease.Confirm(t.Context()); err != nil || lease.Generation() != 1 {
				t.Errorf("generation %d, %v", lease.Generation(), err)
			}
			refused(t, lockOf(other))
			insert.Deliver() // and late, once more
			if err := lease.Confirm(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestALockThatCannotBeRead is an error that names its document, and what to type.
func TestALockThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for id, says := range map[any]string{"zzz": `"zzz"`, int64(math.MaxInt64): "9223372036854775807", 1.5: "1.5"} {
		l := testLocker(t, time.Minute)
		if _, err := l.collection.InsertOne(t.Context(), doc("_id", id, "owner", "x")); err != nil {
			t.Fatal(err)
		}
		_, err := l.Acquire(t.Context(), runtime.Acquisition{By: ada, Wait: time.Hour})
		_, _, holderErr := l.Holder(t.Context())
		_, _, breakErr := l.Break(t.Context(), runtime.Unlock{By: ada, Force: true})
		for _, err := range []error{err, holderErr, breakErr} {
			if err == nil {
				t.Fatalf("%v was read", id)
			}
			if text := err.Error(); !strings.Contains(text, says) || !strings.Contains(text, "migrations_lock") {
				t.Errorf("%v: got %v", id, err)
			}
			if hint := fault.HintOf(err); !strings.Contains(hint, "migrator eval") {
				t.Errorf("%v: the hint is %q", id, hint)
			}
		}
	}
}
