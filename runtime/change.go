package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"migrator/runtime/fault"
)

// job is what a command has found to do.
type job struct {
	// approve is called once before the lock is taken: it asks the user, or announces what follows. nil does neither.
	approve func() error
	// asks names what approve asks for. Where the plan under the lock asks for something else, approve is called again.
	asks string
	// run does the job under the lock.
	run func(ctx context.Context, lease Lease) error
}

// change is the one way to change anything: read files and records, plan, approve, take the lock, read both again, plan
// again, act. plan decides by what was read; where it returns no job there is nothing to do.
//
// A refusal of plan because of a migration that has to be resolved is final only under the lock: somebody's run in flight
// looks like one that died, until the lock tells them apart. One that died is then claimed before the refusal is
// returned, so that nothing of it can be recorded any more when its user looks at the data.
func (r *Runner) change(ctx context.Context, wait time.Duration, plan func(view) (*job, error)) error {
	v, err := r.look(ctx)
	if err != nil {
		return err
	}
	first, err := plan(v)
	if first == nil && blockedBy(err) == nil {
		return err
	}
	if err := first.approved(nil); err != nil {
		return err
	}
	err = r.locked(ctx, wait, func(ctx context.Context, lease Lease, v view) error {
		now, err := plan(v)
		if blocked := blockedBy(err); blocked != nil {
			return r.claimBlocked(ctx, lease, blocked)
		}
		if err != nil || now == nil {
			return err
		}
		if err := now.approved(first); err != nil {
			return err
		}
		return now.run(ctx, lease)
	})
	return toldOfRunning(err, v.records)
}

// approved asks for the approval of a job, unless before has asked for the same.
func (j *job) approved(before *job) error {
	if j == nil || j.approve == nil || before != nil && before.approve != nil && before.asks == j.asks {
		return nil
	}
	return j.approve()
}

// locked calls f while this process holds the lock, with what was read under it and a context that ends when the lease
// is lost.
//
// A record of a generation above that of the lease means that another runner has the lock by now, or else that the
// records came from elsewhere (a restored backup): then the lock is taken anew, above them.
func (r *Runner) locked(ctx context.Context, wait time.Duration, f func(context.Context, Lease, view) error) error {
	above := int64(0)
	for {
		again, err := r.lockedAbove(ctx, wait, above, f)
		if again == 0 {
			return err
		}
		above = again
	}
}

func (r *Runner) lockedAbove(
	ctx context.Context, wait time.Duration, above int64, f func(context.Context, Lease, view) error,
) (again int64, err error) {
	lease, err := r.Locker.Acquire(ctx, Acquisition{By: r.By, Wait: wait, Above: above, Held: func(h Holder) {
		r.Observer.Notice(fmt.Sprintf("waiting for the lock: %s", h))
	}})
	if err != nil {
		return 0, err
	}
	defer func() {
		release, cancel := ending(ctx)
		defer cancel()
		err = errors.Join(err, lease.Release(release))
	}()
	v, err := r.look(lease.Context())
	if err != nil {
		return 0, err
	}
	if highest := v.generation(); highest > lease.Generation() {
		if err := lease.Confirm(lease.Context()); err != nil {
			return 0, err
		}
		return highest, nil
	}
	return 0, f(lease.Context(), lease, v)
}

// ending gives a context for writing down how a run ended, which the end of the run itself does not cancel.
func ending(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recordTime)
}

// blockedBy is the refusal in err because of a migration that has to be resolved, or nil.
func blockedBy(err error) *blocked {
	var b *blocked
	errors.As(err, &b)
	return b
}

// claimBlocked claims the migration that stands in the way, and returns the refusal as it stands then.
func (r *Runner) claimBlocked(ctx context.Context, lease Lease, b *blocked) error {
	record, err := r.claim(ctx, lease, b.record)
	if err != nil {
		return fault.Then(err, fmt.Sprintf("type `migrator resolve %s`", b.record.Name))
	}
	return standing(b.code, record, b.asked)
}
