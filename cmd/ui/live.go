package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// Status keeps a line at the bottom of the terminal, below whatever else is written, until it is set to "". Without a
// terminal, and with --quiet and --json, it shows nothing.
func (u *UI) Status(line string) {
	if !u.options.ErrTerminal || u.options.Quiet || u.options.JSON {
		return
	}
	width := u.options.Width
	if width <= 0 {
		width = defaultWidth
	}
	if runes := []rune(line); len(runes) >= width {
		line = string(runes[:width-1])
	}
	if line != "" {
		line = u.Err.Dim(line)
	}
	u.overlay.mu.Lock()
	u.overlay.bottom = line
	u.overlay.mu.Unlock()
	u.overlay.clear()
	u.overlay.settle([]byte("\n"))
}

// Clear empties the screen of a terminal.
func (u *UI) Clear() {
	if u.options.OutTerminal && !u.options.JSON {
		u.Out.Printf("\x1b[H\x1b[2J\x1b[3J")
	}
}

// Keys gives single keys as they are pressed, without Enter and without showing them, until restore is called. ok is
// false where there is no terminal to press them at. From then on nothing else can be asked.
func (u *UI) Keys() (keys <-chan byte, restore func(), ok bool) {
	if !u.canAsk() || u.options.JSON {
		return nil, func() {}, false
	}
	file := u.options.In.(*os.File) // only a file is a terminal
	restore, err := singleKeys(int(file.Fd()))
	if err != nil {
		return nil, func() {}, false // lines are all that it gives
	}
	u.options.InTerminal = false
	pressed := make(chan byte)
	go func() {
		defer close(pressed)
		key := make([]byte, 1)
		for {
			if _, err := file.Read(key); err != nil {
				return
			}
			pressed <- key[0]
		}
	}()
	return pressed, restore, true
}

// Event prints v as one line of JSON on stdout: one of the many that a command prints that goes on and on.
func (u *UI) Event(v any) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write an event as JSON: %w", err)
	}
	_, err := u.document.Write(line.Bytes())
	return err
}
