package runtime

import (
	"context"
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
		out.Results = []Result{result}
		r.Observer.Finished(result)
		return nil
	})
	return out, err
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
	if back {
		result.State = Pending
		return result, r.forget(ctx, record.Name, r.event(record, Resolved))
	}
	record.State, record.Direction, record.Error, record.Rollback = Executed, Up, nil, nil
	if record.FinishedAt.IsZero() {
		record.FinishedAt = r.now()
	}
	return result, r.note(ctx, record, r.event(record, Resolved))
}

// accept records the file as it is now, so that it counts as drifted no more.
func (r *Runner) accept(ctx context.Context, m Migration, record Record) (Result, error) {
	if m.Path == "" {
		return Result{}, fault.New(fault.Usage, "put the file back first", "the file of %s is gone, so there is nothing to accept", m.Name)
	}
	if record.State.Blocks() {
		return Result{}, blockedError(record)
	}
	bundle, err := r.bundleOf(ctx, m)
	if err != nil {
		return Result{}, err
	}
	packed, err := bundle.Pack()
	if err != nil {
		return Result{}, err
	}
	record.Checksum, record.Source, record.Files = bundle.Checksum(), packed, bundle.Paths()
	if record.Number == 0 {
		record.Number = m.Number
	}
	return Result{Name: m.Name, Direction: Up, State: record.State}, r.note(ctx, record, r.event(record, Resolved))
}
