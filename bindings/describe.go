package bindings

import (
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// runError is what a script ended with.
type runError struct {
	err error // its details are the trace and the operation in flight
}

var _ runtime.FailureOf = (*runError)(nil)

// describe adds to the error of a run what was in flight and what was done by then. whole is true for the run of a
// migration, of which it is worth saying too that nothing was written.
func describe(err error, report runtime.Report, whole bool) error {
	if err == nil {
		return nil
	}
	return fault.WithDetails(&runError{traced(err)}, soFar(err, report, whole)...)
}

func (e *runError) Error() string { return e.err.Error() }
func (e *runError) Unwrap() error { return e.err }

// Failure is the failure of the script with the trace as its stack. What was done is in the report.
func (e *runError) Failure() runtime.Failure {
	f := runtime.Failure{Name: "Error", Message: e.err.Error()}
	var of runtime.FailureOf
	if errors.As(e.err, &of) {
		f = of.Failure()
	}
	f.Stack = fault.DetailOf(e.err)
	return f
}

// traced adds the operation in flight to the trace of an error. An error that has no trace has at least its text.
func traced(err error) error {
	var lines []string
	if fault.DetailOf(err) == "" {
		lines = append(lines, err.Error())
	}
	var in *OperationError
	if errors.As(err, &in) && in.Operation.Target != "" {
		lines = append(lines, "in "+in.Operation.String()+in.failedWrites())
	}
	return fault.WithDetails(err, lines...)
}

// soFar is what was done by a run until it ended with err.
func soFar(err error, report runtime.Report, whole bool) []string {
	switch j := &report.Journal; {
	case report.Plan != nil:
		return simulated(err, report.Plan)
	case j.Aborted && j.Begun > 0:
		return []string{"the transaction was aborted: nothing of it stays"}
	case j.Done > 0:
		lines := []string{done(err, j.Done)}
		for _, line := range j.Lines() {
			lines = append(lines, "    "+line)
		}
		return lines
	case whole:
		return []string{"nothing was written before it"}
	}
	return nil
}

// simulated says that nothing was written, and why a dry run may fail where a real one would not.
func simulated(err error, plan *runtime.Plan) []string {
	var lines []string
	var in *OperationError
	if len(plan.Reads) > 0 && !errors.As(err, &in) {
		last := plan.Reads[len(plan.Reads)-1]
		lines = append(lines,
			fmt.Sprintf("before it, %s (line %d) did not see the simulated writes: a real run may go on here",
				last.Operation, last.Line))
	}
	return append(lines, "nothing was written: this is a dry run")
}

// done counts what was done: "3 of its writes were done; failed at mongomigrations/012_x.js:18:5".
func done(err error, writes int64) string {
	text := fmt.Sprintf("%d of its writes were done", writes)
	if writes == 1 {
		text = "1 of its writes was done"
	}
	var of runtime.FailureOf
	if errors.As(err, &of) {
		if f := of.Failure(); f.Line > 0 {
			text += "; failed at " + f.Place.String()
		}
	}
	return text
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
