// Package fault is the vocabulary of failures: what every other package uses to say how a run ends.
//
// An error gets its exit code, its hint and its machine-readable facts where it is understood, and keeps them while it
// is wrapped on its way up; cmd reads them once, at the top. It is a leaf: it imports nothing of this project.
package fault

import (
	"fmt"
	"slices"
	"strings"
)

// Code is a process exit code. Each value has one meaning, the one that the manual gives it.
type Code int

const (
	// OK means done, or nothing to do.
	OK Code = 0
	// Failed is a failure with no code of its own.
	Failed Code = 1
	// Usage is a mistake in what was typed or configured, or an action refused for lack of a confirmation.
	Usage Code = 2
	// Script means that a migration script could not be loaded, or failed while it ran.
	Script Code = 3
	// Unreachable means that the database does not answer, or refused us.
	Unreachable Code = 4
	// Locked means that another runner holds the lock.
	Locked Code = 5
	// Check means that a check (status --check, validate) found something, or that wait waited in vain.
	Check Code = 6
	// Interrupted means that a signal ended the run.
	Interrupted Code = 130
)

// Error is a failure with what a user needs beside its message. The zero Code leaves the decision to an error further
// down the chain.
type Error struct {
	Code Code
	// Message says what happened, in one line, in the user's terms, without a full stop.
	Message string
	// Hint says what to type or to change next. It may be empty.
	Hint string
	// Next is said behind the hint of the cause, whatever that is.
	Next string
	// Details are what there is to show beside the message, each a text of one or more lines for a terminal, without
	// colour and without a final line end: a script's trace with the source around it, say.
	Details []string
	// Fields are facts for --json (for example "file", "migration").
	Fields map[string]any
	// Err is the cause; its text follows the message after a colon.
	Err error
}

// Error joins the message and the cause's text.
func (e *Error) Error() string {
	switch {
	case e.Err == nil:
		return e.Message
	case e.Message == "":
		return e.Err.Error()
	default:
		return e.Message + ": " + e.Err.Error()
	}
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error with a code, a hint (which may be empty) and a formatted message.
func New(code Code, hint, format string, args ...any) error {
	return &Error{Code: code, Hint: hint, Message: fmt.Sprintf(format, args...)}
}

// Wrap says what was being done when err happened, and gives it a code and a hint. A code or hint that err carries
// already wins over the one given here, since it comes from closer to the cause. Wrap(…, nil, …) is nil.
func Wrap(code Code, err error, hint, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Code: code, Hint: hint, Message: fmt.Sprintf(format, args...), Err: err}
}

// Then adds what to type next, also where the cause has a hint of its own.
func Then(err error, next string) error {
	if err == nil {
		return nil
	}
	return &Error{Next: next, Err: err}
}

// WithDetails adds details, to be shown behind those that err carries already.
func WithDetails(err error, details ...string) error {
	if err == nil || len(details) == 0 {
		return err
	}
	return &Error{Details: details, Err: err}
}

// WithFields adds facts for --json. A fact that err carries already wins over one of the same name.
func WithFields(err error, fields map[string]any) error {
	if err == nil {
		return nil
	}
	return &Error{Fields: fields, Err: err}
}

// CodeOf is the exit code for err: the innermost one that an error of the chain carries, else Failed. For nil it is OK.
func CodeOf(err error) Code {
	if err == nil {
		return OK
	}
	code := Code(0)
	walk(err, func(e *Error) {
		if e.Code != 0 {
			code = e.Code
		}
	})
	if code == 0 {
		return Failed
	}
	return code
}

// HintOf is the innermost hint in the chain, and what to type next where the chain says so, each on a line of its own.
func HintOf(err error) string {
	hint, next := "", ""
	walk(err, func(e *Error) {
		if e.Hint != "" {
			hint = e.Hint
		}
		if e.Next != "" {
			next = e.Next
		}
	})
	if hint != "" && next != "" {
		return hint + "\n" + next
	}
	return hint + next
}

// FieldsOf joins the facts of the whole chain; the innermost wins.
func FieldsOf(err error) map[string]any {
	fields := map[string]any{}
	walk(err, func(e *Error) {
		for k, v := range e.Fields {
			fields[k] = v
		}
	})
	return fields
}

// DetailsOf are the details of the whole chain, those of the cause first: the trace of a script, then what it had done,
// then the state that this has left things in.
func DetailsOf(err error) []string {
	var details []string
	walk(err, func(e *Error) { details = append(slices.Clone(e.Details), details...) })
	return details
}

// DetailOf is DetailsOf in one text.
func DetailOf(err error) string { return strings.Join(DetailsOf(err), "\n") }

// walk calls f with each *Error of the chain, outermost first; of joined errors it follows the first.
func walk(err error, f func(*Error)) {
	for err != nil {
		if e, ok := err.(*Error); ok {
			f(e)
		}
		switch u := err.(type) {
		case interface{ Unwrap() error }:
			err = u.Unwrap()
		case interface{ Unwrap() []error }:
			if all := u.Unwrap(); len(all) > 0 {
				err = all[0]
			} else {
				err = nil
			}
		default:
			err = nil
		}
	}
}
