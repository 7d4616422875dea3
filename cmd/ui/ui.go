// Package ui is everything that migrator says and asks: results on stdout, the rest on stderr, colour where there is a
// terminal to show it, one JSON document where --json asked for it.
//
// Commands hand over what they have to say and never look at flags or terminals themselves. With --json, what is meant
// for people does not reach stdout, so that a command may print its table and its document one after the other.
package ui

import (
	"bufio"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

// defaultWidth is assumed for a terminal whose width is not known.
const defaultWidth = 80

// Options are the streams, what is known of them, and what the flags asked for.
type Options struct {
	In       io.Reader
	Out, Err io.Writer

	InTerminal, OutTerminal, ErrTerminal bool
	// Width is the width in columns of the terminal at Out; 0 is unknown.
	Width int

	JSON    bool   // --json
	Quiet   bool   // --quiet
	Verbose bool   // --verbose
	NoColor bool   // --no-color, NO_COLOR or TERM=dumb
	Yes     bool   // --yes
	Confirm string // --confirm

	// Mask takes passwords out of the text of errors and notices; nil leaves them as they are.
	Mask func(string) string
	// Now and Location are the clock and the zone that times are shown in; nil is that of the machine.
	Now      func() time.Time
	Location *time.Location
}

// Detect finds out what streams are terminals and what the environment says of colour. Flags are the caller's to add.
func Detect(in io.Reader, out, err io.Writer, getenv func(string) (string, bool)) Options {
	o := Options{In: in, Out: out, Err: err}
	o.InTerminal, o.OutTerminal, o.ErrTerminal = isTerminal(in), isTerminal(out), isTerminal(err)
	noColor, _ := getenv("NO_COLOR")
	kind, _ := getenv("TERM")
	o.NoColor = noColor != "" || kind == "dumb"
	if o.OutTerminal {
		if width, _, err := term.GetSize(int(out.(*os.File).Fd())); err == nil {
			o.Width = width
		}
	}
	return o
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// UI is where a command says and asks. It may be used from several goroutines, prompts excepted.
type UI struct {
	// Out takes results meant for people. With --json it drops them.
	Out *Stream
	// Err takes everything else.
	Err *Stream

	options  Options
	in       *bufio.Reader
	document *Stream // stdout as it is, for JSON
	overlay  *overlay
	written  sync.Once
}

// New makes a UI. Out and Err must be set; without In there is nothing to answer a prompt.
func New(o Options) *UI {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Location == nil {
		o.Location = time.Local
	}
	if o.Mask == nil {
		o.Mask = func(s string) string { return s }
	}
	if o.In == nil {
		o.In, o.InTerminal = strings.NewReader(""), false
	}
	if o.OutTerminal && o.Width <= 0 {
		o.Width = defaultWidth
	}
	u := &UI{options: o, in: bufio.NewReader(o.In), overlay: &overlay{w: o.Err}}
	u.document = &Stream{w: o.Out, over: u.overlay}
	u.Err = &Stream{w: o.Err, color: o.ErrTerminal && !o.NoColor, over: u.overlay}
	u.Out = &Stream{w: o.Out, color: o.OutTerminal && !o.NoColor && !o.JSON, over: u.overlay}
	if o.JSON {
		u.Out.w = io.Discard
	}
	return u
}

// Columns is the width of the terminal, or the usual one where there is no terminal.
func (u *UI) Columns() int {
	if u.options.Width > 0 {
		return u.options.Width
	}
	return defaultWidth
}

// JSONMode reports whether --json was given, for a command that can save itself the work for people.
func (u *UI) JSONMode() bool { return u.options.JSON }

// Failure is the first error that writing results met (a full disk, a closed pipe), or nil. A run whose results were
// not delivered has not succeeded.
func (u *UI) Failure() error { return errors.Join(u.Out.failure(), u.document.failure()) }

// Notice says something that is no result, on stderr, unless --quiet.
func (u *UI) Notice(message string) {
	if !u.options.Quiet {
		u.Err.Println(u.Err.Dim(u.fold(u.clean(message))))
	}
}

// padding is what the wrapping puts behind the words of a line.
var padding = regexp.MustCompile(` +\n`)

// fold breaks lines between words where they are longer than the terminal is wide.
func (u *UI) fold(t string) string {
	if !u.options.ErrTerminal || u.options.Width <= 0 {
		return t
	}
	lines := strings.Split(t, "\n")
	for i, line := range lines {
		if len([]rune(line)) > u.options.Width {
			lines[i] = padding.ReplaceAllString(text.WrapSoft(line, u.options.Width), "\n")
		}
	}
	return strings.Join(lines, "\n")
}

// Warn says something that the user should act on, on stderr, also with --quiet.
func (u *UI) Warn(message string) {
	u.Err.Println(u.Err.Warn("warning:") + " " + u.clean(message))
}

// Verbose says how something is done, on stderr, only with --verbose.
func (u *UI) Verbose(message string) {
	if u.options.Verbose {
		u.Err.Println(u.Err.Dim(u.clean(message)))
	}
}
