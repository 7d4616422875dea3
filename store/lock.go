package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// DefaultLease is how long a lock outlives its last heartbeat: long enough for a server to elect a new primary, short
// enough that nobody waits long for a runner that was killed.
const DefaultLease = 30 * time.Second

const (
	// beats is how many times a lease is renewed in its length.
	beats = 10
	// watches is how many times one could be watched in its length before it is taken over. A watch is longer than a
	// beat, by what a renewal may take.
	watches = 6
	// looks is how many times a waiting runner looks at the lock in a watch, at least.
	looks       = 20
	longestPoll = 250 * time.Millisecond
)

// locker takes the lock by inserting the next generation: of several runners that try, the server lets one insert that
// _id. The document with the highest generation says who holds the lock, or that it was released. Documents below it
// are removed by whoever takes the lock next; the highest is always kept, so that a generation never comes twice.
//
// All times in it are the server's, so that a wrong clock on a client changes nothing.
type locker struct {
	collection *mongo.Collection
	clock      func(context.Context) (time.Time, error)
	// born is when this process started the server itself; ok is false when it did not.
	born func() (at time.Time, ok bool)
	// stopwatch counts the time in which the machine slept.
	stopwatch func() func() time.Duration
	self      process
	lease     time.Duration
	// beat is how often a lease is renewed, and so how soon a holder notices that it is asked to stop.
	beat time.Duration
	// watched is how long a lease that has run out is watched before it is taken over, and poll how often.
	watched, poll time.Duration
	// patience bounds an exchange with the server.
	patience time.Duration
}

var _ runtime.Locker = (*locker)(nil)

func (l *locker) Acquire(ctx context.Context, a runtime.Acquisition) (runtime.Lease, error) {
	deadline := time.Now().Add(a.Wait)
	var w watch
	var told int64
	for {
		passed := l.stopwatch()
		s, err := l.look(ctx)
		if err != nil {
			return nil, err
		}
		w.note(s, l.watched)
		if l.isFree(s, &w) {
			if lease, err := l.take(ctx, a, s, passed); lease != nil || err != nil {
				return lease, err
			}
			continue // somebody was quicker, and is the holder now
		}
		patient := time.Now().Add(l.poll).Before(deadline)
		if !patient && !w.isUndecided(s) {
			return nil, lockedError(l.holder(s))
		}
		if a.Held != nil && s.Generation != told {
			told = s.Generation
			a.Held(l.holder(s))
		}
		if err := l.pause(ctx); err != nil {
			return nil, err
		}
	}
}

// pause waits before the next look at the lock.
func (l *locker) pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for the lock: %w", context.Cause(ctx))
	case <-time.After(l.poll):
		return nil
	}
}

// take takes the lock, which was free when it was looked at. The lease is nil where somebody was quicker.
func (l *locker) take(
	ctx context.Context, a runtime.Acquisition, s sight, passed func() time.Duration,
) (runtime.Lease, error) {
	next := l.next(s)
	next.User, next.Host, next.PID, next.Version = a.By.User, a.By.Host, a.By.PID, a.By.Version
	if self := l.self; self.Host == next.Host && self.PID == next.PID {
		next.Boot, next.Space, next.PIDStart = self.Boot, self.Space, self.Start
	}
	// An insert whose answer an interrupt kept from us would hold the lock for nobody, so it is waited for.
	whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.lease/2)
	defer cancel()
	won, err := l.insert(whole, next)
	if won && next.Generation <= a.Above {
		// Only the next generation is one that nobody else can insert. So the lock is held first, and then raised.
		next.Generation = a.Above + 1
		won, err = l.insert(whole, next)
	}
	if err != nil || !won {
		return nil, err
	}
	lease := newLease(ctx, l, next, passed)
	if ctx.Err() != nil {
		return nil, errors.Join(context.Cause(ctx), lease.Release(whole))
	}
	return lease, nil
}

// next is the generation behind the one that is seen, for somebody who has it from now on.
func (l *locker) next(s sight) lockDocument {
	return lockDocument{
		Generation: s.Generation + 1, Owner: bson.NewObjectID().Hex(),
		Since: s.now, Expires: s.now.Add(l.lease), Before: l.before(s),
	}
}

func (l *locker) Holder(ctx context.Context) (runtime.Holder, bool, error) {
	s, err := l.look(ctx)
	if err != nil || !s.isHeld() {
		return runtime.Holder{}, false, err
	}
	return l.holder(s), true, nil
}

func lockedError(h runtime.Holder) error {
	const hint = "wait for it with --wait-lock 1m; " +
		"if that process is gone, its lease ends by itself, or type `migrator unlock`"
	err := fault.New(fault.Locked, hint, "another runner holds the lock: %s", h)
	return fault.WithFields(err, map[string]any{"lock": h})
}
