package runtime

import (
	"context"
	"fmt"

	"migrator/runtime/fault"
)

// repair undoes migrations that failed or were left in flight, the last first, so that they are pending again.
func (w *watch) repair(ctx context.Context, lease Lease, asked request, blocked []Record, out *Outcome) error {
	w.stuck = blocked[0].Name
	if !asked.repair || w.options.NoRollback {
		return w.errStuck(blocked[0])
	}
	for _, record := range blocked {
		w.stuck = record.Name
		if err := w.repairOne(ctx, lease, asked, record, out); err != nil {
			return err
		}
	}
	w.stuck = ""
	return nil
}

func (w *watch) repairOne(ctx context.Context, lease Lease, asked request, record Record, out *Outcome) error {
	r := w.runner
	if record.Name == asked.skip || untouched(record) {
		event := r.event(record, Resolved)
		event.Note = "watch: nothing to undo"
		if record.Name == asked.skip {
			event.Note = "watch: its work was taken for undone"
		}
		return r.forget(ctx, record.Name, event)
	}
	run, err := w.downOf(ctx, lease, record)
	if err != nil {
		return err
	}
	return w.rollBack(ctx, &run, out)
}

// untouched tells whether a run that failed has written nothing, so that there is nothing to undo.
func untouched(record Record) bool {
	return record.State == Failed && record.Direction == Up && record.Operations == Operations{} && (record.Journal == nil || record.Journal.Begun == 0)
}

// downOf chooses the down that undoes half of an up, or ends half of a down: that of the source that ran, unless it has
// none or has failed already and the file has changed since, which is then the mended one.
func (w *watch) downOf(ctx context.Context, lease Lease, record Record) (execution, error) {
	r := w.runner
	files, err := r.Directory.Migrations()
	if err != nil {
		return execution{}, err
	}
	run, err := r.loadDown(ctx, lease, files, record, w.options.Args)
	if err != nil {
		return execution{}, err
	}
	m, changed := run.migration, run.stored != "" && run.migration.Path != ""
	refused := run.refuseDown(ctx, true)
	if refused == nil && (record.Direction != Down || !changed) {
		return run, nil
	}
	if !changed {
		return execution{}, fault.Wrap(0, refused, fmt.Sprintf("add `export function down(db) { … }` to %s and save it", m.Name), "%s is left %s", m.Name, record.State.Words())
	}
	mended, err := r.Scripts.Load(ctx, m)
	if err != nil {
		return execution{}, &loadError{err}
	}
	run.script, run.stored = mended, ""
	return run, run.refuseDown(ctx, false)
}
