package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"migrator/runtime/fault"
)

// loadError is the error of a file that could not be read or compiled.
type loadError struct{ error }

func (e *loadError) Unwrap() error { return e.error }

func isLoadError(err error) bool {
	var load *loadError
	return errors.As(err, &load)
}

// turn is one cycle: it does what is asked for and what the files ask for.
func (w *watch) turn(ctx context.Context, asked request) WatchEnd {
	var out Outcome
	err := w.cycle(ctx, asked, &out)
	w.runs(nil)
	end := WatchEnd{Results: out.Results, Err: err, Stuck: w.stuck, Took: time.Since(asked.saved.At)}
	if errors.Is(context.Cause(ctx), errReplaced) {
		end.Replaced, end.Stuck = true, ""
	}
	return end
}

func (w *watch) cycle(ctx context.Context, asked request, out *Outcome) error {
	r := w.runner
	if asked.undo {
		return w.undoLast(ctx, out)
	}
	plan, _, err := w.look(ctx, asked)
	if err != nil || plan.empty() {
		return err
	}
	w.options.Begun(asked.saved)
	return r.locked(ctx, w.options.WaitLock, func(ctx context.Context, lease Lease) error {
		plan, records, err := w.look(ctx, asked)
		if err != nil {
			return err
		}
		if len(plan.blocked) > 0 {
			if err := w.repair(ctx, lease, asked, plan.blocked, out); err != nil {
				return err
			}
			if plan, records, err = w.look(ctx, asked); err != nil {
				return err
			}
		}
		return w.carryOut(ctx, lease, plan, records, out)
	})
}

// look reads where things stand and plans.
func (w *watch) look(ctx context.Context, asked request) (watchPlan, []Record, error) {
	files, err := w.runner.Directory.Migrations()
	if err != nil {
		return watchPlan{}, nil, err
	}
	records, err := w.runner.records(ctx)
	if err != nil {
		return watchPlan{}, nil, err
	}
	plan, err := planWatch(files, records, w.options.NoRollback, asked.again)
	if err != nil {
		return watchPlan{}, nil, err
	}
	w.say(plan.notices)
	return plan, records, w.follow(files, records)
}

// say tells what has not been told yet. What no longer holds may be told again later.
func (w *watch) say(notices []string) {
	said := map[string]bool{}
	for _, notice := range notices {
		if said[notice] = true; !w.said[notice] {
			w.runner.Observer.Notice(notice)
		}
	}
	w.said = said
}

// follow asks for the changes of what the registered migrations import.
func (w *watch) follow(files []Migration, records []Record) error {
	byName := recordsByName(records)
	for _, m := range files {
		if err := w.followFiles(pathsOf(m, byName[m.Name].Files)); err != nil {
			return err
		}
	}
	return nil
}

func (w *watch) followFiles(paths []string) error {
	if w.options.Saves == nil || len(paths) < 2 {
		return nil // the migrations themselves are seen anyway
	}
	return w.options.Saves.Follow(paths)
}

// carryOut rolls back and executes what is planned. Everything is compiled, and every rollback prepared, before anything
// is run: a text that does not compile leaves the one that was executed in effect.
func (w *watch) carryOut(ctx context.Context, lease Lease, plan watchPlan, records []Record, out *Outcome) error {
	scripts := make([]Script, len(plan.run))
	for i, m := range plan.run {
		script, err := w.runner.Scripts.Load(ctx, m)
		if err != nil {
			return &loadError{err}
		}
		scripts[i] = script
		if err := w.followFiles(pathsOf(m, script.Bundle().Paths())); err != nil {
			return err
		}
	}
	if err := w.undo(ctx, lease, plan, out); err != nil {
		return err
	}
	batch := nextBatch(records)
	for i, m := range plan.run {
		run := execution{runner: w.runner, lease: lease, migration: m, script: scripts[i], batch: batch, args: w.options.Args}
		w.runs(pathsOf(m, scripts[i].Bundle().Paths()))
		result, err := run.up(ctx)
		if err := w.finished(out, result, err, m.Name); err != nil {
			return err
		}
		w.last = m.Name
	}
	return nil
}

// undo rolls back what has changed and what was executed after it, and says why the latter.
func (w *watch) undo(ctx context.Context, lease Lease, plan watchPlan, out *Outcome) error {
	files, err := w.runner.Directory.Migrations()
	if err != nil {
		return err
	}
	runs := make([]execution, len(plan.undo))
	for i, record := range plan.undo {
		if runs[i], err = w.runner.prepareDown(ctx, lease, files, record, w.options.Args); err != nil {
			return err
		}
	}
	if n := len(plan.undo); n > 1 {
		names := make([]string, 0, n-1)
		for _, record := range plan.undo[:n-1] {
			names = append(names, record.Name)
		}
		w.runner.Observer.Notice(fmt.Sprintf("%s rolled back first and executed again after it: executed after %s",
			strings.Join(names, ", ")+isAre(n-1), plan.undo[n-1].Name))
	}
	for i := range runs {
		result, err := runs[i].down(ctx)
		if err := w.finished(out, result, err, runs[i].migration.Name); err != nil {
			return err
		}
	}
	return nil
}

func isAre(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// finished notes what became of one migration, and that it waits to be repaired if it failed.
func (w *watch) finished(out *Outcome, result *Result, err error, name string) error {
	if result != nil {
		out.Results = append(out.Results, *result)
		w.runner.Observer.Finished(*result)
		if result.State.Blocks() {
			w.stuck = name
		}
	}
	return err
}

// undoLast rolls back what was executed last.
func (w *watch) undoLast(ctx context.Context, out *Outcome) error {
	done, err := w.runner.Rollback(ctx, RollbackOptions{Last: 1, WaitLock: w.options.WaitLock, Args: w.options.Args})
	*out = done
	return err
}

// errStuck is what a cycle says that may not repair.
func errStuck(record Record) error {
	return fault.Wrap(0, blockedError(record), "the next save undoes it with its own down and runs it again", "")
}
