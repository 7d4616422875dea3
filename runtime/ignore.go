package runtime

import (
	"context"
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

// Ignore registers pending migrations without running them, the highest number first: half of it protects the rest, since
// what is pending below an executed number is not run by itself. A file does not even have to compile.
func (r *Runner) Ignore(ctx context.Context, o IgnoreOptions) (Outcome, error) {
	var out Outcome
	err := r.change(ctx, o.WaitLock, func(v view) (*job, error) {
		if err := refuseUnknownNumber(v.files, o.To); err != nil {
			return nil, err
		}
		plan, err := planIgnore(v.files, v.records, o)
		if err != nil || len(plan) == 0 {
			return nil, err
		}
		return &job{run: func(ctx context.Context, lease Lease) error {
			return r.ignoreAll(ctx, lease, v, plan, len(o.Targets) == 0, &out)
		}}, nil
	})
	return out, err
}

func (r *Runner) ignoreAll(ctx context.Context, lease Lease, v view, plan []Migration, baseline bool, out *Outcome) error {
	registered := len(plan) // what is behind it is
	defer func() {
		for _, m := range plan[registered:] {
			r.took(out, &Result{Name: m.Name, Direction: Up, State: Ignored})
		}
	}()
	now, batch := r.now(), nextBatch(v.records)
	for i := len(plan) - 1; i >= 0; i-- {
		m := plan[i]
		at := now.Add(time.Duration(i) * time.Millisecond) // times in the order of the numbers
		record := Record{
			Name: m.Name, Number: m.Number, State: Ignored, Direction: Up, StartedAt: at, FinishedAt: at, Batch: batch, By: r.By, Baseline: baseline,
		}
		bundle, err := r.bundleOf(ctx, m)
		if err == nil {
			err = record.keep(bundle)
		}
		if err == nil {
			err = r.setByHand(ctx, lease, v.held[m.Name], record, r.event(record, Registered))
		}
		if err != nil {
			return fault.Wrap(0, err, "", "register %s", m.Name)
		}
		registered = i
	}
	return nil
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
