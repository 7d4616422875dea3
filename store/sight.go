package store

import (
	"context"
	"fmt"
	"time"

	"migrator/runtime"
)

// sight is the lock as somebody who is not its holder sees it.
type sight struct {
	lockDocument           // the highest generation
	found        bool      // there is one
	now          time.Time // by the server's clock
	begun        time.Time // when the look began, here
}

// look reads the newest generation and the server's clock, in one round trip.
func (l *locker) look(ctx context.Context) (sight, error) {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	s := sight{begun: time.Now()}
	err := both(func() (err error) {
		s.lockDocument, s.found, err = l.highest(ctx)
		return err
	}, func() (err error) {
		if s.now, err = l.clock(ctx); err != nil {
			err = fmt.Errorf("read the server's clock: %w", err)
		}
		return err
	})
	return s, err
}

// isHeld reports whether somebody has the lock, dead or alive.
func (s sight) isHeld() bool { return s.found && !s.Released }

// ranOut reports whether the lease is over by the server's clock.
func (s sight) ranOut() bool { return !s.Expires.After(s.now) }

// isDead reports whether the holder is gone for certain, so that there is nothing to wait for: its process on this
// machine has ended, or the server that it spoke to, since this process has started it anew.
func (l *locker) isDead(s sight) bool {
	if born, ours := l.born(); ours && s.Since.Before(born) {
		return true
	}
	return l.self.hasGone(s.process())
}

func (l *locker) holder(s sight) runtime.Holder {
	return runtime.Holder{
		By: s.identity(), Since: s.Since, Expires: s.Expires, Expired: s.ranOut() || l.isDead(s),
		Generation: s.Generation,
	}
}

// isFree reports whether the lock may be taken: nobody has it, its holder is dead, or its lease has run out by the
// server's clock and was not renewed while it was watched. That clock alone does not count, since it may have been
// set: a live holder renews its lease in that time.
func (l *locker) isFree(s sight, w *watch) bool {
	return !s.isHeld() || l.isDead(s) || s.ranOut() && w.still >= l.watched
}

// before is when the last lease ended that nobody released. Where the server has ended since, it counts no more.
func (l *locker) before(s sight) *time.Time {
	before := s.Before
	if s.isHeld() {
		before = &s.Expires
		if s.Expires.After(s.now) { // its process is gone before its lease is over
			before = &s.now
		}
	}
	if born, ours := l.born(); ours && before != nil && before.Before(born) {
		return nil
	}
	return before
}

// watch is what somebody who waits for the lock has seen of it. It counts by the monotonic clock: while this machine
// sleeps nothing is watched.
type watch struct {
	last  time.Time     // when the last look began
	seen  lockDocument  // and what it saw
	still time.Duration // for how long the lock was watched, and stood so
	moved bool          // a renewal was seen, or another holder
}

// note takes in a look. A pause counts for no more than a quarter of the watch, however long it was: where the server
// did not answer for a while, the holder could not renew its lease either.
func (w *watch) note(s sight, length time.Duration) {
	switch {
	case w.last.IsZero():
	case !s.is(w.seen) || !s.Expires.Equal(w.seen.Expires):
		w.still, w.moved = 0, true
	default:
		w.still += min(s.begun.Sub(w.last), length/4)
	}
	w.last, w.seen = s.begun, s.lockDocument
}

// isUndecided reports whether it is still to be seen if the holder of a lease that has run out by the server's clock
// is alive. That is waited for also where nobody wants to wait: a dead runner is to be replaced.
func (w *watch) isUndecided(s sight) bool { return s.ranOut() && !w.moved }
