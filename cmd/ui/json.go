package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// JSON prints v as the one document on stdout: indented, the keys of maps in order, and with <, > and & as they are. A
// second document is an error, since a reader that expects one would take half of what was said for all of it. That it
// could not be written is found by UI.Failure.
func (u *UI) JSON(v any) error {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write the result as JSON: %w", err)
	}
	err := errors.New("write the result as JSON: a document is written already")
	u.written.Do(func() {
		err = nil
		_, _ = u.document.Write(buf.Bytes())
	})
	return err
}
