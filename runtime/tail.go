package runtime

import (
	"fmt"
	"unicode/utf8"
)

const (
	tailLines = 200
	tailWidth = 2000 // bytes
)

// tail keeps the last lines that a script printed, so that a record stays small whatever a script prints.
type tail struct {
	kept []string
}

func (t *tail) add(line string) {
	line = Clip(line, tailWidth)
	if len(t.kept) == tailLines {
		t.kept = append(t.kept[:0], t.kept[1:]...)
	}
	t.kept = append(t.kept, line)
}

func (t *tail) lines() []string { return t.kept }

const (
	eventLines = 20
	eventWidth = 500 // bytes
)

// lastOf is what an event of the history keeps of a log. The history only grows, so it is less than a record keeps.
func lastOf(log []string) []string {
	var kept []string
	for _, line := range log[max(0, len(log)-eventLines):] {
		kept = append(kept, Clip(line, eventWidth))
	}
	return kept
}

// Clip shortens a text to n bytes and an ellipsis, between two characters.
func Clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}

// Count is a number of things: "1 error", "2 errors".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
