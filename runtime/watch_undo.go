package runtime

import (
	"context"
	"fmt"

	"migrator/runtime/fault"
)

// undoLast rolls back what was executed last.
func (w *watch) undoLast(ctx context.Context, out *Outcome) error {
	r := w.runner
	return r.change(ctx, w.options.WaitLock, func(v view) (*job, error) {
		last := executedLastFirst(v.records)
		if len(last) == 0 && refuseBlocked(v.records) == nil {
			r.Observer.Notice("nothing is executed here, so there is nothing to undo")
			return nil, nil
		}
		return &job{run: func(ctx context.Context, lease Lease) error {
			return w.undo(ctx, lease, v, last[:min(1, len(last))], out)
		}}, nil
	})
}

func (w *watch) undo(ctx context.Context, lease Lease, v view, last []Record, out *Outcome) error {
	for _, record := range v.records {
		if record.Blocks() {
			w.stuck = record.Name
			claimed, err := w.runner.claim(ctx, lease, record)
			if err != nil {
				return err
			}
			return w.errStuck(claimed)
		}
	}
	downs, err := w.downsOf(ctx, lease, v, watchPlan{undo: last, again: true})
	defer closeAll(downs)
	if err != nil {
		return err
	}
	for _, down := range downs {
		down.tellSource()
		if err := w.rollBack(ctx, down, out); err != nil {
			return err
		}
	}
	return nil
}

// downsOf opens what undoes the executed migrations of a plan, before the first of them is undone. What it returns is to
// be closed, also beside an error.
func (w *watch) downsOf(ctx context.Context, lease Lease, v view, plan watchPlan) ([]*execution, error) {
	var runs []*execution
	for _, record := range plan.undo {
		run, err := w.runner.loadDown(ctx, lease, v.files, record, w.options.Args)
		if err != nil {
			return runs, err
		}
		runs = append(runs, run)
		if err := w.choose(ctx, run, plan); err != nil {
			return runs, err
		}
	}
	return runs, nil
}

// choose refuses what cannot be undone. What was executed without a down is undone by the one that its file has by now:
// most migrations get theirs after their up has been tried.
func (w *watch) choose(ctx context.Context, run *execution, plan watchPlan) error {
	if run.script == nil {
		return nil // nothing of it has to be undone
	}
	info, err := run.open(ctx)
	if err != nil {
		return err
	}
	name := run.migration.Name
	if !info.HasDown && info.Irreversible == "" && run.stored != "" && run.migration.Path != "" {
		if err := run.useFile(ctx); err != nil {
			return err
		}
		if info, err = run.open(ctx); err != nil {
			return err
		}
		if info.HasDown && info.Irreversible == "" {
			w.runner.Observer.Notice(name + " was executed without a down: the one that it has now undoes it")
		}
	}
	switch {
	case info.Irreversible != "":
		return w.refused(run, plan, "undo it by a new migration, or restore a backup", "%s is irreversible: %s", name, info.Irreversible)
	case info.HasDown:
		return nil
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
