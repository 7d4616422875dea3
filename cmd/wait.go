package cmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"migrator/cmd/ui"
	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect"
	"migrator/store/connect/address"
)

// newWait is `migrator wait`: for an application that must not start before its migrations have run.
func newWait(a *app) *cobra.Command {
	var to number
	var timeout time.Duration
	c := &cobra.Command{
		Use:     "wait",
		GroupID: groupLook,
		Short:   "Wait until migrations are registered",
		Long: `Waits until all migrations on disk are registered, or with --to those up to a
number, for which no file is needed. It only reads. A server that does not
answer is waited for too; one that refuses the user is not (exit 4). It ends
with 6 when the time is over, and at once when a migration failed or was left
in flight by a run that died, since that will not come by itself.`,
		Example: "  migrator wait --timeout 5m\n  migrator wait --to 12",
		Args:    exactly(0, ""),
		RunE: a.run(func(ctx context.Context, a *app, _ []string) (document, error) {
			d := &waited{Pending: []string{}}
			if timeout < 0 {
				return d, fault.New(fault.Usage, "leave it out to wait for ever", "--timeout takes a time above 0")
			}
			environment, err := a.environment()
			if err != nil {
				return d, err
			}
			d.at(environment)
			w := &waiter{app: a, opening: opening{purpose: runtime.Look, environment: environment}, to: to.value}
			err = runtime.Wait(ctx, runtime.WaitOptions{Timeout: timeout, Notice: a.ui.Notice, Again: w.again}, w.look)
			d.Pending = listed(w.last.Names)
			return d, errors.Join(err, w.close(ctx))
		}),
	}
	c.Flags().Var(&to, "to", "up to the migration of that number")
	c.Flags().DurationVar(&timeout, "timeout", 0, "give up after that time (5m, 30s)")
	return c
}

// waiter looks at an environment that may not be there yet.
type waiter struct {
	app     *app
	opening opening
	to      *int64
	project *project // nil while not connected
	last    runtime.Remaining
}

// look connects where it has to. The connection is kept, but for one to a server that migrator itself runs: its owner
// could not end then, and nobody else could become the owner.
func (w *waiter) look(ctx context.Context) (runtime.Remaining, error) {
	if w.project == nil {
		p, err := w.app.open(ctx, w.opening)
		if err != nil {
			return runtime.Remaining{}, err
		}
		w.project = p
	}
	remaining, err := w.project.runner.Remaining(ctx, w.to)
	if err == nil {
		w.last = remaining
	}
	if err != nil || address.IsHosted(w.opening.environment.URI) {
		err = errors.Join(err, w.close(ctx))
	}
	return remaining, err
}

func (w *waiter) close(ctx context.Context) error {
	if w.project == nil {
		return nil
	}
	p := w.project
	w.project = nil
	return p.close(ctx)
}

// again reports whether a server may answer later.
func (w *waiter) again(err error) bool {
	return fault.CodeOf(err) == fault.Unreachable && !connect.Refused(err)
}

// waited is the document of wait.
type waited struct {
	header
	Pending []string `json:"pending"` // what was still to come when it was last looked at
	footer
}

func (d *waited) text(u *ui.UI) {
	if d.Error == nil {
		u.Out.Println(u.Out.Good(fmt.Sprintf("All that was waited for is registered on %s.", d.Environment)))
	}
}
