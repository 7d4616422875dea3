package ui

import (
	"errors"
	"strings"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// Error says what went wrong, for people and on stderr: the message, the detail (a script's trace), and the hint. With
// --json it prints nothing: the caller puts ErrorJSON into its document.
func (u *UI) Error(err error) {
	if err == nil || u.options.JSON {
		return
	}
	message := u.clean(err.Error())
	u.Err.Println(u.Err.Bad("error:") + " " + indentRest(message))
	if detail := withoutRepetition(u.clean(fault.DetailOf(err)), message); detail != "" {
		u.Err.Println(indent(detail))
	}
	if hint := fault.HintOf(err); hint != "" {
		u.Err.Println(u.Err.Bold("hint:") + " " + indentRest(u.clean(hint)))
	}
}

// ErrorJSON is err for a program to read: "code" (the exit code), "message", "hint", "detail", the facts that the chain
// carries, and, for an error of a script, "name", "file", "line", "column" and "stack". What does not apply is left
// out. It is nil, and so null in JSON, where err is nil.
func (u *UI) ErrorJSON(err error) map[string]any {
	if err == nil {
		return nil
	}
	facts := map[string]any{}
	for key, value := range fault.FieldsOf(err) {
		if s, ok := value.(string); ok {
			value = u.options.Mask(s)
		}
		facts[key] = value
	}
	var script runtime.FailureOf
	if errors.As(err, &script) {
		u.addFailure(facts, script.Failure())
	}
	u.addText(facts, "message", err.Error())
	u.addText(facts, "hint", fault.HintOf(err))
	u.addText(facts, "detail", fault.DetailOf(err))
	facts["code"] = int(fault.CodeOf(err))
	return facts
}

func (u *UI) addFailure(facts map[string]any, f runtime.Failure) {
	u.addText(facts, "name", f.Name)
	u.addText(facts, "stack", f.Stack)
	if f.File != "" {
		u.addText(facts, "file", f.File)
		facts["line"], facts["column"] = f.Line, f.Column
	}
}

func (u *UI) addText(facts map[string]any, key, value string) {
	if value != "" {
		facts[key] = u.options.Mask(value)
	}
}

// withoutRepetition drops the first lines of a detail when the message, printed above it, ends with them.
func withoutRepetition(detail, message string) string {
	lines := strings.SplitAfter(detail, "\n")
	first := ""
	for i, line := range lines {
		first += line
		if text := strings.TrimSuffix(first, "\n"); text != "" && strings.HasSuffix(message, text) {
			return strings.Join(lines[i+1:], "")
		}
	}
	return detail
}

func indent(s string) string { return "  " + indentRest(s) }

// indentRest indents all lines but the first and the empty ones.
func indentRest(s string) string {
	lines := strings.Split(s, "\n")
	for i := 1; i < len(lines); i++ {
		if lines[i] != "" {
			lines[i] = "  " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}
