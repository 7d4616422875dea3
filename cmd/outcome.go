package cmd

import (
	"fmt"
	"strings"
	"time"

	"migrator/cmd/ui"
	"migrator/runtime"
)

// outcome is the document of execute, rollback, ignore and resolve: what was done, also when it ended in an error.
type outcome struct {
	header
	DryRun  bool     `json:"dry_run,omitempty"` // nothing was written: the results have plans
	Results []result `json:"results"`
	footer

	nothing string // what to say when there was nothing to do
	begun   time.Time
}

// result is one migration of an outcome.
type result struct {
	Name       string             `json:"name"`
	Direction  runtime.Direction  `json:"direction"`
	State      runtime.State      `json:"state"`
	DurationMS int64              `json:"duration_ms"`
	Operations runtime.Operations `json:"operations"`
	Log        []string           `json:"log"`
	// Caught are errors that the script caught: it ended well, and something in it was not done.
	Caught []runtime.Caught `json:"caught"`
	*planned
}

// nothingPending is what to say when every migration is registered.
const nothingPending = "All migrations are registered: nothing to do."

func newOutcome(nothing string) *outcome {
	return &outcome{Results: []result{}, nothing: nothing, begun: time.Now()}
}

// take fills in what was done, and returns the error that it ended in.
func (o *outcome) take(done runtime.Outcome, err error) error {
	for _, r := range done.Results {
		o.Results = append(o.Results, newResult(r))
	}
	return err
}

func newResult(r runtime.Result) result {
	return result{
		Name: r.Name, Direction: r.Direction, State: r.State, DurationMS: runtime.Milliseconds(r.Duration),
		Operations: r.Operations, Log: listed(r.Log), Caught: listed(r.Caught), planned: newPlanned(r.Plan),
	}
}

// listed is a list that is written as [] where it is empty.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// text sums up: the observer has shown each migration when it ended.
func (o *outcome) text(u *ui.UI) {
	if len(o.Results) == 0 {
		if o.Error == nil && o.nothing != "" {
			u.Out.Println(u.Out.Good(o.nothing))
		}
		return
	}
	if o.Error != nil {
		return
	}
	noun := "migrations"
	if len(o.Results) == 1 {
		noun = "migration"
	}
	if o.DryRun {
		noun += " simulated"
	}
	u.Notice(fmt.Sprintf("%d %s on %s in %s", len(o.Results), noun, o.where(), ui.Duration(time.Since(o.begun))))
}

// narrator shows a run while it goes on.
type narrator struct {
	ui *ui.UI
}

var _ runtime.Observer = narrator{}

func (n narrator) Started(runtime.Migration, runtime.Direction) {}

func (n narrator) Notice(text string) { n.ui.Notice(text) }

func (n narrator) Printed(m runtime.Migration, line string) {
	n.ui.Out.Println(n.ui.Out.Dim(n.ui.Line(m.Name)+" |") + " " + n.ui.Plain(line))
}

func (n narrator) Finished(r runtime.Result) {
	if r.Plan != nil {
		n.plan(r)
		return
	}
	var facts []string
	if r.Duration > 0 {
		facts = append(facts, ui.Duration(r.Duration))
	} else {
		facts = append(facts, r.Log...) // why it was passed over
	}
	if counts := r.Operations.String(); counts != "" {
		facts = append(facts, counts)
	}
	out := n.ui.Out
	paint := out.Good
	if r.State == runtime.Failed || r.State.InFlight() {
		paint = out.Bad
	}
	line := paint(fmt.Sprintf("%-11s", verdict(r))) + " " + n.ui.Line(r.Name)
	if len(facts) > 0 {
		line += "  " + out.Dim(strings.Join(facts, ", "))
	}
	out.Println(line)
	for _, caught := range r.Caught {
		out.Println("  " + out.Warn(caught.String()))
	}
}

// verdict is what happened to a migration, in the words of the registry.
func verdict(r runtime.Result) string {
	if r.Direction == runtime.Down && r.State == runtime.Pending {
		return "rolled back"
	}
	return r.State.Words()
}
