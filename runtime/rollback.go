package runtime

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"migrator/runtime/fault"
)

// RollbackOptions says what Rollback undoes. Exactly one of the choices is made; none is an error, never everything.
type RollbackOptions struct {
	// Targets are names or numbers.
	Targets []string
	// Last undoes that many, the last executed first.
	Last int
	// To undoes everything with a number above it.
	To *int64
	// Batch undoes what the last run of execute did.
	Batch bool
	// All undoes everything that was executed.
	All bool
	// Approve, if not nil, is asked before the lock is taken, when there is something to undo; everything is true when
	// all that was executed goes without each being named.
	Approve  func(everything bool) error
	WaitLock time.Duration
	Args     map[string]string
	// DryRun calls the scripts and writes nothing: the results hold plans. Nothing is asked then.
	DryRun bool
}

// Rollback runs down of registered migrations, in reverse order of their execution, and unregisters them. Whatever would
// refuse one of them (no down, irreversible, no source) refuses all of them before the first is run.
func (r *Runner) Rollback(ctx context.Context, o RollbackOptions) (Outcome, error) {
	var out Outcome
	if len(o.Targets) == 0 && o.Last == 0 && o.To == nil && !o.Batch && !o.All {
		return out, fault.New(fault.Usage, "name one (`migrator rollback 003_x.js`), or say --last, --batch, --to N or --all", "rollback was not told what to roll back")
	}
	files, err := r.Directory.Migrations()
	if err != nil {
		return out, err
	}
	records, err := r.records(ctx)
	if err != nil {
		return out, err
	}
	if o.DryRun {
		return r.dryRollback(ctx, files, records, o)
	}
	plan, err := planRollback(files, records, o)
	if len(plan) == 0 && (err == nil || fault.CodeOf(err) == fault.Usage) {
		return out, err
	}
	if o.Approve != nil {
		if err := o.Approve(o.everything(len(plan), records)); err != nil {
			return out, err
		}
	}
	err = r.locked(ctx, o.WaitLock, func(ctx context.Context, lease Lease) error {
		return r.rollbackLocked(ctx, lease, files, o, &out)
	})
	return out, toldOfRunning(err, records)
}

// everything tells whether a plan of n undoes all that was executed without each being named.
func (o RollbackOptions) everything(n int, records []Record) bool {
	executed := 0
	for _, record := range recordsByName(records) {
		if record.State == Executed {
			executed++
		}
	}
	return o.All || len(o.Targets) == 0 && n == executed && n > 1
}

func (r *Runner) rollbackLocked(ctx context.Context, lease Lease, files []Migration, o RollbackOptions, out *Outcome) error {
	records, err := r.records(ctx)
	if err != nil {
		return err
	}
	plan, err := planRollback(files, records, o)
	if err != nil {
		return err
	}
	runs, err := r.prepareDowns(ctx, lease, files, plan, o.Args)
	if err != nil {
		return err
	}
	for i := range runs {
		runs[i].tellSource()
		result, err := runs[i].down(ctx)
		r.took(out, result)
		if err != nil {
			return err
		}
		runs[i].script = nil
	}
	return nil
}

func (r *Runner) prepareDowns(ctx context.Context, lease Lease, files []Migration, plan []Record, args map[string]string) ([]execution, error) {
	var runs []execution
	for _, record := range plan {
		run, err := r.prepareDown(ctx, lease, files, record, args)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// prepareDown finds the script to undo a record with, and refuses what cannot be undone.
func (r *Runner) prepareDown(ctx context.Context, lease Lease, files []Migration, record Record, args map[string]string) (execution, error) {
	e, err := r.loadDown(ctx, lease, files, record, args)
	if err != nil || e.script == nil {
		return e, err
	}
	if err := e.refuseDown(ctx, e.stored != ""); err != nil {
		return execution{}, err
	}
	return e, nil
}

// loadDown finds the script to undo a record with; there is none where nothing has to be undone.
func (r *Runner) loadDown(ctx context.Context, lease Lease, files []Migration, record Record, args map[string]string) (execution, error) {
	if record.Untouched() {
		return execution{runner: r, lease: lease, migration: Migration{Name: record.Name, Number: record.Number}, before: record}, nil
	}
	// What is stored while the rollback runs must keep the source.
	record, err := r.whole(ctx, record)
	if err != nil {
		return execution{}, err
	}
	m := Migration{Name: record.Name, Number: record.Number, Path: pathOf(files, record.Name)}
	script, why, err := r.scriptFor(ctx, m, record)
	if err != nil {
		return execution{}, err
	}
	return execution{runner: r, lease: lease, migration: m, script: script, batch: record.Batch, args: args, before: record, stored: why}, nil
}

// tellSource says that it is not the file that is rolled back.
func (e *execution) tellSource() {
	if e.stored != "" {
		e.runner.Observer.Notice(fmt.Sprintf("%s is rolled back with the source that was executed: %s", e.migration.Name, e.stored))
	}
}

// planRollback chooses the records to undo, the last executed first.
func planRollback(files []Migration, records []Record, o RollbackOptions) ([]Record, error) {
	if len(o.Targets) > 0 {
		return planRollbackNamed(files, records, o.Targets)
	}
	if err := refuseBlocked(records); err != nil {
		return nil, err
	}
	if err := refuseUnknownNumber(known(files, records), o.To); err != nil {
		return nil, err
	}
	executed := slices.DeleteFunc(executedLastFirst(records), func(r Record) bool { return o.To != nil && r.Number <= *o.To })
	if o.Batch {
		executed = lastBatch(executed)
	}
	if o.Last > 0 && o.Last < len(executed) {
		executed = executed[:o.Last]
	}
	return executed, nil
}

// lastBatch keeps the records of the last run. Those of another tool that knows no runs are part of none.
func lastBatch(executed []Record) []Record {
	last := nextBatch(executed) - 1
	return slices.DeleteFunc(executed, func(r Record) bool { return last == 0 || r.Batch != last })
}

func planRollbackNamed(files []Migration, records []Record, targets []string) ([]Record, error) {
	chosen, err := findAll(known(files, records), targets)
	if err != nil {
		return nil, err
	}
	byName := recordsByName(records)
	var plan []Record
	for _, m := range chosen {
		record, registered := byName[m.Name]
		if !registered {
			return nil, fault.WithFields(fault.New(fault.Usage, "type `migrator status` for what is registered",
				"%s is not registered, so there is nothing to roll back", m.Name), map[string]any{"migration": m.Name})
		}
		if record.State.Blocks() && record.State != Failed {
			return nil, blockedError(record)
		}
		plan = append(plan, record)
	}
	lastFirst(plan)
	return plan, nil
}

// lastFirst sorts records in reverse order of their execution. Those of another tool, which kept no time, come last.
func lastFirst(records []Record) {
	sort.SliceStable(records, func(i, j int) bool {
		a, b := records[i], records[j]
		if a.Batch != b.Batch {
			return a.Batch > b.Batch
		}
		if !a.StartedAt.Equal(b.StartedAt) {
			return a.StartedAt.After(b.StartedAt)
		}
		return before(Migration{Name: b.Name, Number: b.Number}, Migration{Name: a.Name, Number: a.Number})
	})
}

func pathOf(files []Migration, name string) string {
	for _, m := range files {
		if m.Name == name {
			return m.Path
		}
	}
	return ""
}

// scriptFor is the script to undo a record with: the file while it is what was executed, else the stored source, and then
// why.
func (r *Runner) scriptFor(ctx context.Context, m Migration, record Record) (script Script, why string, err error) {
	why = "its file is gone"
	if m.Path != "" {
		changed, err := drifted(m, record)
		if err != nil {
			return nil, "", err
		}
		if !changed {
			script, err := r.Scripts.Load(ctx, m)
			return script, "", err
		}
		why = "its file has changed since"
	}
	bundle, err := stored(record)
	if err != nil {
		return nil, "", err
	}
	script, err = r.Scripts.Restore(ctx, m, bundle)
	return script, why, err
}

// refuseDown fails for a migration that cannot be rolled back; fromRegistry is true where it is the stored source that
// cannot, so that mending the file alone would not help.
func (e *execution) refuseDown(ctx context.Context, fromRegistry bool) error {
	info, err := e.downInfo(ctx)
	if err != nil {
		return err
	}
	fields := map[string]any{"migration": e.migration.Name}
	if info.Irreversible != "" {
		return fault.WithFields(fault.New(fault.Usage, "undo it by a new migration, or restore a backup",
			"%s is irreversible: %s", e.migration.Name, info.Irreversible), fields)
	}
	if info.HasDown {
		return nil
	}
	what, hint := e.migration.Name+" exports", "add `export function down(db) { … }` to it"
	if fromRegistry {
		what = "what was executed of " + what
		hint += ", where it is not there yet"
	}
	return fault.WithFields(fault.New(fault.Usage,
		fmt.Sprintf("%s, then type `migrator resolve %s --accept` and roll back again", hint, e.migration.Name),
		"%s no function down", what), fields)
}

// downInfo is what the script to undo it says of itself.
func (e *execution) downInfo(ctx context.Context) (Info, error) {
	instance, err := e.script.Open(ctx, Call{Migration: e.migration, Direction: Down, Environment: e.runner.Environment, Database: e.runner.Database, Args: e.args, DryRun: e.lease == nil})
	if err != nil {
		return Info{}, err
	}
	defer instance.Close()
	return instance.Info(), nil
}

// unregister forgets a migration of which nothing has to be undone.
func (e *execution) unregister(ctx context.Context) (*Result, error) {
	r, record := e.runner, e.before
	record.Direction = Down
	event := r.event(record, Finished)
	event.Note = e.nothingToUndo()
	if err := r.forget(ctx, record.Name, event); err != nil {
		return nil, fmt.Errorf("unregister %s: %w", record.Name, err)
	}
	return &Result{Name: record.Name, Direction: Down, State: Pending, Log: []string{event.Note}}, nil
}

func (e *execution) nothingToUndo() string {
	return fmt.Sprintf("down is not run: it was %s, and nothing of it is there", e.before.State.Words())
}

// down undoes the migration and unregisters it. The record keeps the facts of its execution until then.
func (e *execution) down(ctx context.Context) (*Result, error) {
	if e.before.Untouched() {
		return e.unregister(ctx)
	}
	r, log := e.runner, &tail{}
	instance, err := e.open(ctx, Down, log)
	if err != nil {
		return nil, err
	}
	defer instance.Close()
	record := e.before
	record.State, record.Direction, record.Error, record.Journal, record.Aborted = RollingBack, Down, nil, nil, false
	record.Rollback = &Attempt{By: r.By, StartedAt: r.now()}
	r.Observer.Started(e.migration, Down)
	return e.run(ctx, instance, record, log, func(ctx context.Context, done Record, result Result) error {
		return r.forget(ctx, done.Name, r.ended(done, Finished, result))
	})
}
