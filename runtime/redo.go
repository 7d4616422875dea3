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
	err := r.change(ctx, o.WaitLock, func(v view) (*job, error) {
		plan, err := planRedo(v.files, v.records, o.Target)
		if err != nil || plan.file.Name == "" {
			return nil, err
		}
		return &job{
			approve: o.Approve,
			run:     func(ctx context.Context, lease Lease) error { return r.redo(ctx, lease, v, plan, o.Args, &out) },
		}, nil
	})
	return out, err
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

func (r *Runner) redo(ctx context.Context, lease Lease, v view, plan redo, args map[string]string, out *Outcome) error {
	up, err := r.prepareUp(ctx, lease, v, plan, args)
	if err != nil {
		return err
	}
	defer up.close()
	down, err := r.prepareDown(ctx, lease, v, plan.record, args)
	if down != nil {
		defer down.close()
	}
	if err != nil {
		return err
	}
	down.tellSource()
	executed := down.before.Checksum
	r.tellRedo(plan, executed != "" && executed != up.script.Bundle().Checksum())
	result, err := down.down(ctx)
	r.took(out, result)
	if err != nil {
		return halfRedone(err, plan.file.Name+" was not executed again")
	}
	up.before = down.after
	result, err = up.up(ctx)
	r.took(out, result)
	return halfRedone(err, plan.file.Name+" had been rolled back")
}

func halfRedone(err error, left string) error {
	return fault.Wrap(0, err, "", "redo stopped half-way, %s", left)
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

// prepareUp opens the file as it is now, and refuses what would not run here.
func (r *Runner) prepareUp(ctx context.Context, lease Lease, v view, plan redo, args map[string]string) (*execution, error) {
	script, err := r.Scripts.Load(ctx, plan.file)
	if err != nil {
		return nil, err
	}
	e := &execution{
		runner: r, lease: lease, migration: plan.file, direction: Up, script: script, batch: plan.batch,
		begins: r.newClock(v.records, plan.batch), args: args, before: plan.record,
	}
	if _, err = e.openUp(ctx); err == nil {
		_, err = e.record() // it may be too large to be stored
	}
	if err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}
