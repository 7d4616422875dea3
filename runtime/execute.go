package runtime

import (
	"context"
	"time"
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
	choose := func(v view) ([]Migration, error) {
		if err := refuseUnknownNumber(known(v.files, v.records), o.To); err != nil {
			return nil, err
		}
		return planExecute(v.files, v.records, o)
	}
	if o.DryRun {
		err := r.dryRun(ctx, &out, func(v view) ([]*execution, error) {
			plan, err := choose(v)
			if err := r.noticeHolder(ctx, err); err != nil {
				return nil, err
			}
			return r.prepareUps(ctx, nil, v, plan, o.Args)
		})
		return out, err
	}
	err := r.change(ctx, o.WaitLock, func(v view) (*job, error) {
		plan, err := choose(v)
		if err != nil || len(plan) == 0 {
			return nil, err
		}
		return &job{run: func(ctx context.Context, lease Lease) error { return r.executeAll(ctx, lease, v, plan, o.Args, &out) }}, nil
	})
	return out, err
}

func (r *Runner) executeAll(ctx context.Context, lease Lease, v view, plan []Migration, args map[string]string, out *Outcome) error {
	runs, err := r.prepareUps(ctx, lease, v, plan, args)
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
func (r *Runner) prepareUps(ctx context.Context, lease Lease, v view, plan []Migration, args map[string]string) (runs []*execution, err error) {
	batch := nextBatch(v.records)
	begins := r.newClock(v.records, batch)
	for _, m := range plan {
		run := &execution{runner: r, lease: lease, migration: m, direction: Up, batch: batch, begins: begins, args: args}
		if run.script, err = r.Scripts.Load(ctx, m); err != nil {
			return nil, err
		}
		if run.before, err = r.whole(ctx, v.held[m.Name]); err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// took adds a result to what a run has done, and shows it. nil adds nothing.
func (r *Runner) took(out *Outcome, result *Result) {
	if result != nil {
		out.Results = append(out.Results, *result)
		r.Observer.Finished(*result)
	}
}
