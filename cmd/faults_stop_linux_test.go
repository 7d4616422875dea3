package cmd_test

import (
	"bytes"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"golang.org/x/sys/unix"

	"migrator/store/connect/connecttest"
)

// paused are the migrations of the runners that are stopped: the second waits for the test in the middle.
var paused = map[string]string{
	"001_a.js": `export function up(db) {
  for (let i = 0; i < 3; i++) db.marks.insertOne({by: migration.args.runner ?? 'runner', i})
}`,
}

// whole is all that a database holds of a project: the data, the registry, the history and the lock.
func (p *project) whole() []byte {
	p.t.Helper()
	var all bytes.Buffer
	for _, name := range []string{"marks", "migrations", "migrations_history", "migrations_lock"} {
		for _, d := range p.documents(name) {
			if name == "migrations_lock" {
				// The holder renews it all the time.
				d = without(p.t, d, "expires")
			}
			all.WriteString(name + " " + d.String() + "\n")
		}
	}
	return all.Bytes()
}

// stop stops a process, and returns when all of it stands still.
func stop(t *testing.T, pid int) {
	err := unix.Kill(pid, unix.SIGSTOP)
	if err == nil {
		err = unix.Waitid(unix.P_PID, pid, nil, unix.WSTOPPED|unix.WNOWAIT, nil)
	}
	if err != nil {
		t.Errorf("stop the first runner: %v", err)
	}
}

func without(t *testing.T, raw bson.Raw, key string) bson.Raw {
	t.Helper()
	var d, kept bson.D
	if err := bson.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	for _, e := range d {
		if e.Key != key {
			kept = append(kept, e)
		}
	}
	raw, err := bson.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestStoppedRunner stops a runner at each of its messages for longer than its lease, while another takes over. When it
// goes on, it changes nothing any more, and says why.
func TestStoppedRunner(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	s := newServer(t)
	client := s.client()
	cases := []struct {
		name       string
		command    string // the message that it is stopped at
		collection string
		nth        int
		moment     connecttest.Moment
		code       int
	}{
		{"in the middle of its script", "insert", "marks", 2, connecttest.Answered, 5},
		{"when its script has ended", "insert", "marks", 3, connecttest.Answered, 5},
		{"when it has recorded the begin", "insert", "migrations", 1, connecttest.Answered, 5},
		{"when it has the lock", "insert", "migrations_lock", 1, connecttest.Answered, 4},
	}
	if !full() {
		cases = cases[:2]
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t, s, client, paused)

			// The first runner is stopped at the message, and has no answer before it goes on.
			var mu sync.Mutex
			var first *process
			seen := 0
			stopped, goOn := make(chan struct{}), make(chan struct{})
			wire := connecttest.NewWire(t, s.addr, func(m connecttest.Message) connecttest.Verdict {
				mu.Lock()
				defer mu.Unlock()
				collection, _ := m.Command.Lookup(m.Name).StringValueOK()
				if m.Name != c.command || collection != c.collection || m.Moment != c.moment {
					return connecttest.Verdict{}
				}
				if seen++; seen == c.nth {
					stop(t, first.cmd.Process.Pid)
					close(stopped)
				}
				return connecttest.Verdict{}
			})
			mu.Lock()
			first = p.command(wire.Addr, "execute").env(leaseVariable + "=1s").start()
			mu.Unlock()
			<-stopped

			// The second takes over, and is in the middle of its work when the first goes on.
			if c.collection != "migrations_lock" {
				p.must(0, "resolve", "1", "--retry", "--yes", "--wait-lock", "1m")
			}
			reached := make(chan struct{})
			var once sync.Once
			other := connecttest.NewWire(t, s.addr, func(m connecttest.Message) connecttest.Verdict {
				if m.Name == "insert" && m.Moment == connecttest.Answered &&
					m.Command.Lookup("insert").StringValue() == "marks" {
					once.Do(func() { close(reached); <-goOn })
				}
				return connecttest.Verdict{}
			})
			second := p.command(other.Addr, "execute", "--wait-lock", "1m").start()
			select {
			case <-reached:
			case <-second.done:
				t.Fatalf("the second runner ended before it came to its work:\n%s", second.text())
			}
			before := p.whole()
			if err := first.cmd.Process.Signal(syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
			code := first.wait()
			if now := p.whole(); !bytes.Equal(before, now) {
				t.Errorf("the first runner has changed something:\n%s\nit was\n%s", now, before)
			}
			if code != c.code ||
				code == 5 && !strings.Contains(first.text(), "this run lost its lock: this process stood still") {
				t.Errorf("the first runner ended with %d:\n%s", code, first.text())
			}
			close(goOn)
			if code := second.wait(); code != 0 || p.state("001_a.js") != "executed" || p.locked() {
				t.Errorf(
					"the second runner ended with %d, and the state is %q:\n%s", code, p.state("001_a.js"),
					second.text(),
				)
			}
			t.Log(first.text())
		})
	}
}
