package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"migrator/cmd/ui"
	"migrator/runtime"
)

// newShow is `migrator show`: one migration in full.
func newShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show FILE",
		GroupID: groupLook,
		Short:   "Show one migration in full",
		Long: `Shows one migration in full: its state, who ran it, what it did and printed, its
error, and its source as it was executed (or, where it is pending, as it is).`,
		Example:           "  migrator show 003_x.js\n  migrator show 3 --json",
		ValidArgsFunction: a.completeMigrations,
		Args:              exactly(1, "the migration to show"),
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			d := &showDocument{Log: []string{}, Source: []sourceFile{}}
			return a.with(ctx, d, opening{purpose: runtime.Look}, func(p *project) error {
				entry, err := p.runner.Show(ctx, args[0])
				if err != nil {
					return err
				}
				return d.take(entry)
			})
		}),
	}
}

// showDocument is the document of show.
type showDocument struct {
	header
	Migration  *statusEntry        `json:"migration"` // null where it could not be read
	Direction  runtime.Direction   `json:"direction,omitempty"`
	Batch      int                 `json:"batch,omitempty"`
	Checksum   string              `json:"checksum,omitempty"`
	Operations *runtime.Operations `json:"operations,omitempty"`
	Log        []string            `json:"log"`
	Source     []sourceFile        `json:"source"`
	footer
}

// sourceFile is a file of the stored source; the migration's own is the first.
type sourceFile struct {
	Path string `json:"path"`
	Code string `json:"code"`
}

// take fills in what is known of the migration.
func (d *showDocument) take(e runtime.Entry) error {
	bundle, err := sourceOf(e)
	if err != nil {
		return err
	}
	entry := newStatusEntry(e)
	d.Migration = &entry
	if r := e.Record; r != nil && !r.Foreign {
		operations := r.Operations
		d.Direction, d.Batch, d.Checksum, d.Operations = r.Direction, r.Batch, r.Checksum, &operations
		d.Log = append(d.Log, r.Log...)
	}
	for _, f := range bundle.Files {
		d.Source = append(d.Source, sourceFile{Path: f.Path, Code: string(f.Code)})
	}
	return nil
}

// sourceOf is what was executed, or else what would be.
func sourceOf(e runtime.Entry) (runtime.Bundle, error) {
	if e.Record != nil && len(e.Record.Source) > 0 {
		return runtime.Unpack(e.Record.Source)
	}
	code, err := os.ReadFile(e.Path)
	if errors.Is(err, os.ErrNotExist) || e.Path == "" {
		return runtime.Bundle{}, nil
	}
	if err != nil {
		return runtime.Bundle{}, fmt.Errorf("show %s: %w", e.Name, err)
	}
	return runtime.NewBundle(runtime.File{Path: e.Name, Code: code}, nil), nil
}

func (d *showDocument) text(u *ui.UI) {
	m := d.Migration
	if m == nil {
		return
	}
	row := func(name, value string) {
		if value != "" {
			u.Out.Printf("%s %s\n", u.Out.Bold(fmt.Sprintf("%-11s", name)), value)
		}
	}
	row("migration", u.Line(m.Name))
	row("state", m.paint(u))
	if m.StartedAt != nil {
		row("started", u.Time(*m.StartedAt))
	}
	if m.DurationMS != nil {
		row("took", fmt.Sprintf("%d ms", *m.DurationMS))
	}
	if m.By != nil {
		row("by", m.By.String()+", migrator "+m.By.Version)
	}
	if d.Operations != nil {
		row("operations", d.Operations.String())
	}
	row("checksum", d.Checksum)
	for _, remark := range m.remarks() {
		row("remark", u.Line(remark))
	}
	if m.Failure != nil && m.Failure.Stack != "" {
		u.Out.Printf("\n%s\n%s\n", u.Out.Bold("error"), u.Plain(m.Failure.Stack))
	}
	if lines := m.Journal.Lines(); len(lines) > 0 {
		u.Out.Printf("\n%s\n", u.Out.Bold("journal"))
		for _, line := range lines {
			u.Out.Println("  " + u.Line(line))
		}
	}
	if len(d.Log) > 0 {
		u.Out.Printf("\n%s\n", u.Out.Bold("printed"))
		for _, line := range d.Log {
			u.Out.Println("  " + u.Plain(line))
		}
	}
	for _, f := range d.Source {
		u.Out.Printf("\n%s\n%s\n", u.Out.Bold(u.Plain(f.Path)), u.Plain(f.Code))
	}
}
