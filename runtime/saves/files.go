package saves

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"

	"migrator/runtime"
	"migrator/runtime/fault"
)

const (
	// quiet is how long nothing may have happened before one file is read.
	quiet = 10 * time.Millisecond
	// quietMany is the same once several files have changed: a checkout writes them one after the other.
	quietMany = 60 * time.Millisecond
	// grace is how long a file may be gone or empty before that is taken for what somebody wanted.
	grace = 200 * time.Millisecond
	// patience bounds the wait for a file that is kept open for writing.
	patience = 5 * time.Second
)

// Files watches a folder with everything in it, and further files that it is told to follow. Next is called by one
// goroutine at a time.
type Files struct {
	tree   string
	events *fsnotify.Watcher
	// writing reports whether somebody has the file open for writing.
	writing func(path string) bool

	mu       sync.Mutex
	followed map[string]bool
	linked   map[string]bool // where links lead to
	known    snapshot
}

var _ runtime.Saves = (*Files)(nil)

// Open begins to watch the folder at that absolute path. What is opened must be closed.
func Open(tree string) (*Files, error) {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, unwatchable(err, tree)
	}
	f := &Files{
		tree: tree, events: events, writing: beingWritten, followed: map[string]bool{}, linked: map[string]bool{},
	}
	// The folder above shows when the folder itself is renamed, and when it is back.
	if err := f.listen(filepath.Dir(tree)); err != nil {
		return nil, errors.Join(err, events.Close())
	}
	if f.known, err = f.scan(nil); err != nil {
		return nil, errors.Join(err, events.Close())
	}
	return f, nil
}

// Close ends the watching. A Next that waits returns with an error.
func (f *Files) Close() error { return f.events.Close() }

// Follow adds files outside of the folder: a change of one of them counts too.
func (f *Files) Follow(paths []string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, path := range paths {
		if f.followed[path] || f.covers(path) {
			continue
		}
		f.followed[path] = true
		if err := f.listen(filepath.Dir(path)); err != nil {
			return err
		}
		if err := f.listenBehind(path); err != nil {
			return err
		}
		if p, ok := read(path, imprint{}, true); ok {
			f.known[path] = p
		}
	}
	return nil
}

// listenBehind asks for the events of the file that a path with links leads to: they come from where that is.
func (f *Files) listenBehind(path string) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil || filepath.Dir(real) == filepath.Dir(path) {
		return nil // it leads nowhere, or to where the events come from anyway
	}
	f.linked[real] = true
	return f.listen(filepath.Dir(real))
}

// Next waits for a change that has come to rest.
func (f *Files) Next(ctx context.Context) (runtime.Saved, error) {
	for {
		s := &stir{touched: map[string]bool{}}
		if err := f.await(ctx, s, nil); err != nil {
			return runtime.Saved{}, err
		}
		s.began = s.last
		change, err := f.settle(ctx, s)
		if err != nil || len(change.Paths) > 0 {
			return change, err
		}
	}
}

// stir is what has happened since the last change.
type stir struct {
	began, last time.Time
	touched     map[string]bool
}

// settle waits until the files are at rest, and compares them with what was known.
func (f *Files) settle(ctx context.Context, s *stir) (runtime.Saved, error) {
	for {
		if err := f.rest(ctx, s, s.quiet()); err != nil {
			return runtime.Saved{}, err
		}
		if f.anyWriting(s.touched) && time.Since(s.began) < patience {
			if err := f.rest(ctx, s, time.Since(s.last)+quiet); err != nil {
				return runtime.Saved{}, err
			}
			continue
		}
		f.mu.Lock()
		now, err := f.scan(s.touched)
		if err != nil {
			f.mu.Unlock()
			return runtime.Saved{}, err
		}
		paths, doubtful := f.known.differs(now)
		if doubtful && time.Since(s.last) < grace {
			f.mu.Unlock()
			if err := f.rest(ctx, s, grace); err != nil {
				return runtime.Saved{}, err
			}
			continue
		}
		f.known = now
		f.mu.Unlock()
		return runtime.Saved{Paths: paths, At: s.began}, nil
	}
}

func (s *stir) quiet() time.Duration {
	if len(s.touched) > 1 {
		return quietMany
	}
	return quiet
}

// rest returns once nothing has happened for that long.
func (f *Files) rest(ctx context.Context, s *stir, d time.Duration) error {
	for {
		left := d - time.Since(s.last)
		if left <= 0 {
			return nil
		}
		timer := time.NewTimer(left)
		err := f.await(ctx, s, timer.C)
		timer.Stop()
		if errors.Is(err, errElapsed) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

var (
	errElapsed = errors.New("the time is over")
	errClosed  = errors.New("the files are watched no more")
)

// await waits for an event that may matter, or until enough is.
func (f *Files) await(ctx context.Context, s *stir, enough <-chan time.Time) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-enough:
			return errElapsed
		case e, ok := <-f.events.Events:
			if !ok {
				return errClosed
			}
			if !f.matters(e) {
				continue
			}
			if f.named(e.Name) {
				s.touched[e.Name] = true
			}
			s.last = time.Now()
			return nil
		case err, ok := <-f.events.Errors:
			if !ok {
				return errClosed
			}
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return unwatchable(err, f.tree)
			}
			s.last = time.Now() // events were lost: everything is compared anyway
			return nil
		}
	}
}

// matters reports whether an event can have changed a text. In the folder above, only the folder itself is of interest.
func (f *Files) matters(e fsnotify.Event) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e.Op == fsnotify.Chmod {
		return f.known[e.Name].unread
	}
	return e.Name == f.tree || filepath.Dir(e.Name) != filepath.Dir(f.tree) || f.followed[e.Name] || f.linked[e.Name]
}

// named reports whether it is a file that counts, so that one save with its swap files is one file.
func (f *Files) named(path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.followed[path] || f.linked[path] || counts(filepath.Base(path))
}

func (f *Files) anyWriting(touched map[string]bool) bool {
	for path := range touched {
		if f.writing(path) {
			return true
		}
	}
	return false
}

// listen asks for the events of one folder. A folder that is gone, or must not be read, has none.
func (f *Files) listen(folder string) error {
	err := f.events.Add(folder)
	for _, missing := range []error{os.ErrNotExist, os.ErrPermission, syscall.ENOTDIR} {
		if errors.Is(err, missing) {
			return nil
		}
	}
	return unwatchable(err, folder)
}

func unwatchable(err error, folder string) error {
	hint := ""
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) {
		hint = "the system allows no more watched folders: " +
			"raise fs.inotify.max_user_watches and max_user_instances, or close what watches many"
	}
	return fault.Wrap(fault.Failed, err, hint, "watch %s", filepath.Base(folder))
}
