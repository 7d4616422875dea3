package cmd_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"migrator/store/connect/connecttest"
)

// held is a Wire that holds the first command of a kind until it is let go, and says when it holds one.
func held(t *testing.T, addr, name, collection string) (
	wire *connecttest.Wire, reached <-chan struct{}, release func(),
) {
	t.Helper()
	holding, goOn := make(chan struct{}), make(chan struct{})
	var first, last sync.Once
	release = func() { last.Do(func() { close(goOn) }) }
	wire = connecttest.NewWire(t, addr, func(m connecttest.Message) connecttest.Verdict {
		if m.Moment == connecttest.Asked && m.Name == name && m.Command.Lookup(name).StringValue() == collection {
			mine := false
			first.Do(func() { close(holding); mine = true })
			if mine {
				<-goOn
			}
		}
		return connecttest.Verdict{}
	})
	t.Cleanup(release) // before the wire is closed
	return wire, holding, release
}

// TestSignals ends runs by the signals of terminals and of init systems, wherever they stand.
func TestSignals(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	s := newServer(t)
	client := s.client()
	signals := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
	places := map[string]string{
		"in an operation": "db.marks.insertOne({}); db.notes.insertOne({})",
		"in a loop":       "db.marks.insertOne({}); for (;;) {}",
		"in a sleep":      "db.marks.insertOne({}); sleep(600000)",
		"in a promise":    "db.marks.insertOne({}); return new Promise(r => setTimeout(r, 600000))",
		"in a cursor":     "db.marks.insertOne({}); for (;;) try { db.marks.find().toArray() } catch (e) {}",
	}
	n := 0
	for _, place := range slices.Sorted(maps.Keys(places)) {
		script := places[place]
		for _, signal := range signals {
			if n++; !full() && n%3 != 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s %s", signal, place), func(t *testing.T) {
				t.Parallel()
				p := newProject(
					t, s, client, map[string]string{"001_a.js": "export async function up(db) { " + script + " }"},
				)
				wire, _, release := held(t, s.addr, "insert", "notes")
				r := p.command(wire.Addr, "execute").start()
				p.await("marks", 1)
				if err := r.cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				code := r.wait()
				if state := p.state("001_a.js"); code != 130 || state != "failed" || p.locked() ||
					!strings.Contains(r.text(), "stopped by a signal ("+signal.String()+")") {
					t.Errorf("it ended with %d, and is %q; the lock is held: %v\n%s", code, state, p.locked(), r.text())
				}
				release()
			})
		}
	}
	t.Run("while it waits for the lock", func(t *testing.T) {
		t.Parallel()
		p := newProject(
			t, s, client,
			map[string]string{"001_a.js": "export function up(db) { db.marks.insertOne({}); sleep(600000) }"},
		)
		holder := p.command(s.addr, "execute").start()
		p.await("marks", 1)
		wire, reached, release := held(t, s.addr, "find", "migrations_lock")
		r := p.command(wire.Addr, "execute", "--wait-lock", "1h").start()
		<-reached
		release()
		if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if code := r.wait(); code != 130 || !p.locked() || p.state("001_a.js") != "executing" {
			t.Errorf("it ended with %d; the other's lock is held: %v\n%s", code, p.locked(), r.text())
		}
		_ = holder.cmd.Process.Signal(syscall.SIGINT) // wait tells
		if code := holder.wait(); code != 130 || p.locked() {
			t.Errorf("the holder ended with %d", code)
		}
	})
	t.Run("a second signal leaves at once", func(t *testing.T) {
		t.Parallel()
		p := newProject(
			t, s, client,
			map[string]string{"001_a.js": "export function up(db) { db.marks.insertOne({}); sleep(600000) }"},
		)
		var once sync.Once
		stuck, goOn := make(chan struct{}), make(chan struct{})
		wire := connecttest.NewWire(t, s.addr, func(m connecttest.Message) connecttest.Verdict {
			if m.Moment == connecttest.Asked && m.Name == "update" && m.To() == "migrations" &&
				strings.Contains(m.Command.String(), `"state": "failed"`) {
				once.Do(func() { close(stuck); <-goOn })
			}
			return connecttest.Verdict{}
		})
		r := p.command(wire.Addr, "execute").start()
		p.await("marks", 1)
		_ = r.cmd.Process.Signal(syscall.SIGINT) // wait tells
		<-stuck
		_ = r.cmd.Process.Signal(syscall.SIGINT)
		if code := r.wait(); code != 130 || r.text() != "" {
			t.Errorf("it ended with %d, and went on to say:\n%s", code, r.text())
		}
		close(goOn)
	})
	for _, flag := range []string{"--verbose", "--json"} {
		t.Run("nobody listens to what it says with "+flag, func(t *testing.T) {
			t.Parallel()
			p := newProject(t, s, client,
				map[string]string{"001_a.js": "export function up(db) { for (let i = 0; i < 100; " +
					"i++) print('line', i); console.error('x'); db.notes.insertOne({}) }"})
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			reader.Close()
			r := p.command(s.addr, "execute", flag)
			r.cmd.Stdout, r.cmd.Stderr = writer, writer
			if code := r.start().wait(); code != 0 || p.state("001_a.js") != "executed" || p.locked() {
				t.Errorf("it ended with %d, and is %q", code, p.state("001_a.js"))
			}
			writer.Close()
		})
	}
}
