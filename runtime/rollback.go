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
	if o.DryRun {
		err := r.dryRun(ctx, &out, func(v view) ([]*execution, error) {
			plan, err := planRollback(v.files, v.records, o)
			if err := r.noticeHolder(ctx, err); err != nil {
				return nil, err
			}
			return r.prepareDowns(ctx, nil, v, plan, o.Args)
		})
		return out, err
	}
	err := r.change(ctx, o.WaitLock, func(v view) (*job, error) {
		plan, err := planRollback(v.files, v.records, o)
		if err != nil || len(plan) == 0 {
			return nil, err
		}
		todo := &job{run: func(ctx context.Context, lease Lease) error { return r.rollBackAll(ctx, lease, v, plan, o.Args, &out) }}
		if o.Approve != nil {
			everything := o.everything(len(plan), v.records)
			todo.asks = fmt.Sprintf("everything: %t", everything)
			todo.approve = func() error { return o.Approve(everything) }
		}
		return todo, nil
	})
	return out, err
}

// everything reports whether a plan of n undoes all that was executed without each being named.
func (o RollbackOptions) everything(n int, records []Record) bool {
	executed := 0
	for _, record := range recordsByName(records) {
		if record.State == Executed {
			executed++
		}
	}
	return o.All || len(o.Targets) == 0 && n == executed && n > 1
}

func (r *Runner) rollBackAll(ctx context.Context, lease Lease, v view, plan []Record, args map[string]string, out *Outcome) error {
	runs, err := r.prepareDowns(ctx, lease, v, plan, args)
	defer closeAll(runs)
	if err != nil {
		return err
	}
	for _, run := range runs {
		run.tellSource()
		result, err := run.down(ctx)
		r.took(out, result)
		if err != nil {
			return err
		}
		run.script = nil
	}
	return nil
}

// prepareDowns opens the script of each record that is to be undone, and refuses all where one cannot be undone. What it
// returns is to be closed, also beside an error.
func (r *Runner) prepareDowns(ctx context.Context, lease Lease, v view, plan []Record, args map[string]string) ([]*execution, error) {
	var runs []*execution
	for _, record := range plan {
		run, err := r.prepareDown(ctx, lease, v, record, args)
		if run != nil {
			runs = append(runs, run)
		}
		if err != nil {
			return runs, err
		}
	}
	return runs, nil
}

func closeAll(runs []*execution) {
	for _, run := range runs {
		run.close()
	}
}

// prepareDown opens the script to undo a record with, and refuses what cannot be undone.
func (r *Runner) prepareDown(ctx context.Context, lease Lease, v view, record Record, args map[string]string) (*execution, error) {
	e, err := r.loadDown(ctx, lease, v.files, record, args)
	if err != nil || e.script == nil {
		return e, err
	}
	return e, e.refuseDown(ctx, e.stored != "")
}

// loadDown finds the script to undo a record with; there is no script where nothing has to be undone.
func (r *Runner) loadDown(ctx context.Context, lease Lease, files []Migration, record Record, args map[string]string) (*execution, error) {
	// What is stored while the rollback runs must keep the source.
	record, err := r.whole(ctx, record)
	if err != nil {
		return nil, err
	}
	m := Migration{Name: record.Name, Number: record.Number, Path: pathOf(files, record.Name)}
	e := &execution{runner: r, lease: lease, migration: m, direction: Down, batch: record.Batch, args: args, before: record}
	if record.Untouched() {
		return e, nil
	}
	if e.script, e.stored, err = r.scriptFor(ctx, m, record); err != nil {
		return nil, err
	}
	return e, nil
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
	info, err := e.open(ctx)
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

// unregister takes out of the registry what nothing has to be undone of.
func (e *execution) unregister(ctx context.Context) (*Result, error) {
	r := e.runner
	next := e.before.rolledBack()
	event := r.event(next, Finished)
	event.Direction, event.Batch, event.Note = Down, e.before.Batch, e.nothingToUndo()
	if err := r.setByHand(ctx, e.lease, e.before, next, event); err != nil {
		return nil, fmt.Errorf("unregister %s: %w", e.before.Name, err)
	}
	return &Result{Name: e.before.Name, Direction: Down, State: Pending, Log: []string{event.Note}}, nil
}

func (e *execution) nothingToUndo() string {
	return fmt.Sprintf("down is not run: it was %s, and nothing of it is there", e.before.State.Words())
}

// down undoes the migration and unregisters it. The record keeps the facts of its execution until then.
func (e *execution) down(ctx context.Context) (*Result, error) {
	if e.before.Untouched() {
		return e.unregister(ctx)
	}
	defer e.close()
	if _, err := e.open(ctx); err != nil {
		return nil, err
	}
	record := e.before
	record.State, record.Direction, record.Error, record.Journal, record.Aborted = RollingBack, Down, nil, nil, false
	record.Rollback = &Attempt{By: e.runner.By, StartedAt: e.runner.now()}
	return e.run(ctx, record, record.rolledBack())
}
