package script

import (
	"fmt"
	"strings"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// Error is what a script failed with: while it was compiled, while it ran, or because it was interrupted.
//
// Its exit code is fault.Script, unless the Go error behind it (a lost connection, a signal) has one of its own.
type Error struct {
	// Name is the class: "TypeError", "MongoServerError". A thrown value that is not an Error is named "Uncaught".
	Name string
	// Message is the error's message, or the thrown value as it would be printed.
	Message string
	// Place is where it was thrown. Its File is relative to the project's root.
	fault.Place
	// Frames are the calls that led there, innermost first: those in files of the project, as written.
	Frames []Frame
	// Causes are the messages of the errors that it names as its cause, outermost first, and of those that it gathers.
	Causes []string

	hint   string
	cause  error
	source *module // of the file that Place is in; nil where it is not known
}

// Frame is a call in a file of the project.
type Frame struct {
	// Function is the name of the function that was executing, or "".
	Function string
	fault.Place
}

const (
	// importErrorName is the class of errors that keep a module from being linked.
	importErrorName = "ImportError"
	uncaughtName    = "Uncaught"
	interruptedName = "Interrupted"
)

var _ runtime.FailureOf = (*Error)(nil)

// Error is one line: where, and what.
func (e *Error) Error() string {
	where := e.Place.String()
	switch {
	case where == "":
		return e.summary()
	case e.Name == importErrorName:
		return where + " " + e.Message
	default:
		return where + ": " + e.summary()
	}
}

// summary is the name and the message.
func (e *Error) summary() string {
	switch {
	case e.Name == importErrorName, e.Name == "":
		return e.Message
	case e.Message == "":
		return e.Name
	default:
		return e.Name + ": " + e.Message
	}
}

// Unwrap leads to the exit code, the hint and the trace, and behind them to the Go error that caused this one, if there is
// one.
func (e *Error) Unwrap() error {
	return &fault.Error{Code: fault.Script, Hint: e.hint, Details: []string{e.trace()}, Err: e.cause}
}

// maxFrames bounds a trace: a runaway recursion has thousands of frames that are all alike.
const maxFrames = 12

// trace is the message, the calls that led there, and the lines of source around the place with a caret under the column.
func (e *Error) trace() string {
	var b strings.Builder
	b.WriteString(e.summary())
	for i, f := range e.Frames {
		if i == maxFrames {
			fmt.Fprintf(&b, "\n    … %d more", len(e.Frames)-maxFrames)
			break
		}
		b.WriteString("\n    " + f.String())
	}
	if len(e.Frames) == 0 && e.File != "" {
		b.WriteString("\n    at " + e.Place.String())
	}
	for _, cause := range e.Causes {
		b.WriteString("\ncaused by " + cause)
	}
	if e.source != nil {
		if excerpt := e.source.excerpt(e.Place); excerpt != "" {
			b.WriteString("\n\n" + excerpt)
		}
	}
	return b.String()
}

// String is "at function (file:line:column)".
func (f Frame) String() string {
	if f.Function == "" {
		return "at " + f.Place.String()
	}
	return "at " + f.Function + " (" + f.Place.String() + ")"
}

// Failure is the error as the registry keeps it.
func (e *Error) Failure() runtime.Failure {
	return runtime.Failure{
		Name: e.Name, Message: e.Message, Place: e.Place, Stack: e.trace(),
	}
}
