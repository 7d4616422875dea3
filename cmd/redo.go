package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"migrator/runtime"
)

// newRedo is `migrator redo`: down and up again.
func newRedo(a *app) *cobra.Command {
	var o runtime.RedoOptions
	var given *answers
	c := &cobra.Command{
		Use:     "redo [FILE]",
		GroupID: groupRun,
		Short:   "Undo a migration and run it again",
		Long: `Runs down(db) and then up(db) of one migration: of FILE, a name or a number, or
of the last one executed. What is run down is what was executed, from the
registry where the file has changed since; what is run up is the file as it is
now. Migrations that were executed later stay as they are.`,
		Example:           "  migrator redo\n  migrator redo 003_x.js",
		ValidArgsFunction: a.completeOne,
		Args:              atMost(1, "the migration to run again"),
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			if len(args) > 0 {
				o.Target = args[0]
			}
			d := newOutcome("No migration is executed: nothing to do.")
			return a.with(ctx, d, opening{purpose: runtime.Run, answers: given}, func(p *project) error {
				o.Approve = func() error {
					return a.guardWrite(ctx, p.environment, "run a migration down and up again")
				}
				return d.take(p.runner.Redo(ctx, o))
			})
		}),
	}
	c.Flags().DurationVar(&o.WaitLock, "wait-lock", 0, "wait that long for another runner (1m, 30s)")
	given = bindAnswers(c.Flags())
	return c
}
