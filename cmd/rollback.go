package cmd

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// newRollback is `migrator rollback`: it undoes what is named, and never everything by default.
func newRollback(a *app) *cobra.Command {
	var o runtime.RollbackOptions
	var to number
	var given *answers
	c := &cobra.Command{
		Use:     "rollback [FILE...]",
		Aliases: []string{"down"},
		GroupID: groupRun,
		Short:   "Undo executed migrations",
		Long: `Runs down(db) of registered migrations, the last executed first, and unregisters
them. A FILE is a name or a number. When a file is gone or has changed since,
the source that was executed is used, and migrator says so.`,
		Example:           "  migrator rollback 003_x.js\n  migrator rollback --last 2\n  migrator rollback --to 12",
		ValidArgsFunction: a.completeMigrations,
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			o.To = to.value
			if err := rollbackTargets(&o, args); err != nil {
				return nil, err
			}
			return a.rollback(ctx, o, given)
		}),
	}
	c.Flags().IntVar(&o.Last, "last", 0, "the last executed, or the last `N`")
	c.Flags().Lookup("last").NoOptDefVal = "1"
	c.Flags().Var(&to, "to", "everything above the migration of that number, which is kept")
	c.Flags().BoolVar(&o.All, "all", false, "everything that was executed")
	c.Flags().DurationVar(&o.WaitLock, "wait-lock", 0, "wait that long for another runner (1m, 30s)")
	given = bindAnswers(c.Flags())
	return c
}

// rollbackTargets reads `--last 2`, which looks like a flag and a file to a parser, and refuses two choices at once.
func rollbackTargets(o *runtime.RollbackOptions, args []string) error {
	if n, ok := singleNumber(args); ok && o.Last == 1 {
		o.Last, args = int(n), nil
	}
	if o.Last < 0 {
		return fault.New(fault.Usage, "type --last 1 for the last one", "--last takes a number of migrations")
	}
	o.Targets = args
	choices := 0
	for _, chosen := range []bool{len(args) > 0, o.Last > 0, o.To != nil, o.All} {
		if chosen {
			choices++
		}
	}
	if choices > 1 {
		return fault.New(fault.Usage, "choose one", "files, --last, --to and --all exclude each other")
	}
	return nil
}

func singleNumber(args []string) (int64, bool) {
	if len(args) != 1 {
		return 0, false
	}
	return runtime.NumberOf(args[0])
}

func (a *app) rollback(ctx context.Context, o runtime.RollbackOptions, given *answers) (document, error) {
	begun := time.Now()
	return a.with(ctx, opening{answers: given}, func(p *project) (document, error) {
		guard := a.guardWrite
		if o.All {
			guard = a.guardDestroy
		}
		if err := guard(ctx, p.environment, "roll back migrations"); err != nil {
			return nil, err
		}
		done, err := p.runner.Rollback(ctx, o)
		return newOutcome(p, done, begun, "No migration is executed there: nothing to do."), err
	})
}
