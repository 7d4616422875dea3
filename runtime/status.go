package runtime

import (
	"context"
	"time"

	"migrator/runtime/fault"
)

// Entry is one line of Status.
type Entry struct {
	Migration
	State      State
	Record     *Record // nil where pending
	Drifted    bool    // the file is no longer what was executed
	Missing    bool    // registered, and the file is gone
	OutOfOrder bool    // pending below a number that is executed
	Alive      bool    // in flight, and its run holds the lock; one in flight without was left behind by a run that died
}

// ExecutedAt is when up ended, or zero.
func (e Entry) ExecutedAt() time.Time {
	if e.Record == nil || e.State != Executed {
		return time.Time{}
	}
	return e.Record.FinishedAt
}

// pending reports whether the next execute runs the migration: it is not registered, or nothing of its failed run stays.
func (e Entry) pending() bool { return e.State == Pending || e.Record != nil && e.Record.Undone() }

// Status is where every migration stands.
type Status struct {
	Migrations []Entry // in the order of their numbers
	Lock       *Holder // nil while nobody holds it
	Pending    int
}

// Status reads where everything stands. It writes nothing and compiles nothing.
func (r *Runner) Status(ctx context.Context) (Status, error) {
	files, err := r.Directory.Migrations()
	if err != nil {
		return Status{}, err
	}
	records, err := r.records(ctx)
	if err != nil {
		return Status{}, err
	}
	return r.statusOf(ctx, files, records)
}

func (r *Runner) statusOf(ctx context.Context, files []Migration, records []Record) (s Status, err error) {
	if holder, held, err := r.Locker.Holder(ctx); err != nil {
		return Status{}, err
	} else if held {
		s.Lock = &holder
	}
	byName, highest := recordsByName(records), highestExecuted(records)
	for _, m := range known(files, records) {
		entry := Entry{Migration: m, State: Pending, Missing: m.Path == ""}
		if record, registered := byName[m.Name]; registered {
			entry.State, entry.Record = record.State, &record
			entry.Alive = s.Lock != nil && s.Lock.Runs(record)
			if entry.Drifted, err = drifted(m, record); err != nil {
				return Status{}, err
			}
		} else {
			entry.OutOfOrder = m.Number < highest
		}
		if entry.pending() {
			s.Pending++
		}
		s.Migrations = append(s.Migrations, entry)
	}
	return s, nil
}

// Check fails with code fault.Check unless all migrations are registered and none has failed, is in flight or has drifted.
func (s Status) Check() error {
	var failed, drifted int
	for _, e := range s.Migrations {
		if e.State.Blocks() && !e.pending() {
			failed++
		}
		if e.Drifted {
			drifted++
		}
	}
	if s.Pending+failed+drifted == 0 {
		return nil
	}
	return fault.WithFields(fault.New(fault.Check, "", "%d pending, %d failed or in flight, %d changed since they were executed", s.Pending, failed, drifted),
		map[string]any{"pending": s.Pending, "failed": failed, "drifted": drifted})
}

// Show returns one migration as Status does, with its record whole. Its number may be given instead of its name.
func (r *Runner) Show(ctx context.Context, target string) (Entry, error) {
	status, err := r.Status(ctx)
	if err != nil {
		return Entry{}, err
	}
	all := make([]Migration, len(status.Migrations))
	for i, e := range status.Migrations {
		all[i] = e.Migration
	}
	m, err := find(all, target)
	if err != nil {
		return Entry{}, err
	}
	for _, e := range status.Migrations {
		if e.Name != m.Name {
			continue
		}
		if e.Record != nil {
			whole, ok, err := r.Registry.Get(ctx, e.Name)
			if err != nil {
				return Entry{}, err
			}
			if ok {
				e.Record = &whole
			}
		}
		return e, nil
	}
	return Entry{}, fault.New(fault.Usage, "", "there is no migration %s", target)
}
