package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/runtime/saves"
	"migrator/store/connect/address"
)

// watchFlags are the flags of watch.
type watchFlags struct {
	once, clear, noRollback bool
}

// newWatch is `migrator watch`: it runs a migration whenever it is saved.
func newWatch(a *app) *cobra.Command {
	var flags watchFlags
	var given *answers
	c := &cobra.Command{
		Use:     "watch",
		GroupID: groupDevelop,
		Short:   "Run migrations as they are saved",
		Long: `Executes what is pending, and then waits for saves. A file that is pending is
executed; one that is executed already is rolled back with the source that was
executed, with what was executed after it, and all of it is executed again. A
helper counts for every migration that imports it. A save that changes nothing
does nothing.

Only for a database on this machine that is not protected, unless --confirm
names the environment. With --json each event is a line of JSON.`,
		Example: "  migrator watch\n  migrator watch --once   # one cycle, then the exit code of execute",
		Args:    exactly(0, ""),
		RunE: a.run(func(ctx context.Context, a *app, _ []string) (document, error) {
			return a.watch(ctx, flags, given)
		}),
	}
	c.Flags().BoolVar(&flags.once, "once", false, "end after one cycle, with the exit code of execute")
	c.Flags().BoolVar(&flags.clear, "clear", false, "clear the screen before each cycle")
	c.Flags().BoolVar(&flags.noRollback, "no-rollback", false, "only execute what is pending")
	given = bindAnswers(c.Flags())
	return c
}

// A cycle waits for somebody else's run for as long as that takes, unless it is the only one.
const (
	watchLockWait = 24 * time.Hour
	onceLockWait  = time.Minute
)

func (a *app) watch(ctx context.Context, flags watchFlags, given *answers) (document, error) {
	view := &watchView{ui: a.ui, clear: flags.clear}
	doc := &watchDocument{view: view}
	environment, err := a.environment()
	if err == nil {
		err = a.guardDestroy(ctx, environment, "roll migrations back and run them again at every save")
	}
	if err != nil {
		return doc, err
	}
	o := opening{purpose: runtime.Run, environment: environment, answers: given}
	return a.with(ctx, doc, o, func(p *project) error {
		view.root, view.project = p.config.ScriptRoot(), p
		p.runner.Observer = view
		options := runtime.WatchOptions{
			Once: flags.once, Root: view.root, NoRollback: flags.noRollback, WaitLock: watchLockWait,
			Reopen: a.reopening(p, view, o), Begun: view.begun, Ended: view.ended,
		}
		if flags.once {
			options.WaitLock = onceLockWait
			return p.runner.Watch(ctx, options)
		}
		return a.watchOn(ctx, p, view, options)
	})
}

// reopening connects a project anew whose server was run by a migrator process that has died: it joins the next one, or
// runs the server itself. The driver finds any other server again by itself.
func (a *app) reopening(p *project, view *watchView, o opening) func(context.Context) (*runtime.Runner, error) {
	if !address.IsHosted(p.environment.URI) {
		return nil
	}
	return func(ctx context.Context) (*runtime.Runner, error) {
		fresh, err := a.open(ctx, o)
		if err != nil {
			return nil, err
		}
		old := *p
		*p = *fresh // which is what is closed in the end
		p.runner.Observer = view
		if err := old.close(ctx); err != nil {
			a.ui.Verbose("leave the server that has died: " + err.Error())
		}
		return p.runner, nil
	}
}

// errUnread ends the watching when nobody reads its output any more (`migrator watch | head`).
var errUnread = errors.New("what is printed is read no more")

// watchOn watches until it is ended.
func (a *app) watchOn(ctx context.Context, p *project, view *watchView, o runtime.WatchOptions) (err error) {
	files, err := saves.Open(p.runner.Directory.Path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	o.Saves = files
	ctx, quit := context.WithCancelCause(ctx)
	defer quit(nil)
	keys, restore, ok := a.ui.Keys()
	defer restore()
	if ok {
		o.Keys = a.watchKeys(ctx, keys, view, func() { quit(fault.New(fault.Interrupted, "", "stopped by the key q")) })
	}
	view.watching(p.runner.Directory.Shown, ok)
	defer a.ui.Status("", "")
	ended := o.Ended
	o.Ended = func(end runtime.WatchEnd) {
		if ended(end); a.ui.Failure() != nil {
			quit(errUnread)
		}
	}
	return p.runner.Watch(ctx, o)
}

// watchKeys turns keys into the requests that they stand for.
func (a *app) watchKeys(ctx context.Context, keys <-chan byte, view *watchView, quit func()) <-chan runtime.WatchKey {
	asked := make(chan runtime.WatchKey, 1) // while a cycle runs, one is kept for later, and no more
	meanings := map[byte]runtime.WatchKey{'r': runtime.KeyAgain, 'u': runtime.KeyUndo, 's': runtime.KeySkip}
	go func() {
		for {
			var key byte
			select {
			case <-ctx.Done():
				return
			case pressed, ok := <-keys:
				if !ok {
					return
				}
				key = pressed
			}
			meaning, known := meanings[key]
			switch {
			case key == 'q':
				quit()
			case key == '?' || key == 'h':
				view.help()
			case known:
				select {
				case asked <- meaning:
				default:
				}
			}
		}
	}()
	return asked
}
