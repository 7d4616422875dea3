package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"migrator/runtime/fault"
)

// execution is one call of one migration's up or down.
type execution struct {
	runner    *Runner
	lease     Lease // nil in a dry run
	migration Migration
	direction Direction
	script    Script
	batch     int
	begins    clock // of up
	args      map[string]string
	before    Record // what the registry holds, whole: the zero record where it has never held anything
	stored    string // why it is not the file that is rolled back, but the source that was executed; "" where it is
	// next says what to do once it has failed; nil, and "", is to resolve it.
	next func() string

	instance Instance // once it is open
	log      tail
	journal  *journaling
	after    Record // what the registry holds once it has ended
}

// whole is a record of List's with what List leaves out. Of what was rolled back there is no more.
func (r *Runner) whole(ctx context.Context, record Record) (Record, error) {
	if !record.registered() {
		return record, nil
	}
	whole, ok, err := r.Registry.Get(ctx, record.Name)
	if err != nil || !ok {
		return record, err
	}
	whole.Number = record.Number
	return whole, nil
}

// up runs the migration and records it. The result is nil when nothing was run.
func (e *execution) up(ctx context.Context) (*Result, error) {
	r := e.runner
	defer e.close()
	info, err := e.openUp(ctx)
	if err != nil {
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
	done := record
	done.State = Executed
	return e.run(ctx, record, done)
}

// openUp opens the script for up, and refuses what would not run here.
func (e *execution) openUp(ctx context.Context) (Info, error) {
	info, err := e.open(ctx)
	if err == nil && !info.HasUp {
		err = noUp(e.migration.Name, info)
	}
	if err == nil {
		err = e.refuseElsewhere(info)
	}
	return info, err
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
	if info.isFor(e.runner.Environment) || !e.before.registered() || e.before.Untouched() {
		return nil
	}
	return fault.WithFields(fault.New(fault.Usage, fmt.Sprintf("to undo it here, type `migrator rollback %s`", e.migration.Name),
		"%s is only for %s, so it would not be executed again", e.migration.Name, strings.Join(info.Environments, ", ")), map[string]any{"migration": e.migration.Name})
}

// passOver registers a migration that is meant for other environments, so that it is not pending here for ever.
func (e *execution) passOver(ctx context.Context, record Record, info Info) (*Result, error) {
	record.State, record.FinishedAt = Ignored, record.StartedAt
	record.Log = []string{"only for " + strings.Join(info.Environments, ", ")}
	if err := e.runner.setByHand(ctx, e.lease, e.before, record, e.runner.event(record, Registered)); err != nil {
		return nil, fmt.Errorf("register %s: %w", record.Name, err)
	}
	return &Result{Name: record.Name, Direction: Up, State: Ignored, Log: record.Log}, nil
}

// open evaluates the script, once: it is called by the one that looks at its exports first, and again by the one that runs
// it.
func (e *execution) open(ctx context.Context) (Info, error) {
	if e.instance == nil {
		r := e.runner
		call := r.call(e.migration, e.direction)
		call.Args, call.DryRun = e.args, e.lease == nil
		call.Print = func(line string) { e.log.add(line); r.Observer.Printed(e.migration, line) }
		if !call.DryRun {
			call.Check, call.Journal = e.lease.Valid, func(s Step) { e.journal.note(s) }
		}
		instance, err := e.script.Open(ctx, call)
		if err != nil {
			return Info{}, err
		}
		e.instance = instance
	}
	return e.instance.Info(), nil
}

// close closes the script, if it is open.
func (e *execution) close() {
	if e.instance != nil {
		e.instance.Close()
		e.instance = nil
	}
}

// call is what every script learns of the run, and who answers it.
func (r *Runner) call(m Migration, d Direction) Call {
	return Call{Migration: m, Direction: d, Environment: r.Environment, Database: r.Database, Ask: r.ask, Progress: r.Progress}
}

// ask answers a question of a script.
func (r *Runner) ask(ctx context.Context, q Question) (string, error) {
	if r.Ask == nil {
		return "", fault.New(fault.Usage, "", "there is nobody to ask: %s", q.Text)
	}
	return r.Ask(ctx, q)
}

// record is the record of a run of up that is about to begin.
func (e *execution) record() (Record, error) {
	record := Record{
		Name: e.migration.Name, Number: e.migration.Number, Direction: Up, State: Executing,
		StartedAt: e.begins.now(), Batch: e.batch, By: e.runner.By, Foreign: e.before.Foreign, Rest: e.before.Rest,
	}
	return record, record.keep(e.script.Bundle())
}

// run stores that the run has begun, calls the script, and stores how it ended: as done where it ended well. States are
// stored whole or not at all, so an interrupt waits for that.
func (e *execution) run(ctx context.Context, record, done Record) (*Result, error) {
	record.Generation, record.Start, record.QuietAfter = e.lease.Generation(), newStart(), time.Time{}
	done.Generation, done.Start = record.Generation, record.Start
	e.runner.Observer.Started(e.migration, e.direction)
	begun := time.Now()
	if err := e.begin(ctx, record); err != nil {
		return nil, err
	}
	e.journal = e.runner.startJournal(ctx, e.lease, record)
	report, failure := e.callWithin(ctx)
	if err := e.journal.stop(); err != nil && failure == nil { // a failure has its own reason, most likely the same
		e.runner.Observer.Notice(fmt.Sprintf("%s: %s", record.Name, err))
	}
	result := e.result(record.State, report, time.Since(begun))
	if err := e.lease.Valid(); err != nil {
		return result, errors.Join(fault.Wrap(fault.Locked, err, "", "stop in %s", record.Name), failure)
	}
	if failure == nil {
		failure = unanswered(report)
	}
	ending, cancel := ending(ctx)
	defer cancel()
	if failure != nil {
		result.State = Failed
		return result, e.fail(ending, record, *result, report, failure)
	}
	return result, e.finish(ending, record, done, result)
}

// result is what became of the call, in a state that is still to be settled.
func (e *execution) result(state State, report Report, took time.Duration) *Result {
	for _, c := range report.Caught {
		e.log.add(c.String())
	}
	return &Result{
		Name: e.migration.Name, Direction: e.direction, State: state, Duration: took,
		Operations: report.Operations, Log: e.log.lines(), Caught: report.Caught,
	}
}

// finish stores that the run has ended well.
func (e *execution) finish(ctx context.Context, record, done Record, result *Result) error {
	if e.direction == Up {
		done.ended(*result)
	}
	event := e.runner.ended(done, Finished, *result)
	event.Direction, event.Note = e.direction, e.startedFrom()
	if err := e.conclude(ctx, record, done, event); err != nil {
		return fault.Then(fault.Wrap(fault.Failed, err, "", "record that %s has ended", record.Name),
			fmt.Sprintf("its work is done: once the database answers, type `migrator resolve %s --%s`", record.Name, resolved(e.direction)))
	}
	result.State = done.State
	return nil
}

// startedFrom says what an up started from that was not pending; else it is "".
func (e *execution) startedFrom() string {
	if e.direction == Down || !e.before.registered() {
		return ""
	}
	return "it was " + e.before.was()
}

// ended takes the facts of an up that has come to its end.
func (r *Record) ended(result Result) {
	r.Duration, r.FinishedAt = result.Duration, r.StartedAt.Add(result.Duration)
	r.Operations, r.Log = result.Operations, result.Log
}

// conclude stores the end of the run, and then its event: the record alone decides, and whoever takes its place adds the
// event if this process dies between the two.
func (e *execution) conclude(ctx context.Context, begun, next Record, event Event) error {
	if err := e.runner.Registry.End(ctx, begun, next); err != nil {
		return err
	}
	e.after = next
	return e.runner.History.Append(ctx, event)
}

// begin stores that the run has begun, unless it has been interrupted already. Where a write of an earlier run may still
// arrive, it is waited for first.
func (e *execution) begin(ctx context.Context, record Record) error {
	if _, err := e.runner.settle(ctx, e.before); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	storing, cancel := ending(ctx)
	defer cancel()
	err := e.runner.addMissing(storing, e.before)
	if err == nil {
		err = e.runner.Registry.Take(storing, e.before, record)
	}
	if err == nil {
		return nil
	}
	return fault.Then(fmt.Errorf("record that %s begins (nothing of it was called): %w", record.Name, err),
		fmt.Sprintf("if `migrator status` shows it as %s, type `migrator resolve %s`", record.State.Words(), record.Name))
}

func resolved(d Direction) string {
	if d == Down {
		return "rolled-back"
	}
	return "executed"
}

// callWithin calls the script within the timeout that it asks for.
func (e *execution) callWithin(ctx context.Context) (Report, error) {
	if timeout := e.instance.Info().Timeout; timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, timeout, fmt.Errorf("its timeout of %s has run out", timeout))
		defer cancel()
	}
	return e.instance.Run(ctx)
}
