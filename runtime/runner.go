package runtime

import (
	"errors"
	"fmt"
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
	// Quiet is how long a write that had no answer is waited for before the data is judged; 0 is DefaultQuiet.
	Quiet time.Duration
	// Born is when this process started the server itself, and zero where it did not: what was sent before is lost then.
	Born time.Time
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

// String names the holder for a message: "root@web-1, pid 4711, since 2026-11-21 10:00:00 UTC".
func (h Holder) String() string {
	return fmt.Sprintf("%s, since %s", h.By, stamp(h.Since))
}

// event is an event about a record with what every event says.
func (r *Runner) event(record Record, kind EventKind) Event {
	return Event{Start: record.Start, At: r.now(), Event: kind, Name: record.Name, Direction: record.Direction, State: record.State, Batch: record.Batch, By: r.By}
}

// ended is the event of a script that was called.
func (r *Runner) ended(record Record, kind EventKind, result Result) Event {
	e := r.event(record, kind)
	e.Duration, e.Operations, e.Log, e.Error = result.Duration, &result.Operations, lastOf(result.Log), record.Error
	return e
}

// failureOf is the error as a record has it. Whoever stores it masks its texts and bounds them, in that order.
func failureOf(err error) *Failure {
	var script FailureOf
	if errors.As(err, &script) {
		f := script.Failure()
		return &f
	}
	return &Failure{Name: "Error", Message: err.Error()}
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
