package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"migrator/runtime/fault"
)

// Saved is a change of content.
type Saved struct {
	// Paths are the files that are new, gone, or have another text: absolute and in order.
	Paths []string
	// At is when the first of it was noticed.
	At time.Time
}

// WatchKey is what a person asks for while nothing runs.
type WatchKey int

const (
	// KeyAgain runs what failed again, or else the last migration down and up.
	KeyAgain WatchKey = iota
	// KeyUndo rolls the last executed migration back. It runs again with the next save.
	KeyUndo
	// KeySkip takes the work of a migration that could not be undone for undone, and goes on.
	KeySkip
)

// WatchOptions says how Watch goes on.
type WatchOptions struct {
	// Saves reports changes; nil only with Once.
	Saves Saves
	// Root is the directory that the paths in errors of scripts are seen from.
	Root string
	// Keys are what a person asks for; nil where nobody can.
	Keys <-chan WatchKey
	// Once ends after the first cycle, with its error.
	Once bool
	// NoRollback only executes what is pending.
	NoRollback bool
	Args       map[string]string
	WaitLock   time.Duration
	// Reopen gives a Runner on a new connection, before what failed without the database is tried again; nil where the
	// old connection finds the database by itself once it is back.
	Reopen func(context.Context) (*Runner, error)
	// Begun is called when a cycle has found something to do, Ended when a cycle has come to its end; both may be nil. The
	// Runner's Observer is told of everything between.
	Begun func(Saved)
	Ended func(WatchEnd)
}

// WatchEnd is how a cycle ended.
type WatchEnd struct {
	// Results are what was done; none when there was nothing to do.
	Results []Result
	// Err is why it ended before its end, or nil.
	Err error
	// Replaced is true when a save of what was running put an end to it. The next cycle follows at once.
	Replaced bool
	// Stuck names the migration that has to be repaired before anything else can run: by the next save, KeyAgain or
	// KeySkip. "" where nothing has to be.
	Stuck string
	// Took is the time since the save was noticed.
	Took time.Duration
	// Last is true when Watch ends with it, and returns Err.
	Last bool
}

// errReplaced ends a script whose file has been saved again.
var errReplaced = errors.New("it was saved again while it ran")

// unreachedPause is how long Watch waits before it looks again for a database that did not answer.
const unreachedPause = time.Second

// loadGrace is how long a file that does not compile may be the half of a text whose rest is still to be written.
const loadGrace = 200 * time.Millisecond

// Watch executes what is pending, and then what is saved, until ctx is done: a file that is executed already is rolled
// back with the source that was executed, with everything that was executed after it, and all of it is executed again.
// The lock is held only while something is done. Watch returns nil when ctx is done between two cycles, and the cycle's
// error when it is done in one.
func (r *Runner) Watch(ctx context.Context, o WatchOptions) error {
	if o.Begun == nil {
		o.Begun = func(Saved) {}
	}
	if o.Ended == nil {
		o.Ended = func(WatchEnd) {}
	}
	w := &watch{runner: r, options: o, said: map[string]bool{}}
	if o.Once {
		end := w.turn(ctx, request{saved: Saved{At: time.Now()}, repair: true})
		end.Last = true
		o.Ended(end)
		return end.Err
	}
	listen, stop := context.WithCancel(ctx)
	var listening sync.WaitGroup
	defer listening.Wait()
	defer stop()
	w.saves, w.lost = make(chan Saved), make(chan error, 1)
	listening.Go(func() { w.listen(listen) })
	return w.loop(ctx)
}

// watch is one run of Watch.
type watch struct {
	runner  *Runner
	options WatchOptions
	saves   chan Saved
	lost    chan error
	said    map[string]bool // what was said already and still holds

	stuck     string // the migration that waits to be repaired
	unreached string // why the database could not be reached, which is said once

	mu      sync.Mutex
	running map[string]bool // the files of the script that runs
	// undoing names the migration whose down runs, until a save of it has been told that it is waited for.
	undoing string
}

// request is what a cycle is asked for.
type request struct {
	saved Saved
	// repair allows to undo what failed. The first cycle does not: it was no save that asked for it.
	repair bool
	// again runs the last migration again where nothing else is to be done, undo only undoes it.
	again, undo bool
	// skip names a migration that is not to be undone.
	skip string
	// retry is true for what could not be done while the database did not answer.
	retry bool
}

func (w *watch) listen(ctx context.Context) {
	for {
		saved, err := w.options.Saves.Next(ctx)
		if err != nil {
			w.lost <- err
			return
		}
		select {
		case w.saves <- saved:
		case <-ctx.Done():
			return
		}
	}
}

func (w *watch) loop(ctx context.Context) error {
	next := &request{saved: Saved{At: time.Now()}}
	var undone *request // because the database did not answer
	for {
		if next == nil {
			var err error
			if next, err = w.wait(ctx, undone); err != nil || next == nil {
				return err
			}
		}
		asked := *next
		var end WatchEnd
		end, next = w.attend(ctx, asked)
		if ctx.Err() != nil {
			end.Last = true
			if end.Err != nil || len(end.Results) > 0 {
				w.options.Ended(end)
			}
			return end.Err
		}
		if next == nil && isLoadError(end.Err) {
			next = w.unfinished(ctx, asked)
		}
		var said bool
		if undone, said = w.unanswered(asked, end); said && next == nil {
			continue
		}
		if next == nil || end.Replaced || len(end.Results) > 0 {
			w.options.Ended(end)
		}
	}
}

// unanswered is what to try again later, since the database could not be reached, and whether that was said already; nil is
// nothing.
func (w *watch) unanswered(asked request, end WatchEnd) (undone *request, said bool) {
	if fault.CodeOf(end.Err) != fault.Unreachable || len(end.Results) > 0 || asked.undo {
		w.unreached = ""
		return nil, false
	}
	text := end.Err.Error()
	said = asked.retry && text == w.unreached
	w.unreached, asked.retry = text, true
	return &asked, said
}

// wait waits for a save or a key, or a moment before what was left undone is tried again. The request is nil when ctx is
// done.
func (w *watch) wait(ctx context.Context, undone *request) (*request, error) {
	var later <-chan time.Time
	if undone != nil {
		timer := time.NewTimer(unreachedPause)
		defer timer.Stop()
		later = timer.C
	}
	for {
		select {
		case <-ctx.Done():
			return nil, nil
		case err := <-w.lost:
			if ctx.Err() != nil {
				return nil, nil
			}
			return nil, err
		case saved := <-w.saves:
			return &request{saved: saved, repair: true}, nil
		case <-later:
			return undone, nil
		case key := <-w.options.Keys:
			if asked := w.press(key); asked != nil {
				return asked, nil
			}
		}
	}
}

// press turns a key into a request, or into nothing where it asks for nothing.
func (w *watch) press(key WatchKey) *request {
	asked := &request{saved: Saved{At: time.Now()}, repair: true}
	switch key {
	case KeyAgain:
		asked.again = true
	case KeySkip:
		if w.stuck == "" {
			w.runner.Observer.Notice("nothing waits to be undone, so there is nothing to skip")
			return nil
		}
		asked.skip = w.stuck
	case KeyUndo:
		asked.undo, asked.repair = true, false
	}
	return asked
}

// attend runs a cycle while it listens for saves. A save of what is running puts an end to it; the second one does to a
// rollback. The request is what the saves of meanwhile ask for, or nil.
func (w *watch) attend(ctx context.Context, asked request) (WatchEnd, *request) {
	cycle, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ended := make(chan WatchEnd, 1)
	go func() { ended <- w.turn(cycle, asked) }()
	var next *request
	for {
		select {
		case end := <-ended:
			return end, next
		case saved := <-w.saves:
			next = &request{saved: joined(next, saved), repair: true}
			if w.ends(saved) {
				cancel(fault.Wrap(fault.Interrupted, errReplaced, "", "stop"))
			}
		}
	}
}

// unfinished waits whether a file that does not compile was saved in pieces; then the request is what to do next.
func (w *watch) unfinished(ctx context.Context, asked request) *request {
	timer := time.NewTimer(loadGrace - time.Since(asked.saved.At))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case saved := <-w.saves:
		asked.saved = joined(&asked, saved)
		return &asked
	}
	return nil
}

// joined is one change for two.
func joined(before *request, saved Saved) Saved {
	if before == nil {
		return saved
	}
	return Saved{Paths: sortedSet(append(before.saved.Paths, saved.Paths...)), At: saved.At}
}

// ends reports whether a save puts an end to the script that runs now: one of its files was saved. A rollback gets the time
// that it takes until there is a second save: the rest of it would have to be undone by a down that was never executed.
func (w *watch) ends(saved Saved) bool {
	w.mu.Lock()
	concerned := slices.ContainsFunc(saved.Paths, func(path string) bool { return w.running[path] })
	undoing := w.undoing
	if concerned {
		w.undoing = ""
	}
	w.mu.Unlock()
	if concerned && undoing != "" {
		w.runner.Observer.Notice(fmt.Sprintf("%s was saved while it is rolled back: it runs after that (another save stops the rollback)", undoing))
		return false
	}
	return concerned
}

// runs notes which files the script is made of that runs from now on, and whose down it is; "" for an up.
func (w *watch) runs(paths []string, undoing string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running, w.undoing = map[string]bool{}, undoing
	for _, path := range paths {
		w.running[path] = true
	}
}
