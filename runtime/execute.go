package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"migrator/runtime/fault"
)

// ExecuteOptions says what Execute runs.
type ExecuteOptions struct {
	// Targets are names or numbers; empty means all that is pending.
	Targets []string
	// To is the last number to run; nil means no limit.
	To *int64
	// Force runs the one target whatever its state.
	Force           bool
	AllowOutOfOrder bool
	// WaitLock is how long to wait for another runner.
	WaitLock time.Duration
	// Args are handed to the scripts as migration.args.
	Args map[string]string
	// DryRun calls the scripts and writes nothing: the results hold plans.
	DryRun bool
}

// Execute runs up of pending migrations, in order, and stops at the first that fails. All of them are compiled before
// the first is run. The lock is taken only when there is something to do.
func (r *Runner) Execute(ctx context.Context, o ExecuteOptions) (Outcome, error) {
	var out Outcome
	files, err := r.Directory.Migrations()
	if err != nil {
		return out, err
	}
	records, err := r.records(ctx)
	if err != nil {
		return out, err
	}
	if err := refuseUnknownNumber(known(files, records), o.To); err != nil {
		return out, err
	}
	if o.DryRun {
		return r.dryExecute(ctx, files, records, o)
	}
	// Somebody else's run in flight looks like one that died, until the lock tells them apart; so a refusal is final
	// only under the lock.
	if plan, err := planExecute(files, records, o); len(plan) == 0 && (err == nil || fault.CodeOf(err) == fault.Usage) {
		return out, err
	}
	err = r.locked(ctx, o.WaitLock, func(ctx context.Context, lease Lease) error {
		return r.executeLocked(ctx, lease, files, o, &out)
	})
	return out, toldOfRunning(err, records)
}

func (r *Runner) executeLocked(ctx context.Context, lease Lease, files []Migration, o ExecuteOptions, out *Outcome) error {
	records, err := r.records(ctx)
	if err != nil {
		return err
	}
	plan, err := planExecute(files, records, o)
	if err != nil {
		return err
	}
	runs, err := r.prepareUps(ctx, lease, plan, records, o.Args)
	if err != nil {
		return err
	}
	for i := range runs {
		result, err := runs[i].up(ctx)
		r.took(out, result)
		if err != nil {
			return err
		}
		runs[i].script = nil // so that its program and its source can be freed while the rest runs
	}
	return nil
}

// prepareUps compiles what is to be executed, each as its file is now.
func (r *Runner) prepareUps(ctx context.Context, lease Lease, plan []Migration, records []Record, args map[string]string) (runs []execution, err error) {
	byName, batch := recordsByName(records), nextBatch(records)
	begins := r.newClock(records, batch)
	for _, m := range plan {
		run := execution{runner: r, lease: lease, migration: m, batch: batch, begins: begins, args: args}
		if run.script, err = r.Scripts.Load(ctx, m); err != nil {
			return nil, err
		}
		if before, registered := byName[m.Name]; registered {
			if run.before, err = r.whole(ctx, before); err != nil {
				return nil, err
			}
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// took adds a result to what a run has done, and tells of it; nil is none.
func (r *Runner) took(out *Outcome, result *Result) {
	if result != nil {
		out.Results = append(out.Results, *result)
		r.Observer.Finished(*result)
	}
}

// execution is one call of one migration's up or down.
type execution struct {
	runner    *Runner
	lease     Lease // nil in a dry run
	migration Migration
	script    Script
	batch     int
	begins    clock // of up
	args      map[string]string
	before    Record // what the registry holds; the zero record where it holds nothing
	journal   *journaling
	stored    string // why it is not the file that is rolled back, but the source that was executed; "" where it is
	// next says what to do once it has failed; nil, and "", is to resolve it.
	next func() string
}

// whole is a record of List's with what List leaves out.
func (r *Runner) whole(ctx context.Context, record Record) (Record, error) {
	whole, ok, err := r.Registry.Get(ctx, record.Name)
	if err != nil || !ok {
		return record, err
	}
	whole.Number = record.Number
	return whole, nil
}

// up runs the migration and records it. The result is nil when nothing was run.
func (e *execution) up(ctx context.Context) (*Result, error) {
	r, log := e.runner, &tail{}
	instance, err := e.open(ctx, Up, log)
	if err != nil {
		return nil, err
	}
	defer instance.Close()
	info := instance.Info()
	if !info.HasUp {
		return nil, noUp(e.migration.Name, info)
	}
	if err := e.refuseElsewhere(info); err != nil {
		return nil, err
	}
	record, err := e.record()
	if err != nil {
		return nil, err
	}
	if !info.isFor(r.Environment) {
		return e.passOver(ctx, record, info)
	}
	if e.before.Undone() {
		r.Observer.Notice(fmt.Sprintf("%s runs again: when it failed at %s its transaction was aborted, and nothing of it stayed",
			e.before.Name, stamp(e.before.StartedAt)))
	}
	r.Observer.Started(e.migration, Up)
	return e.run(ctx, instance, record, log, func(ctx context.Context, done Record, result Result) error {
		return r.note(ctx, done, r.ended(done, Finished, result))
	})
}

// noUp is the refusal of a file whose exports are info.
func noUp(name string, info Info) error {
	hint := "add `export function up(db) { … }`"
	if info.Advice != "" {
		hint = info.Advice
	}
	return fault.WithFields(fault.New(fault.Script, hint, "%s exports no function up", name), map[string]any{"migration": name})
}

// refuseElsewhere fails for a migration whose work is here, or a part of it, although it is meant for other environments by
// now: it would not run again, and must not be registered as if nothing of it was here.
func (e *execution) refuseElsewhere(info Info) error {
	if info.isFor(e.runner.Environment) || e.before.Name == "" || e.before.Untouched() {
		return nil
	}
	return fault.WithFields(fault.New(fault.Usage, fmt.Sprintf("to undo it here, type `migrator rollback %s`", e.migration.Name),
		"%s is only for %s, so it would not be executed again", e.migration.Name, strings.Join(info.Environments, ", ")), map[string]any{"migration": e.migration.Name})
}

// passOver registers a migration that is meant for other environments, so that it is not pending here for ever.
func (e *execution) passOver(ctx context.Context, record Record, info Info) (*Result, error) {
	record.State, record.FinishedAt = Ignored, record.StartedAt
	record.Log = []string{"only for " + strings.Join(info.Environments, ", ")}
	if err := e.runner.note(ctx, record, e.runner.event(record, Registered)); err != nil {
		return nil, fmt.Errorf("register %s: %w", record.Name, err)
	}
	return &Result{Name: record.Name, Direction: Up, State: Ignored, Log: record.Log}, nil
}

// open evaluates the script for a call in the given direction. Without a lease that is a dry run.
func (e *execution) open(ctx context.Context, d Direction, log *tail) (Instance, error) {
	r := e.runner
	call := Call{
		Migration: e.migration, Direction: d, Environment: r.Environment, Database: r.Database, Args: e.args, DryRun: e.lease == nil,
		Print: func(line string) { log.add(line); r.Observer.Printed(e.migration, line) },
		Ask:   r.Ask, Progress: r.Progress,
	}
	if !call.DryRun {
		call.Check, call.Journal = e.lease.Valid, func(s Step) { e.journal.note(s) }
	}
	return e.script.Open(ctx, call)
}

// record is the record of a run of up that is about to begin.
func (e *execution) record() (Record, error) {
	record := Record{
		Name: e.migration.Name, Number: e.migration.Number, Direction: Up, State: Executing,
		StartedAt: e.begins.now(), Batch: e.batch, By: e.runner.By, Foreign: e.before.Foreign, Rest: e.before.Rest,
	}
	return record, record.keep(e.script.Bundle())
}

// run stores the state, calls the script, and stores how it ended; finish does so when it ended well. States are stored
// whole or not at all, so an interrupt waits for that.
func (e *execution) run(ctx context.Context, instance Instance, record Record, log *tail, finish func(context.Context, Record, Result) error) (*Result, error) {
	begun := time.Now()
	if err := e.begin(ctx, record); err != nil {
		return nil, err
	}
	e.journal = e.runner.startJournal(ctx, e.lease, record)
	report, failure := callWithin(ctx, instance)
	if err := e.journal.stop(); err != nil && failure == nil { // a failure has its own reason, most likely the same
		e.runner.Observer.Notice(fmt.Sprintf("%s: %s", record.Name, err))
	}
	for _, c := range report.Caught {
		log.add(c.String())
	}
	result := &Result{
		Name: record.Name, Direction: record.Direction, State: record.State, Duration: time.Since(begun),
		Operations: report.Operations, Log: log.lines(), Caught: report.Caught,
	}
	if err := e.lease.Valid(); err != nil {
		return result, errors.Join(fault.Wrap(fault.Locked, err, "", "stop in %s", record.Name), failure)
	}
	if record.Direction == Up {
		record.Duration, record.FinishedAt = result.Duration, record.StartedAt.Add(result.Duration)
		record.Operations, record.Log = result.Operations, result.Log
	}
	ending, cancel := ending(ctx)
	defer cancel()
	if failure != nil {
		result.State = Failed
		return result, e.fail(ending, record, *result, report, failure)
	}
	if record.Direction == Up {
		record.State = Executed
	}
	if err := finish(ending, record, *result); err != nil {
		return result, fault.Then(fault.Wrap(fault.Failed, err, "", "record that %s has ended", record.Name),
			fmt.Sprintf("its work is done: once the database answers, type `migrator resolve %s --%s`", record.Name, resolved(record.Direction)))
	}
	result.State = Executed
	if record.Direction == Down {
		result.State = Pending
	}
	return result, nil
}

// begin stores that the run has begun, unless it has been interrupted already.
func (e *execution) begin(ctx context.Context, record Record) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	storing, cancel := ending(ctx)
	defer cancel()
	event := e.runner.event(record, Started)
	if record.Direction == Up && e.before.Name != "" {
		event.Note = "it was " + e.before.was()
	}
	if err := e.runner.note(storing, record, event); err != nil {
		return e.notBegun(ctx, record, err)
	}
	return nil
}

// notBegun puts the registry back to what it held before, as far as that can be done, since nothing was called.
func (e *execution) notBegun(ctx context.Context, record Record, cause error) error {
	ctx, cancel := ending(ctx)
	defer cancel()
	err := e.lease.Valid()
	switch {
	case err != nil:
	case e.before.Name == "":
		err = e.runner.Registry.Remove(ctx, record.Name)
	default:
		err = e.runner.Registry.Put(ctx, e.before)
	}
	cause = fmt.Errorf("record that %s begins, of which nothing was called: %w", record.Name, cause)
	if err == nil {
		return cause
	}
	return fault.Then(cause, fmt.Sprintf("if `migrator status` shows it as %s, type `migrator resolve %s --retry`", record.State.Words(), record.Name))
}

func resolved(d Direction) string {
	if d == Down {
		return "rolled-back"
	}
	return "executed"
}

// callWithin calls the script within the timeout that it asks for.
func callWithin(ctx context.Context, instance Instance) (Report, error) {
	if timeout := instance.Info().Timeout; timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, timeout, fmt.Errorf("its timeout of %s has run out", timeout))
		defer cancel()
	}
	return instance.Run(ctx)
}
