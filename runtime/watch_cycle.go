package runtime

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
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
	err := w.reopen(ctx, asked)
	if err == nil {
		err = w.cycle(ctx, asked, &out)
	}
	w.runs(nil, "")
	end := WatchEnd{Results: out.Results, Err: err, Stuck: w.stuck, Took: time.Since(asked.saved.At)}
	if errors.Is(context.Cause(ctx), errReplaced) {
		end.Replaced, end.Stuck = true, ""
	}
	return end
}

// reopen connects anew, where that is needed before a second try.
func (w *watch) reopen(ctx context.Context, asked request) error {
	if !asked.retry || w.options.Reopen == nil {
		return nil
	}
	runner, err := w.options.Reopen(ctx)
	if err == nil {
		w.runner = runner
	}
	return err
}

func (w *watch) cycle(ctx context.Context, asked request, out *Outcome) error {
	r := w.runner
	if asked.undo {
		return w.undoLast(ctx, out)
	}
	answered := !asked.retry
	return r.change(ctx, w.options.WaitLock, func(v view) (*job, error) {
		plan, err := w.plan(v, asked)
		if err == nil && !answered {
			answered = true
			r.Observer.Notice("the database answers again")
		}
		if err == nil && plan.empty() && asked.again {
			r.Observer.Notice("nothing can be run again: " + w.whyNot())
		}
		if err != nil || plan.empty() {
			return nil, err
		}
		return &job{
			approve: func() error { w.options.Begun(asked.saved); return nil },
			run: func(ctx context.Context, lease Lease) error {
				return w.repairAndCarryOut(ctx, lease, asked, v, plan, out)
			},
		}, nil
	})
}

func (w *watch) repairAndCarryOut(ctx context.Context, lease Lease, asked request, v view, plan watchPlan, out *Outcome) error {
	if len(plan.blocked) > 0 {
		err := w.repair(ctx, lease, asked, v, plan.blocked, out)
		if err == nil {
			v, err = w.runner.look(ctx)
		}
		if err == nil {
			plan, err = w.plan(v, asked)
		}
		if err != nil {
			return err
		}
	}
	return w.carryOut(ctx, lease, v, plan, out)
}

// plan decides by what was read what a cycle has to do.
func (w *watch) plan(v view, asked request) (watchPlan, error) {
	plan, err := planWatch(v.files, v.records, w.options.NoRollback, asked.again)
	if err != nil {
		return watchPlan{}, err
	}
	if len(plan.blocked) == 0 {
		w.stuck = "" // it may have been resolved elsewhere
	}
	w.say(plan.notices)
	return plan, w.follow(v.files, v.records)
}

func (w *watch) whyNot() string {
	if w.options.NoRollback {
		return "nothing is rolled back (--no-rollback)"
	}
	return "nothing is executed here"
}

// say prints the notices that have not been printed yet. One that no longer holds may be printed again later.
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

// followFailed asks for the changes of the file that could not be loaded, which may be one that nothing is known of yet.
func (w *watch) followFailed(err error) error {
	failed := FailureOf(nil)
	if w.options.Saves == nil || !errors.As(err, &failed) || failed.Failure().File == "" {
		return nil
	}
	return w.options.Saves.Follow([]string{filepath.Join(w.options.Root, filepath.FromSlash(failed.Failure().File))})
}

func (w *watch) followFiles(paths []string) error {
	if w.options.Saves == nil || len(paths) < 2 {
		return nil // the migrations themselves are seen anyway
	}
	return w.options.Saves.Follow(paths)
}

// carryOut rolls back and executes what is planned. Everything is compiled, and every rollback prepared, before anything
// is run: a text that does not compile leaves the one that was executed in effect.
func (w *watch) carryOut(ctx context.Context, lease Lease, v view, plan watchPlan, out *Outcome) error {
	r := w.runner
	ups, err := r.prepareUps(ctx, lease, v, plan.run, w.options.Args)
	if err != nil {
		return &loadError{errors.Join(err, w.followFailed(err))}
	}
	downs, err := w.downsOf(ctx, lease, v, plan)
	defer closeAll(downs)
	if err != nil {
		return err
	}
	w.tellUndo(plan)
	undone := map[string]Record{}
	for _, down := range downs {
		if err := w.rollBack(ctx, down, out); err != nil {
			return err
		}
		undone[down.migration.Name] = down.after
	}
	for _, up := range ups {
		if after, ok := undone[up.migration.Name]; ok {
			up.before = after
		}
		paths := pathsOf(up.migration, up.script.Bundle().Paths())
		w.runs(paths, "")
		if err := w.followFiles(paths); err != nil {
			return err
		}
		if err := w.run(ctx, up, (*execution).up, out); err != nil {
			return err
		}
	}
	return nil
}

// rollBack carries out a down.
func (w *watch) rollBack(ctx context.Context, e *execution, out *Outcome) error {
	w.runs(pathsOf(e.migration, e.before.Files), e.migration.Name)
	return w.run(ctx, e, (*execution).down, out)
}

// run carries out one half of a migration, and notes that it waits to be repaired if it failed.
func (w *watch) run(ctx context.Context, e *execution, half func(*execution, context.Context) (*Result, error), out *Outcome) error {
	e.next = func() string {
		if cause := context.Cause(ctx); fault.CodeOf(cause) == fault.Interrupted && !errors.Is(cause, errReplaced) {
			return "" // nobody watches any more
		}
		return w.next()
	}
	result, err := half(e, ctx)
	w.runner.took(out, result)
	if result != nil && result.State.Blocks() {
		w.stuck = e.migration.Name
	}
	return err
}

// tellUndo names what is rolled back although it has not changed.
func (w *watch) tellUndo(plan watchPlan) {
	n := len(plan.undo) - 1
	if n < 0 {
		return
	}
	var names []string
	for _, record := range plan.undo {
		names = append(names, record.Name)
	}
	switch first := plan.run[0].Name; {
	case first != names[n]: // a new file that belongs before them
		w.runner.Observer.Notice(fmt.Sprintf("first rolling back what comes after %s: %s", first, SomeOf(names)))
	case n > 0:
		w.runner.Observer.Notice(fmt.Sprintf("first rolling back what was executed after %s: %s", first, SomeOf(names[:n])))
	}
}

// SomeOf names a few: "a.js, b.js and 48 more".
func SomeOf(names []string) string {
	if len(names) <= 3 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:2], ", "), len(names)-2)
}

// next says how a migration that failed goes on here.
func (w *watch) next() string {
	if w.options.Once {
		return "" // as with execute
	}
	text := "save it again: its own down undoes what it has done, and it runs anew"
	if w.options.Keys != nil {
		text += "\nor press r to do that now, s to go on without undoing"
	}
	return text
}

// errStuck is what a cycle says that may not repair.
func (w *watch) errStuck(record Record) error {
	if w.options.NoRollback {
		return blockedError(record)
	}
	return fault.Then(fault.New(fault.Failed, "", "%s", record.story()), w.next())
}
