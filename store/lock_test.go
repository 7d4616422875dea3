package store

import (
	"context"
	"errors"
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

// testLocker is a locker on an empty database, whose clock the test can move. It was not this process that started the
// server, as far as it knows.
func testLocker(t *testing.T, lease time.Duration) (*locker, *atomic.Int64) {
	t.Helper()
	c := connecttest.Open(t)
	s := New(c, Options{Database: c.Database, Lease: lease})
	var ahead atomic.Int64
	l := s.Locker().(*locker)
	clock := l.clock
	l.clock = func(ctx context.Context) (time.Time, error) {
		now, err := clock(ctx)
		return now.Add(time.Duration(ahead.Load())), err
	}
	l.born = func() (time.Time, bool) { return time.Time{}, false }
	return l, &ahead
}

func acquire(t *testing.T, l *locker) runtime.Lease {
	t.Helper()
	lease, err := l.Acquire(t.Context(), ada, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return lease
}

func refused(t *testing.T, l *locker) error {
	t.Helper()
	lease, err := l.Acquire(t.Context(), ada, 0, nil)
	if err == nil {
		_ = lease.Release(t.Context())
		t.Fatal("the lock was given out twice")
	}
	return err
}

func TestLockIsExclusive(t *testing.T) {
	t.Parallel()
	l, _ := testLocker(t, time.Minute)
	lease := acquire(t, l)
	err := refused(t, l)
	if fault.CodeOf(err) != fault.Locked || !strings.Contains(err.Error(), "ada@web-1, pid 1") || fault.HintOf(err) == "" {
		t.Errorf("the refusal does not say who holds the lock: %v", err)
	}
	if holder, held, err := l.Holder(t.Context()); err != nil || !held || holder.By != ada || holder.Generation != 1 || holder.Expired {
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
	l, _ := testLocker(t, time.Minute)
	for want := int64(1); want <= 3; want++ {
		lease := acquire(t, l)
		if holder, _, _ := l.Holder(t.Context()); holder.Generation != want {
			t.Errorf("generation %d, want %d", holder.Generation, want)
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
	l, _ := testLocker(t, time.Minute)
	const runners = 12
	var winners, others atomic.Int64
	var all sync.WaitGroup
	for range runners {
		all.Go(func() {
			_, err := l.Acquire(t.Context(), ada, 0, nil)
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

func TestLockIsTakenOverAfterItsLease(t *testing.T) {
	t.Parallel()
	l, ahead := testLocker(t, time.Minute)
	old := acquire(t, l).(*lease)
	ahead.Store(int64(2 * time.Minute)) // the server's clock, as everybody sees it
	if holder, held, _ := l.Holder(t.Context()); !held || !holder.Expired {
		t.Errorf("the lease has not run out: %+v", holder)
	}
	taken := acquire(t, l)
	defer func() { _ = taken.Release(t.Context()) }()
	if old.renew(t.Context()) == nil {
		t.Error("the first holder renewed a lease that another runner has")
	}
	if err := old.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if holder, held, _ := l.Holder(t.Context()); !held || holder.Generation != 2 {
		t.Errorf("the first holder's release freed the second one's lock: %+v", holder)
	}
}

func TestLockOfADeadServerIsFree(t *testing.T) {
	t.Parallel()
	l, _ := testLocker(t, time.Minute)
	acquire(t, l)
	l.born = func() (time.Time, bool) { return time.Now().Add(time.Second), true }
	if holder, held, _ := l.Holder(t.Context()); !held || !holder.Expired {
		t.Errorf("a lease from before the server was started counts as alive: %+v", holder)
	}
	acquire(t, l)
}

func TestLockIsWaitedFor(t *testing.T) {
	t.Parallel()
	l, _ := testLocker(t, time.Minute)
	first := acquire(t, l)
	waiting := make(chan runtime.Holder, 1)
	got := make(chan error, 1)
	go func() {
		_, err := l.Acquire(t.Context(), ada, time.Minute, func(h runtime.Holder) { waiting <- h })
		got <- err
	}()
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
	l, _ := testLocker(t, time.Minute)
	acquire(t, l)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	_, err := l.Acquire(ctx, ada, time.Hour, func(runtime.Holder) { cancel(cause) })
	if !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

func TestAnInterruptLeavesNoLockBehind(t *testing.T) {
	t.Parallel()
	l, _ := testLocker(t, time.Minute)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	clock := l.clock
	l.clock = func(ctx context.Context) (time.Time, error) {
		defer cancel(cause) // while the lock is being taken
		return clock(ctx)
	}
	if _, err := l.Acquire(ctx, ada, 0, nil); err == nil {
		t.Error("an interrupted runner got the lock")
	}
	if _, held, err := l.Holder(t.Context()); held || err != nil {
		t.Errorf("the lock is held after an interrupt (%v)", err)
	}
}

func TestHeartbeatKeepsTheLease(t *testing.T) {
	t.Parallel()
	l, _ := testLocker(t, time.Hour)
	l.beat = time.Millisecond
	asked := make(chan struct{}, 100)
	clock := l.clock
	l.clock = func(ctx context.Context) (time.Time, error) {
		select {
		case asked <- struct{}{}:
		default:
		}
		return clock(ctx)
	}
	lease := acquire(t, l).(*lease)
	first := *lease.until.Load()
	for range 3 { // by the acquisition, by a beat that is done when the next one begins, and by that
		<-asked
	}
	if err := lease.Valid(); err != nil || !lease.until.Load().After(first) {
		t.Errorf("the lease was not renewed (%v)", err)
	}
	if err := lease.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestLosingTheLeaseEndsTheRun(t *testing.T) {
	t.Parallel()
	l, _ := testLocker(t, time.Hour)
	l.beat = time.Millisecond
	lease := acquire(t, l)
	if _, held, err := l.Break(t.Context(), true); !held || err != nil {
		t.Fatal(held, err)
	}
	<-lease.Context().Done()
	if err := context.Cause(lease.Context()); fault.CodeOf(err) != fault.Locked {
		t.Errorf("the run ends with %v", err)
	}
	if err := lease.Valid(); fault.CodeOf(err) != fault.Locked {
		t.Errorf("the next operation is not refused: %v", err)
	}
}

func TestBreak(t *testing.T) {
	t.Parallel()
	l, ahead := testLocker(t, time.Minute)
	if _, held, err := l.Break(t.Context(), false); held || err != nil {
		t.Errorf("a lock that nobody holds: %v, %v", held, err)
	}
	acquire(t, l)
	if _, _, err := l.Break(t.Context(), false); fault.CodeOf(err) != fault.Locked {
		t.Errorf("a live lock was broken without force: %v", err)
	}
	refused(t, l)
	ahead.Store(int64(2 * time.Minute))
	if holder, held, err := l.Break(t.Context(), false); !held || err != nil || holder.By != ada {
		t.Errorf("a dead lock: %+v, %v, %v", holder, held, err)
	}
	ahead.Store(0)
	acquire(t, l)
}

// A runner that read the lock long ago and comes late finds its generation free again, because it has been taken,
// released and removed in the meantime. It must not get the lock.
func TestALateGenerationDoesNotWin(t *testing.T) {
	t.Parallel()
	l, _ := testLocker(t, time.Minute)
	for range 3 {
		if err := acquire(t, l).Release(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	late := lockDocument{Generation: 2, Owner: "late", Expires: time.Now().Add(time.Hour)}
	if won, err := l.insert(t.Context(), late); won || err != nil {
		t.Errorf("the late runner won: %v, %v", won, err)
	}
	if highest, _, err := l.highest(t.Context()); highest.Generation != 3 || err != nil {
		t.Errorf("the highest generation is %d (%v), want 3", highest.Generation, err)
	}
}
