package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Runner runs the migrations of one environment. Its fields are set before use and not changed afterwards; one method at
// a time may be called.
type Runner struct {
	Directory   Directory
	Scripts     Scripts
	Registry    Registry
	History     History
	Locker      Locker
	Observer    Observer
	Ask         Asker      // may be nil
	Progress    Progresser // may be nil
	Environment string
	Database    string
	By          Identity
	// Now is the clock that records and events are dated by; nil is this machine's.
	Now func() time.Time
}

func (r *Runner) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

// Result is what became of one migration in a run.
type Result struct {
	Name       string
	Direction  Direction
	State      State // after the run; Pending once rolled back
	Duration   time.Duration
	Operations Operations
	Log        []string // the last lines printed
	Caught     []Caught // the errors of operations that the script caught
	Plan       *Plan    // of a dry run, whose Operations are those that it would do; else nil
}

// Outcome is what a run did. It is valid also when the run failed: what was done before is never lost.
type Outcome struct {
	Results []Result
}

// recordTime bounds the writing of a state after the run itself was interrupted.
const recordTime = 10 * time.Second

// locked calls f while this process holds the lock, with a context that ends when the lease is lost.
func (r *Runner) locked(ctx context.Context, wait time.Duration, f func(context.Context, Lease) error) (err error) {
	lease, err := r.Locker.Acquire(ctx, r.By, wait, func(h Holder) {
		r.Observer.Notice(fmt.Sprintf("waiting for the lock: %s", h))
	})
	if err != nil {
		return err
	}
	defer func() {
		release, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
		defer cancel()
		err = errors.Join(err, lease.Release(release))
	}()
	return f(lease.Context(), lease)
}

// String names the holder for a message: "root@web-1, pid 4711, since 2026-11-21 10:00:00 UTC".
func (h Holder) String() string {
	return fmt.Sprintf("%s, since %s", h.By, stamp(h.Since))
}

// ending gives a context for writing down how a run ended, which the end of the run itself does not cancel.
func ending(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recordTime)
}

// note writes an event and a record at the same time, so that they cost one round trip. A run that dies between the two
// leaves either without the other, which is safe both ways, because the record alone decides and a script is called only
// when both are stored:
//
//	started, and no record    nothing was called: the migration is pending, as the registry says
//	a record, and not started it blocks, although nothing was called: too careful, never too bold
//	finished, and in flight   it blocks, and the history shows whoever resolves it that its work is done
//	executed, and not finished (or removed) its work is done, as the registry says
//
// What is set right by hand is written by resolve, the event first: no record changes that way without a trace.
func (r *Runner) note(ctx context.Context, record Record, event Event) error {
	return r.with(ctx, event, func() error { return r.Registry.Put(ctx, record) })
}

// forget removes a record and writes the event of it.
func (r *Runner) forget(ctx context.Context, name string, event Event) error {
	event.State = Pending
	return r.with(ctx, event, func() error { return r.Registry.Remove(ctx, name) })
}

func (r *Runner) with(ctx context.Context, event Event, register func() error) error {
	history := make(chan error, 1)
	go func() { history <- r.History.Append(ctx, event) }()
	return errors.Join(register(), <-history)
}

// event tells of a record what every event tells.
func (r *Runner) event(record Record, kind EventKind) Event {
	return Event{At: r.now(), Event: kind, Name: record.Name, Direction: record.Direction, State: record.State, Batch: record.Batch, By: r.By}
}

// ended is the event of a script that was called.
func (r *Runner) ended(record Record, kind EventKind, result Result) Event {
	e := r.event(record, kind)
	e.Duration, e.Operations, e.Log, e.Error = result.Duration, &result.Operations, lastOf(result.Log), record.Error
	return e
}

// failureText bounds what is kept of an error's message and of its stack, in bytes.
const failureText = 4 << 10

// failureOf is the error as a record keeps it.
func failureOf(err error) *Failure {
	var script FailureOf
	if errors.As(err, &script) {
		f := script.Failure()
		f.Message, f.Stack = Clip(f.Message, failureText), Clip(f.Stack, failureText)
		return &f
	}
	return &Failure{Name: "Error", Message: Clip(err.Error(), failureText)}
}

// records lists the registry. A record of another tool has its number from its name.
func (r *Runner) records(ctx context.Context) ([]Record, error) {
	records, err := r.Registry.List(ctx)
	for i := range records {
		if records[i].Foreign {
			records[i].Number, _ = NumberOf(leadingDigits(records[i].Name)) // a name without a number sorts first
		}
	}
	return records, err
}

func leadingDigits(name string) string {
	return name[:len(name)-len(strings.TrimLeft(name, "0123456789"))]
}

// recordsByName indexes records. A record of our own wins over a foreign one of the same name.
func recordsByName(records []Record) map[string]Record {
	byName := make(map[string]Record, len(records))
	for _, record := range records {
		if old, ok := byName[record.Name]; ok && !old.Foreign {
			continue
		}
		byName[record.Name] = record
	}
	return byName
}

// nextBatch numbers a new run of execute.
func nextBatch(records []Record) int {
	last := 0
	for _, record := range records {
		last = max(last, record.Batch)
	}
	return last + 1
}
