package cmd_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"migrator/store/connect"
)

// TestWatchGoesOnOnceItsServerIsBack ends a server between two cycles, and starts it again at the same address.
func TestWatchGoesOnOnceItsServerIsBack(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	w := newWatched(t, files{one: version("a")})
	w.target = connect.Target{URI: "mongodb://" + s.addr, Database: "watched"}
	w.start()
	w.cycle()
	s.kill()
	w.write(one, version("b"))
	if e := w.cycle(); e.Error["code"] != float64(4) {
		t.Errorf("the error is %v", e.Error)
	}
	s.start()
	w.until(
		"the run of what was saved meanwhile",
		func() bool { return strings.HasSuffix(strings.Join(w.printed(), " "), "b") },
	)
	w.says("the database answers again")
	w.same(w.printed(), "a", "b")
	if code := w.end(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// TestWatchRunsTheServerItselfOnceItsOwnerHasDied joins an embedded database of another process, which is killed.
func TestWatchRunsTheServerItselfOnceItsOwnerHasDied(t *testing.T) {
	t.Parallel()
	w := newWatched(t, files{one: version("a")})
	w.target = connect.Target{URI: "embedded:" + w.path("data"), Database: "watched"}
	owner := exec.Command(
		"migrator", "watch", "--json", "--uri", w.target.URI, "--database", w.target.Database, "--dir", w.path("none"),
	)
	owner.Env = append(os.Environ(), "HOME="+w.dir)
	out, err := owner.StdoutPipe()
	w.ok(err)
	w.ok(owner.Start())
	said := make([]byte, 1)
	_, err = out.Read(said) // it says that it watches once it has the database
	w.ok(err)
	w.start()
	w.cycle()
	w.ok(owner.Process.Kill())
	_ = owner.Wait() // it was killed
	w.write(one, version("b"))
	w.until(
		"the run of what was saved meanwhile",
		func() bool { return strings.HasSuffix(strings.Join(w.printed(), " "), "b") },
	)
	w.same(w.printed(), "a", "b")
}

// TestWatchEndsWhenNobodyReadsIt closes the other end of its output.
func TestWatchEndsWhenNobodyReadsIt(t *testing.T) {
	t.Parallel()
	w := newWatched(t, files{one: version("a")})
	p := exec.Command("migrator", "watch", "--json", "--uri", w.target.URI, "--database", w.target.Database)
	p.Dir = w.dir
	out, err := p.StdoutPipe()
	w.ok(err)
	w.ok(p.Start())
	s := newScreen(t, out.(*os.File))
	s.shows(`"event":"ended"`)
	w.ok(out.Close())
	ended := make(chan error, 1)
	go func() { ended <- p.Wait() }()
	w.write(one, version("b"))
	select {
	case err := <-ended:
		w.ok(err)
	case <-time.After(watchLimit):
		_ = p.Process.Kill()
		t.Fatal("it watches on")
	}
	w.same(w.values("one"), "b")
}
