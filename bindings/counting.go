package bindings

import (
	"context"
	"fmt"
	"strings"

	"migrator/runtime"
)

// kept is how many lines a report keeps of the first operations, and how many of the last.
const kept = 10

// tally counts what a script has done: the runtime.Report of its run.
type tally struct {
	operations runtime.Operations
	first      []string
	last       []string
	left       int // lines between the two
}

// counting is the middleware that fills t. Reads are not counted; a write that failed half-way counts what it did.
func counting(t *tally) Middleware {
	return func(next Doer) Doer {
		return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
			result, err := next.Do(ctx, op)
			if op.Access != Read {
				t.add(op, result, err)
			}
			return result, err
		})
	}
}

func (t *tally) add(op *Operation, result *Result, err error) {
	switch r := op.Request.(type) {
	case *Bulk:
		t.addWritten(op, result.Written, err)
	case *FindAndModify:
		if err == nil {
			t.addWritten(op, modified(r, result.Document != nil), nil)
		}
	default:
		if err == nil {
			t.operations.Commands++
			t.note(line(op))
		}
	}
}

// modified is what a findAndModify did. The reply does not tell an upsert from an update where the new document was
// asked for: that counts as an update.
func modified(r *FindAndModify, found bool) Written {
	switch {
	case found && r.Remove:
		return Written{Deleted: 1}
	case found:
		return Written{Matched: 1, Modified: 1}
	case r.Upsert:
		return Written{Upserted: 1}
	default:
		return Written{}
	}
}

func (t *tally) addWritten(op *Operation, w Written, err error) {
	t.operations.Inserted += w.Inserted
	t.operations.Matched += w.Matched
	t.operations.Modified += w.Modified
	t.operations.Deleted += w.Deleted
	t.operations.Upserted += w.Upserted
	done := w.String()
	if err != nil && done == "" {
		return
	}
	if done == "" {
		done = "nothing matched"
	}
	if err != nil {
		done += ", then failed"
	}
	t.note(line(op) + ": " + done)
}

// line names an operation for a report: "updateMany users".
func line(op *Operation) string {
	name := op.Method
	if c, ok := op.Request.(*Command); ok && (op.Method == "runCommand" || op.Method == "adminCommand" || op.Method == "command") {
		name += " " + c.Name()
	}
	if op.Collection == "" {
		return name
	}
	return name + " " + op.Collection
}

// String tells what was written: "2 inserted, 1 deleted", or "".
func (w Written) String() string {
	var parts []string
	add := func(n int64, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(w.Inserted, "inserted")
	add(w.Matched, "matched")
	if w.Matched > 0 {
		parts = append(parts, fmt.Sprintf("%d modified", w.Modified))
	}
	add(w.Upserted, "upserted")
	add(w.Deleted, "deleted")
	return strings.Join(parts, ", ")
}

func (t *tally) note(line string) {
	if len(t.first) < kept {
		t.first = append(t.first, line)
		return
	}
	t.last = append(t.last, line)
	if len(t.last) > kept {
		t.last = t.last[1:]
		t.left++
	}
}

// forget drops everything: the transaction that it was part of was aborted.
func (t *tally) forget() { *t = tally{} }

func (t *tally) report() runtime.Report {
	done := append([]string(nil), t.first...)
	if t.left > 0 {
		done = append(done, fmt.Sprintf("… %d more …", t.left))
	}
	return runtime.Report{Operations: t.operations, Done: append(done, t.last...)}
}
