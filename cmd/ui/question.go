package ui

import (
	"context"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// Ask puts a question of a script, again until the answer is one that the question takes. Where nobody can be asked it
// fails and names the flag with which to answer.
func (u *UI) Ask(ctx context.Context, q runtime.Question) (string, error) {
	if !u.canAsk() {
		how := "--answer " + q.Name + "=VALUE"
		if q.YesNo {
			how = "-y (--yes), or --answer " + q.Name + "=yes"
		}
		return "", fault.New(fault.Usage, "", "there is no terminal to ask at; give the answer with %s", how)
	}
	for {
		answer, ended, err := u.read(ctx, u.clean(asText(q)), q.Secret)
		if err != nil {
			return "", err
		}
		if answer == "" {
			switch {
			case q.HasDefault:
				return q.Default, nil
			case q.YesNo:
				return "no", nil
			case ended:
				return "", fault.New(fault.Usage, "", "the input ended without an answer")
			}
			continue
		}
		wrong := q.Check(answer)
		if wrong == nil {
			return answer, nil
		}
		if ended {
			return "", fault.Wrap(fault.Usage, wrong, "", "the answer %q", answer)
		}
		u.Err.Println(u.Err.Warn(wrong.Error()))
	}
}

// asText is the question with what can be answered: "Region (eu, us) [eu]: ".
func asText(q runtime.Question) string {
	if q.YesNo {
		return q.Text + " [y/N] "
	}
	text := strings.TrimRight(q.Text, " :")
	if len(q.Choices) > 0 {
		text += " (" + strings.Join(q.Choices, ", ") + ")"
	}
	if q.HasDefault && !q.Secret {
		text += fmt.Sprintf(" [%s]", q.Default)
	}
	if strings.HasSuffix(text, "?") {
		return text + " "
	}
	return text + ": "
}

// readLine reads a line of the input; a secret one is not shown while it is typed.
func (u *UI) readLine(secret bool) (string, error) {
	file, isFile := u.options.In.(*os.File)
	if !secret || !isFile || u.in.Buffered() > 0 {
		return u.in.ReadString('\n')
	}
	line, err := term.ReadPassword(int(file.Fd()))
	u.Err.Println()
	return string(line), err
}

// keepTerminal remembers how the terminal is set. The function that it returns sets it that way again: a reader of a
// secret that is abandoned leaves it without an echo.
func (u *UI) keepTerminal() (restore func()) {
	file, isFile := u.options.In.(*os.File)
	if !isFile {
		return func() {}
	}
	state, err := term.GetState(int(file.Fd()))
	if err != nil {
		return func() {} // it is not a terminal
	}
	return func() { _ = term.Restore(int(file.Fd()), state) }
}
