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
	header
	Lock *runtime.Holder `json:"lock"` // who held it; null when nobody did
	footer
}

func (d *unlocked) text(u *ui.UI) {
	switch {
	case d.Error != nil:
	case d.Lock == nil:
		u.Out.Println("Nobody holds the lock: nothing to do.")
	default:
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
			d := &unlocked{}
			return a.with(ctx, d, opening{purpose: runtime.Register}, func(p *project) error {
				if err := a.guardWrite(ctx, p.environment, "free the lock"); err != nil {
					return err
				}
				o := runtime.Unlock{By: p.runner.By, Force: force}
				o.Asked = func(h runtime.Holder) {
					a.ui.Notice(fmt.Sprintf("asked %s to stop: waiting until it has, or until its lease is over", h.By))
				}
				holder, held, err := p.runner.Locker.Break(ctx, o)
				if held {
					d.Lock = &holder
				}
				return err
			})
		}),
	}
	c.Flags().BoolVar(&force, "force", false, "even if its lease has not run out")
	return c
}
