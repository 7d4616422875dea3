package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"migrator/runtime/fault"
)

// A dry run calls scripts as a run does, while the operations that would change something are only written down, in a
// Plan. It takes no lock and stores nothing, so it asks for no more than the right to read.

// Plan is what a script would do. It is bounded whatever the script does: operations that are not in Entries are in Sums.
type Plan struct {
	// Database is the one that the script was given.
	Database string
	// Entries are the first operations that would change something, and the first of each kind and place.
	Entries []Planned
	// Sums are all of them, by operation, collection and place, in the order of their first.
	Sums []PlannedSum
	// Reads are those that came after simulated writes to the same collection, and have not seen them.
	Reads []StaleRead
	// Failed is true if the script threw, so that more might have followed.
	Failed bool
}

// Planned is an operation that would change something. Documents are relaxed extended JSON; one that is very large is a
// JSON string with its beginning. What does not apply to the operation is left out.
type Planned struct {
	Number     int64             `json:"number"`    // its place among all of the script's
	Operation  string            `json:"operation"` // "updateMany", "bulkWrite updateOne"
	Database   string            `json:"database"`
	Collection string            `json:"collection"` // "" for an operation on a database
	Filter     json.RawMessage   `json:"filter,omitempty"`
	Update     json.RawMessage   `json:"update,omitempty"`  // the update, replacement or pipeline
	Command    json.RawMessage   `json:"command,omitempty"` // a command without its name, passwords masked
	Indexes    []json.RawMessage `json:"indexes,omitempty"` // the keys of those that would be created
	Matches    *int64            `json:"matches,omitempty"` // documents that match now, at most 1 where only one is changed
	Inserts    int64             `json:"inserts,omitempty"` // documents that would be inserted
	Upsert     bool              `json:"upsert,omitempty"`  // nothing matches, so that a document would be inserted
	Unseen     int64             `json:"unseen,omitempty"`  // simulated writes to the collection, from other places, that Matches does not see
	Samples    []Sample          `json:"samples"`           // at most two
	Note       string            `json:"note,omitempty"`    // what else is to be known
	fault.Place
}

// Sample is a document before and after the operation: null where there is no such document. Unknown is why After is not known.
type Sample struct {
	Before  json.RawMessage `json:"before"`
	After   json.RawMessage `json:"after"`
	Unknown string          `json:"after_unknown,omitempty"`
}

// PlannedSum sums up the operations of one kind at one place.
type PlannedSum struct {
	Operation  string `json:"operation"`
	Database   string `json:"database"`
	Collection string `json:"collection"`
	Times      int64  `json:"times"`
	Documents  int64  `json:"documents"` // that they would insert, change or delete
	Shown      int64  `json:"shown"`     // how many of them are among the entries
	fault.Place
}

// StaleRead is a read that a simulated write came before.
type StaleRead struct {
	Operation  string `json:"operation"`
	Database   string `json:"database"`
	Collection string `json:"collection"`
	Writes     int64  `json:"writes"` // simulated before it, the first time
	After      int64  `json:"after"`  // the number of the last operation before it, the first time
	Times      int64  `json:"times"`
	fault.Place
}

// dryRun calls the scripts that prepare has chosen, and leaves no trace. They are closed in the end.
func (r *Runner) dryRun(ctx context.Context, out *Outcome, prepare func(view) ([]*execution, error)) error {
	v, err := r.look(ctx)
	if err != nil {
		return err
	}
	runs, err := prepare(v)
	defer closeAll(runs)
	if err != nil {
		return err
	}
	for _, run := range runs {
		run.tellSource()
	}
	return r.simulate(ctx, runs, out)
}

// noticeHolder says who holds the lock, since the answer may then be out of date. What the planning refused because of a
// run in flight is, while that run goes on, a matter of waiting.
func (r *Runner) noticeHolder(ctx context.Context, refused error) error {
	holder, held, err := r.Locker.Holder(ctx)
	if err != nil {
		return errors.Join(refused, err)
	}
	if !held || holder.Expired {
		return refused
	}
	r.Observer.Notice(fmt.Sprintf("the lock is held by %s: this answer may be out of date at once", holder))
	state, _ := fault.FieldsOf(refused)["state"].(State)
	if state.InFlight() {
		return fault.WithFields(fault.New(fault.Locked, "wait until that run has ended, then try again",
			"a migration is %s, by %s", state.Words(), holder), fault.FieldsOf(refused))
	}
	return refused
}

// simulate calls the scripts, and stops at the first that throws.
func (r *Runner) simulate(ctx context.Context, runs []*execution, out *Outcome) error {
	if len(runs) == 0 {
		return nil
	}
	text := "dry run: nothing is written. A read that comes after a simulated write sees the data as it is now"
	if len(runs) > 1 {
		text += fmt.Sprintf("; so does each of the %d migrations, and not what the earlier ones would have left", len(runs))
	}
	r.Observer.Notice(text + ".")
	for i := range runs {
		result, err := runs[i].dry(ctx)
		r.took(out, result)
		if err != nil && i > 0 {
			return fault.Then(err, fmt.Sprintf("it saw the data as it is now: if it needs what is before it, run that first (%s)", runs[i-1].migration.Name))
		}
		if err != nil {
			return err
		}
		runs[i].script = nil // so that its program and its source can be freed while the rest runs
	}
	return nil
}

// dry calls the script with its writes simulated. The state of the result is the one that stays.
func (e *execution) dry(ctx context.Context) (*Result, error) {
	d, stays := e.direction, Pending
	if e.before.registered() {
		stays = e.before.State
	}
	if d == Down && e.before.Untouched() {
		return &Result{Name: e.migration.Name, Direction: d, State: stays, Plan: &Plan{}, Log: []string{"would be unregistered; " + e.nothingToUndo()}}, nil
	}
	defer e.close()
	info, err := e.open(ctx)
	if d == Up {
		info, err = e.openUp(ctx)
	}
	if err != nil {
		return nil, err
	}
	if d == Up && !info.isFor(e.runner.Environment) {
		return &Result{Name: e.migration.Name, Direction: d, State: stays, Plan: &Plan{},
			Log: []string{"would be registered and not run: only for " + strings.Join(info.Environments, ", ")}}, nil
	}
	e.runner.Observer.Started(e.migration, d)
	begun := time.Now()
	report, failure := e.callWithin(ctx)
	result := e.result(stays, report, time.Since(begun))
	result.Plan = &Plan{}
	if report.Plan != nil {
		result.Plan = report.Plan
		result.Plan.Database = e.runner.Database
	}
	if failure == nil {
		return result, nil
	}
	result.Plan.Failed = true
	return result, fault.WithFields(fault.Wrap(0, failure, "", "%s %s (dry run)", d.verb(), e.migration.Name),
		map[string]any{"migration": e.migration.Name, "direction": d})
}
