package ui

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"migrator/runtime/fault"
)

func TestConfirm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, typed string
		yes, piped  bool
		message     string // of the error, "" for a yes
		hint        string
		asked       bool
	}{
		{name: "y is yes", typed: "y\n", asked: true},
		{name: "yes in any spelling is yes", typed: " Yes \r\n", asked: true},
		{name: "yes without a line end is yes", typed: "yes", asked: true},
		{name: "nothing is no", typed: "\n", message: "cancelled", asked: true},
		{name: "anything else is no", typed: "yep\n", message: "cancelled", asked: true},
		{name: "the end of the input is no", typed: "", message: "cancelled", asked: true},
		{name: "--yes is yes without a question", yes: true},
		{name: "--yes is yes without a terminal", yes: true, piped: true},
		{name: "without a terminal nobody is asked", typed: "y\n", piped: true,
			message: "there is no terminal to ask at: Overwrite migrator.yaml?", hint: "add -y (--yes) to say yes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := terminal()
			o.NoColor, o.In, o.Yes, o.InTerminal = true, strings.NewReader(tt.typed), tt.yes, !tt.piped
			r := record(o)
			checkAnswer(t, r.Confirm(t.Context(), "Overwrite migrator.yaml?"), tt.message, tt.hint)
			if asked := strings.HasPrefix(r.err.String(), "Overwrite migrator.yaml? [y/N] "); asked != tt.asked ||
				r.out.Len() > 0 {
				t.Errorf("stderr %q, stdout %q", r.err.String(), r.out.String())
			}
		})
	}
}

func TestConfirmName(t *testing.T) {
	t.Parallel()
	const hint = "if it is what you mean, add --confirm production"
	tests := []struct {
		name, typed, confirm string
		yes, piped           bool
		message, hint        string
		asked                bool
	}{
		{name: "the name typed is yes", typed: "production\n", asked: true},
		{name: "another name is no", typed: "staging\n", message: "cancelled", asked: true},
		{name: "y is no", typed: "y\n", message: "cancelled", asked: true},
		{name: "--confirm with the name is yes", confirm: "production", piped: true},
		{name: "--confirm with another name is refused unasked", confirm: "staging", typed: "production\n",
			message: "--confirm names staging, and this would drop the database shop in production", hint: hint},
		{name: "--yes does not answer it", yes: true, piped: true,
			message: "this would drop the database shop in production, and there is no terminal to confirm it at",
			hint:    hint},
		{name: "without a terminal nobody is asked", typed: "production\n", piped: true,
			message: "this would drop the database shop in production, and there is no terminal to confirm it at",
			hint:    hint},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := terminal()
			o.NoColor, o.In, o.Yes, o.Confirm, o.InTerminal = true, strings.NewReader(tt.typed), tt.yes, tt.confirm,
				!tt.piped
			r := record(o)
			checkAnswer(t, r.ConfirmName(t.Context(), "drop the database shop", "production"), tt.message, tt.hint)
			const prompt = "This will drop the database shop in production. Type production to go on: "
			if asked := strings.HasPrefix(r.err.String(), prompt); asked != tt.asked {
				t.Errorf("stderr %q", r.err.String())
			}
		})
	}
}

func checkAnswer(t *testing.T, err error, message, hint string) {
	t.Helper()
	if message == "" {
		if err != nil {
			t.Errorf("not a yes: %v", err)
		}
		return
	}
	if err == nil || err.Error() != message || fault.CodeOf(err) != fault.Usage || fault.HintOf(err) != hint {
		t.Errorf("got %v (%d, %q), want %q (2, %q)", err, fault.CodeOf(err), fault.HintOf(err), message, hint)
	}
	if errors.Is(err, ErrDeclined) != (message == "cancelled") {
		t.Errorf("errors.Is(%v, ErrDeclined) = %v", err, errors.Is(err, ErrDeclined))
	}
}

func TestAnswersAreReadOneLineEach(t *testing.T) {
	t.Parallel()
	o := terminal()
	o.In = strings.NewReader("y\nproduction\n")
	r := record(o)
	if err := r.Confirm(t.Context(), "Sure?"); err != nil {
		t.Errorf("the first answer: %v", err)
	}
	if err := r.ConfirmName(t.Context(), "drop it", "production"); err != nil {
		t.Errorf("the second answer: %v", err)
	}
}

func TestAnInterruptEndsAPrompt(t *testing.T) {
	t.Parallel()
	in, typist := io.Pipe()
	defer typist.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	o := terminal()
	o.In, o.Err = in, nil
	signal := errors.New("interrupt")
	asked := writerFunc(func(p []byte) (int, error) { cancel(signal); return len(p), nil })
	u := New(Options{In: in, Out: io.Discard, Err: asked, InTerminal: true, ErrTerminal: true})
	err := u.Confirm(ctx, "Sure?")
	if !errors.Is(err, signal) || fault.CodeOf(err) != fault.Interrupted {
		t.Errorf("got %v (%d)", err, fault.CodeOf(err))
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
