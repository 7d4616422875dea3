package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"migrator/cmd/config"
	"migrator/cmd/ui"
	"migrator/runtime"
)

// newStatus is `migrator status`, and what migrator does without a command.
func newStatus(a *app) *cobra.Command {
	var check, all bool
	c := &cobra.Command{
		Use:     "status",
		Aliases: []string{"migrations", "list_migrations"},
		GroupID: groupLook,
		Short:   "Show every migration and where it stands",
		Long: `Shows every migration: its state, when it was executed, how long it took, and
what is off: a file that has changed since, is missing, or is out of order.`,
		Example: "  migrator status\n  migrator status --check   # exit 6 unless all are registered\n" +
			"  migrator status --all-envs",
		Args: func(c *cobra.Command, args []string) error {
			return errors.Join(exactly(0, "")(c, args), exclude(c, "all-envs", "env", "uri", "database"))
		},
		RunE: a.run(func(ctx context.Context, a *app, _ []string) (document, error) {
			if all {
				return a.statusEverywhere(ctx, check)
			}
			return a.status(ctx, config.Environment{}, check)
		}),
	}
	c.Flags().BoolVar(&all, "all-envs", false, "a column for each environment of the configuration")
	c.Flags().BoolVar(&check, "check", false, "exit 6 unless all are registered, none failed or changed")
	return c
}

// status reads an environment; the zero one stands for the one that was chosen.
func (a *app) status(ctx context.Context, e config.Environment, check bool) (*statusDocument, error) {
	d := &statusDocument{Migrations: []statusEntry{}}
	_, err := a.with(ctx, d, opening{purpose: runtime.Look, environment: e}, func(p *project) error {
		s, err := p.runner.Status(ctx)
		if err != nil {
			return err
		}
		d.take(s, p.runner.Directory)
		if check {
			return s.Check()
		}
		return nil
	})
	return d, err
}

// statusDocument is the document of status.
type statusDocument struct {
	header
	Migrations []statusEntry   `json:"migrations"`
	Lock       *runtime.Holder `json:"lock"`
	Pending    int             `json:"pending"`
	footer

	folder string // where the migrations are; "" where they could not be read
}

// statusEntry is one migration of the status.
type statusEntry struct {
	Number     int64             `json:"number"`
	Name       string            `json:"name"`
	State      runtime.State     `json:"state"`
	ExecutedAt *time.Time        `json:"executed_at"`
	DurationMS *int64            `json:"duration_ms"`
	Drifted    bool              `json:"drifted"`
	Missing    bool              `json:"missing"`
	OutOfOrder bool              `json:"out_of_order"`
	Phases     map[string]any    `json:"phases"`
	StartedAt  *time.Time        `json:"started_at,omitempty"`
	By         *runtime.Identity `json:"by,omitempty"`
	Failure    *runtime.Failure  `json:"error,omitempty"`
	// Alive reports whether the run of a migration in flight holds the lock: the others were left by runs that died.
	Alive *bool `json:"alive,omitempty"`
	// Aborted is true for a failed migration that runs again by itself, since nothing of it stays.
	Aborted bool             `json:"aborted,omitempty"`
	Journal *runtime.Journal `json:"journal,omitempty"`

	stood string // how far one came that did not end well, in words
}

// take fills in what was read.
func (d *statusDocument) take(s runtime.Status, directory runtime.Directory) {
	d.Lock, d.Pending, d.folder = s.Lock, s.Pending, directory.Shown
	for _, e := range s.Migrations {
		d.Migrations = append(d.Migrations, newStatusEntry(e))
	}
}

func newStatusEntry(e runtime.Entry) statusEntry {
	entry := statusEntry{
		Number: e.Number, Name: e.Name, State: e.State,
		Drifted: e.Drifted, Missing: e.Missing, OutOfOrder: e.OutOfOrder,
	}
	if at := e.ExecutedAt(); !at.IsZero() {
		entry.ExecutedAt = &at
	}
	if e.Record == nil || e.Record.Foreign {
		return entry
	}
	if e.State.InFlight() {
		entry.Alive = &e.Alive
	}
	entry.Journal, entry.Aborted = e.Record.Journal, e.Record.Undone()
	if e.State.Blocks() && (entry.Journal != nil || entry.Aborted) {
		entry.stood = e.Record.Stood()
	}
	latest := e.Record.Latest()
	entry.Failure = e.Record.Error
	if !latest.StartedAt.IsZero() {
		entry.StartedAt = &latest.StartedAt
	}
	if latest.By != (runtime.Identity{}) {
		entry.By = &latest.By
	}
	if e.Record.Duration > 0 {
		ms := runtime.Milliseconds(e.Record.Duration)
		entry.DurationMS = &ms
	}
	return entry
}

func (d *statusDocument) text(u *ui.UI) {
	if d.folder == "" {
		return
	}
	if len(d.Migrations) == 0 {
		u.Out.Println("There is no migration in " + d.folder + ". `migrator generate NAME` writes the first.")
		return
	}
	var rows [][]string
	for _, e := range d.Migrations {
		took := ""
		if e.DurationMS != nil {
			took = ui.Duration(max(time.Duration(*e.DurationMS)*time.Millisecond, 1)) // nothing takes no time at all
		}
		var remarks []string
		for _, remark := range e.remarks() {
			remarks = append(remarks, u.Line(remark))
		}
		rows = append(rows, []string{u.Line(e.Name), e.paint(u), e.when(u), took, strings.Join(remarks, ", ")})
	}
	u.Table([]string{"migration", "state", "when", "took", ""}, rows)
	if d.Lock != nil {
		expired := ""
		if d.Lock.Expired {
			expired = " (its lease has run out)"
		}
		u.Out.Printf("\nThe lock is held by %s%s.\n", d.Lock, expired)
	}
	u.Out.Println("\n" + d.summary(u))
}

// paint is the state in its colour.
func (e statusEntry) paint(u *ui.UI) string { return e.colour(u, e.State.Words()) }

// colour gives a text the colour of the state.
func (e statusEntry) colour(u *ui.UI, text string) string {
	switch {
	case e.State == runtime.Executed:
		return u.Out.Good(text)
	case e.State == runtime.Pending:
		return u.Out.Warn(text)
	case e.State.Blocks():
		return u.Out.Bad(text)
	}
	return u.Out.Dim(text)
}

// when is the end of a migration, or the beginning of one that has not ended.
func (e statusEntry) when(u *ui.UI) string {
	switch {
	case e.ExecutedAt != nil:
		return u.Time(*e.ExecutedAt)
	case e.StartedAt != nil:
		return u.Time(*e.StartedAt)
	}
	return ""
}

// remarks are what is wrong with it, in words.
func (e statusEntry) remarks() []string {
	var all []string
	if e.State.InFlight() {
		standing := "left behind by a run that died"
		if *e.Alive {
			standing = "running"
		}
		if e.By != nil {
			standing += ": " + e.By.String()
		}
		all = append(all, standing)
	}
	if e.Failure != nil {
		all = append(all, e.Failure.Name+": "+e.Failure.Message)
	}
	if e.stood != "" {
		all = append(all, e.stood)
	}
	if e.Drifted {
		all = append(all, "changed since")
	}
	if e.Missing {
		all = append(all, "file missing")
	}
	if e.OutOfOrder {
		all = append(all, "out of order")
	}
	return all
}

// summary is the last line: what there is to do.
func (d *statusDocument) summary(u *ui.UI) string {
	on := " on " + d.where()
	late := 0
	for _, e := range d.Migrations {
		if e.OutOfOrder {
			late++
		}
		e.Name = u.Line(e.Name)
		switch {
		case e.Aborted:
			return u.Out.Bad(e.Name+" has failed"+on+", and nothing of it stays.") +
				" Mend it, then `migrator execute` runs it again."
		case e.State == runtime.Failed:
			return u.Out.Bad(e.Name+" has failed"+on+".") + " `migrator resolve " + e.Name + "` says how to go on."
		case e.State.Blocks() && (e.Alive == nil || !*e.Alive):
			return u.Out.Bad(e.Name+" was left "+e.State.Words()+on+".") +
				" `migrator resolve " + e.Name + "` says how to go on."
		case e.State.InFlight():
			return u.Out.Warn(e.Name + " is in flight" + on + ".")
		}
	}
	if d.Pending == 0 {
		return u.Out.Good("All migrations are registered" + on + ": nothing to do.")
	}
	if late > 0 {
		return u.Out.Warn(fmt.Sprintf("%d pending%s, %d of them out of order.", d.Pending, on, late)) +
			" `migrator execute --allow-out-of-order` runs them all."
	}
	return u.Out.Warn(fmt.Sprintf("%d pending%s.", d.Pending, on)) + " `migrator execute` runs them."
}
