package cmd_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"migrator/cmd"
	"migrator/cmd/ui/uitest"
	"migrator/runtime/fault"
)

// screen is what has been written to a terminal so far.
type screen struct {
	t       *testing.T
	person  io.ReadWriter
	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{}
	seen    int // how much of it a test has looked at
}

func newScreen(t *testing.T, person io.ReadWriter) *screen {
	s := &screen{t: t, person: person, changed: make(chan struct{}, 1)}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := person.Read(buf)
			s.mu.Lock()
			s.text.Write(buf[:n])
			s.mu.Unlock()
			select {
			case s.changed <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	return s
}

// shows awaits a text behind what was looked at before.
func (s *screen) shows(text string) {
	s.t.Helper()
	limit := time.After(watchLimit)
	for {
		s.mu.Lock()
		all := s.text.String()
		s.mu.Unlock()
		if at := strings.Index(all[s.seen:], text); at >= 0 {
			s.seen += at + len(text)
			return
		}
		select {
		case <-s.changed:
		case <-limit:
			s.t.Fatalf("the terminal does not show %q, but:\n%s", text, all[s.seen:])
		}
	}
}

func (s *screen) press(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.person, keys); err != nil {
		s.t.Fatal(err)
	}
}

// TestWatchAtATerminal presses the keys: no Enter is needed, and none of them is shown.
func TestWatchAtATerminal(t *testing.T) {
	t.Parallel()
	w := newWatched(t, files{one: version("a")})
	person, program := uitest.OpenTerminal(t, 80)
	s := newScreen(t, person)
	ended := make(chan int, 1)
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(fault.New(fault.Interrupted, "", "the test is over"))
	go func() {
		ended <- cmd.Run(ctx, cmd.Process{
			Args:   []string{"watch", "--uri", w.target.URI, "--database", w.target.Database, "--no-color"},
			Getenv: func(string) (string, bool) { return "", false }, Dir: w.dir, In: program, Out: program, Err: program,
		})
	}()
	s.shows("001_one.js | a")
	s.shows("executed    001_one.js")
	s.shows("watching mongomigrations on development (dat…   r again  u undo  q quit  ? help")
	s.press("?")
	s.shows("r  run again")
	s.press("s")
	s.shows("nothing waits to be undone")
	s.press("u")
	s.shows("rolled back 001_one.js")
	s.press("u")
	s.shows("nothing is executed here, so there is nothing to undo")
	s.press("r")
	s.shows("executed    001_one.js")
	s.press("r")
	s.shows("rolled back 001_one.js")
	s.shows("executed    001_one.js")
	w.write(one, "export function up(db) { db.one.insertOne({v: 'half'}); throw new Error('no') }\n"+
		"export function down(db) { throw new Error('neither') }\n")
	s.shows("001_one.js:1:63: Error: no")
	s.shows("press r to do that now, s to go on without undoing")
	s.press("r")
	s.shows("Error: neither")
	w.write(one, version("c"))
	s.shows("001_one.js | c")
	w.write(one, "export function up(db) { db.one.insertOne({v: 'half'}); throw new Error('again') }\n")
	s.shows("Error: again")
	s.press("r")
	s.shows("exports no function down")
	w.write(one, version("d"))
	s.shows("001_one.js | d")
	w.write(one, "export function up(db) { db.one.insertOne({v: 'half'}); "+
		"if (db.one.countDocuments() === 1) throw new Error('third') }\n")
	s.shows("Error: third")
	s.press("s")
	s.shows("executed    001_one.js")
	s.press("r")
	s.shows("001_one.js was executed without a down")
	w.write(one, strings.Replace(version("e"), "db.one.deleteMany({})", "throw new Error('not yet')", 1))
	s.shows("Error: not yet")
	s.press("s")
	s.shows("executed    001_one.js")
	s.press("u")
	s.shows("Error: not yet")
	s.shows("press r to do that now, s to go on without undoing")
	s.press("s")
	s.shows("executed    001_one.js")
	s.press("q")
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("exit %d", code)
		}
	case <-time.After(watchLimit):
		t.Fatal("q does not end it")
	}
	w.same(w.values("one"), "e", "e", "half", "half")
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.Contains(s.text.String(), "\x1b[3") {
		t.Error("there are colours, with --no-color")
	}
}

// TestWatchEndsWithItsSignals runs the command as a process, and interrupts it between two cycles.
func TestWatchEndsWithItsSignals(t *testing.T) {
	t.Parallel()
	w := newWatched(t, files{one: version("a")})
	migrator, err := os.Executable()
	w.ok(err)
	read, write, err := os.Pipe()
	w.ok(err)
	defer read.Close()
	// The test binary is the command when it is called so: see TestMain.
	called := filepath.Join(t.TempDir(), "migrator")
	w.ok(os.Symlink(migrator, called))
	p, err := os.StartProcess(called, []string{called, "watch", "--json", "--uri", w.target.URI, "--database",
		w.target.Database},
		&os.ProcAttr{Dir: w.dir, Env: os.Environ(), Files: []*os.File{nil, write, os.Stderr}})
	w.ok(err)
	write.Close()
	s := newScreen(t, read)
	s.shows(`"event":"ended"`)
	s.shows(`"duration_ms"`)
	w.ok(p.Signal(syscall.SIGINT))
	state, err := p.Wait()
	w.ok(err)
	if code := state.ExitCode(); code != 0 {
		t.Errorf("exit %d", code)
	}
	s.shows(`"event":"stopped"`)
	if err := p.Signal(syscall.Signal(0)); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("it lives still: %v", err)
	}
}

// TestWatchGivesTheTerminalBackWhileItIsSuspended presses Ctrl-Z, as in a shell, and lets it go on.
func TestWatchGivesTheTerminalBackWhileItIsSuspended(t *testing.T) {
	t.Parallel()
	w := newWatched(t, files{one: version("a")})
	person, program := uitest.OpenTerminal(t, 80)
	s := newScreen(t, person)
	p := exec.Command("migrator", "watch", "--uri", w.target.URI, "--database", w.target.Database, "--no-color")
	p.Dir, p.Stdin, p.Stdout, p.Stderr = w.dir, program, program, program
	p.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	w.ok(p.Start())
	t.Cleanup(func() {
		_ = p.Process.Kill() // it has ended, unless the test failed
		_ = p.Wait()
	})
	s.shows("? help")
	lines := func() bool {
		mode, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
		w.ok(err)
		return mode.Lflag&(unix.ICANON|unix.ECHO) == unix.ICANON|unix.ECHO
	}
	if lines() {
		t.Error("it takes no single keys")
	}
	s.press("\x1a")
	var status syscall.WaitStatus
	_, err := syscall.Wait4(p.Process.Pid, &status, syscall.WUNTRACED, nil)
	w.ok(err)
	if !status.Stopped() || !lines() {
		t.Errorf("it is suspended: %v, with a terminal that takes lines: %v", status.Stopped(), lines())
	}
	w.ok(p.Process.Signal(syscall.SIGCONT))
	for limit := time.After(watchLimit); lines(); {
		select {
		case <-s.changed: // the line at the bottom, which is drawn after that
		case <-limit:
			t.Fatal("it takes no single keys any more")
		}
	}
	s.press("u")
	s.shows("rolled back 001_one.js")
	s.press("q")
	w.ok(p.Wait())
}
