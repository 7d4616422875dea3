package cmd

import (
	"fmt"
	"path/filepath"
	"time"

	"migrator/cmd/ui"
	"migrator/runtime"
)

// watchView shows what watch does: lines for people, or one event a line with --json.
type watchView struct {
	ui      *ui.UI
	project *project
	root    string // of the project: files are shown as seen from there
	clear   bool
}

var _ runtime.Observer = (*watchView)(nil)

// watchEvent is one line of `watch --json`. What does not belong to its event is left out.
type watchEvent struct {
	Event string    `json:"event"` // watching, saved, started, printed, finished, notice, ended, stopped
	At    time.Time `json:"at"`
	header
	Files     []string          `json:"files,omitempty"`
	Name      string            `json:"name,omitempty"`
	Direction runtime.Direction `json:"direction,omitempty"`
	Text      string            `json:"text,omitempty"`
	Result    *result           `json:"result,omitempty"`
	// Done is how many migrations a cycle has run, and DurationMS the time from the save to its end.
	Done       *int   `json:"done,omitempty"`
	DurationMS *int64 `json:"duration_ms,omitempty"`
	Stuck      string `json:"stuck,omitempty"`
	Replaced   bool   `json:"replaced,omitempty"`
	footer
}

func (v *watchView) event(e watchEvent) bool {
	if !v.ui.JSONMode() {
		return false
	}
	e.At = time.Now()
	_ = v.ui.Event(e) // UI.Failure keeps the error
	return true
}

func (v *watchView) watching(folder string, keys bool) {
	var on header
	on.at(v.project.environment)
	if v.event(watchEvent{Event: "watching", header: on, Files: []string{folder}}) {
		return
	}
	line := fmt.Sprintf("watching %s on %s", folder, on.where())
	if !keys {
		v.ui.Notice(line)
		return
	}
	v.ui.Status(line, "r again  u undo  q quit  ? help")
}

func (v *watchView) help() {
	v.ui.Notice("r  run again: what failed, or else the last migration down and up\n" +
		"u  undo the last migration; it runs again with the next save\n" +
		"s  skip undoing what could not be undone, and go on\n" +
		"q  quit")
}

func (v *watchView) begun(saved runtime.Saved) {
	files := make([]string, len(saved.Paths))
	for i, path := range saved.Paths {
		files[i] = path
		if relative, err := filepath.Rel(v.root, path); err == nil {
			files[i] = filepath.ToSlash(relative)
		}
	}
	if v.event(watchEvent{Event: "saved", Files: files}) {
		return
	}
	if v.clear {
		v.ui.Clear()
	}
	if len(files) > 0 {
		v.ui.Notice(saved.At.Format("15:04:05") + "  " + runtime.SomeOf(files))
	}
}

func (v *watchView) ended(end runtime.WatchEnd) {
	done, took := len(end.Results), runtime.Milliseconds(end.Took)
	e := watchEvent{Event: "ended", Done: &done, DurationMS: &took, Stuck: end.Stuck, Replaced: end.Replaced}
	if end.Err != nil && !end.Replaced && !end.Last {
		e.fail(v.ui.ErrorJSON(end.Err))
	}
	if v.event(e) {
		return
	}
	switch {
	case end.Replaced:
		v.ui.Notice("stopped: it was saved again")
	case end.Last && done == 0 && end.Err == nil:
		v.ui.Out.Println(v.ui.Out.Good(nothingPending))
	case end.Last && end.Err != nil: // it is the command's error
	case end.Err != nil:
		v.ui.Error(end.Err)
	case done > 0:
		v.ui.Notice(ui.Duration(end.Took))
	}
}

func (v *watchView) Started(m runtime.Migration, d runtime.Direction) {
	v.event(watchEvent{Event: "started", Name: m.Name, Direction: d})
}

func (v *watchView) Printed(m runtime.Migration, line string) {
	if !v.event(watchEvent{Event: "printed", Name: m.Name, Text: line}) {
		narrator{v.ui}.Printed(m, line)
	}
}

func (v *watchView) Finished(r runtime.Result) {
	shown := newResult(r)
	if !v.event(watchEvent{Event: "finished", Name: r.Name, Direction: r.Direction, Result: &shown}) {
		narrator{v.ui}.Finished(r)
	}
}

func (v *watchView) Notice(text string) {
	if !v.event(watchEvent{Event: "notice", Text: text}) {
		v.ui.Notice(text)
	}
}

// watchDocument is what is left to say when watch has ended: the error that it ended with, if any.
type watchDocument struct {
	envelope
	view *watchView
}

// line is the document as one more event, once there have been some.
func (d *watchDocument) line() any {
	if d.view.project == nil {
		return nil
	}
	return watchEvent{Event: "stopped", At: time.Now(), footer: d.footer}
}
