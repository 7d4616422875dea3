package cmd

import (
	"context"

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
the source that was executed is used, and migrator says so. --dry-run writes
nothing and shows what would be written.`,
		Example: "  migrator rollback 003_x.js\n  migrator rollback --last 2\n" +
			"  migrator rollback --to 12\n  migrator rollback --last --dry-run",
		ValidArgsFunction: a.completeMigrations,
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			o.Targets, o.To = args, to.value
			return a.rollback(ctx, o, given)
		}),
	}
	c.Flags().IntVar(&o.Last, "last", 0, "the last executed, or the last `N`")
	c.Flags().Lookup("last").NoOptDefVal = "1"
	c.Flags().BoolVar(&o.Batch, "batch", false, "everything that the last run of execute did")
	c.Flags().Var(&to, "to", "everything above that number, which is kept")
	c.Flags().BoolVar(&o.All, "all", false, "everything that was executed")
	c.Flags().DurationVar(&o.WaitLock, "wait-lock", 0, "wait that long for another runner (1m, 30s)")
	bindDryRun(c.Flags(), &o.DryRun)
	given = bindAnswers(c.Flags())
	return c
}

// joinLast makes `--last 2` one word, `--last=2`: the number may be left out, so a parser takes it for a file.
func joinLast(args []string) []string {
	var joined []string
	for i := 0; i < len(args); i++ {
		if i+1 < len(args) && args[i] == "--last" {
			if _, ok := runtime.NumberOf(args[i+1]); ok {
				joined = append(joined, "--last="+args[i+1])
				i++
				continue
			}
		}
		joined = append(joined, args[i])
	}
	return joined
}

// oneChoice refuses two ways to say what to roll back.
func oneChoice(o runtime.RollbackOptions) error {
	if o.Last < 0 {
		return fault.New(fault.Usage, "type --last 1 for the last one", "--last takes a number of migrations")
	}
	choices := 0
	for _, chosen := range []bool{len(o.Targets) > 0, o.Last > 0, o.To != nil, o.Batch, o.All} {
		if chosen {
			choices++
		}
	}
	if choices > 1 {
		return fault.New(fault.Usage, "choose one", "files, --last, --batch, --to and --all exclude each other")
	}
	return nil
}

func (a *app) rollback(ctx context.Context, o runtime.RollbackOptions, given *answers) (document, error) {
	d := newOutcome("No migration is executed there: nothing to do.")
	d.DryRun = o.DryRun
	if err := oneChoice(o); err != nil {
		return d, err
	}
	return a.with(ctx, d, opening{purpose: running(o.DryRun), answers: given}, func(p *project) error {
		o.Approve = func(everything bool) error {
			if everything {
				return a.guardDestroy(ctx, p.environment, "roll back every migration")
			}
			return a.guardWrite(ctx, p.environment, "roll back migrations")
		}
		return d.take(p.runner.Rollback(ctx, o))
	})
}
