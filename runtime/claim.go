package runtime

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"migrator/runtime/fault"
)

// DefaultQuiet is how long a write that had no answer may take to arrive.
const DefaultQuiet = 10 * time.Second

// newStart is unique to a run, or to a command that sets something right by hand. It begins with the time, so that the
// events of one millisecond, which is what a document's time has, sort in their order.
func newStart() string { return fmt.Sprintf("%016x-%s", time.Now().UnixNano(), rand.Text()) }

// claim writes under the lease's own generation that a run has failed which died in flight, or which failed under an
// older generation. From then on nothing that the dead run has sent can change the record, so its user may be told to
// look at the data. It returns the record whole, as it stands then. The caller holds the lock, so that the run is dead.
func (r *Runner) claim(ctx context.Context, lease Lease, record Record) (Record, error) {
	was, err := r.whole(ctx, record)
	if err != nil {
		return record, err
	}
	if !was.State.InFlight() && (was.State != Failed || was.Undone() || was.Generation == lease.Generation()) {
		return was, nil
	}
	next := was
	next.Generation = lease.Generation()
	if was.State.InFlight() {
		next.State, next.QuietAfter = Failed, r.quietAfter(lease, was)
		event := r.event(next, FailedEvent)
		event.By = was.Latest().By
		event.Note = fmt.Sprintf("it was left %s: that run died before it ended, as %s has found", was.State.Words(), r.By)
		if err := r.History.Append(ctx, named(event)); err != nil {
			return was, err
		}
	} else if err := r.addMissing(ctx, was); err != nil {
		return was, err
	}
	storing, cancel := ending(ctx)
	defer cancel()
	if err := r.Registry.Take(storing, was, next); err != nil {
		return was, fault.Wrap(0, err, "", "claim %s", was.Name)
	}
	return next, nil
}

// quietAfter is when the last write of a run that died in flight must have arrived or be lost.
func (r *Runner) quietAfter(lease Lease, record Record) time.Time {
	if r.endedWithServer(record) {
		return time.Time{}
	}
	end := lease.Before()
	if end.IsZero() { // its lock was given back, although its end could not be recorded
		end = r.now()
	}
	if quiet := end.Add(r.quiet()); quiet.After(record.QuietAfter) {
		return quiet
	}
	return record.QuietAfter
}

func (r *Runner) quiet() time.Duration {
	if r.Quiet == 0 {
		return DefaultQuiet
	}
	return r.Quiet
}

// endedWithServer reports whether the server that a run has spoken to has ended since: this process started it anew.
func (r *Runner) endedWithServer(record Record) bool { return r.Born.After(record.Latest().StartedAt) }

// settle waits until every write of the record's run must have arrived or be lost, and reports whether it had to.
func (r *Runner) settle(ctx context.Context, record Record) (waited bool, err error) {
	left := record.QuietAfter.Sub(r.now())
	if left <= 0 || r.endedWithServer(record) {
		return false, nil
	}
	r.Observer.Notice(fmt.Sprintf("waiting until %s: a write of the run of %s that failed at %s may still arrive",
		stamp(record.QuietAfter), record.Name, stamp(record.Latest().StartedAt)))
	select {
	case <-ctx.Done():
		return true, fmt.Errorf("wait for the last writes of %s: %w", record.Name, context.Cause(ctx))
	case <-time.After(left):
		return true, nil
	}
}

// setByHand writes the event and then the record: what is set right by hand is never without a trace. was is the record
// that it takes the place of, and the zero Record where nothing is held.
func (r *Runner) setByHand(ctx context.Context, lease Lease, was, next Record, event Event) error {
	next.Generation, next.Start, next.QuietAfter = lease.Generation(), newStart(), time.Time{}
	event.Start = next.Start
	if was.registered() {
		event.Before = was.standing()
	}
	if err := r.addMissing(ctx, was); err != nil {
		return err
	}
	if err := r.History.Append(ctx, event); err != nil {
		return err
	}
	return r.Registry.Take(ctx, was, next)
}

// addMissing adds the event of the run that has written the record, where that run died before it could: whoever takes
// the record's place is the last one who knows of it.
func (r *Runner) addMissing(ctx context.Context, was Record) error {
	if was.Start == "" || was.State.InFlight() {
		return nil
	}
	there, err := r.History.Has(ctx, was.Start)
	if there || err != nil {
		return err
	}
	event := Event{Start: was.Start, At: was.FinishedAt, Event: Finished, Name: was.Name, Direction: was.Direction, State: was.State,
		Batch: was.Batch, By: was.Latest().By, Note: "this was added later: the run ended before it could add it"}
	switch was.State {
	case Pending:
		event.Direction = Down
	case Failed:
		event.Event, event.Error = FailedEvent, was.Error
	default:
		event.Duration, event.Operations, event.Log = was.Duration, &was.Operations, lastOf(was.Log)
	}
	if event.At.IsZero() {
		event.At = r.now()
	}
	return r.History.Append(ctx, event)
}

// named gives an event a start where its record, of an older release, has none.
func named(e Event) Event {
	if e.Start == "" {
		e.Start = newStart()
	}
	return e
}

// rolledBack is the record of a migration that is pending again: what stays is what fences off the writes of earlier runs.
func (r Record) rolledBack() Record {
	return Record{Name: r.Name, State: Pending, Generation: r.Generation, Start: r.Start, Foreign: r.Foreign, Rest: r.Rest}
}

// registered reports whether the record is of a migration that is registered or in flight. The zero Record, and what was
// rolled back, are not.
func (r Record) registered() bool { return r.Name != "" && r.State != Pending }

// standing is the record as an event keeps it that sets it right.
func (r Record) standing() *Standing {
	latest := r.Latest()
	return &Standing{
		State: r.State, Direction: r.Direction, Generation: r.Generation, Start: r.Start, By: latest.By, StartedAt: latest.StartedAt,
		Error: r.Error, Journal: r.Journal,
	}
}
