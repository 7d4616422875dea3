package script

import (
	"fmt"
	"regexp"
	"unicode/utf16"
	"unicode/utf8"
)

// Position is a place in a script as its author sees it: in the file that they wrote, whatever it was compiled to.
type Position struct {
	// File is relative to the project's root, with slashes. It is empty when the place is not known.
	File string
	// Line and Column count from one, the column in characters. Both are zero when only the file is known.
	Line, Column int
}

// String is "file:line:column", or as much of it as is known.
func (p Position) String() string {
	if p.File == "" || p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// lineBreak is what JavaScript counts as the end of a line.
var lineBreak = regexp.MustCompile(`\r\n|[\n\r\x{2028}\x{2029}]`)

// locate translates a place in what goja compiled (line and column from one, the column in bytes) to the file as it was
// written. It is false for code that has no counterpart there: the helpers that esbuild adds.
func (m *module) locate(line, column int) (Position, bool) {
	if line == 1 {
		column = max(column-m.shift, 1)
	}
	if m.sourceMap == nil {
		return Position{File: m.path, Line: line, Column: m.characters(line, column-1) + 1}, true
	}
	return m.original(line, column-1)
}

// original looks a place up in the source map, which counts columns from zero. A place behind the last mapping belongs
// to it, which the map's reader does not find by itself: it is sought by stepping back along the line.
func (m *module) original(line, column int) (Position, bool) {
	for ; column >= 0; column-- {
		if _, _, l, c, ok := m.sourceMap.Source(line, column); ok {
			return Position{File: m.path, Line: l, Column: m.units(l, c) + 1}, true
		}
	}
	return Position{}, false
}

// characters counts the characters in the first n bytes of a line.
func (m *module) characters(line, n int) int {
	text := m.line(line)
	return utf8.RuneCountInString(text[:min(n, len(text))]) + max(n-len(text), 0)
}

// units counts the characters in the first n UTF-16 code units of a line, the columns of source maps.
func (m *module) units(line, n int) int {
	count := 0
	for _, r := range m.line(line) {
		if n <= 0 {
			return count
		}
		n -= utf16.RuneLen(r)
		count++
	}
	return count + max(n, 0)
}

// line is the text of a line, counted from one, without its end; "" outside the file.
func (m *module) line(n int) string {
	lines := m.lines()
	if n < 1 || n > len(lines) {
		return ""
	}
	return lines[n-1]
}
