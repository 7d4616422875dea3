package runtime

import (
	"context"
	"fmt"
	"time"

	"migrator/runtime/fault"
)

// Resolution is how a migration that did not end well, or has drifted, is set right.
type Resolution string

const (
	// Retry makes it ready to be run again: pending after up, executed after down.
	Retry Resolution = "retry"
	// ResolvedExecuted says that its work is done.
	ResolvedExecuted Resolution = "executed"
	// ResolvedRolledBack says that its work is undone, and unregisters it.
	ResolvedRolledBack Resolution = "rolled-back"
	// Accept records the file as it is now as what was executed.
	Accept Resolution = "accept"
)

// Resolve sets a migration right by hand and writes that into the history. It runs nothing.
func (r *Runner) Resolve(ctx context.Context, target string, how Resolution, wait time.Duration) (Outcome, error) {
	var out Outcome
	files, err := r.Directory.Migrations()
	if err != nil {
		return out, err
	}
	err = r.locked(ctx, wait, func(ctx context.Context, _ Lease) error {
		records, err := r.records(ctx)
		if err != nil {
			return err
		}
		m, err := find(known(files, records), target)
		if err != nil {
			return err
		}
		record, registered, err := r.Registry.Get(ctx, m.Name)
		if err != nil {
			return err
		}
		if !registered {
			return fault.New(fault.Usage, "type `migrator execute` to run it", "%s is pending: there is nothing to resolve", m.Name)
		}
		result, err := r.resolve(ctx, m, record, how)
		if err != nil {
			return err
		}
		r.took(&out, &result)
		return nil
	})
	return out, err
}

// Unresolved is what to say where nobody has chosen how to set a migration right: where it stands, and the ways on. It is
// always an error, with code fault.Usage.
func (r *Runner) Unresolved(ctx context.Context, target string) error {
	entry, err := r.Show(ctx, target)
	if err != nil {
		return err
	}
	const choose = "resolve takes exactly one of --retry, --executed, --rolled-back and --accept"
	switch {
	case entry.Alive:
		return fault.New(fault.Usage, "wait for it, or interrupt it", "%s: %s is in flight, by %s", choose, entry.Name, entry.Record.Latest().By)
	case entry.State.Blocks():
		return standing(fault.Usage, *entry.Record, choose)
	case entry.Drifted:
		return fault.New(fault.Usage, fmt.Sprintf("to take the file as it is now for what was executed, type `migrator resolve %s --accept`", entry.Name),
			"%s: %s has changed since it was executed", choose, entry.Name)
	}
	return fault.New(fault.Usage, "only a migration that failed, was left in flight or has changed is resolved", "%s: %s is %s", choose, entry.Name, entry.State.Words())
}

func (r *Runner) resolve(ctx context.Context, m Migration, record Record, how Resolution) (Result, error) {
	if how == Accept {
		return r.accept(ctx, m, record)
	}
	if !record.State.Blocks() {
		return Result{}, fault.New(fault.Usage, "only a migration that failed or was left in flight is resolved", "%s is %s", record.Name, record.State)
	}
	back := how == ResolvedRolledBack || how == Retry && record.Direction != Down
	result := Result{Name: record.Name, Direction: record.Direction, State: Executed}
	event := r.resolved(record, how)
	if back {
		result.State, event.State = Pending, Pending
		return result, r.inOrder(ctx, event, func() error { return r.Registry.Remove(ctx, record.Name) })
	}
	record.State, record.Direction, record.Error, record.Rollback, record.Journal, record.Aborted = Executed, Up, nil, nil, nil, false
	if record.FinishedAt.IsZero() {
		record.FinishedAt = r.now()
	}
	event.State = Executed
	return result, r.inOrder(ctx, event, func() error { return r.Registry.Put(ctx, record) })
}

// resolved is the event of a resolution: which one, and where the migration stood before.
func (r *Runner) resolved(before Record, how Resolution) Event {
	event := r.event(before, Resolved)
	event.Note = fmt.Sprintf("--%s: it was %s", how, before.was())
	return event
}

// inOrder writes the event, and then the record: what is set right by hand is never without a trace.
func (r *Runner) inOrder(ctx context.Context, event Event, register func() error) error {
	if err := r.History.Append(ctx, event); err != nil {
		return err
	}
	return register()
}

// was tells where a migration stood, and by whose run: "failed (up), by ada@web-1, pid 4711, at 2026-11-21 10:00:00 UTC".
func (r Record) was() string {
	text := r.State.Words()
	if r.State == Failed {
		text += fmt.Sprintf(" (%s)", r.Direction)
	}
	latest := r.Latest()
	if r.Foreign || latest.StartedAt.IsZero() {
		return text
	}
	return fmt.Sprintf("%s, by %s, at %s", text, latest.By, stamp(latest.StartedAt))
}

// accept records the file as it is now, so that it counts as drifted no more.
func (r *Runner) accept(ctx context.Context, m Migration, record Record) (Result, error) {
	if m.Path == "" {
		return Result{}, fault.New(fault.Usage, "put the file back first", "the file of %s is gone, so there is nothing to accept", m.Name)
	}
	if record.Blocks() {
		return Result{}, blockedError(record)
	}
	bundle, err := r.bundleOf(ctx, m)
	if err != nil {
		return Result{}, err
	}
	event := r.resolved(record, Accept)
	if err := record.keep(bundle); err != nil {
		return Result{}, err
	}
	if record.Number == 0 {
		record.Number = m.Number
	}
	return Result{Name: m.Name, Direction: Up, State: record.State}, r.inOrder(ctx, event, func() error { return r.Registry.Put(ctx, record) })
}
