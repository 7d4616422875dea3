package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"migrator/runtime"
)

// newIgnore is `migrator ignore`: it registers without running.
func newIgnore(a *app) *cobra.Command {
	var o runtime.IgnoreOptions
	var to number
	c := &cobra.Command{
		Use:     "ignore [FILE...]",
		GroupID: groupRun,
		Short:   "Register migrations without running them",
		Long: `Registers pending migrations without running them: all, the named ones, or with
--to those up to a number (a baseline for a database that has them already).`,
		Example:           "  migrator ignore 004_x.js\n  migrator ignore --to 12",
		ValidArgsFunction: a.completeMigrations,
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			o.Targets, o.To = args, to.value
			d := newOutcome(nothingPending)
			return a.with(ctx, d, opening{purpose: runtime.Register}, func(p *project) error {
				if err := a.guardWrite(ctx, p.environment, "register migrations"); err != nil {
					return err
				}
				return d.take(p.runner.Ignore(ctx, o))
			})
		}),
	}
	c.Flags().Var(&to, "to", "up to the migration of that number")
	c.Flags().DurationVar(&o.WaitLock, "wait-lock", 0, "wait that long for another runner (1m, 30s)")
	return c
}
