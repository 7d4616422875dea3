package ui

import (
	"context"
	"errors"
	"io"
	"strings"

	"migrator/runtime/fault"
)

// ErrDeclined is what Confirm and ConfirmName return when the answer was no.
var ErrDeclined = fault.New(fault.Usage, "", "cancelled")

// Confirm asks a question that wants a yes, such as "Overwrite migrator.yaml?". nil means yes, and so does --yes. Where
// nobody can be asked it fails and names the flag.
func (u *UI) Confirm(ctx context.Context, question string) error {
	if u.options.Yes {
		return nil
	}
	if !u.canAsk() {
		return fault.New(fault.Usage, "add -y (--yes) to say yes", "there is no terminal to ask at: %s", question)
	}
	answer, err := u.ask(ctx, question+" [y/N] ")
	if err != nil {
		return err
	}
	switch strings.ToLower(answer) {
	case "y", "yes":
		return nil
	}
	return ErrDeclined
}

// ConfirmName asks for the name of an environment to be typed before something is done to it that cannot be undone;
// action says what, as in "drop the database app". --confirm NAME answers it, --yes does not. Where nobody can be asked
// it fails and names the flag.
func (u *UI) ConfirmName(ctx context.Context, action, name string) error {
	given := u.options.Confirm
	switch {
	case given == name && name != "":
		return nil
	case given != "":
		return fault.New(fault.Usage, "if it is what you mean, add --confirm "+name,
			"--confirm names %s, and this would %s in %s", given, action, name)
	case !u.canAsk():
		return fault.New(fault.Usage, "if it is what you mean, add --confirm "+name,
			"this would %s in %s, and there is no terminal to confirm it at", action, name)
	}
	answer, err := u.ask(ctx, u.Err.Warn("This will "+u.clean(action)+" in "+name+".")+" Type "+name+" to go on: ")
	if err != nil {
		return err
	}
	if answer != name {
		return ErrDeclined
	}
	return nil
}

// canAsk wants a terminal at both ends: a question that goes to a file would wait for ever.
func (u *UI) canAsk() bool { return u.options.InTerminal && u.options.ErrTerminal }

// ask prints a prompt on stderr and reads a line. The end of the input is an empty answer.
func (u *UI) ask(ctx context.Context, prompt string) (string, error) {
	answer, _, err := u.read(ctx, prompt, false)
	return answer, err
}

// read prints a prompt on stderr and reads a line; ended is true for the last one. When ctx ends first, the read is
// abandoned, and what is typed later is lost to it.
func (u *UI) read(ctx context.Context, prompt string, secret bool) (answer string, ended bool, err error) {
	u.Err.Printf("%s", prompt)
	type reply struct {
		line string
		err  error
	}
	replies := make(chan reply, 1)
	restore := u.keepTerminal()
	go func() {
		line, err := u.readLine(secret)
		replies <- reply{line, err}
	}()
	select {
	case <-ctx.Done():
		restore()
		u.Err.Println()
		return "", false, fault.Wrap(fault.Interrupted, context.Cause(ctx), "", "wait for an answer")
	case r := <-replies:
		if r.err != nil {
			u.Err.Println()
		}
		if r.err != nil && !errors.Is(r.err, io.EOF) {
			return "", false, fault.Wrap(fault.Failed, r.err, "", "read the answer")
		}
		return strings.TrimSpace(r.line), r.err != nil, nil
	}
}
