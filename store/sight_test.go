package store

import (
	"context"
	"testing"
	"time"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// TestAClockThatIsSetTakesNoLock: the server's clock steps forward while a run holds its lease, as a new primary's
// may. The lease has run out by that clock, and another runner sees that it is renewed all the same.
func TestAClockThatIsSetTakesNoLock(t *testing.T) {
	t.Parallel()
	holder := testLocker(t, time.Minute)
	holder.beat = 2 * time.Millisecond
	lease := acquire(t, holder)
	other := &testLock{locker: new(*holder.locker)}
	clock := holder.clock
	other.clock = func(ctx context.Context) (time.Time, error) {
		now, err := clock(ctx)
		return now.Add(2 * time.Minute), err
	}
	other.watched = 10 * time.Second // ended by the first renewal that is seen
	for _, wait := range []time.Duration{0, 50 * time.Millisecond} {
		_, err := other.Acquire(t.Context(), runtime.Acquisition{By: ada, Wait: wait})
		if fault.CodeOf(err) != fault.Locked {
			t.Errorf("with a wait of %s it got %v", wait, err)
		}
	}
	if _, _, err := other.Break(t.Context(), runtime.Unlock{By: ada}); fault.CodeOf(err) != fault.Locked {
		t.Errorf("unlock got %v", err)
	}
	if err := lease.Confirm(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestWatch counts only the time in which a live holder would have been seen to renew its lease.
func TestWatch(t *testing.T) {
	t.Parallel()
	at := time.Now()
	first := lockDocument{Generation: 3, Owner: "a", Expires: at}
	renewed, another, askedBack := first, first, first
	renewed.Expires = at.Add(time.Second)
	another.Generation, another.Owner = 4, "b"
	askedBack.Asked = &asked{By: ada}
	for _, c := range []struct {
		name  string
		then  lockDocument
		pause time.Duration // before the third look
		still time.Duration // after it
		moved bool
	}{
		{"the same document", first, time.Second, 2 * time.Second, false},
		{"it was asked back, which is no sign of life", askedBack, time.Second, 2 * time.Second, false},
		{"it was renewed", renewed, time.Second, 0, true},
		{"another has it", another, time.Second, 0, true},
		{"the server answered nobody for an hour, the holder neither", first, time.Hour, 16 * time.Second, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var w watch
			w.note(sight{lockDocument: first, begun: at}, time.Minute)
			w.note(sight{lockDocument: first, begun: at.Add(time.Second)}, time.Minute)
			w.note(sight{lockDocument: c.then, begun: at.Add(time.Second + c.pause)}, time.Minute)
			if w.still != c.still || w.moved != c.moved {
				t.Errorf("watched for %s, moved: %v", w.still, w.moved)
			}
		})
	}
}

// TestBefore: whoever takes the lock knows when the last lease ended that nobody released, since what its run has
// sent may still arrive some time behind that.
func TestBefore(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC().Truncate(time.Millisecond)
	ago := func(d time.Duration) *time.Time { return new(now.Add(-d)) }
	second, minute, hour := ago(time.Second), ago(time.Minute), ago(time.Hour)
	for _, c := range []struct {
		name string
		seen lockDocument
		born *time.Time
		want *time.Time
	}{
		{"nobody has had it", lockDocument{}, nil, nil},
		{"it was released", lockDocument{Expires: *ago(-time.Second), Released: true}, nil, nil},
		{"it ran out", lockDocument{Expires: *minute}, nil, minute},
		{"its process has gone before its lease was over", lockDocument{Expires: *ago(-time.Minute)}, nil, ago(0)},
		{"it was released, behind one that ran out", lockDocument{Released: true, Before: hour}, nil, hour},
		{"it ran out, behind one that ran out", lockDocument{Expires: *minute, Before: hour}, nil, minute},
		{"the server was started anew since", lockDocument{Expires: *minute}, second, nil},
		{"the server was started anew before", lockDocument{Expires: *second}, minute, second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := &locker{born: func() (time.Time, bool) {
				if c.born == nil {
					return time.Time{}, false
				}
				return *c.born, true
			}}
			got := l.before(sight{lockDocument: c.seen, found: c.seen != lockDocument{}, now: now})
			if (got == nil) != (c.want == nil) || got != nil && !got.Equal(*c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestBeforeOutlivesAGoodEnd: a run that ended well between the dead one and the one that asks changes nothing about
// it.
func TestBeforeOutlivesAGoodEnd(t *testing.T) {
	t.Parallel()
	l := testLocker(t, time.Minute)
	ended := acquire(t, l).document.Expires.Truncate(time.Millisecond)
	l.server.Store(int64(2 * time.Minute))
	for range 3 {
		next := acquire(t, l)
		if !next.Before().Equal(ended) {
			t.Errorf("generation %d: %s, want %s", next.Generation(), next.Before(), ended)
		}
		if err := next.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
