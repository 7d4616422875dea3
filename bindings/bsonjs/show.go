package bsonjs

import (
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// The layout of mongosh: what is as deep as showDepth is named only, an object that holds fewer than showNested levels
// goes on one line if the line has room, and of an array the first showItems are listed, several on a line if there
// are more than showFill.
const (
	showWidth  = 80
	showDepth  = 6
	showNested = 3
	showItems  = 100
	showFill   = 6
)

// Show is a value's text for people, the way that mongosh prints it: { _id: ObjectId('…'), n: Long('5') }. A string is
// shown as it is, inside of something else in quotes. It never fails: a getter that throws is shown as its error.
func (r *Realm) Show(v goja.Value) string {
	if v != nil && isString(v) {
		return v.String()
	}
	var text string
	if thrown := r.rt.Try(func() { text = (&printer{realm: r}).value(v, 0, 0).text }); thrown != nil {
		return "[cannot be shown: " + thrown.Value().String() + "]"
	}
	return text
}

// printer makes the text of one value.
type printer struct {
	realm *Realm
	open  []*goja.Object // the objects around the one that is shown
}

// shown is the text of a value, which has several lines if it does not fit on one.
type shown struct {
	text   string
	levels int // how deep it nests: 0 for what is not an object
}

// braces surround the entries of an object or array.
type braces struct{ prefix, left, right string }

// lay puts entries between braces, on one line or on several.
func (p *printer) lay(b braces, entries []shown, indent int, list bool) shown {
	left := b.prefix + b.left
	if len(entries) == 0 {
		return shown{left + b.right, 1}
	}
	levels, width, single := 0, indent+utf8.RuneCountInString(left)+10, true
	texts := make([]string, len(entries))
	for i, e := range entries {
		texts[i] = e.text
		levels = max(levels, e.levels)
		width += utf8.RuneCountInString(e.text) + 2
		single = single && !strings.Contains(e.text, "\n")
	}
	if single && levels < showNested && width <= showWidth {
		return shown{left + " " + strings.Join(texts, ", ") + " " + b.right, levels + 1}
	}
	if list && single && levels == 0 && len(texts) > showFill {
		texts = fill(texts, showWidth-indent-4)
	}
	margin := "\n" + strings.Repeat(" ", indent)
	return shown{left + margin + "  " + strings.Join(texts, ","+margin+"  ") + margin + b.right, levels + 1}
}

// fill joins short texts into lines of that width.
func fill(texts []string, width int) []string {
	lines, room := []string{}, 0
	for _, text := range texts {
		size := utf8.RuneCountInString(text)
		if len(lines) > 0 && size+2 <= room {
			lines[len(lines)-1] += ", " + text
			room -= size + 2
			continue
		}
		lines = append(lines, text)
		room = width - size
	}
	return lines
}

// name is the text of a property's name: quoted unless it is a plain word.
func showName(name string) string {
	for i, c := range name {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return quote(name)
		}
	}
	if name == "" {
		return quote(name)
	}
	return name
}

// quote puts a string into the quotes that need the fewest escapes, single ones if possible.
func quote(s string) string {
	mark := '\''
	if strings.Contains(s, "'") {
		switch {
		case !strings.Contains(s, `"`):
			mark = '"'
		case !strings.Contains(s, "`") && !strings.Contains(s, "${"):
			mark = '`'
		}
	}
	var b strings.Builder
	b.WriteRune(mark)
	for _, c := range s {
		switch {
		case c == mark || c == '\\':
			b.WriteRune('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c == 0x7f:
			const digits = "0123456789ABCDEF"
			b.WriteString(`\x` + string(digits[c>>4]) + string(digits[c&15]))
		default:
			b.WriteRune(c)
		}
	}
	b.WriteRune(mark)
	return b.String()
}
