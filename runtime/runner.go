package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"migrator/runtime/fault"
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
	return fmt.Sprintf("%s, since %s", h.By, h.Since.UTC().Format("2006-01-02 15:04:05 UTC"))
}

// String names the process: "root@web-1, pid 4711".
func (i Identity) String() string { return fmt.Sprintf("%s@%s, pid %d", i.User, i.Host, i.PID) }

// ending gives a context for writing down how a run ended, which the end of the run itself does not cancel.
func ending(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recordTime)
}

// note writes an event and a record at the same time, so that they cost one round trip.
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
	e.Duration, e.Operations, e.Error = result.Duration, &result.Operations, record.Error
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
			digits := records[i].Name[:len(records[i].Name)-len(strings.TrimLeft(records[i].Name, "0123456789"))]
			records[i].Number, _ = NumberOf(digits) // a name without a number sorts first
		}
	}
	return records, err
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

// refuseBlocked fails when a migration stands in a state that has to be resolved before anything else is executed.
func refuseBlocked(records []Record) error {
	for _, record := range records {
		if record.State.Blocks() {
			return blockedError(record)
		}
	}
	return nil
}

func blockedError(record Record) error {
	fields := map[string]any{"migration": record.Name, "state": record.State}
	latest := record.Latest()
	since := latest.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC")
	if record.State.InFlight() {
		return fault.WithFields(fault.New(fault.Failed, resolveHint(record),
			"%s has been left %s by %s since %s: that run died before it ended, and a part of it may be done",
			record.Name, record.State.Words(), latest.By, since), fields)
	}
	if record.State != Failed {
		return fault.WithFields(fault.New(fault.Failed, resolveHint(record), "%s has the state %q, which this version of migrator does not know", record.Name, record.State), fields)
	}
	what := "failed"
	if record.Direction == Down {
		what = "failed while it was rolled back"
	}
	if record.Error != nil {
		what += fmt.Sprintf(" (%s: %s)", record.Error.Name, record.Error.Message)
	}
	return fault.WithFields(fault.New(fault.Failed, resolveHint(record), "%s %s at %s, and a part of it may be done", record.Name, what, since), fields)
}

// resolveHint lists the ways on from a migration that did not end well.
func resolveHint(record Record) string {
	again := "it may run again"
	if record.Direction == Down {
		again = "it may be rolled back again"
	}
	command := "migrator resolve " + record.Name
	return "look at the data, then type one of\n" +
		command + " --retry        " + again + "\n" +
		command + " --executed     its work is done\n" +
		command + " --rolled-back  its work is undone"
}
