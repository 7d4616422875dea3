package script

import (
	"regexp"
	"unicode/utf16"
	"unicode/utf8"

	"migrator/runtime/fault"
)

// lineBreak is what JavaScript counts as the end of a line.
var lineBreak = regexp.MustCompile(`\r\n|[\n\r\x{2028}\x{2029}]`)

// locate translates a place in what goja compiled (line and column from one, the column in bytes) to the file as it
// was written. It is false for code that has no counterpart there: the helpers that esbuild adds.
func (m *module) locate(line, column int) (fault.Place, bool) {
	if line == 1 {
		column = max(column-m.shift, 1)
	}
	if m.sourceMap == nil {
		return fault.Place{File: m.path, Line: line, Column: m.characters(line, column-1) + 1}, true
	}
	return m.original(line, column-1)
}

// original looks a place up in the source map, which counts columns from zero. A place behind the last mapping belongs
// to it, which the map's reader does not find by itself: it is sought by stepping back along the line.
func (m *module) original(line, column int) (fault.Place, bool) {
	for ; column >= 0; column-- {
		if _, _, l, c, ok := m.sourceMap.Source(line, column); ok {
			return fault.Place{File: m.path, Line: l, Column: m.units(l, c) + 1}, true
		}
	}
	return fault.Place{}, false
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
