package runtime

import (
	"cmp"
	"context"
	"fmt"

	"migrator/runtime/fault"
)

// fail stores the failure and says what state things are in now.
func (e *execution) fail(ctx context.Context, record Record, result Result, report Report, failure error) error {
	begun := record
	if e.direction == Up {
		record.ended(result)
	}
	record.State, record.Error, record.Journal, record.Aborted = Failed, failureOf(failure), &report.Journal, report.Journal.Aborted
	if report.Unanswered != nil {
		record.QuietAfter = e.runner.now().Add(e.runner.quiet())
	}
	if report.Journal.Steps == nil {
		report.Journal.Steps = []Step{} // so that programs read a list
	}
	event, state := e.runner.ended(record, FailedEvent, result), "recorded as failed"
	event.Note = e.startedFrom()
	if record.Aborted {
		record, event, state = e.aborted(record, event)
	}
	if err := e.conclude(ctx, begun, record, event); err != nil {
		state = fmt.Sprintf("still recorded as %s, since the failure could not be recorded (%s)", inFlight(result.Direction).Words(), err)
	}
	fields := map[string]any{"migration": record.Name, "direction": result.Direction, "operations": result.Operations, "journal": &report.Journal}
	// The state is shown behind the script's own trace, with what was done before. How to go on is said also where the
	// script's error has a hint of its own, which is then shown before it.
	failure = fault.WithDetails(failure, record.Name+" is "+state)
	failure = fault.Wrap(0, failure, "", "%s %s", result.Direction.verb(), record.Name)
	return fault.WithFields(fault.Then(failure, e.goOn(record)), fields)
}

func (e *execution) goOn(record Record) string {
	next := ""
	if e.next != nil {
		next = e.next()
	}
	return cmp.Or(next, resolveHint(record))
}

// aborted is what is recorded of a run that leaves nothing behind. A migration that was registered before stands as it stood;
// one that was pending is as good as pending.
func (e *execution) aborted(record Record, event Event) (Record, Event, string) {
	event.Note = "its transaction was aborted: nothing of it stays"
	if !e.before.registered() || e.before.Undone() {
		return record, event, "recorded as failed, and runs again with the next `migrator execute`"
	}
	event.State = e.before.State
	before := e.before
	before.Generation, before.Start = record.Generation, record.Start
	return before, event, before.State.Words() + ", as it was before"
}

// unanswered is the failure of a run with a write that the server has not answered: nobody knows whether it was carried
// out, although the script has caught the error. nil where all were answered.
func unanswered(report Report) error {
	if report.Unanswered == nil {
		return nil
	}
	s := *report.Unanswered
	return fault.New(fault.Unreachable, "", "the server did not answer its %s write, %s (%s): it may have been carried out, or may still be",
		ordinal(s.Number), s.name(), s.Place)
}

func inFlight(d Direction) State {
	if d == Down {
		return RollingBack
	}
	return Executing
}
