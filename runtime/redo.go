package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"migrator/runtime/fault"
)

// RedoOptions says what Redo runs again.
type RedoOptions struct {
	// Target is a name or a number; "" is the last one executed.
	Target string
	// Approve, if not nil, is asked before the lock is taken, when there is something to do.
	Approve  func() error
	WaitLock time.Duration
	Args     map[string]string
}

// Redo runs down and then up of one migration, under one lock. Whatever would refuse either half refuses both before
// anything is run. What is run down is what was executed, from the registry where the file has changed since; what is run
// up is the file as it is now. Migrations that were executed later are left alone.
func (r *Runner) Redo(ctx context.Context, o RedoOptions) (Outcome, error) {
	var out Outcome
	files, err := r.Directory.Migrations()
	if err != nil {
		return out, err
	}
	records, err := r.records(ctx)
	if err != nil {
		return out, err
	}
	plan, err := planRedo(files, records, o.Target)
	if plan.file.Name == "" && (err == nil || fault.CodeOf(err) == fault.Usage) {
		return out, err
	}
	if o.Approve != nil {
		if err := o.Approve(); err != nil {
			return out, err
		}
	}
	err = r.locked(ctx, o.WaitLock, func(ctx context.Context, lease Lease) error {
		return r.redoLocked(ctx, lease, files, o, &out)
	})
	return out, toldOfRunning(err, records)
}

// redo is what Redo runs: nothing where the file has no name.
type redo struct {
	file   Migration
	record Record
	batch  int      // of its new execution
	later  []string // what was executed after it, in the order of its execution
}

// planRedo chooses the migration, and refuses one that cannot be run both ways.
func planRedo(files []Migration, records []Record, target string) (redo, error) {
	executed := executedLastFirst(records)
	if target == "" {
		if err := refuseBlocked(records); err != nil || len(executed) == 0 {
			return redo{}, err
		}
		target = executed[0].Name
	}
	m, err := findFile(files, records, target)
	if err != nil {
		return redo{}, err
	}
	record, registered := recordsByName(records)[m.Name]
	if err := refuseRedo(m, record, registered); err != nil {
		return redo{}, err
	}
	if err := refuseOthersBlocked(records, m.Name); err != nil {
		return redo{}, err
	}
	plan := redo{file: m, record: record, batch: record.Batch}
	if last := nextBatch(executed) - 1; record.Batch == 0 || record.Batch != last {
		plan.batch = nextBatch(records) // a run of its own; one of the last run stays in it
	}
	both := append(slices.DeleteFunc(executed, func(r Record) bool { return r.Name == m.Name }), record)
	lastFirst(both)
	for _, after := range both {
		if after.Name == m.Name {
			break
		}
		plan.later = append([]string{after.Name}, plan.later...)
	}
	return plan, nil
}

// executedLastFirst are the records of what is executed, in reverse order of their execution.
func executedLastFirst(records []Record) []Record {
	var executed []Record
	for _, record := range recordsByName(records) {
		if record.State == Executed {
			executed = append(executed, record)
		}
	}
	lastFirst(executed)
	return executed
}

// refuseRedo fails for a migration that is in no state to be undone.
func refuseRedo(m Migration, record Record, registered bool) error {
	fields := map[string]any{"migration": m.Name, "state": record.State}
	switch {
	case !registered:
		return fault.WithFields(fault.New(fault.Usage, "type `migrator execute` to run it", "%s is pending: there is nothing to undo", m.Name), fields)
	case record.State == Ignored:
		return fault.WithFields(fault.New(fault.Usage, fmt.Sprintf("to run it, type `migrator execute --force %s`", m.Name),
			"%s was registered without being run: there is nothing to undo", m.Name), fields)
	case record.State != Executed && record.State != Failed:
		return blockedError(record)
	}
	return nil
}

func (r *Runner) redoLocked(ctx context.Context, lease Lease, files []Migration, o RedoOptions, out *Outcome) error {
	records, err := r.records(ctx)
	if err != nil {
		return err
	}
	plan, err := planRedo(files, records, o.Target)
	if err != nil || plan.file.Name == "" {
		return err
	}
	up, err := r.prepareUp(ctx, lease, plan, r.newClock(records, plan.batch), o.Args)
	if err != nil {
		return err
	}
	down, err := r.prepareDown(ctx, lease, files, plan.record, o.Args)
	if err != nil {
		return err
	}
	down.tellSource()
	executed := down.before.Checksum
	r.tellRedo(plan, executed != "" && executed != up.script.Bundle().Checksum())
	for _, half := range []struct {
		run  func(context.Context) (*Result, error)
		left string
	}{
		{down.down, plan.file.Name + " was not executed again"},
		{up.up, plan.file.Name + " had been rolled back"},
	} {
		result, err := half.run(ctx)
		r.took(out, result)
		if err != nil {
			return fault.Wrap(0, err, "", "redo stopped half-way, %s", half.left)
		}
	}
	return nil
}

// tellRedo says what a user would not expect.
func (r *Runner) tellRedo(plan redo, changed bool) {
	if changed {
		r.Observer.Notice(plan.file.Name + " is executed again as its file is now")
	}
	if len(plan.later) > 0 {
		r.Observer.Notice(fmt.Sprintf("executed after %s, and left as it is: %s", plan.file.Name, strings.Join(plan.later, ", ")))
	}
}

// prepareUp compiles the file as it is now, and refuses what would not run here.
func (r *Runner) prepareUp(ctx context.Context, lease Lease, plan redo, begins clock, args map[string]string) (execution, error) {
	script, err := r.Scripts.Load(ctx, plan.file)
	if err != nil {
		return execution{}, err
	}
	e := execution{runner: r, lease: lease, migration: plan.file, script: script, batch: plan.batch, begins: begins, args: args, before: plan.record}
	instance, err := script.Open(ctx, Call{Migration: e.migration, Direction: Up, Environment: r.Environment, Database: r.Database, Args: args})
	if err != nil {
		return execution{}, err
	}
	defer instance.Close()
	info := instance.Info()
	if !info.HasUp {
		return execution{}, noUp(plan.file.Name, info)
	}
	if err := e.refuseElsewhere(info); err != nil {
		return execution{}, err
	}
	_, err = e.record() // it may be too large to be stored
	e.before = Record{} // by then it has been rolled back
	return e, err
}
