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

// ResolveOptions says which migration is set right, and how.
type ResolveOptions struct {
	// Target is a name or a number.
	Target string
	// How is the choice; "" chooses nothing yet: the migration is claimed, and the error says where it stands and the ways on.
	How Resolution
	// Approve is asked with where the migration stands, an error as Resolve would return it, where the user cannot have seen
	// that yet: nobody had claimed it, or a write of its run had to be waited for. nil approves.
	Approve  func(stands error) error
	WaitLock time.Duration
}

// Resolve sets a migration right by hand and writes that into the history. It runs nothing.
func (r *Runner) Resolve(ctx context.Context, o ResolveOptions) (Outcome, error) {
	var out Outcome
	err := r.change(ctx, o.WaitLock, func(v view) (*job, error) {
		m, err := find(known(v.files, v.records), o.Target)
		if err != nil {
			return nil, err
		}
		record := recordsByName(v.records)[m.Name]
		if err := o.refuse(m, record); err != nil {
			return nil, err
		}
		return &job{run: func(ctx context.Context, lease Lease) error { return r.resolveLocked(ctx, lease, m, record, o, &out) }}, nil
	})
	return out, err
}

// resolveLocked claims the run that nobody has claimed, and shows it; then it waits, where it has to, and sets the record
// right. The next try of one who could not be asked finds it claimed, and shown.
func (r *Runner) resolveLocked(ctx context.Context, lease Lease, m Migration, record Record, o ResolveOptions, out *Outcome) error {
	if o.How == Accept {
		return r.accept(ctx, lease, m, record, out)
	}
	unseen := record.State.InFlight()
	var err error
	if unseen || o.How == "" {
		record, err = r.claim(ctx, lease, record)
	} else {
		record, err = r.whole(ctx, record)
	}
	if err != nil {
		return fault.Then(err, "type `migrator resolve "+m.Name+"`")
	}
	if o.How == "" {
		return standing(fault.Usage, record, chooseOne)
	}
	waited, err := r.settle(ctx, record)
	if err != nil {
		return err
	}
	if (unseen || waited) && o.Approve != nil {
		if err := o.Approve(standing(fault.Usage, record, "")); err != nil {
			return err
		}
	}
	result, err := r.resolve(ctx, lease, record, o.How)
	if err != nil {
		return fault.Then(err, "type `migrator resolve "+m.Name+"`")
	}
	r.took(out, result)
	return nil
}

const chooseOne = "resolve takes exactly one of --retry, --executed, --rolled-back and --accept"

// refuse fails for a migration that there is nothing to resolve about.
func (o ResolveOptions) refuse(m Migration, record Record) error {
	if !record.registered() {
		return fault.New(fault.Usage, "type `migrator execute` to run it", "%s is pending: there is nothing to resolve", m.Name)
	}
	if o.How == Accept || record.State.Blocks() {
		return nil
	}
	if o.How != "" {
		return fault.New(fault.Usage, "only a migration that failed or was left in flight is resolved", "%s is %s", record.Name, record.State)
	}
	changed, err := drifted(m, record)
	if err != nil {
		return err
	}
	if changed {
		return fault.New(fault.Usage, fmt.Sprintf("to take the file as it is now for what was executed, type `migrator resolve %s --accept`", m.Name),
			"%s: %s has changed since it was executed", chooseOne, m.Name)
	}
	return fault.New(fault.Usage, "only a migration that failed, was left in flight or has changed is resolved", "%s: %s is %s", chooseOne, m.Name, record.State.Words())
}

// resolve stores how the migration stands now.
func (r *Runner) resolve(ctx context.Context, lease Lease, was Record, how Resolution) (*Result, error) {
	next := was
	if how == ResolvedRolledBack || how == Retry && was.Direction != Down {
		next = was.rolledBack()
	} else {
		next.State, next.Direction, next.Error, next.Rollback, next.Journal, next.Aborted = Executed, Up, nil, nil, nil, false
		if next.FinishedAt.IsZero() {
			next.FinishedAt = r.now()
		}
	}
	event := r.resolved(was, how)
	event.State = next.State
	err := r.setByHand(ctx, lease, was, next, event)
	return &Result{Name: was.Name, Direction: was.Direction, State: next.State}, err
}

// resolved is the event of a resolution: which one, and where the migration stood before.
func (r *Runner) resolved(before Record, how Resolution) Event {
	event := r.event(before, Resolved)
	event.Note = fmt.Sprintf("--%s: it was %s", how, before.was())
	return event
}

// was says where a migration stood, and by whose run: "failed (up), by ada@web-1, pid 4711, at 2026-11-21 10:00:00 UTC".
func (r Record) was() string {
	text := r.State.Words()
	switch {
	case r.State == Failed && r.died():
		text += fmt.Sprintf(" (%s, its run died)", r.Direction)
	case r.State == Failed:
		text += fmt.Sprintf(" (%s)", r.Direction)
	}
	latest := r.Latest()
	if r.Foreign || latest.StartedAt.IsZero() {
		return text
	}
	return fmt.Sprintf("%s, by %s, at %s", text, latest.By, stamp(latest.StartedAt))
}

// accept records the file as it is now, so that it no longer counts as drifted.
func (r *Runner) accept(ctx context.Context, lease Lease, m Migration, record Record, out *Outcome) error {
	if m.Path == "" {
		return fault.New(fault.Usage, "put the file back first", "the file of %s is gone, so there is nothing to accept", m.Name)
	}
	if record.Blocks() {
		return blockedError(record)
	}
	was, err := r.whole(ctx, record)
	if err != nil {
		return err
	}
	next := was
	bundle, err := r.bundleOf(ctx, m)
	if err == nil {
		err = next.keep(bundle)
	}
	if err != nil {
		return err
	}
	if next.Number == 0 {
		next.Number = m.Number
	}
	if err := r.setByHand(ctx, lease, was, next, r.resolved(was, Accept)); err != nil {
		return err
	}
	r.took(out, &Result{Name: m.Name, Direction: Up, State: next.State})
	return nil
}
