package cmd

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// bindDryRun declares --dry-run, the same for every command that has it.
func bindDryRun(flags *pflag.FlagSet, to *bool) {
	flags.BoolVar(to, "dry-run", false, "write nothing, and show what would be written")
}

// planned is what the JSON of a dry run has of a migration beside the rest.
type planned struct {
	Plan       []runtime.Planned    `json:"plan"`
	Sums       []runtime.PlannedSum `json:"plan_sums"`
	StaleReads []runtime.StaleRead  `json:"stale_reads"`
}

func newPlanned(p *runtime.Plan) *planned {
	if p == nil {
		return nil
	}
	return &planned{Plan: listed(p.Entries), Sums: listed(p.Sums), StaleReads: listed(p.Reads)}
}

// plan shows what a migration would do.
func (n narrator) plan(r runtime.Result) {
	if n.ui.JSONMode() {
		return
	}
	out := n.ui.Out
	verb, paint := "would execute", out.Good
	switch {
	case r.Plan.Failed:
		verb, paint = "would fail", out.Bad
	case r.Direction == runtime.Down:
		verb = "would roll back"
	}
	line := paint(verb) + " " + n.ui.Line(r.Name)
	if counts := r.Operations.String(); counts != "" {
		line += "  " + out.Dim(counts)
	}
	out.Println(line)
	if r.Duration == 0 { // it was passed over
		for _, why := range r.Log {
			out.Println("  " + why)
		}
		return
	}
	if len(r.Plan.Entries) == 0 && !r.Plan.Failed {
		out.Println("  " + out.Dim("nothing would be written"))
	}
	l := planList{ui: n.ui, own: r.Name, plan: r.Plan, database: r.Plan.Database, last: map[runtime.PlannedSum]int64{}}
	l.print()
	for _, caught := range r.Caught {
		out.Println("  " + out.Warn(caught.String()))
	}
}

// planList prints a plan.
type planList struct {
	ui       *ui.UI
	own      string // the migration's file
	database string
	plan     *runtime.Plan
	last     map[runtime.PlannedSum]int64 // the number of the last entry of each kind
	told     map[fault.Place]bool         // the places whose counts are marked as out of date already
}

// print prints the entries in their order, each read behind the writes that it does not see, and how many of a kind are
// left out behind the last that is shown.
func (l *planList) print() {
	l.told = map[fault.Place]bool{}
	for _, e := range l.plan.Entries {
		l.last[sumKey(e)] = e.Number
	}
	reads := l.plan.Reads
	for _, e := range l.plan.Entries {
		for len(reads) > 0 && reads[0].After < e.Number {
			l.read(reads[0])
			reads = reads[1:]
		}
		l.entry(e)
		if l.last[sumKey(e)] == e.Number {
			l.rest(sumKey(e))
		}
	}
	for _, r := range reads {
		l.read(r)
	}
	for _, s := range l.plan.Sums {
		if s.Shown == 0 {
			l.more(s.Times, s)
		}
	}
}

// sumKey is what an entry is summed up by.
func sumKey(e runtime.Planned) runtime.PlannedSum {
	return runtime.PlannedSum{Operation: e.Operation, Database: e.Database, Collection: e.Collection, Place: e.Place}
}

func (l *planList) rest(key runtime.PlannedSum) {
	for _, s := range l.plan.Sums {
		left := s.Times - s.Shown
		s.Times, s.Documents, s.Shown = 0, 0, 0
		if s == key && left > 0 {
			l.more(left, s)
		}
	}
}

// more is a line for operations that are not shown: "… 99,980 more insertOne notes at line 7".
func (l *planList) more(n int64, s runtime.PlannedSum) {
	text := fmt.Sprintf("… %s more %s", grouped(n), name(s.Operation, l.on(s.Database, s.Collection)))
	if s.Line > 0 {
		text += " at " + l.file(s.Place) + "line " + strconv.Itoa(s.Line)
	}
	l.below(text)
}

func name(operation, collection string) string {
	return strings.TrimSpace(operation + " " + collection)
}

// file is the file of a place and a space, unless it is the migration's own.
func (l *planList) file(p fault.Place) string {
	if path.Base(p.File) == l.own {
		return ""
	}
	return p.File + " "
}

// below is a line that belongs to the one above it.
func (l *planList) below(text string) {
	l.ui.Out.Println(l.ui.Out.Dim(l.ui.Plain(cut("        "+text, l.ui.Columns()))))
}

// head begins the line of an operation: where, and what.
func (l *planList) head(p fault.Place, operation, database, collection string) string {
	where := ""
	if p.Line > 0 {
		where = fmt.Sprintf("%d:%d", p.Line, p.Column)
		if l.file(p) != "" {
			where = p.File + ":" + where
		}
	}
	return fmt.Sprintf("  %-5s %s", where, name(operation, l.on(database, collection)))
}

// on is what an operation is on; its database is said where it is not the script's.
func (l *planList) on(database, collection string) string {
	if database == l.database || database == "" {
		return collection
	}
	return strings.TrimSuffix(database+"."+collection, ".")
}

func (l *planList) read(r runtime.StaleRead) {
	l.ui.Out.Println(l.ui.Plain(cut(l.head(r.Place, r.Operation, r.Database, r.Collection), l.ui.Columns())))
	l.below(fmt.Sprintf("this read does not see the %s above", writes(r.Writes)))
}

func writes(n int64) string {
	if n == 1 {
		return "simulated write"
	}
	return grouped(n) + " simulated writes"
}

// entry is an operation in one line, and below it what becomes of some documents.
func (l *planList) entry(e runtime.Planned) {
	line, effect := l.head(e.Place, e.Operation, e.Database, e.Collection), effectOf(e)
	room := l.ui.Columns() - width(line) - width(effect) - 1
	if about := aboutOf(e, room); about != "" {
		line += " " + about
	}
	l.ui.Out.Println(l.ui.Plain(cut(line, l.ui.Columns()-width(effect)) + effect))
	if e.Unseen > 0 && e.Matches != nil && !l.told[e.Place] {
		l.told[e.Place] = true
		l.below(fmt.Sprintf("this count does not see the %s above", writes(e.Unseen)))
	}
	shown, room := false, l.ui.Columns()-len("        before ")
	for _, s := range e.Samples {
		before, after := pair(s.Before, s.After, room)
		if before != "" {
			l.below("before " + before)
		}
		switch {
		case s.Unknown != "":
			l.below("after: not known (" + s.Unknown + ")")
		case after != "":
			l.below("after  " + after)
			shown = true
		}
	}
	if !shown && e.Update != nil {
		l.below("with   " + shell(e.Update, room))
	}
	if e.Note != "" {
		l.below(e.Note)
	}
}

// effectOf is how many documents an operation is about: "  12,345 match".
func effectOf(e runtime.Planned) string {
	switch {
	case e.Upsert:
		return "  none match: inserts one"
	case e.Inserts > 1:
		return "  " + grouped(e.Inserts) + " documents"
	case e.Matches == nil:
		return ""
	case e.Filter == nil && *e.Matches == 1:
		return "  1 document"
	case e.Filter == nil:
		return "  " + grouped(*e.Matches) + " documents"
	case *e.Matches == 0:
		return "  none match"
	case *e.Matches == 1:
		return "  1 matches"
	}
	return "  " + grouped(*e.Matches) + " match"
}

// aboutOf is what else there is to say in the line of an operation: its filter, the keys of indexes, or the command.
func aboutOf(e runtime.Planned, room int) string {
	switch {
	case e.Filter != nil:
		return shell(e.Filter, room)
	case len(e.Indexes) > 0:
		var all []string
		for _, index := range e.Indexes {
			all = append(all, indexText(index))
		}
		return cut(strings.Join(all, ", "), room)
	case e.Command != nil:
		return shell(e.Command, room)
	}
	return ""
}

// grouped writes a number with its thousands apart: "12,345".
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
