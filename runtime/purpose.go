package runtime

// Purpose is what a command may do, in one word. What protects the database follows from it, so that no command can
// leave a protection out by forgetting to ask for it:
//
//	            data directory   connection   writes of scripts        registry, history, lock
//	Look        is not made      brief        are refused              are read
//	Register    is made          brief        are refused              are written
//	Simulate    is not made      lasting      are planned, not done    are read
//	Run         is made          lasting      need the lease           are written
//	Evaluate    is made          lasting      are done                 are not touched
//
// The zero value is the safest. Whatever the purpose, operations are counted, and no script can write to the registry,
// the history or the lock: Evaluate has an option that lets it, which says so by name.
type Purpose int

const (
	// Look shows how things stand, and writes nothing.
	Look Purpose = iota
	// Register writes down how migrations stand, and calls no script.
	Register
	// Simulate shows what scripts would write: a dry run.
	Simulate
	// Run calls the scripts of migrations.
	Run
	// Evaluate calls a script that is no migration.
	Evaluate
)

// LeavesNoTrace reports whether not even a data directory may come into being where there is none.
func (p Purpose) LeavesNoTrace() bool { return p == Look || p == Simulate }

// IsBrief reports whether the command is done within moments, whatever the database holds.
func (p Purpose) IsBrief() bool { return p == Look || p == Register }

// AllowsWrites reports whether a script may write in a call: where nothing of it is carried out, where no migration is
// run, and in a run that asks its lease before each operation.
func (p Purpose) AllowsWrites(c Call) bool {
	return c.DryRun || p == Evaluate || p == Run && c.Check != nil
}
