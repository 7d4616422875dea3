package runtime

import (
	"context"
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
	// of the script; it must not hold it up. nil tells nobody.
	Journal func(Step)
	// Ask answers the script's questions; nil refuses them.
	Ask Asker
	// Progress shows how far the script is; nil shows nothing.
	Progress Progresser
}

// Instance is an evaluated migration: one interpreter, to be closed.
type Instance interface {
	// Info tells what the file exports.
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

// isFor tells whether the migration is meant for an environment.
func (i Info) isFor(environment string) bool {
	return len(i.Environments) == 0 || slices.Contains(i.Environments, environment)
}

// Report is what one call of a script did.
type Report struct {
	Operations Operations
	// Journal are the operations in their order, bounded to the first and last few. It says also whether nothing of them
	// stays since the call was in a transaction that was aborted for certain.
	Journal Journal
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

// Registry remembers which migrations are registered; package store keeps it in MongoDB.
type Registry interface {
	// List returns every record, without Source and Log, which may be large, in no order.
	List(ctx context.Context) ([]Record, error)
	// Get returns one record whole. A name that is not registered is ok == false, never an error.
	Get(ctx context.Context, name string) (r Record, ok bool, err error)
	// Put stores the record under its name, whether there was one or not. A record of migopy's is replaced.
	Put(ctx context.Context, r Record) error
	// Journal stores how far the run of a record in flight is. It changes nothing once that run is recorded as ended, or
	// another one has begun, so that it may come late.
	Journal(ctx context.Context, r Record, j Journal) error
	// Remove forgets the record of that name. It is no error when there is none.
	Remove(ctx context.Context, name string) error
}

// History is the append-only log of what was done.
type History interface {
	Append(ctx context.Context, e Event) error
	// Events returns the newest first: those of one migration, or of all where name is ""; limit 0 is all.
	Events(ctx context.Context, name string, limit int) ([]Event, error)
}

// Locker gives out the lock that a run holds: one for a database and its registry.
type Locker interface {
	// Acquire takes the lock. While another runner holds it, it waits up to wait, calling held (if not nil) once for
	// each new holder, and then fails with code fault.Locked.
	Acquire(ctx context.Context, by Identity, wait time.Duration, held func(Holder)) (Lease, error)
	// Holder tells who holds the lock now; ok is false when nobody does.
	Holder(ctx context.Context) (h Holder, ok bool, err error)
	// Break takes the lock from its holder (unlock). Without force a holder whose lease has not run out is refused with
	// code fault.Locked. It returns who held it; ok is false when nobody did.
	Break(ctx context.Context, force bool) (h Holder, ok bool, err error)
}

// Lease is the lock while it is held. A heartbeat renews it silently.
type Lease interface {
	// Context is cancelled when the lease is lost or the parent is done; context.Cause tells which.
	Context() context.Context
	// Valid fails with code fault.Locked once the lease is lost. It asks no server.
	Valid() error
	// Release gives the lock back. It does its work also when the context it was acquired with is done.
	Release(ctx context.Context) error
}

// Holder is who holds the lock.
type Holder struct {
	By         Identity  `json:"by"`
	Since      time.Time `json:"since"`
	Expires    time.Time `json:"expires"` // by the server's clock
	Expired    bool      `json:"expired"` // by the server's clock, when it was asked
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
