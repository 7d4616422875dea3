package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store"
)

// newImport is `migrator import`: it takes over the history of another tool.
func newImport(a *app) *cobra.Command {
	var o runtime.ImportOptions
	var collection string
	c := &cobra.Command{
		Use:     "import --from TOOL",
		Aliases: []string{"adopt"},
		GroupID: groupRun,
		Short:   "Take over the history of another tool",
		Long: `Registers what another tool has executed, with its times, so that it is not run
again: its files are found by their names, extensions aside, or else by their
numbers. Nothing is run. What is registered already is left alone, and the
other tool's collection is only read. (migopy's may be the registry itself:
there the new documents take the place of the old ones.)`,
		Example: "  migrator import --from migrate-mongo --dry-run\n" +
			"  migrator import --from migopy --collection old_migrations",
		Args: exactly(0, ""),
		RunE: a.run(func(ctx context.Context, a *app, _ []string) (document, error) {
			d := &imported{From: o.Tool, DryRun: o.DryRun, Results: []runtime.ImportedRecord{}}
			if o.Tool == "" {
				return d, fault.New(fault.Usage, "say which: --from "+strings.Join(store.Tools(), ", --from "),
					"import was not told what to import from")
			}
			purpose := runtime.Register
			if o.DryRun {
				purpose = runtime.Look
			}
			return a.with(ctx, d, opening{purpose: purpose}, func(p *project) (err error) {
				if o.From, err = store.Foreign(p.connection, o.Tool, collection); err != nil {
					return err
				}
				if !o.DryRun {
					if err := a.guardWrite(ctx, p.environment, "register migrations"); err != nil {
						return err
					}
				}
				done, err := p.runner.Import(ctx, o)
				d.Results = listed(done)
				return err
			})
		}),
	}
	c.Flags().StringVar(&o.Tool, "from", "", "the `TOOL`: "+strings.Join(store.Tools(), ", "))
	c.Flags().StringVar(&collection, "collection", "", "where it keeps its history, if not as usual: `NAME`")
	c.Flags().BoolVar(&o.DryRun, "dry-run", false, "show what would be done, and write nothing")
	c.Flags().DurationVar(&o.WaitLock, "wait-lock", 0, "wait that long for another runner (1m, 30s)")
	// The flag exists, so registering a function for it cannot fail.
	_ = c.RegisterFlagCompletionFunc("from", cobra.FixedCompletions(store.Tools(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

// imported is the document of import.
type imported struct {
	header
	From    string                   `json:"from"`
	DryRun  bool                     `json:"dry_run"`
	Results []runtime.ImportedRecord `json:"results"`
	footer
}

func (d *imported) text(u *ui.UI) {
	var rows [][]string
	taken := 0
	for _, r := range d.Results {
		how := string(r.Action)
		switch r.Action {
		case runtime.ImportSkipped, runtime.ImportKnown:
			how = u.Out.Dim(how)
		case runtime.ImportMissing:
			how, taken = u.Out.Warn(how), taken+1
		default:
			how, taken = u.Out.Good(how), taken+1
		}
		when := ""
		if r.At != nil {
			when = u.Time(*r.At)
		}
		remark := r.Reason
		if r.Match == "number" {
			remark = strings.TrimPrefix(remark+", found by its number", ", ")
		}
		rows = append(rows, []string{u.Line(r.From), u.Line(r.Name), r.State.Words(), when, how, u.Line(remark)})
	}
	u.Table([]string{"in " + d.From, "here", "state", "when", "", ""}, rows)
	if d.Error != nil {
		return
	}
	on := " on " + d.where()
	switch {
	case taken == 0:
		u.Out.Println(u.Out.Good("There is nothing to import" + on + "."))
	case d.DryRun:
		would := runtime.Count(taken, "migration") + " would be imported" + on + "; nothing was written."
		u.Out.Println(u.Out.Warn(would))
	default:
		u.Out.Println(u.Out.Good(runtime.Count(taken, "migration") + " imported" + on + "."))
	}
}
