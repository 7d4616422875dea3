package script

import (
	"fmt"
	"strings"

	"migrator/runtime/fault"
)

const (
	// maxExcerpt is the width of a line of an excerpt, in characters. Of a longer line the part around the column is
	// shown.
	maxExcerpt = 120
	// margin is what of it stands behind the column at least.
	margin = 20
)

// excerpt shows a line of a file between its neighbours, and a caret under the column.
func (m *module) excerpt(at fault.Place) string {
	if at.Line < 1 || at.Line > len(m.lines()) {
		return ""
	}
	first, last := max(at.Line-1, 1), min(at.Line+1, len(m.lines()))
	width := len(fmt.Sprint(last))
	skipped := 0
	if at.Column > maxExcerpt-margin {
		skipped = at.Column - maxExcerpt/2
	}
	var b strings.Builder
	for n := first; n <= last; n++ {
		mark, text := " ", window(m.line(n), skipped)
		if n == at.Line {
			mark = ">"
		}
		b.WriteString(strings.TrimRight(fmt.Sprintf("%s %*d | %s", mark, width, n, text), " ") + "\n")
		if n == at.Line {
			fmt.Fprintf(&b, "  %*s | %s^\n", width, "", blank(text, at.Column-1-skipped))
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// window is the part of a line that is shown when a number of characters before it is skipped.
func window(line string, skipped int) string {
	characters := []rune(line)
	characters = characters[min(skipped, len(characters)):]
	return string(characters[:min(maxExcerpt, len(characters))])
}

// blank is white space as wide as the first n characters of a text, with its tabs kept.
func blank(text string, n int) string {
	var b strings.Builder
	for _, r := range text {
		if n <= 0 {
			break
		}
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
		n--
	}
	return b.String() + strings.Repeat(" ", max(n, 0))
}
