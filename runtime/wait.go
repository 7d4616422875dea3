package runtime

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"migrator/runtime/fault"
)

// waitPoll is how often Wait looks: as long as nobody minds at the start of a process, and two small reads a second.
const waitPoll = time.Second

// Remaining is what of the awaited migrations is still to come.
type Remaining struct {
	Names []string // in order; what is known by its number alone is "number 12"
	// Failed is one that failed: it will not come by itself.
	Failed *Record
	// Left is one in flight while nobody holds the lock: its run has died, or has ended just now.
	Left *Record
}

// Remaining looks how far the migrations up to a number are, or all that are on disk where to is nil. With a number no
// file is needed. It reads only.
func (r *Runner) Remaining(ctx context.Context, to *int64) (Remaining, error) {
	files, err := r.waitedFiles(to)
	if err != nil {
		return Remaining{}, err
	}
	records, err := r.records(ctx)
	if err != nil {
		return Remaining{}, err
	}
	all := known(files, records)
	if len(files) > 0 {
		if err := refuseUnknownNumber(all, to); err != nil {
			return Remaining{}, err
		}
	}
	holder, held, err := r.Locker.Holder(ctx)
	if err != nil {
		return Remaining{}, err
	}
	return remaining(all, records, to, held && !holder.Expired), nil
}

// waitedFiles are the files on disk. Where a number is awaited, there need not be any.
func (r *Runner) waitedFiles(to *int64) ([]Migration, error) {
	if _, err := os.Stat(r.Directory.Path); to != nil && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return r.Directory.Migrations()
}

func remaining(all []Migration, records []Record, to *int64, running bool) Remaining {
	var left Remaining
	byName := recordsByName(records)
	reached := to == nil || *to == 0
	for _, m := range all {
		if to != nil && m.Number > *to {
			continue
		}
		reached = reached || m.Number == *to
		record, registered := byName[m.Name]
		if registered && !record.State.Blocks() {
			continue
		}
		left.Names = append(left.Names, m.Name)
		switch {
		case !registered, record.Undone(): // the next execute runs it
		case !record.State.InFlight():
			left.Failed = &record
		case !running:
			left.Left = &record
		}
	}
	if !reached {
		left.Names = append(left.Names, fmt.Sprintf("number %d", *to))
	}
	return left
}

// WaitOptions adjust Wait.
type WaitOptions struct {
	// Timeout is how long to wait; 0 is for ever.
	Timeout time.Duration
	// Notice is told what is waited for, whenever that changes.
	Notice func(string)
	// Again reports whether the next look may do better where one has failed with that error.
	Again func(error) bool
}

var errWaited = errors.New("the time to wait is over")

// Wait looks again and again until nothing remains. It fails with code fault.Check when the time is over, and as soon as
// what remains will not come by itself; with fault.Unreachable when the time is over and the database was not reached.
func Wait(ctx context.Context, o WaitOptions, look func(context.Context) (Remaining, error)) error {
	if o.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.Timeout, errWaited)
		defer cancel()
	}
	w := waiting{options: o, unreached: errors.New("no answer in time")}
	for {
		remaining, err := look(ctx)
		if done, err := w.take(ctx, remaining, err); done {
			return err
		}
		select {
		case <-ctx.Done():
			return w.over(ctx)
		case <-time.After(waitPoll):
		}
	}
}

// waiting is what Wait remembers from look to look.
type waiting struct {
	options   WaitOptions
	last      Remaining
	unreached error // why the last look failed; nil after one that did not
	told      string
}

// take judges one look.
func (w *waiting) take(ctx context.Context, now Remaining, err error) (done bool, _ error) {
	switch {
	case err != nil && ctx.Err() != nil:
		return true, w.over(ctx)
	case err != nil && !w.options.Again(err):
		return true, err
	case err != nil:
		w.unreached = err
		w.tell("waiting for the database: " + err.Error())
		return false, nil
	case len(now.Names) == 0:
		return true, nil
	case now.Failed != nil:
		return true, notByItself(*now.Failed)
	case now.Left != nil && w.last.Left != nil && now.Left.Name == w.last.Left.Name && now.Left.Latest() == w.last.Left.Latest():
		return true, notByItself(*now.Left) // twice the same, so it had not just ended
	}
	w.last, w.unreached = now, nil
	w.tell("waiting for " + strings.Join(now.Names, ", "))
	return false, nil
}

func (w *waiting) tell(text string) {
	if text != w.told {
		w.told = text
		w.options.Notice(text)
	}
}

// notByItself is the error for what only a person can set right.
func notByItself(record Record) error {
	return fault.WithFields(fault.New(fault.Check, fault.HintOf(blockedError(record)), "%s", blockedError(record)),
		map[string]any{"migration": record.Name, "state": record.State})
}

// over says why the waiting ends without success.
func (w *waiting) over(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, errWaited) {
		return fmt.Errorf("wait: %w", cause)
	}
	if w.unreached != nil {
		return fault.Wrap(fault.Unreachable, w.unreached, "", "waited %s for the database", w.options.Timeout)
	}
	return fault.WithFields(fault.New(fault.Check, "", "waited %s, and still to come: %s", w.options.Timeout, strings.Join(w.last.Names, ", ")),
		map[string]any{"pending": slices.Clone(w.last.Names)})
}
