package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// newResolve is `migrator resolve`: it sets a migration right that failed or was left in flight.
func newResolve(a *app) *cobra.Command {
	var retry, executed, rolledBack, accept bool
	var wait time.Duration
	c := &cobra.Command{
		Use:     "resolve FILE",
		GroupID: groupRun,
		Short:   "Say how a failed migration stands",
		Long: `Sets a migration right that failed, or that was left in flight by a run that
died. Nothing is run: look at the data first, then say how it stands. Without a
choice it shows how far the migration was, and the choices.`,
		Example: "  migrator resolve 003_x.js           # how far it was\n" +
			"  migrator resolve 003_x.js --retry\n  migrator resolve 003_x.js --rolled-back",
		ValidArgsFunction: a.completeMigrations,
		Args:              exactly(1, "the migration to resolve"),
		RunE: a.run(func(ctx context.Context, a *app, args []string) (document, error) {
			d := newOutcome("")
			how, err := resolution(map[runtime.Resolution]bool{
				runtime.Retry: retry, runtime.ResolvedExecuted: executed,
				runtime.ResolvedRolledBack: rolledBack, runtime.Accept: accept,
			})
			if err != nil {
				return d, err
			}
			return a.with(ctx, d, opening{purpose: runtime.Register}, func(p *project) error {
				if err := a.guardWrite(ctx, p.environment, "change the registry"); err != nil {
					return err
				}
				return d.take(p.runner.Resolve(ctx, runtime.ResolveOptions{
					Target: args[0], How: how, Approve: a.showAndAsk(ctx, args[0], how), WaitLock: wait,
				}))
			})
		}),
	}
	c.Flags().BoolVar(&retry, "retry", false, "make it ready to be run again")
	c.Flags().BoolVar(&executed, "executed", false, "its work is done: register it as executed")
	c.Flags().BoolVar(&rolledBack, "rolled-back", false, "its work is undone: unregister it")
	c.Flags().BoolVar(&accept, "accept", false, "take the file as it is now for what was executed")
	c.Flags().DurationVar(&wait, "wait-lock", 0, "wait that long for another runner (1m, 30s)")
	return c
}

// showAndAsk shows where a migration stands, and asks whether the choice holds all the same.
func (a *app) showAndAsk(ctx context.Context, name string, how runtime.Resolution) func(stands error) error {
	return func(stands error) error {
		a.ui.Notice(stands.Error())
		if detail := fault.DetailOf(stands); detail != "" {
			a.ui.Notice(detail)
		}
		return a.ui.Confirm(ctx, fmt.Sprintf("Resolve %s as --%s?", name, how))
	}
}

// resolution is the choice that was made, or "" for no choice.
func resolution(choices map[runtime.Resolution]bool) (runtime.Resolution, error) {
	var chosen []runtime.Resolution
	for how, yes := range choices {
		if yes {
			chosen = append(chosen, how)
		}
	}
	switch len(chosen) {
	case 0:
		return "", nil
	case 1:
		return chosen[0], nil
	}
	return "", fault.New(fault.Usage, "look at the data, then choose one",
		"--retry, --executed, --rolled-back and --accept exclude each other")
}
