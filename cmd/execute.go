package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"migrator/runtime"
)

// newExecute is `migrator execute`: it runs what is pending, or what is named.
func newExecute(a *app) *cobra.Command {
	var o runtime.ExecuteOptions
	var to number
	var given *answers
	c := &cobra.Command{
		Use:     "execute [FILE...]",
		Aliases: []string{"migrate", "up"},
		GroupID: groupRun,
		Short:   "Run pending migrations",
		Long: `Runs up(db) of pending migrations in the order of their numbers, and registers
each. It stops at the first that fails. A FILE is a name or a number; without
one, all that is pending is run. --dry-run writes nothing and shows what would
be written; it needs no more than the right to read.`,
		Example: "  migrator execute\n  migrator execute 003_x.js\n" +
			"  migrator execute --to 12 --wait-lock 1m\n  migrator execute --dry-run",
		ValidArgsFunction: a.completeMigrations,
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			o.Targets, o.To = args, to.value
			return a.execute(ctx, o, given)
		}),
	}
	c.Flags().Var(&to, "to", "stop behind the migration of that number")
	c.Flags().BoolVar(&o.Force, "force", false, "run one FILE whatever its state")
	c.Flags().BoolVar(&o.AllowOutOfOrder, "allow-out-of-order", false,
		"run pending migrations below the highest executed")
	c.Flags().DurationVar(&o.WaitLock, "wait-lock", 0, "wait that long for another runner (1m, 30s)")
	bindDryRun(c.Flags(), &o.DryRun)
	given = bindAnswers(c.Flags())
	return c
}

func (a *app) execute(ctx context.Context, o runtime.ExecuteOptions, given *answers) (document, error) {
	d := newOutcome(nothingPending)
	d.DryRun = o.DryRun
	return a.with(ctx, d, opening{purpose: running(o.DryRun), answers: given}, func(p *project) error {
		if !o.DryRun {
			if err := a.guardWrite(ctx, p.environment, "execute migrations"); err != nil {
				return err
			}
		}
		return d.take(p.runner.Execute(ctx, o))
	})
}
