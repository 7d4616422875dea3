package bindings

import (
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// runError is what a script ended with, and what it had done by then.
type runError struct {
	err    error
	report runtime.Report
	whole  bool // a whole migration has run: then it is worth saying, too, that nothing was written
}

var (
	_ fault.Detailer    = (*runError)(nil)
	_ runtime.FailureOf = (*runError)(nil)
)

// describe adds to the error of a run what was in flight and what was done before.
func describe(err error, report runtime.Report, whole bool) error {
	if err == nil {
		return nil
	}
	return &runError{err: err, report: report, whole: whole}
}

func (e *runError) Error() string { return e.err.Error() }
func (e *runError) Unwrap() error { return e.err }

// Detail is the trace, the operation in flight, and what was done by then.
func (e *runError) Detail() string {
	lines := []string{e.trace()}
	switch j := &e.report.Journal; {
	case e.report.Plan != nil:
		lines = append(lines, e.simulated()...)
	case j.Aborted && j.Begun > 0:
		lines = append(lines, "the transaction was aborted: nothing of it stays")
	case j.Done > 0:
		lines = append(lines, e.done())
		for _, line := range j.Lines() {
			lines = append(lines, "    "+line)
		}
	case e.whole:
		lines = append(lines, "nothing was written before it")
	}
	return strings.Join(lines, "\n")
}

// simulated says that nothing was written, and why a dry run may fail where a real one would not.
func (e *runError) simulated() []string {
	var lines []string
	in := (*OperationError)(nil)
	if reads := e.report.Plan.Reads; !errors.As(e.err, &in) && len(reads) > 0 {
		last := reads[len(reads)-1]
		lines = append(lines,
			fmt.Sprintf("before it, %s (line %d) did not see the simulated writes: a real run may go on here",
				last.Operation, last.Line))
	}
	return append(lines, "nothing was written: this is a dry run")
}

// done counts what was done: "3 of its writes were done; failed at mongomigrations/012_x.js:18:5".
func (e *runError) done() string {
	text := fmt.Sprintf("%d of its writes were done", e.report.Journal.Done)
	if e.report.Journal.Done == 1 {
		text = "1 of its writes was done"
	}
	var of runtime.FailureOf
	if errors.As(e.err, &of) {
		if f := of.Failure(); f.Line > 0 {
			text += "; failed at " + f.Place.String()
		}
	}
	return text
}

// trace is the error with its place, and the operation in flight.
func (e *runError) trace() string {
	var lines []string
	if detail := fault.DetailOf(e.err); detail != "" {
		lines = append(lines, detail)
	} else {
		lines = append(lines, e.err.Error())
	}
	var in *OperationError
	if errors.As(e.err, &in) && in.Operation.Target != "" {
		lines = append(lines, "in "+in.Operation.String()+in.failedWrites())
	}
	return strings.Join(lines, "\n")
}

// Failure is the failure of the script with the trace as its stack. What was done is in the report.
func (e *runError) Failure() runtime.Failure {
	var of runtime.FailureOf
	if !errors.As(e.err, &of) {
		return runtime.Failure{Name: "Error", Message: e.err.Error(), Stack: e.trace()}
	}
	f := of.Failure()
	f.Stack = e.trace()
	return f
}

// failedWrites says which of several writes have failed: ": write 2 of 3 failed (insertOne)".
func (e *OperationError) failedWrites() string {
	var failed mongo.BulkWriteException
	request, isBulk := e.Operation.Request.(*funnel.Bulk)
	if !isBulk || len(request.Writes) < 2 || !errors.As(e.Err, &failed) || len(failed.WriteErrors) == 0 {
		return ""
	}
	first := failed.WriteErrors[0].Index
	if first >= len(request.Writes) {
		return ""
	}
	text := fmt.Sprintf(": write %d of %d failed (%s)", first+1, len(request.Writes), request.Writes[first].Kind)
	if more := len(failed.WriteErrors) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
}
