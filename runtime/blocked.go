package runtime

import (
	"fmt"
	"strings"

	"migrator/runtime/fault"
)

// refuseBlocked fails when a migration stands in a state that has to be resolved before anything else is executed.
func refuseBlocked(records []Record) error {
	return refuseOthersBlocked(records, "")
}

// refuseOthersBlocked is refuseBlocked for what is to run whatever its own state.
func refuseOthersBlocked(records []Record, name string) error {
	for _, record := range records {
		if record.Name != name && record.Blocks() {
			return blockedError(record)
		}
	}
	return nil
}

func blockedError(record Record) error { return standing(fault.Usage, record, "") }

// blocked is the refusal because of a migration that has to be resolved first.
type blocked struct {
	record Record
	code   fault.Code
	asked  string // what was asked for and cannot be done, said first; or ""
	err    error  // says all of it, what its run had done in the details
}

func (e *blocked) Error() string { return e.err.Error() }
func (e *blocked) Unwrap() error { return e.err }

// standing is an error about a migration that did not end well: where it stands, what it had done, and the ways on. What
// was asked for and cannot be done is said before it, if anything.
func standing(code fault.Code, record Record, asked string) error {
	story := record.story()
	if asked != "" {
		story = asked + ": " + story
	}
	fields := map[string]any{"migration": record.Name, "state": record.State}
	if record.Journal != nil {
		fields["journal"] = record.Journal
	}
	err := fault.New(code, resolveHint(record), "%s", story)
	if lines := record.Journal.Lines(); len(lines) > 0 {
		err = fault.WithDetails(err, "what it did:\n    "+strings.Join(lines, "\n    "))
	}
	return fault.WithFields(&blocked{record: record, code: code, asked: asked, err: err}, fields)
}

// storyText is how much of an error's message is said again, in bytes: `migrator show` has all that is kept.
const storyText = 500

// story says what became of the run that left the record so.
func (r Record) story() string {
	latest := r.Latest()
	since := stamp(latest.StartedAt)
	switch {
	case r.died():
		left := r.State
		if left == Failed { // claimed since
			left = inFlight(r.Direction)
		}
		return fmt.Sprintf("%s has been left %s by %s since %s: that run died before it ended, and %s",
			r.Name, left.Words(), latest.By, since, r.Stood())
	case !r.State.known():
		return fmt.Sprintf("%s has the state %q, which this version of migrator does not know", r.Name, r.State)
	}
	what := "failed"
	if r.Direction == Down {
		what = "failed while it was rolled back"
	}
	if r.Error != nil {
		what += fmt.Sprintf(" (%s: %s)", r.Error.Name, Clip(r.Error.Message, storyText))
	}
	return fmt.Sprintf("%s %s at %s, and %s", r.Name, what, since, r.Stood())
}

// Stood says where a run that did not end well stood: "its last operation was its 17th, updateMany users (500 modified),
// at mongomigrations/012_x.js:18:5". The journal of a run that died trails behind it, so of that this is the least.
func (r Record) Stood() string {
	if r.Aborted {
		return "nothing of it stays, since its transaction was aborted"
	}
	last, known := r.Journal.Last()
	switch {
	case !known && r.Journal != nil && !r.died():
		return "nothing was written by it"
	case !known:
		return "a part of it may be done"
	}
	text := last.last()
	if r.died() {
		text += "; it may have done more"
	}
	return text
}

// last describes a step that is the last one known.
func (s Step) last() string {
	outcome := s.outcome()
	if outcome != "" {
		outcome = " (" + outcome + ")"
	}
	text := fmt.Sprintf("its last operation was its %s, %s%s", ordinal(s.Number), s.name(), outcome)
	if place := s.Place.String(); place != "" {
		text += ", at " + place
	}
	return text
}

// ordinal is a number as it counts off: "1st", "12th", "23rd".
func ordinal(n int64) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n) + suffix
}

// died reports whether the run died in flight: it left the record so, or somebody has claimed it since.
func (r Record) died() bool { return r.State.InFlight() || r.State == Failed && r.Error == nil }

// resolveHint lists the ways on from a migration that did not end well.
func resolveHint(record Record) string {
	if !record.Blocks() {
		return "mend what it failed at, then try again: nothing of it was done"
	}
	if !record.State.known() {
		return fmt.Sprintf("use the version of migrator that wrote it (%s), or a newer one", record.Latest().By.Version)
	}
	again := "it may run again"
	if record.Direction == Down {
		again = "it may be rolled back again"
	}
	command := "migrator resolve " + record.Name
	first := "look at the data"
	if !record.QuietAfter.IsZero() {
		first += fmt.Sprintf(" (not before %s: a write of its run may still arrive)", stamp(record.QuietAfter))
	}
	return first + ", then type one of\n" +
		command + " --retry        " + again + "\n" +
		command + " --executed     its work is done\n" +
		command + " --rolled-back  its work is undone"
}

// toldOfRunning adds to the refusal of the lock which migration its holder has in flight.
func toldOfRunning(err error, records []Record) error {
	if fault.CodeOf(err) != fault.Locked {
		return err
	}
	for _, record := range records {
		holder, isHeld := fault.FieldsOf(err)["lock"].(Holder)
		if record.State.InFlight() && isHeld && holder.Runs(record) {
			return fault.WithFields(fault.Then(err, fmt.Sprintf("it has %s in flight: `migrator show %s` says how far it is", record.Name, record.Name)),
				map[string]any{"migration": record.Name, "state": record.State})
		}
	}
	return err
}

// Runs reports whether the holder is the run that has the record in flight. A record in flight whose run does not hold the
// lock was left by a run that died.
func (h Holder) Runs(record Record) bool {
	if !record.State.InFlight() || h.Expired {
		return false
	}
	if record.Generation != 0 {
		return record.Generation == h.Generation
	}
	return h.By == record.Latest().By // written by an older release
}
