package runtime

import (
	"context"
	"fmt"

	"migrator/runtime/fault"
)

// repair undoes migrations that failed or were left in flight, the last first, so that they are pending again.
func (w *watch) repair(ctx context.Context, lease Lease, asked request, v view, blocked []Record, out *Outcome) error {
	for _, record := range blocked {
		w.stuck = record.Name
		claimed, err := w.runner.claim(ctx, lease, record)
		if err == nil && (!asked.repair || w.options.NoRollback) {
			err = w.errStuck(claimed)
		}
		if err != nil {
			return err
		}
		if err := w.repairOne(ctx, lease, asked, v, claimed, out); err != nil {
			return err
		}
	}
	w.stuck = ""
	return nil
}

func (w *watch) repairOne(ctx context.Context, lease Lease, asked request, v view, record Record, out *Outcome) error {
	r := w.runner
	if record.Name == asked.skip || untouched(record) {
		next := record.rolledBack()
		event := r.event(next, Resolved)
		event.Direction, event.Batch, event.Note = record.Direction, record.Batch, "watch: nothing to undo"
		if record.Name == asked.skip {
			event.Note = "watch: its work was taken for undone"
		}
		return r.setByHand(ctx, lease, record, next, event)
	}
	run, err := w.downOf(ctx, lease, v, record)
	if run != nil {
		defer run.close()
	}
	if err != nil {
		return err
	}
	return w.rollBack(ctx, run, out)
}

// untouched reports whether a run that failed has written nothing, so that there is nothing to undo.
func untouched(record Record) bool {
	return record.State == Failed && !record.died() && record.Direction == Up && record.Operations == Operations{} && (record.Journal == nil || record.Journal.Begun == 0)
}

// downOf chooses the down that undoes half of an up, or ends half of a down: that of the source that ran, unless it has
// none or has failed already and the file has changed since, which is then the mended one. It is to be closed, also
// beside an error.
func (w *watch) downOf(ctx context.Context, lease Lease, v view, record Record) (*execution, error) {
	run, err := w.runner.loadDown(ctx, lease, v.files, record, w.options.Args)
	if err != nil {
		return nil, err
	}
	m, changed := run.migration, run.stored != "" && run.migration.Path != ""
	refused := run.refuseDown(ctx, true)
	if refused == nil && (record.Direction != Down || !changed) {
		return run, nil
	}
	if !changed {
		return run, fault.Wrap(0, refused, fmt.Sprintf("add `export function down(db) { … }` to %s and save it", m.Name), "%s is left %s", m.Name, record.State.Words())
	}
	if err := run.useFile(ctx); err != nil {
		return run, err
	}
	return run, run.refuseDown(ctx, false)
}

// useFile puts the file as it is now in the place of the stored source.
func (e *execution) useFile(ctx context.Context) error {
	saved, err := e.runner.Scripts.Load(ctx, e.migration)
	if err != nil {
		return &loadError{err}
	}
	e.close()
	e.script, e.stored = saved, ""
	return nil
}
