package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// newHistory is `migrator history`: the log of what was done, the newest first.
func newHistory(a *app) *cobra.Command {
	var limit int
	c := &cobra.Command{
		Use:     "history [FILE]",
		GroupID: groupLook,
		Short:   "Show what was done, by whom and when",
		Long: `Shows the append-only log of every start and end of a migration, newest first.
With a FILE, each entry in full: by which process, and what was printed.`,
		Example:           "  migrator history\n  migrator history 003_x.js --limit 5",
		ValidArgsFunction: a.completeMigrations,
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			d := &historyDocument{Events: []historyEvent{}, whole: len(args) > 0}
			if len(args) > 1 || limit < 0 {
				return d, fault.New(fault.Usage, "type `migrator history --help`",
					"history takes one migration at most, and a limit that is not below 0")
			}
			return a.with(ctx, d, opening{purpose: runtime.Look}, func(p *project) error {
				events, err := p.events(ctx, args, limit)
				for _, e := range events {
					d.Events = append(d.Events, historyEvent{Event: e, DurationMS: runtime.Milliseconds(e.Duration)})
				}
				return err
			})
		}),
	}
	c.Flags().IntVar(&limit, "limit", 50, "show the newest `N`; 0 shows all")
	return c
}

// events reads the history of what is named, or all of it. A migration that was rolled back and whose file is gone is
// known to the history alone.
func (p *project) events(ctx context.Context, args []string, limit int) ([]runtime.Event, error) {
	if len(args) == 0 {
		return p.runner.History.Events(ctx, "", limit)
	}
	entry, unknown := p.runner.Show(ctx, args[0])
	if unknown == nil {
		return p.runner.History.Events(ctx, entry.Name, limit)
	}
	events, err := p.runner.History.Events(ctx, args[0], limit)
	if err == nil && len(events) == 0 {
		err = unknown
	}
	return events, err
}

// historyDocument is the document of history.
type historyDocument struct {
	header
	Events []historyEvent `json:"events"`
	footer

	whole bool // it is of one migration, and has every detail
}

type historyEvent struct {
	runtime.Event
	DurationMS int64 `json:"duration_ms"`
}

func (d *historyDocument) text(u *ui.UI) {
	switch {
	case d.Error != nil:
		return
	case len(d.Events) == 0:
		u.Out.Println("Nothing has been done yet.")
		return
	case d.whole:
		for i, e := range d.Events {
			if i > 0 {
				u.Out.Println("")
			}
			e.text(u)
		}
		return
	}
	var rows [][]string
	for _, e := range d.Events {
		rows = append(rows, []string{
			u.Time(e.At), u.Line(e.Name), u.Line(e.words()), e.took(), e.counts(), u.Line(e.By.String()),
		})
	}
	u.Table([]string{"when", "migration", "what", "took", "operations", "by"}, rows)
}

// text is the event in full.
func (e historyEvent) text(u *ui.UI) {
	row := func(name, value string) {
		if value != "" {
			u.Out.Printf("  %-10s %s\n", name, u.Plain(value))
		}
	}
	u.Out.Println(u.Out.Bold(u.Time(e.At)) + "  " + u.Line(e.Name) + "  " + u.Out.Bold(e.what()))
	row("by", e.By.String()+", migrator "+e.By.Version)
	row("took", e.took())
	row("operations", e.counts())
	if e.Error != nil {
		row("error", e.Error.Name+": "+e.Error.Message)
	}
	row("note", e.Note)
	name := "printed"
	for _, line := range e.Log {
		u.Out.Printf("  %-10s %s\n", name, u.Plain(line))
		name = ""
	}
}

func (e historyEvent) took() string {
	if e.Operations == nil {
		return ""
	}
	return ui.Duration(e.Duration)
}

func (e historyEvent) counts() string {
	if e.Operations == nil {
		return ""
	}
	return e.Operations.String()
}

// what is the event as a person says it: "execute started", "rollback failed".
func (e historyEvent) what() string {
	switch e.Event.Event {
	case runtime.Registered:
		return "ignored"
	case runtime.Resolved:
		return "resolved: " + e.State.Words()
	case runtime.Imported:
		return "imported"
	}
	verb := "execute"
	if e.Direction == runtime.Down {
		verb = "rollback"
	}
	return verb + " " + string(e.Event.Event)
}

// words is the event in one line: "rollback failed: TypeError: …".
func (e historyEvent) words() string {
	text := e.what()
	if e.Error != nil {
		text += ": " + e.Error.Name + ": " + e.Error.Message
	}
	if e.Note != "" {
		text += " (" + e.Note + ")"
	}
	return text
}
