package runtime

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// journalPause is the least time between two writes of a journal, and before the first: a run that is shorter writes
	// none at all.
	journalPause = 50 * time.Millisecond
	// journalShare bounds what the journal costs where a write takes long: the pause is that many times as long.
	journalShare = 20
	// journalTime bounds one write, which is also what it can hold up the end of a run, and the longest pause.
	journalTime = 2 * time.Second
)

// journaling stores how far a run is while it goes on, in the background: it never holds an operation up, never has two
// writes under way, and never fails the run. It trails behind the script, so what is stored is the least that was done.
type journaling struct {
	store func(context.Context, Journal) error
	valid func() error

	mu      sync.Mutex
	journal Journal
	changed chan struct{} // holds one token while something is not stored yet
	ending  chan struct{}
	ended   chan struct{}

	// These belong to the goroutine of write until it has ended.
	stored  bool
	failure error // of the last write
}

// startJournal begins to store the journal of the run that the record is of. The run has to call stop before it stores
// how it ended.
func (r *Runner) startJournal(ctx context.Context, lease Lease, record Record) *journaling {
	j := &journaling{
		store:   func(ctx context.Context, now Journal) error { return r.Registry.Journal(ctx, record, now) },
		valid:   lease.Valid,
		changed: make(chan struct{}, 1),
		ending:  make(chan struct{}),
		ended:   make(chan struct{}),
	}
	// An interrupt of the run does not give a write up: the server may carry out what nobody waits for any more after the end
	// has been recorded, and the embedded database would then put the record back to what it was in flight.
	go j.write(context.WithoutCancel(ctx))
	return j
}

// note takes in a step as it begins and as it ends. On nil, where no run has begun, it does nothing.
func (j *journaling) note(s Step) {
	if j == nil {
		return
	}
	j.mu.Lock()
	j.journal.Note(s)
	j.mu.Unlock()
	j.mark()
}

// mark says that there is something to store.
func (j *journaling) mark() {
	select {
	case j.changed <- struct{}{}:
	default:
	}
}

// stop ends the writing and waits for a write that is under way. The error is why nothing could be stored, if there was
// something to store and nothing was.
func (j *journaling) stop() error {
	close(j.ending)
	<-j.ended
	if j.stored || j.failure == nil {
		return nil
	}
	return fmt.Errorf("store how far it was: %w", j.failure)
}

// write stores the journal when it has changed, with a pause before each time.
func (j *journaling) write(ctx context.Context) {
	defer close(j.ended)
	pause := time.NewTimer(journalPause)
	defer pause.Stop()
	for {
		select {
		case <-j.ending:
			return
		case <-pause.C:
		}
		select {
		case <-j.ending:
			return
		case <-j.changed:
		}
		if j.valid() != nil {
			return // another run may have the lock, and the record
		}
		begun := time.Now()
		if j.failure = j.flush(ctx); j.failure != nil {
			j.mark() // to be tried again
		} else {
			j.stored = true
		}
		pause.Reset(min(max(journalPause, journalShare*time.Since(begun)), journalTime))
	}
}

// flush stores the journal as it is now.
func (j *journaling) flush(ctx context.Context) error {
	j.mu.Lock()
	now := j.journal
	now.Steps = slices.Clone(now.Steps)
	j.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, journalTime)
	defer cancel()
	return j.store(ctx, now)
}
