package runtime

import (
	"context"
	"fmt"
	"os"
	"time"

	"migrator/runtime/fault"
)

// IgnoreOptions says what Ignore registers.
type IgnoreOptions struct {
	// Targets are names or numbers; empty means all that is pending.
	Targets []string
	// To is the last number to register, the baseline; nil means no limit.
	To       *int64
	WaitLock time.Duration
}

// Ignore registers pending migrations without running them. A file does not even have to compile.
func (r *Runner) Ignore(ctx context.Context, o IgnoreOptions) (Outcome, error) {
	var out Outcome
	files, err := r.Directory.Migrations()
	if err != nil {
		return out, err
	}
	if err := refuseUnknownNumber(files, o.To); err != nil {
		return out, err
	}
	records, err := r.records(ctx)
	if err != nil {
		return out, err
	}
	if plan, err := planIgnore(files, records, o); err != nil || len(plan) == 0 {
		return out, err
	}
	err = r.locked(ctx, o.WaitLock, func(ctx context.Context, _ Lease) error {
		records, err := r.records(ctx)
		if err != nil {
			return err
		}
		plan, err := planIgnore(files, records, o)
		if err != nil {
			return err
		}
		batch := nextBatch(records)
		for _, m := range plan {
			if err := r.ignore(ctx, m, batch); err != nil {
				return err
			}
			result := Result{Name: m.Name, Direction: Up, State: Ignored}
			out.Results = append(out.Results, result)
			r.Observer.Finished(result)
		}
		return nil
	})
	return out, err
}

func planIgnore(files []Migration, records []Record, o IgnoreOptions) ([]Migration, error) {
	if len(o.Targets) == 0 {
		return pendingOf(files, records, o.To), nil
	}
	byName := recordsByName(records)
	var chosen []Migration
	for _, target := range o.Targets {
		m, err := findFile(files, records, target)
		if err != nil {
			return nil, err
		}
		if record, registered := byName[m.Name]; registered {
			return nil, fault.WithFields(fault.New(fault.Usage, "type `migrator status` for what is pending",
				"%s is %s already", m.Name, words(record.State)), map[string]any{"migration": m.Name, "state": record.State})
		}
		chosen = append(chosen, m)
	}
	return inOrder(chosen), nil
}

func (r *Runner) ignore(ctx context.Context, m Migration, batch int) error {
	bundle, err := r.bundleOf(ctx, m)
	if err != nil {
		return err
	}
	packed, err := bundle.Pack()
	if err != nil {
		return err
	}
	now := time.Now()
	record := Record{
		Name: m.Name, Number: m.Number, State: Ignored, Direction: Up, Checksum: bundle.Checksum(), Source: packed, Files: bundle.Paths(),
		StartedAt: now, FinishedAt: now, Batch: batch, By: r.By,
	}
	if err := r.note(ctx, record, Registered); err != nil {
		return fmt.Errorf("register %s: %w", m.Name, err)
	}
	return nil
}

// bundleOf is the source of a migration, with its imports where it compiles and alone where it does not.
func (r *Runner) bundleOf(ctx context.Context, m Migration) (Bundle, error) {
	if script, err := r.Scripts.Load(ctx, m); err == nil {
		return script.Bundle(), nil
	}
	code, err := os.ReadFile(m.Path)
	if err != nil {
		return Bundle{}, fault.Wrap(fault.Usage, err, "", "read %s", m.Name)
	}
	return NewBundle(File{Path: m.Name, Code: code}, nil), nil
}

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
func (r *Runner) Resolve(ctx context.Context, target string, how Resolution, wait time.Duration) (Result, error) {
	var result Result
	files, err := r.Directory.Migrations()
	if err != nil {
		return result, err
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
		result, err = r.resolve(ctx, m, record, how)
		return err
	})
	return result, err
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
		return result, r.forget(ctx, record, Resolved)
	}
	record.State, record.Direction, record.Error = Executed, Up, nil
	if record.FinishedAt.IsZero() {
		record.FinishedAt = time.Now()
	}
	return result, r.note(ctx, record, Resolved)
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
	return Result{Name: m.Name, Direction: Up, State: record.State}, r.note(ctx, record, Resolved)
}
