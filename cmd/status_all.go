package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect/address"
)

// statusEverywhere is `migrator status --all-envs`: every environment that the configuration names. One that cannot be
// read has its error in its place, and the others are shown all the same.
func (a *app) statusEverywhere(ctx context.Context, check bool) (document, error) {
	d := &matrix{Environments: []*statusDocument{}}
	c, err := a.config()
	if err != nil {
		return d, err
	}
	names := c.Names()
	environments := make([]*statusDocument, len(names))
	failures := make([]error, len(names))
	var reading sync.WaitGroup
	for i, name := range names {
		e, err := c.Environment(name)
		if err != nil {
			unknown := &statusDocument{header: header{Environment: name}, Migrations: []statusEntry{}}
			environments[i], failures[i] = unknown, err
			continue
		}
		read := func() { environments[i], failures[i] = a.status(ctx, e, check) }
		if address.IsHosted(e.URI) {
			read() // several may be in one directory, which one at a time opens
		} else {
			reading.Go(read)
		}
	}
	reading.Wait()
	if ctx.Err() != nil {
		return d, context.Cause(ctx)
	}
	d.Environments = environments
	return d, a.judge(d, failures)
}

// judge puts the failures into their places, and says how all of it ends.
func (a *app) judge(d *matrix, failures []error) error {
	var unread, unchecked []string
	code := fault.OK
	for i, err := range failures {
		if err == nil {
			continue
		}
		one, failure := d.Environments[i], fault.CodeOf(err)
		one.fail(a.ui.ErrorJSON(err))
		if failure == fault.Check {
			unchecked = append(unchecked, one.Environment)
			continue
		}
		unread = append(unread, one.Environment)
		if code == fault.OK || failure == fault.Unreachable {
			code = failure
		}
	}
	switch {
	case len(unread) > 0:
		return fault.New(code, "", "the status of %s could not be read", strings.Join(unread, ", "))
	case len(unchecked) > 0:
		return fault.New(fault.Check, "", "not all are registered, or some failed or changed, on %s",
			strings.Join(unchecked, ", "))
	}
	return nil
}

// matrix is the document of status --all-envs.
type matrix struct {
	header                         // left out: each environment has its own
	Environments []*statusDocument `json:"environments"`
	footer
}

// wordy is how many environments have room for words at 80 columns. More have symbols.
const wordy = 3

func (d *matrix) text(u *ui.UI) {
	if len(d.Environments) == 0 {
		return
	}
	headers := []string{"migration"}
	var known []statusEntry
	for _, e := range d.Environments {
		headers = append(headers, e.Environment)
		for _, m := range e.Migrations {
			if !slices.ContainsFunc(known, func(k statusEntry) bool { return k.Name == m.Name }) {
				known = append(known, m)
			}
		}
	}
	slices.SortStableFunc(known, byNumber)
	var rows [][]string
	for _, m := range known {
		row := []string{u.Line(m.Name)}
		for _, e := range d.Environments {
			row = append(row, e.cell(u, m.Name, len(d.Environments) > wordy))
		}
		rows = append(rows, row)
	}
	u.Table(headers, rows)
	if len(known) == 0 {
		u.Out.Println("No environment that could be read has a migration.")
	}
	for _, line := range d.legend(known) {
		u.Out.Println(u.Out.Dim(line))
	}
	for _, e := range d.Environments {
		if !e.read() {
			u.Out.Println(u.Out.Bad(e.Environment+":") + " " + u.Line(fmt.Sprint(e.Error["message"])))
		}
	}
}

func byNumber(a, b statusEntry) int {
	if a.Number != b.Number {
		return int(min(max(a.Number-b.Number, -1), 1))
	}
	return strings.Compare(a.Name, b.Name)
}

// read reports whether the environment could be read.
func (d *statusDocument) read() bool {
	return d.Error == nil || d.Error["code"] == int(fault.Check)
}

// symbols are the states in one character each.
func symbols() map[runtime.State]string {
	return map[runtime.State]string{
		runtime.Executed: "✓", runtime.Pending: "·", runtime.Ignored: "–", runtime.Failed: "✗",
		runtime.Executing: "…", runtime.RollingBack: "…",
	}
}

// cell is where a migration stands in this environment.
func (d *statusDocument) cell(u *ui.UI, name string, short bool) string {
	if !d.read() {
		if d.Error["code"] == int(fault.Unreachable) && !short {
			return u.Out.Bad("unreachable")
		}
		return u.Out.Bad("error")
	}
	for _, m := range d.Migrations {
		if m.Name != name {
			continue
		}
		text := m.State.Words()
		if short {
			text = symbols()[m.State]
		}
		return m.colour(u, text+m.marks())
	}
	return ""
}

// marks are what is wrong with it, in one character each.
func (e statusEntry) marks() string {
	marks := ""
	for _, mark := range []struct {
		on   bool
		text string
	}{{e.Drifted, "*"}, {e.Missing, "?"}, {e.OutOfOrder, "!"}} {
		if mark.on {
			marks += mark.text
		}
	}
	return marks
}

// legend explains the characters that are used.
func (d *matrix) legend(known []statusEntry) []string {
	if len(known) == 0 {
		return nil
	}
	var lines []string
	if len(d.Environments) > wordy {
		lines = append(lines, "✓ executed  · pending  – ignored  ✗ failed  … in flight")
	}
	used := ""
	for _, e := range d.Environments {
		for _, m := range e.Migrations {
			used += m.marks()
		}
	}
	var marks []string
	for _, mark := range []string{"* changed since", "? file missing", "! out of order"} {
		if strings.Contains(used, mark[:1]) {
			marks = append(marks, mark)
		}
	}
	if len(marks) > 0 {
		lines = append(lines, strings.Join(marks, "  "))
	}
	return lines
}
