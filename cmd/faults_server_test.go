package cmd_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"migrator/store/connect/connecttest"
)

// TestServerGoesAway kills the server in the middle of a script.
func TestServerGoesAway(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	cases := []struct {
		name, script string
		back         bool // at once, before the lease runs out
		code         int
		state        string
		says         string
		either       bool // or all is well: what is stored beside it may have met the dead connection first
	}{
		{"it is back within the lease", "db.notes.insertOne({n: 1}); db.notes.insertOne({n: 2})", true, 4, "failed",
			"MongoNetworkError", true},
		{"it is back, and the script can do without the operation",
			"db.notes.insertOne({n: 1}); try { db.notes.insertOne({n: 2}) } catch (e) { db.notes.insertOne({n: 3}) }",
			true, 0, "executed", "2 inserted", false},
		{"it stays away for longer than the lease",
			"for (;;) { try { db.notes.insertOne({n: 1}) } catch (e) { sleep(20) } }", false, 4, "executing",
			"this run lost its lock: the server has not answered since", false},
		{"it stays away, and nothing asks for it", "db.notes.insertOne({n: 1}); sleep(600000)", false, 4, "executing",
			"this run lost its lock: the server has not answered since", false},
		{"it stays away when the script ends", "db.notes.insertOne({n: 1})", false, 4, "executing",
			"record that 001_a.js has ended", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			p := newProject(
				t, s, s.client(), map[string]string{"001_a.js": "export function up(db) { " + c.script + " }"},
			)
			var once sync.Once
			wire := connecttest.NewWire(t, s.addr, func(m connecttest.Message) connecttest.Verdict {
				if m.Moment == connecttest.Answered && m.Name == "insert" &&
					m.Command.Lookup("insert").StringValue() == "notes" {
					once.Do(func() {
						s.kill()
						if c.back {
							s.start()
						}
					})
				}
				return connecttest.Verdict{}
			})
			r := p.command(wire.Addr, "execute").env(
				leaseVariable+"=4s", "MIGRATOR_URI=mongodb://"+wire.Addr+"/"+impatient,
			).start()
			code := r.wait()
			t.Logf("it ended with %d after %s:\n%s", code, r.took(), r.text())
			if !c.back {
				s.start()
			}
			if c.either && code == 0 {
				c.code, c.state, c.says = 0, "executed", "2 inserted"
			}
			if state := p.state("001_a.js"); code != c.code || state != c.state || !strings.Contains(r.text(), c.says) {
				t.Errorf("it ended with %d, and is %q", code, state)
			}
			if c.state == "executed" {
				return
			}
			p.must(0, "resolve", "1", "--rolled-back", "--yes", "--wait-lock", "1m")
			p.write("mongomigrations/001_a.js", "export function up(db) { db.notes.insertOne({n: 9}) }")
			p.must(0, "execute")
		})
	}
}

// TestLongOperationsAreWaitedFor has an index take longer than anything that bounds a server that does not answer at
// all.
func TestLongOperationsAreWaitedFor(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := newProject(t, s, s.client(), map[string]string{"001_a.js": "export function up(db) { " +
		"db.notes.insertOne({}); db.notes.createIndex({a: 1}) }"})
	wire, reached, release := held(t, s.addr, "createIndexes", "notes")
	r := p.command(wire.Addr, "execute").env(
		leaseVariable+"=1s", "MIGRATOR_URI=mongodb://"+wire.Addr+"/"+impatient,
	).start()
	<-reached
	for asked := wire.Greetings.Load(); wire.Greetings.Load() < asked+6; {
		time.Sleep(10 * time.Millisecond) // between two looks
	}
	release()
	if code := r.wait(); code != 0 || p.state("001_a.js") != "executed" {
		t.Errorf("it ended with %d after %s:\n%s", code, r.took(), r.text())
	}
}

// TestSilentServer has a server fall silent in the middle of an operation that no lease bounds, with the limits that
// hold where the connection string sets none.
func TestSilentServer(t *testing.T) {
	if !full() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	s := newServer(t)
	p := newProject(t, s, s.client(), nil)
	toxics := newToxics(t, s.addr)
	r := p.command(
		toxics.Listen, "eval", "db.marks.insertOne({}); sleep(300); for (;;) db.marks.find().toArray()",
	).start()
	p.await("marks", 1)
	if _, err := toxics.Toxics.AddToxicJson(
		strings.NewReader(`{"type": "timeout", "stream": "downstream", "attributes": {"timeout": 0}}`),
	); err != nil {
		t.Fatal(err)
	}
	code, silent := r.wait(), strings.Contains(r.text(), "the server does not answer any more")
	if code != 4 || !silent && !strings.Contains(r.text(), "cannot reach the database") {
		t.Errorf("it ended with %d:\n%s", code, r.text())
	}
	t.Logf("it ended after %s:\n%s", r.took(), r.text())
}
