package runtime

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Scripts turns migration files into something that can be called.
type Scripts interface {
	// Load reads and compiles a migration and the project's own files that it imports. Nothing of it is evaluated.
	// A file that cannot be read or compiled is an error with code fault.Script that names file, line and column.
	Load(ctx context.Context, m Migration) (Script, error)
	// Restore compiles stored source instead of the file, imports included: no file of the project is read.
	Restore(ctx context.Context, m Migration, b Bundle) (Script, error)
}

// Script is a compiled migration.
type Script interface {
	// Bundle is its source with the source of what it imports.
	Bundle() Bundle
	// Open evaluates the file in an interpreter of its own. Its top level may not use the database.
	Open(ctx context.Context, call Call) (Instance, error)
}

// Call is what a script learns of the run that it is part of (the global `migration`), and where its output goes.
type Call struct {
	Migration   Migration
	Direction   Direction
	Environment string
	Database    string
	// DryRun simulates all that would change something. What is exported as check is not called: it would look for
	// changes that were not made.
	DryRun bool
	Args   map[string]string
	// Print receives each line that the script prints, as it is printed; nil drops them.
	Print func(line string)
	// Check is asked before every operation and ends the script when it returns an error (a lost lease, say); nil
	// allows everything.
	Check func() error
	// Journal is told of each operation that may change something, when it begins and when it has ended, on the goroutine
	// of the script; it must not hold it up. nil records nothing.
	Journal func(Step)
	// Ask answers the script's questions; nil refuses them.
	Ask Asker
	// Progress shows how far the script is; nil shows nothing.
	Progress Progresser
}

// Instance is an evaluated migration: one interpreter, to be closed.
type Instance interface {
	// Info returns what the file exports.
	Info() Info
	// Run calls up, then check if there is one, or down. The report holds what was done, also when err is not nil. A
	// cancelled ctx interrupts the script at its next operation at the latest, and err then wraps context.Cause(ctx).
	Run(ctx context.Context) (Report, error)
	Close()
}

// Info is what a migration file declares.
type Info struct {
	Description  string
	HasUp        bool
	Advice       string // where up is and is not looked for, and what to write; or ""
	HasDown      bool
	HasCheck     bool
	Transaction  bool
	Irreversible string        // the reason, or ""
	Timeout      time.Duration // 0: none
	Environments []string      // empty: all
}

// isFor reports whether the migration is meant for an environment.
func (i Info) isFor(environment string) bool {
	return len(i.Environments) == 0 || slices.Contains(i.Environments, environment)
}

// Report is what one call of a script did.
type Report struct {
	Operations Operations
	// Journal are the operations in their order, bounded to the first and last few. It says also whether nothing of them
	// stays since the call was in a transaction that was aborted for certain.
	Journal Journal
	// Unanswered is the last write, not in a transaction that was aborted, that the server has not answered: it may have
	// been carried out, or may still be. nil: all were answered.
	Unanswered *Step
	// Caught are the errors of operations that did not end the call, by their places in the script, bounded to the first few.
	Caught []Caught
	// Plan is what would be done, of a call with DryRun, whose Operations are then those that would be; else nil.
	Plan *Plan
}

// Operations counts what the operations of one call did on the server.
type Operations struct {
	Inserted int64 `bson:"inserted" json:"inserted"`
	Matched  int64 `bson:"matched" json:"matched"`
	Modified int64 `bson:"modified" json:"modified"`
	Deleted  int64 `bson:"deleted" json:"deleted"`
	Upserted int64 `bson:"upserted" json:"upserted"`
	Commands int64 `bson:"commands" json:"commands"` // operations other than inserts, updates and deletes that change something
}

// Registry remembers where each migration stands; package store keeps it in MongoDB. Each write is a compare-and-set, so
// that one which arrives late or twice changes nothing (model/registry.py explores what happens without each condition).
//
// The error of a write wraps *Superseded where somebody else has written the record meanwhile. Any other error leaves
// open whether the write is carried out: it may still arrive.
type Registry interface {
	// List returns every record, without Source and Log, which may be large, in no order. What was rolled back is among
	// them, as Pending.
	List(ctx context.Context) ([]Record, error)
	// Get returns one record whole. A name that the registry has never held is ok == false, never an error.
	Get(ctx context.Context, name string) (r Record, ok bool, err error)
	// Take puts next in the place of was: a beginning, a claim, or what is set right by hand. The record must still be as
	// was was read (generation, start and state); the zero Record means that there was none. A record of migopy's gives
	// way to next. A write that matched nothing, or had no answer, is read back: where the record is as next would have
	// made it, it is done.
	Take(ctx context.Context, was, next Record) error
	// End stores how the run ended whose beginning is begun: it matches its generation, start and state in flight, and
	// never inserts. It is read back as Take is.
	End(ctx context.Context, begun, next Record) error
	// Journal stores how far the run is whose beginning is begun. It matches as End does, and changes nothing once the run
	// is recorded as ended, or another one has begun, so that it may come late.
	Journal(ctx context.Context, begun Record, j Journal) error
}

// Superseded is the error of a write to a record that somebody else has written meanwhile.
type Superseded struct {
	Name string
	// Now is the record as it was read back; Found is false where the registry holds no record.
	Now   Record
	Found bool
}

func (s *Superseded) Error() string {
	if !s.Found {
		return fmt.Sprintf("the record of %s is gone", s.Name)
	}
	return fmt.Sprintf("the record of %s was written by another run meanwhile: it is %s now", s.Name, s.Now.was())
}

// History is the append-only log of what was done.
type History interface {
	// Append adds an event. One of that start and kind which is there already stays as it is, and that is no error: an
	// event may be added again by whoever does not know that it was.
	Append(ctx context.Context, e Event) error
	// Has reports whether there is an event with that start, of whatever kind.
	Has(ctx context.Context, start string) (bool, error)
	// Events returns the newest first: those of one migration, or of all where name is ""; limit 0 is all.
	Events(ctx context.Context, name string, limit int) ([]Event, error)
}

// Locker gives out the lock that a run holds: one for a database and its registry.
type Locker interface {
	// Acquire takes the lock. While another runner holds it, it waits, and then fails with code fault.Locked.
	Acquire(ctx context.Context, a Acquisition) (Lease, error)
	// Holder reports who holds the lock now; ok is false when nobody does.
	Holder(ctx context.Context) (h Holder, ok bool, err error)
	// Break frees the lock of a holder that is dead (unlock). One whose lease has not run out is refused with code
	// fault.Locked; with force it is asked to stop, and Break waits until it has, or until its lease is over: a lease that
	// was asked back is not renewed. It returns who held it; ok is false when nobody did.
	Break(ctx context.Context, u Unlock) (h Holder, ok bool, err error)
}

// Unlock says how the lock is freed by hand.
type Unlock struct {
	By Identity
	// Force asks a holder that is alive to stop.
	Force bool
	// Asked is called once when a holder was asked, before it is waited for; nil calls nothing.
	Asked func(Holder)
}

// Acquisition says how the lock is taken.
type Acquisition struct {
	By Identity
	// Wait is how long to wait while another runner holds it.
	Wait time.Duration
	// Held is called once for each new holder that is waited for; nil calls nothing.
	Held func(Holder)
	// Above is a generation that the new one has to be higher than: that of a record which came from elsewhere (a restored
	// backup). 0 asks for nothing.
	Above int64
}

// Lease is the lock while it is held. A heartbeat renews it silently.
type Lease interface {
	// Context is cancelled when the lease is lost, when somebody has asked for it back (`unlock --force`), or when the
	// parent is done; context.Cause says which. A lease that was asked back still lasts for some time, in which the run
	// records how it ended, and is to be released as any other.
	Context() context.Context
	// Valid fails with code fault.Locked once the lease is lost: nothing may be written then. It asks no server.
	Valid() error
	// Generation is the fencing token: every record that is written under the lease carries it.
	Generation() int64
	// Before is when, by the server's clock, the last lease ended that nobody released. It is zero where there was none,
	// and where the server itself has ended since then: nothing that was sent before can then arrive any more.
	Before() time.Time
	// Confirm reads the lock, and fails with code fault.Locked when a higher generation has it.
	Confirm(ctx context.Context) error
	// Release gives the lock back. It does its work also when the context it was acquired with is done.
	Release(ctx context.Context) error
}

// Holder is who holds the lock.
type Holder struct {
	By         Identity  `json:"by"`
	Since      time.Time `json:"since"`
	Expires    time.Time `json:"expires"` // by the server's clock
	Expired    bool      `json:"expired"` // its lease has run out by the server's clock, or its process is gone
	Generation int64     `json:"generation"`
}

// Observer is told what happens while a run goes on, on the goroutine of the run.
type Observer interface {
	// Started is called before a script is called.
	Started(m Migration, d Direction)
	// Printed is called for each line that the script prints.
	Printed(m Migration, line string)
	// Finished is called when a script has ended, well or not.
	Finished(r Result)
	// Notice is called with something that the user should know and that is no failure.
	Notice(text string)
}

// FailureOf is an error that knows where in a script it came from. Errors of scripts implement it.
type FailureOf interface {
	error
	Failure() Failure
}

// Asker answers questions: from what was typed beforehand, or by asking at a terminal. Where there is no answer it fails
// with code fault.Usage and names the flag that gives one.
type Asker func(ctx context.Context, q Question) (string, error)

// Progress shows how far something is. It belongs to one goroutine.
type Progress interface {
	// Update shows how much is done. It may be called as often as there is something new.
	Update(done int64)
	// Done ends it; what is shown last stays. Calling it again does nothing.
	Done()
}

// Progresser begins to show progress towards a total; 0 is unknown.
type Progresser func(total int64, label string) Progress

// Saves reports when files of the project have changed and have come to rest.
type Saves interface {
	// Next waits for a change of content that has come to rest.
	Next(ctx context.Context) (Saved, error)
	// Follow adds files that count although they are not in the migrations directory.
	Follow(paths []string) error
}

// Foreign is the history that another tool has kept.
type Foreign interface {
	// Records lists what it holds, in the order in which it was written.
	Records(ctx context.Context) ([]ForeignRecord, error)
}
