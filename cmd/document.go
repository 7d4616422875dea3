package cmd

import (
	"errors"
	"fmt"
	"syscall"

	"migrator/cmd/config"
	"migrator/cmd/ui"
	"migrator/runtime/fault"
)

// document is what a command has to say: printed for people by its method, or as JSON as it is. Every document embeds a
// header at its beginning and a footer at its end, so that all have one shape, also where the command fails:
//
//	{"environment": "production", "database": "shop", "results": [...], "error": null}
type document interface {
	// text prints it for people. An error is printed behind it.
	text(u *ui.UI)
	at(e config.Environment)
	fail(failure map[string]any)
}

// header begins every JSON document.
type header struct {
	// Environment and Database are left out by a command that works on no environment, and by one that failed before it
	// had chosen one.
	Environment string `json:"environment,omitempty"`
	Database    string `json:"database,omitempty"`
}

// at records the environment that the command works on.
func (h *header) at(e config.Environment) { h.Environment, h.Database = e.Name, e.Database }

// where is the environment as sentences name it: "production (database shop)".
func (h *header) where() string { return fmt.Sprintf("%s (database %s)", h.Environment, h.Database) }

// footer ends every JSON document.
type footer struct {
	Error map[string]any `json:"error"` // null when all went well
}

// fail records the error that the command ended in, as it is to be printed; nil for none.
func (f *footer) fail(failure map[string]any) { f.Error = failure }

// envelope is the document of a command that has nothing to say but how it ended.
type envelope struct {
	header
	footer
}

func (e *envelope) text(*ui.UI) {}

// report prints a document and an error, in the form that was asked for, and settles the exit code. No document is an
// envelope.
func (a *app) report(doc document, err error) {
	if doc == nil {
		doc = &envelope{}
	}
	doc.fail(a.ui.ErrorJSON(err))
	if a.flags.json {
		err = errors.Join(err, a.print(doc))
	} else {
		doc.text(a.ui)
	}
	a.ui.Error(err)
	a.code = fault.CodeOf(err)
	// A reader that has seen enough and gone is no failure.
	if failure := a.ui.Failure(); failure != nil && !errors.Is(failure, syscall.EPIPE) {
		a.ui.Warn(fmt.Sprintf("the result could not be written: %v", failure))
		a.code = max(a.code, fault.Failed)
	}
}

// streamed is a document that is printed behind events, which have a line each.
type streamed interface {
	// line is the document as the last of the events, or nil where no event came before it.
	line() any
}

// print prints a document as JSON.
func (a *app) print(doc document) error {
	if s, ok := doc.(streamed); ok {
		if line := s.line(); line != nil {
			return a.ui.Event(line)
		}
	}
	return a.ui.JSON(doc)
}
