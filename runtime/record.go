package runtime

import (
	"strings"
	"time"

	"migrator/runtime/fault"
)

// State is where a migration stands.
type State string

const (
	// Pending is the state of a file that the registry does not know, and of a record that was rolled back: a record is
	// never deleted.
	Pending State = "pending"
	// Executed means that up has run to its end.
	Executed State = "executed"
	// Ignored means registered without having been run.
	Ignored State = "ignored"
	// Executing is stored before the first write of up. A record that stays so was left behind by a run that died.
	Executing State = "executing"
	// RollingBack is the same for down.
	RollingBack State = "rolling_back"
	// Failed means that up or down threw; the record's Direction says which.
	Failed State = "failed"
)

// Direction is which of a migration's two functions runs.
type Direction string

const (
	// Up is the way forward.
	Up Direction = "up"
	// Down is the way back.
	Down Direction = "down"
)

// verb is what a command does in the direction.
func (d Direction) verb() string {
	if d == Down {
		return "roll back"
	}
	return "execute"
}

// Identity is the migrator process that runs, or ran, something.
type Identity struct {
	User    string `bson:"user" json:"user"`
	Host    string `bson:"host" json:"host"`
	PID     int    `bson:"pid" json:"pid"`
	Version string `bson:"version" json:"version"`
}

// Record is what the registry holds of one migration that is registered or in flight.
type Record struct {
	Name       string
	Number     int64
	State      State
	Direction  Direction     // of the run that is in flight or failed
	Checksum   string        // Bundle.Checksum, or "" in a record of another tool
	Source     []byte        // Bundle.Pack; List leaves it out
	Files      []string      // the project's files in Source, the migration first; empty in a record of another tool
	StartedAt  time.Time     // zero in a record of another tool
	FinishedAt time.Time     // zero while in flight
	Duration   time.Duration // 0 where it is not known, or nothing was run
	Batch      int           // of the run of `execute` that it was part of; 0 in a record of another tool
	By         Identity
	Operations Operations
	Log        []string // the last lines printed; List leaves it out
	Error      *Failure
	// Journal is how far a run in flight is at least, and how far a failed one was; nil where it ended well.
	Journal *Journal
	// Aborted is true for a failure that left nothing behind, since the run was in a transaction that was aborted. Such a
	// migration blocks nothing, and runs again by itself.
	Aborted bool
	// Rollback is who began to roll it back and when, while that is in flight or failed. The facts above stay those of
	// its execution, so that it keeps its place in the order of execution.
	Rollback *Attempt
	// Foreign is true for a document of migopy's: a name and nothing else, which counts as executed.
	Foreign bool
	// Generation is that of the lock under which the record was written last, and Start is unique to the run that wrote it.
	// They are 0 and "" in what migopy or an older release of migrator has written.
	Generation int64
	Start      string
	// QuietAfter is when, by the server's clock, the last write that the run's script has sent must have arrived or be
	// lost. Until then nobody may judge by the data how far the run came. Zero means at once.
	QuietAfter time.Time
	// Baseline is true for a migration that was ignored with everything below it, and not by its name.
	Baseline bool
	// Rest is what the registry holds beside, of a newer version: whoever stores the record again hands it on as it is.
	Rest any
}

// Words is the state as it reads in a sentence: "rolling back".
func (s State) Words() string { return strings.ReplaceAll(string(s), "_", " ") }

// InFlight reports whether a run has begun that has not been recorded as ended.
func (s State) InFlight() bool { return s == Executing || s == RollingBack }

// known reports whether the state is one that this version stores. A newer one may have others.
func (s State) known() bool {
	return s == Executed || s == Ignored || s == Failed || s.InFlight()
}

// Blocks reports whether a migration in this state keeps later ones from being executed. One that is not known does.
func (s State) Blocks() bool { return s != Pending && s != Executed && s != Ignored }

// Blocks reports whether the migration keeps later ones from being executed.
func (r Record) Blocks() bool { return r.State.Blocks() && !r.Undone() }

// Undone reports whether the migration is as good as pending, since nothing of its failed run stays.
func (r Record) Undone() bool { return r.State == Failed && r.Direction == Up && r.Aborted }

// Untouched reports whether nothing of the migration is in the database although it is registered, so that there is nothing
// to undo.
func (r Record) Untouched() bool { return r.State == Ignored || r.Undone() }

// Attempt is a run that was begun.
type Attempt struct {
	By        Identity  `bson:"by" json:"by"`
	StartedAt time.Time `bson:"started_at" json:"started_at"`
}

// Latest is the run that the record's state comes from.
func (r Record) Latest() Attempt {
	if r.Rollback != nil {
		return *r.Rollback
	}
	return Attempt{By: r.By, StartedAt: r.StartedAt}
}

// Failure is the error that a script ended with, as stored.
type Failure struct {
	Name        string `bson:"name" json:"name"` // the class: "TypeError", "MongoServerError"
	Message     string `bson:"message" json:"message"`
	fault.Place `bson:",inline"`
	Stack       string `bson:"stack,omitempty" json:"stack,omitempty"`
}

// Event is one entry of the history: a run that has ended, or what was set right by hand.
type Event struct {
	// Start is that of the run, or is unique to the command that set something right by hand. With Event it identifies the
	// event.
	Start      string        `json:"start,omitempty"`
	At         time.Time     `json:"at"`
	Event      EventKind     `json:"event"`
	Name       string        `json:"name"`
	Direction  Direction     `json:"direction,omitempty"`
	State      State         `json:"state,omitempty"` // after the event; "pending" once unregistered
	Batch      int           `json:"batch,omitempty"`
	Duration   time.Duration `json:"-"`
	By         Identity      `json:"by"`
	Operations *Operations   `json:"operations,omitempty"`
	Log        []string      `json:"log,omitempty"` // the last few lines printed
	Error      *Failure      `json:"error,omitempty"`
	Note       string        `json:"note,omitempty"`
	// Before is how the record stood that was set right by hand; else nil.
	Before *Standing `json:"before,omitempty"`
}

// Standing is where a record stood before it was set right by hand.
type Standing struct {
	State      State     `bson:"state" json:"state"`
	Direction  Direction `bson:"direction,omitempty" json:"direction,omitempty"`
	Generation int64     `bson:"generation,omitempty" json:"generation,omitempty"`
	Start      string    `bson:"start,omitempty" json:"start,omitempty"`
	By         Identity  `bson:"by" json:"by"`
	StartedAt  time.Time `bson:"started_at,omitempty" json:"started_at,omitzero"`
	Error      *Failure  `bson:"error,omitempty" json:"error,omitempty"`
	Journal    *Journal  `bson:"journal,omitempty" json:"journal,omitempty"`
}

// Milliseconds is a duration as it is stored and shown to programs.
func Milliseconds(d time.Duration) int64 { return d.Round(time.Millisecond).Milliseconds() }

// EventKind names what an Event is about.
type EventKind string

const (
	// Started is what older releases wrote when a run began. It is read, and never written.
	Started EventKind = "started"
	// Finished is written when up or down has run to its end.
	Finished EventKind = "finished"
	// FailedEvent is written when it threw or was interrupted.
	FailedEvent EventKind = "failed"
	// Registered is written by ignore, and Resolved by resolve.
	Registered EventKind = "ignored"
	// Resolved is written by resolve, with what was resolved in the note.
	Resolved EventKind = "resolved"
	// Imported is written by import, with where the record comes from in the note.
	Imported EventKind = "imported"
)
