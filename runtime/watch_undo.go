package runtime

import (
	"context"
	"fmt"

	"migrator/runtime/fault"
)

// undoLast rolls back what was executed last.
func (w *watch) undoLast(ctx context.Context, out *Outcome) error {
	r := w.runner
	records, err := r.records(ctx)
	if err != nil {
		return err
	}
	if len(executedLastFirst(records)) == 0 && refuseBlocked(records) == nil {
		r.Observer.Notice("nothing is executed here, so there is nothing to undo")
		return nil
	}
	return r.locked(ctx, w.options.WaitLock, func(ctx context.Context, lease Lease) error {
		files, err := r.Directory.Migrations()
		if err != nil {
			return err
		}
		records, err := r.records(ctx)
		if err != nil {
			return err
		}
		for _, record := range records {
			if record.Blocks() {
				w.stuck = record.Name
				return w.errStuck(record)
			}
		}
		executed := executedLastFirst(records)
		downs, err := w.downsOf(ctx, lease, files, watchPlan{undo: executed[:min(1, len(executed))], again: true})
		for i := range downs {
			downs[i].tellSource()
			return w.rollBack(ctx, &downs[i], out)
		}
		return err
	})
}

// downsOf prepares what undoes the executed migrations of a plan, before the first of them is undone.
func (w *watch) downsOf(ctx context.Context, lease Lease, files []Migration, plan watchPlan) ([]execution, error) {
	var runs []execution
	for _, record := range plan.undo {
		run, err := w.runner.loadDown(ctx, lease, files, record, w.options.Args)
		if err != nil {
			return nil, err
		}
		if err := w.choose(ctx, &run, plan); err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// choose refuses what cannot be undone. What was executed without a down is undone by the one that its file has by now:
// most migrations get theirs after their up has been tried.
func (w *watch) choose(ctx context.Context, run *execution, plan watchPlan) error {
	if run.script == nil {
		return nil // nothing of it has to be undone
	}
	info, err := run.downInfo(ctx)
	if err != nil {
		return err
	}
	name := run.migration.Name
	switch {
	case info.Irreversible != "":
		return w.refused(run, plan, "undo it by a new migration, or restore a backup", "%s is irreversible: %s", name, info.Irreversible)
	case info.HasDown:
		return nil
	case run.stored != "" && run.migration.Path != "":
		saved := *run
		if saved.script, err = w.runner.Scripts.Load(ctx, run.migration); err != nil {
			return &loadError{err}
		}
		if info, err = saved.downInfo(ctx); err != nil {
			return err
		}
		if info.HasDown && info.Irreversible == "" {
			saved.stored = ""
			*run = saved
			w.runner.Observer.Notice(name + " was executed without a down: the one that it has now undoes it")
			return nil
		}
	}
	return w.refused(run, plan, fmt.Sprintf("add `export function down(db) { … }` to %s and save it", name), "%s was executed without a down", name)
}

// refused is the refusal of what cannot be undone. It stands in the way of all that comes later, so it says how to go on
// without undoing.
func (w *watch) refused(run *execution, plan watchPlan, hint, format string, args ...any) error {
	err := fault.WithFields(fault.New(fault.Usage, hint, format, args...), map[string]any{"migration": run.migration.Name})
	if plan.again {
		return err
	}
	first, cause := plan.run[0].Name, plan.undo[len(plan.undo)-1].Name
	if first != cause { // a new file that belongs before it
		return fault.Then(err, fmt.Sprintf("or give %s a number above it, or type `migrator execute %s --allow-out-of-order`", first, first))
	}
	return fault.Then(err, fmt.Sprintf("or put the text of %s back as it was executed, or type `migrator resolve %s --accept` to let the new one stand for it", cause, cause))
}
