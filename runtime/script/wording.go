package script

import (
	"regexp"
	"strings"

	"migrator/runtime/fault"
)

// How goja words the call of what is not a function: it names the member or the value, and not what stands in the
// file.
var (
	noMember  = regexp.MustCompile(`^Object has no member '(.*)'$`)
	notObject = regexp.MustCompile(`^(?:Value is not an object|Not a function): `)
)

// reworded makes the message of such a call the one that Node.js has: "user.nme is not a function".
func (e *Error) reworded() *Error {
	if e.Name != "TypeError" || e.source == nil || len(e.Frames) == 0 || e.Frames[0].Place != e.Place {
		return e
	}
	callee, constructed := e.source.called(e.Place)
	member := noMember.FindStringSubmatch(e.Message)
	switch {
	case member == nil && (callee == "" || !notObject.MatchString(e.Message)):
		return e
	case constructed:
		e.Message = callee + " is not a constructor"
	case member != nil && !strings.HasSuffix(callee, member[1]):
		e.Message = member[1] + " is not a function"
	default:
		e.Message = callee + " is not a function"
	}
	return e
}

var (
	// calledHere is what is called at the beginning of a text, and calledBefore the objects that it is a member of.
	calledHere = regexp.MustCompile(`^(new\s+)?((?:[\p{L}_$][\p{L}\p{N}_$]*\s*\??\.\s*)*[\p{L}_$][\p{L}\p{N}_$]*)` +
		`\s*(?:\?\.)?\(`)
	calledBefore = regexp.MustCompile(`(?:[\p{L}_$][\p{L}\p{N}_$]*\s*\??\.\s*)+$`)
	// functionHead is what follows the parameters of a function, where goja sees errors of operators in it.
	functionHead = regexp.MustCompile(`^\s*(?:\{|=>)`)
	keyword      = regexp.MustCompile(`^(?:async|await|catch|for|function|if|in|of|return|switch|throw|typeof|void|` +
		`while|with|yield)$`)
)

// called is the name of what is called, or constructed, at a place in the file; "" where no call of a name is written.
func (m *module) called(at fault.Place) (callee string, constructed bool) {
	line := []rune(m.line(at.Line))
	if at.Column < 1 || at.Column > len(line) {
		return "", false
	}
	before, here := string(line[:at.Column-1]), string(line[at.Column-1:])
	match := calledHere.FindStringSubmatch(here)
	if match == nil || keyword.MatchString(match[2]) ||
		functionHead.MatchString(behindBrackets(here[len(match[0]):])) {
		return "", false
	}
	return calledBefore.FindString(before) + match[2], match[1] != ""
}

// behindBrackets is what follows the bracket that closes the one before the text, on the same line.
func behindBrackets(text string) string {
	depth := 1
	for i, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return text[i+1:]
			}
		}
	}
	return ""
}
