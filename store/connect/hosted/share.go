package hosted

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"go.mongodb.org/mongo-driver/v2/event"

	"migrator/runtime/fault"
	"migrator/store/connect/address"
)

// A data directory that migrator runs a server on has one owner, the process that runs it, and any number of joiners,
// which use it over the owner's socket. Three files arrange that:
//
//	DIR/migrator.lock    locked by the owner for as long as it lives; the kernel frees it when the process dies
//	DIR/migrator.server  written by the owner once the server answers: its process and its socket
//	joined               beside the socket: locked shared by every joiner, and exclusively by an owner that ends
//
// A process that opens the directory takes the first lock and becomes the owner, or else joins. An owner that ends
// first takes the third lock, so that it waits for its joiners and nobody's connection is cut, and keeps it until it
// is gone, so that nobody joins a server that is stopping. An owner that is brief takes no joiners. Whoever can do
// neither tries again: the one that stands in between is either about to answer, or about to free its lock, by its end
// or by its death.
const (
	lockFile       = "migrator.lock"
	serverFileName = "migrator.server"
)

const (
	// pollEvery is how often a lock that somebody else holds is tried; the kernel cannot wait for one and for a
	// context.
	pollEvery = 10 * time.Millisecond
	// noticeAfter is how long something may take before the user is told what is being waited for.
	noticeAfter = time.Second
	// orphanLimit is how long a server that was left behind may take to stop.
	orphanLimit = 10 * time.Second
)

// engine is a kind of server that a process can run on a data directory.
type engine struct {
	// name is what it is called in messages.
	name string
	// start starts the server and returns once it answers on the public socket. The server outlives ctx.
	start func(ctx context.Context, d socketDir, o Options) (running, error)
	// monitor is what each client of the server needs on its commands, or nil.
	monitor func(dir string, logger *slog.Logger) *event.CommandMonitor
}

// running is a server that has been started.
type running struct {
	pid int
	// stop stops the server and returns when it is gone; when ctx is done, it does so without further ceremony.
	stop func(ctx context.Context) error
}

// Options say how to join. Logger and Notice must be set.
type Options struct {
	// Logger receives what only a developer wants to know.
	Logger *slog.Logger
	// Notice is called with what the user should know while something takes long.
	Notice func(string)
	// Brief promises that the share is left within moments: others wait for its end in place of joining.
	Brief bool
	// NoTrace keeps a data directory from coming into being: where there is none, an empty one elsewhere stands in for
	// it and is removed at the end.
	NoTrace bool
}

// Share is a process's part in a data directory: the owner's or a joiner's. It must be left.
type Share struct {
	dir     string
	standIn string // dir, if it is one that has to be removed at the end; or ""
	engine  engine
	owner   bool
	sockets socketDir
	server  running   // the owner's
	born    time.Time // when the owner could start it, nobody being connected any more

	lock   *flock.Flock // of the directory
	joined *flock.Flock // of the socket's directory
	notice func(string)
}

// Join makes this process the owner of the data directory dir, with a server of the scheme running, or a joiner of the
// owner that there is.
func Join(ctx context.Context, scheme address.Scheme, dir string, o Options) (*Share, error) {
	dir, standIn, err := standInFor(dir, o)
	if err != nil {
		return nil, err
	}
	s, err := join(ctx, dir, engineOf(scheme), o)
	if err != nil {
		return nil, errors.Join(err, removeStandIn(standIn))
	}
	s.standIn = standIn
	return s, nil
}

// engineOf returns the kind of server that a scheme names: one of those for which address.IsHosted is true.
func engineOf(scheme address.Scheme) engine {
	if scheme == address.Mongod {
		return mongod()
	}
	return embedded()
}

func join(ctx context.Context, dir string, e engine, o Options) (*Share, error) {
	s := &Share{
		dir:    dir,
		engine: e,
		lock:   flock.New(filepath.Join(dir, lockFile)),
		notice: o.Notice,
	}
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = poll(ctx, s.notice, s.describeOwner, func() (bool, error) { return s.enter(ctx, o) })
	}
	if err != nil && ctx.Err() != nil {
		return nil, fmt.Errorf("open the %s in %s: %w", e.name, dir, context.Cause(ctx))
	}
	return s, fault.Wrap(fault.Unreachable, err, "check that the directory can be written to and holds nothing else",
		"open the %s in %s", e.name, dir)
}

// poll calls try until it returns true or an error, or ctx is done. When that takes long, it tells the user, once, what
// is being waited for.
func poll(ctx context.Context, notice func(string), waiting func() string, try func() (bool, error)) error {
	retry := time.NewTicker(pollEvery)
	defer retry.Stop()
	long := time.NewTimer(noticeAfter)
	defer long.Stop()
	for {
		if done, err := try(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-long.C:
			notice(waiting())
		case <-retry.C:
		}
	}
}

// enter tries once to become the owner or a joiner.
func (s *Share) enter(ctx context.Context, o Options) (bool, error) {
	free, err := s.lock.TryLock()
	if err != nil {
		return false, err
	}
	if !free {
		return s.enterAsJoiner(ctx)
	}
	if err := s.enterAsOwner(ctx, o); err != nil {
		return false, errors.Join(err, s.lock.Unlock())
	}
	return true, nil
}

// enterAsOwner starts the server, after the leavings of an owner that was killed have been cleared away.
func (s *Share) enterAsOwner(ctx context.Context, o Options) (err error) {
	if err := s.succeed(ctx); err != nil {
		return err
	}
	s.born = time.Now()
	if s.sockets, err = newSocketDir(s.dir); err != nil {
		return err
	}
	if s.server, err = s.engine.start(ctx, s.sockets, o); err != nil {
		return errors.Join(err, s.sockets.remove())
	}
	f := serverFile{PID: os.Getpid(), Server: s.server.pid, Socket: s.sockets.socket, Brief: o.Brief}
	if err := f.write(s.dir); err != nil {
		return errors.Join(err, s.server.stop(ctx), s.sockets.remove())
	}
	s.joined = s.sockets.lock()
	s.owner = true
	return nil
}

// succeed follows an owner that was killed: a server of its that still runs is stopped, and its socket goes.
func (s *Share) succeed(ctx context.Context) error {
	f, ok, err := readServerFile(s.dir)
	if err != nil {
		return err
	}
	if ok {
		if err := s.stopOrphan(ctx, f); err != nil {
			return fmt.Errorf("stop the server that process %d left behind: %w", f.PID, err)
		}
		if err := socketDirOf(f.Socket).remove(); err != nil {
			return err
		}
	}
	return ignoreMissing(os.Remove(filepath.Join(s.dir, serverFileName)))
}

// stopOrphan stops a server that has outlived its owner. It does nothing when the server is gone.
func (s *Share) stopOrphan(ctx context.Context, f serverFile) error {
	if !answers(ctx, f.Socket) {
		return nil
	}
	if err := terminate(f.Server); err != nil {
		return err
	}
	waiting := func() string {
		return fmt.Sprintf("waiting for process %d, a server that was left behind, to stop", f.Server)
	}
	limited, cancel := context.WithTimeout(ctx, orphanLimit)
	defer cancel()
	err := poll(limited, s.notice, waiting, func() (bool, error) { return !alive(f.Server), nil })
	if err != nil && ctx.Err() == nil && !answers(ctx, f.Socket) {
		// It has ended, but nobody has collected its exit status: its number stays taken.
		return nil
	}
	return err
}

// enterAsJoiner joins the server that the file names, if there is one, its owner is not about to end, and it answers.
func (s *Share) enterAsJoiner(ctx context.Context) (bool, error) {
	before, ok, err := readServerFile(s.dir)
	if !ok || err != nil || before.Brief {
		return false, err
	}
	s.sockets = socketDirOf(before.Socket)
	s.joined = s.sockets.lock()
	if ok, err := s.joined.TryRLock(); !ok || err != nil {
		return false, ignoreMissing(err)
	}
	// Only what is read under the lock counts: the owner of a moment ago may have been followed by another.
	after, ok, err := readServerFile(s.dir)
	if ok && err == nil && after == before && answers(ctx, after.Socket) {
		if err = s.sockets.announce(); err == nil {
			return true, nil
		}
	}
	return false, errors.Join(err, s.joined.Unlock())
}

// answers reports whether something listens on a socket.
func answers(ctx context.Context, socket string) bool {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return false
	}
	// Nothing was sent, so nothing can be lost by a failure to close.
	_ = conn.Close()
	return true
}

// Socket is the path on which the server listens.
func (s *Share) Socket() string { return s.sockets.socket }

// Born is when this process started the server; ok is false when another one did.
func (s *Share) Born() (at time.Time, ok bool) { return s.born, s.owner }

// Alone reports whether this process runs the server and no other one has ever joined it: nobody else can have written.
func (s *Share) Alone() bool {
	joined, err := os.Stat(s.sockets.joined)
	return s.owner && err == nil && joined.Size() == 0 // see announce
}

// Leave ends this process's part. An owner waits for its joiners until ctx is done, and stops the server.
func (s *Share) Leave(ctx context.Context) error {
	return errors.Join(s.leave(ctx), removeStandIn(s.standIn))
}

func (s *Share) leave(ctx context.Context) error {
	if !s.owner {
		return s.joined.Unlock()
	}
	err := poll(ctx, s.notice, s.describeJoiners, s.joined.TryLock)
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		// The user does not want to wait: the joiners lose their connection, and see that as an error.
		err = nil
	}
	return errors.Join(
		err,
		os.Remove(filepath.Join(s.dir, serverFileName)),
		s.server.stop(ctx),
		s.sockets.remove(),
		s.joined.Unlock(),
		s.lock.Unlock(),
	)
}

// describeOwner says what a process that can neither own nor join is waiting for.
func (s *Share) describeOwner() string {
	f, ok, err := readServerFile(s.dir)
	if err != nil || !ok {
		return fmt.Sprintf("waiting for another migrator process that starts or stops the %s in %s",
			s.engine.name, s.dir)
	}
	if f.Brief {
		return fmt.Sprintf("waiting for process %d to be done with the %s in %s", f.PID, s.engine.name, s.dir)
	}
	return fmt.Sprintf("waiting for process %d, which starts or stops the %s in %s and does not answer at %s",
		f.PID, s.engine.name, s.dir, f.Socket)
}

// describeJoiners says what an owner that ends is waiting for.
func (s *Share) describeJoiners() string {
	return fmt.Sprintf("waiting for %s, which still uses the %s in %s that this process runs; Ctrl-C ends it at once",
		s.sockets.joiners(), s.engine.name, s.dir)
}

// Monitor is what each client of the server needs on its commands, or nil.
func (s *Share) Monitor(logger *slog.Logger) *event.CommandMonitor {
	if s.engine.monitor == nil {
		return nil
	}
	return s.engine.monitor(s.dir, logger)
}
