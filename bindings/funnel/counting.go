package funnel

import (
	"context"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime"
)

// Tally counts what a script has done, and keeps the journal of it: the runtime.Report of its run.
type Tally struct {
	operations runtime.Operations
	journal    runtime.Journal
	tell       func(runtime.Step)
	// within is the transaction that the whole script runs in, if it does, and escaped is true once something was done
	// that is not part of it.
	within  *mongo.Session
	escaped bool
	// unanswered is the last write outside any transaction that had no answer.
	unanswered *runtime.Step
}

// NewTally makes a tally that hands each step to tell as it begins and as it ends; tell may be nil.
func NewTally(tell func(runtime.Step)) *Tally { return &Tally{tell: tell} }

// Counting is the middleware that fills t. Reads are not counted; a write that failed half-way counts what it did.
func Counting(t *Tally) Middleware {
	return func(next Doer) Doer {
		return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
			if !op.Changes() {
				return next.Do(ctx, op)
			}
			step := t.begin(op)
			result, err := next.Do(ctx, op)
			t.end(step, op, result, err)
			return result, err
		})
	}
}

// begin notes that an operation is in flight.
func (t *Tally) begin(op *Operation) runtime.Step {
	step := runtime.Step{
		Number: t.journal.Begun + 1, Operation: op.Method, Collection: op.Collection,
		Place:       op.Where,
		Transaction: op.Session != nil && op.Session.TransactionRunning(), InFlight: true,
	}
	if op.Spelled != nil {
		step.Operation += " " + op.Name()
	}
	if t.within != nil && (op.Session != t.within || op.Name() == "commitTransaction") {
		t.escaped = true
	}
	t.note(step)
	return step
}

// end notes what became of it.
func (t *Tally) end(step runtime.Step, op *Operation, result *Result, err error) {
	did := done(op, result, err)
	step.InFlight = false
	if did != (runtime.Operations{}) {
		step.Did = &did
		t.operations.Add(did)
	}
	if err != nil {
		step.Error = OneLine(err.Error())
	}
	if NoAnswer(err) && !step.Transaction {
		t.unanswered = &step
	}
	t.note(step)
}

func (t *Tally) note(s runtime.Step) {
	t.journal.Note(s)
	if t.tell != nil {
		t.tell(s)
	}
}

// done is what an operation has done, also when it failed half-way.
func done(op *Operation, result *Result, err error) runtime.Operations {
	switch op.Request.(type) {
	case *Bulk, *FindAndModify:
		return result.Written.Operations()
	}
	if err != nil {
		return runtime.Operations{}
	}
	return runtime.Operations{Commands: 1}
}

// Within says that the whole script runs in a transaction of that session.
func (t *Tally) Within(session *mongo.Session) { t.within = session }

// Escaped reports whether something was done that is not part of the transaction that the whole script runs in.
func (t *Tally) Escaped() bool { return t.escaped }

// Undo takes back all that was counted: the transaction that it was part of came to nothing.
func (t *Tally) Undo() {
	t.operations = runtime.Operations{}
	t.journal.Aborted = true
}

// Report is what was counted so far.
func (t *Tally) Report() runtime.Report {
	return runtime.Report{Operations: t.operations, Journal: t.journal, Unanswered: t.unanswered}
}

// MessageWidth bounds the message of an error in a report: it can quote a whole document.
const MessageWidth = 300

// OneLine is the message of an error as a report has it: a line of bounded length.
func OneLine(message string) string {
	return runtime.Clip(strings.Join(strings.Fields(message), " "), MessageWidth)
}
