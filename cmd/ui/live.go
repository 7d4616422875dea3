package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/term"
)

// Status keeps a line at the bottom of the terminal, below whatever else is written, until it is set to "". Where there
// is no room for all of it, it is the end of the text that is cut, and not the keys behind it. Without a terminal, and
// with --quiet and --json, it shows nothing.
func (u *UI) Status(line, keys string) {
	if !u.options.ErrTerminal || u.options.Quiet || u.options.JSON {
		return
	}
	var bottom func() string
	if line != "" {
		bottom = func() string { return u.Err.Dim(beside(u.clean(line), keys, u.columnsNow()-1)) }
	}
	u.overlay.mu.Lock()
	u.overlay.bottom = bottom
	u.overlay.mu.Unlock()
	u.overlay.clear()
	u.overlay.settle([]byte("\n"))
}

// beside puts two texts into one line of that width, and cuts the first, and then the second.
func beside(line, end string, width int) string {
	const gap = "   "
	runes, tail := []rune(line), []rune(gap+end)
	room := width - len(tail)
	switch {
	case room <= 0:
		tail = tail[len(gap):]
		return string(tail[:max(0, min(len(tail), width))])
	case len(runes) > room:
		runes = append(runes[:room-1], '…')
	}
	return string(append(runes, tail...))
}

// columnsNow is the width of the terminal at stderr, which a person may have changed since the beginning.
func (u *UI) columnsNow() int {
	if file, ok := u.options.Err.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return u.Columns()
}

// Clear empties the screen of a terminal.
func (u *UI) Clear() {
	if u.options.OutTerminal && !u.options.JSON {
		u.Out.Printf("\x1b[H\x1b[2J\x1b[3J")
	}
}

// Keys gives single keys as they are pressed, without Enter and without showing them, until restore is called; while
// the process is suspended (Ctrl-Z), the terminal is as it was. ok is false where there is no terminal to press them
// at. From then on nothing else can be asked.
func (u *UI) Keys() (keys <-chan byte, restore func(), ok bool) {
	if !u.canAsk() || u.options.JSON {
		return nil, func() {}, false
	}
	file := u.options.In.(*os.File) // only a file is a terminal
	restore, err := singleKeys(int(file.Fd()))
	if err != nil {
		return nil, func() {}, false // lines are all that it gives
	}
	restore = whileForeground(int(file.Fd()), restore, u.overlay.clear, func() { u.overlay.settle([]byte("\n")) })
	u.options.InTerminal = false
	pressed := make(chan byte)
	go func() {
		defer close(pressed)
		burst := make([]byte, 64)
		for {
			n, err := file.Read(burst)
			if err != nil {
				return
			}
			if isKey(burst[:n]) {
				pressed <- burst[0]
			}
		}
	}()
	return pressed, restore, true
}

// isKey reports whether what arrived at once is a key, also one that is held down. The sequence of an arrow or of the
// mouse is not, and neither is a paste, whose letters were not meant as keys.
func isKey(burst []byte) bool {
	return len(burst) > 0 && len(bytes.Trim(burst, string(burst[:1]))) == 0
}

// Event prints v as one line of JSON on stdout: one of the many that a command prints that goes on and on. That it
// could not be written is found by UI.Failure.
func (u *UI) Event(v any) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write an event as JSON: %w", err)
	}
	_, _ = u.document.Write(line.Bytes())
	return nil
}
