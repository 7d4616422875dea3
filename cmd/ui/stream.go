package ui

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Stream is stdout or stderr. The methods that give a text its colour return it unchanged when the stream shows none.
type Stream struct {
	w     io.Writer
	color bool
	over  *overlay // what gives way to a write

	mu  sync.Mutex
	err error
}

// Write implements io.Writer. The first error is kept, and nothing is written after it.
func (s *Stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return 0, s.err
	}
	s.over.clear()
	n, err := s.w.Write(p)
	s.err = err
	s.over.settle(p)
	return n, err
}

// Println writes a line. An error of the stream is kept and found by UI.Failure.
func (s *Stream) Println(args ...any) { _, _ = fmt.Fprintln(s, args...) }

// Printf writes a formatted text, with no line end of its own.
func (s *Stream) Printf(format string, args ...any) { _, _ = fmt.Fprintf(s, format, args...) }

func (s *Stream) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Good marks what is as it should be.
func (s *Stream) Good(t string) string { return s.paint(t, text.FgGreen) }

// Bad marks what has failed.
func (s *Stream) Bad(t string) string { return s.paint(t, text.FgRed) }

// Warn marks what needs attention.
func (s *Stream) Warn(t string) string { return s.paint(t, text.FgYellow) }

// Dim marks what may be overlooked.
func (s *Stream) Dim(t string) string { return s.paint(t, text.Faint) }

// Bold marks what the eye should find first.
func (s *Stream) Bold(t string) string { return s.paint(t, text.Bold) }

// paint writes the escape sequence itself, since go-pretty's own colouring hangs on a switch of the whole process.
func (s *Stream) paint(t string, c text.Color) string {
	if !s.color || t == "" {
		return t
	}
	return text.Escape(t, c.EscapeSeq())
}

// clean takes passwords out of a text, and makes control characters visible that would steer a terminal: the text may
// come from a server or a file name.
func (u *UI) clean(t string) string { return printable(u.options.Mask(t)) }

// Plain makes a text from outside, such as what a script printed, safe to show on a terminal.
func (u *UI) Plain(t string) string { return printable(t) }

// lineLimit is how much of a text Line shows, in characters.
const lineLimit = 160

// Line is what of a text from outside fits into a cell of a table: its first line, not too long, safe to show.
func (u *UI) Line(t string) string {
	line, _, more := strings.Cut(u.clean(t), "\n")
	if characters := []rune(line); len(characters) > lineLimit {
		line, more = string(characters[:lineLimit]), true
	}
	if more {
		line += "…"
	}
	return line
}

func printable(t string) string {
	t = strings.ReplaceAll(t, "\r\n", "\n")
	if !strings.ContainsFunc(t, steers) {
		return t
	}
	var b strings.Builder
	for _, r := range t {
		if steers(r) {
			fmt.Fprintf(&b, `\x%02x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func steers(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
