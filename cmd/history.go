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
		Use:               "history [FILE]",
		GroupID:           groupLook,
		Short:             "Show what was done, by whom and when",
		Long:              "Shows the append-only log of every start and end of a migration, newest first.",
		Example:           "  migrator history\n  migrator history 003_x.js --limit 5",
		ValidArgsFunction: a.completeMigrations,
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			return a.with(ctx, opening{brief: true}, func(p *project) (document, error) {
				if len(args) > 1 || limit < 0 {
					return nil, fault.New(fault.Usage, "type `migrator history --help`", "history takes one migration at most, and a limit that is not below 0")
				}
				events, err := p.events(ctx, args, limit)
				if err != nil {
					return nil, err
				}
				d := &historyDocument{envelope: p.envelope(), Events: []historyEvent{}}
				for _, e := range events {
					d.Events = append(d.Events, historyEvent{Event: e, DurationMS: runtime.Milliseconds(e.Duration)})
				}
				return d, nil
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
		return p.history.Events(ctx, "", limit)
	}
	entry, unknown := p.runner.Show(ctx, args[0])
	if unknown == nil {
		return p.history.Events(ctx, entry.Name, limit)
	}
	events, err := p.history.Events(ctx, args[0], limit)
	if err == nil && len(events) == 0 {
		err = unknown
	}
	return events, err
}

// historyDocument is the document of history.
type historyDocument struct {
	envelope
	Events []historyEvent `json:"events"`
}

type historyEvent struct {
	runtime.Event
	DurationMS int64 `json:"duration_ms"`
}

func (d *historyDocument) text(u *ui.UI) {
	if len(d.Events) == 0 {
		u.Out.Println("Nothing has been done yet.")
		return
	}
	var rows [][]string
	for _, e := range d.Events {
		took := ""
		if e.Operations != nil {
			took = ui.Duration(e.Duration)
		}
		rows = append(rows, []string{u.Time(e.At), e.Name, u.Line(e.words()), took, e.By.User + "@" + e.By.Host})
	}
	u.Table([]string{"when", "migration", "what", "took", "by"}, rows)
}

// words is the event as a person says it: "execute started", "rollback failed: TypeError: …".
func (e historyEvent) words() string {
	verb := "execute"
	if e.Direction == runtime.Down {
		verb = "rollback"
	}
	switch e.Event.Event {
	case runtime.Registered:
		return "ignored"
	case runtime.Resolved:
		return "resolved: " + e.State.Words()
	case runtime.Imported:
		return e.Note
	}
	text := verb + " " + string(e.Event.Event)
	if e.Error != nil {
		text += ": " + e.Error.Name + ": " + e.Error.Message
	}
	return text
}
