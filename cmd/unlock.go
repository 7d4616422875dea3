package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"migrator/cmd/ui"
	"migrator/runtime"
)

// unlocked is the document of unlock.
type unlocked struct {
	envelope
	Lock *runtime.Holder `json:"lock"` // who held it; null when nobody did
}

func (d *unlocked) text(u *ui.UI) {
	switch {
	case d.Lock == nil:
		u.Out.Println("Nobody holds the lock: nothing to do.")
	case d.Error == nil:
		u.Out.Printf("The lock is free. It was held by %s.\n", d.Lock)
	}
}

// newUnlock is `migrator unlock`: it frees the lock of a runner that is dead.
func newUnlock(a *app) *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:     "unlock",
		GroupID: groupRun,
		Short:   "Free the lock of a dead runner",
		Long: `Frees the lock of a runner that died, after its lease has run out. A runner that
is alive is asked by --force to stop. It notices within a few seconds, records
how far it came and gives the lock back; unlock waits until it has, or until
its lease is over.`,
		Args: exactly(0, ""),
		RunE: a.run(func(ctx context.Context, a *app, _ []string) (document, error) {
			return a.with(ctx, opening{brief: true}, func(p *project) (document, error) {
				if err := a.guardWrite(ctx, p.environment, "free the lock"); err != nil {
					return nil, err
				}
				holder, held, err := p.locker.Break(ctx, runtime.Unlock{By: p.runner.By, Force: force, Asked: func(h runtime.Holder) {
					a.ui.Notice(fmt.Sprintf("asked %s to stop: waiting until it has, or until its lease is over", h.By))
				}})
				d := &unlocked{envelope: p.envelope()}
				if held {
					d.Lock = &holder
				}
				if err != nil {
					return nil, err
				}
				return d, nil
			})
		}),
	}
	c.Flags().BoolVar(&force, "force", false, "even if its lease has not run out")
	return c
}
