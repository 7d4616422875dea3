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
			r.took(&out, &Result{Name: m.Name, Direction: Up, State: Ignored})
		}
		return nil
	})
	return out, err
}

func planIgnore(files []Migration, records []Record, o IgnoreOptions) ([]Migration, error) {
	if err := refuseNamesAndNumber(o.Targets, o.To); err != nil {
		return nil, err
	}
	if len(o.Targets) == 0 {
		return pendingOf(files, records, o.To), nil
	}
	return unregistered(files, records, o.Targets, func(record Record) error {
		if record.Blocks() {
			return blockedError(record)
		}
		return alreadyError(record, "type `migrator status` for what is pending")
	})
}

func (r *Runner) ignore(ctx context.Context, m Migration, batch int) error {
	bundle, err := r.bundleOf(ctx, m)
	if err != nil {
		return err
	}
	now := r.now()
	record := Record{Name: m.Name, Number: m.Number, State: Ignored, Direction: Up, StartedAt: now, FinishedAt: now, Batch: batch, By: r.By}
	if err := record.keep(bundle); err != nil {
		return err
	}
	if err := r.note(ctx, record, r.event(record, Registered)); err != nil {
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
