package cmd_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/store/connect/connecttest"
)

const (
	work  = "001_work.js"
	after = "002_after.js"
	// workOperations are those of 001_work.js: one that clears what an earlier try has left, and twenty.
	workOperations = 21
)

// killed are the migrations of the campaign. The second counts how often it was run.
var killed = map[string]string{
	work: `
export function up(db) {
  db.work.drop()
  for (let i = 1; i <= 20; i++) {
    if (i === 20) db.work.createIndex({v: 1})
    else if (i % 5 === 0) db.work.updateMany({}, {$inc: {v: 10}})
    else if (i % 5 === 3) db.work.updateOne({_id: i - 1}, {$inc: {v: 1}})
    else if (i % 5 === 4) db.work.deleteOne({_id: i - 3})
    else db.work.insertOne({_id: i, v: 0})
  }
}
export function down(db) {
  for (let i = 1; i <= 20; i++) if (i % 5 === 2) db.work.deleteOne({_id: i})
  db.work.drop()
}`,
	after: `
export function up(db) { db.after.insertOne({}) }
export function down(db) { db.after.deleteMany({}) }`,
}

// worked is what 001_work.js leaves after so many of its operations: a number for each document.
func worked(operations int) map[int32]int32 {
	left := map[int32]int32{}
	for i := int32(1); i < int32(operations) && i < 20; i++ {
		switch i % 5 {
		case 0:
			for id := range left {
				left[id] += 10
			}
		case 3:
			left[i-1]++
		case 4:
			delete(left, i-3)
		default:
			left[i] = 0
		}
	}
	return left
}

// killing is one run that is killed, and what the server got of it.
type killing struct {
	*project
	wire *connecttest.Wire

	mu       sync.Mutex
	messages int  // that have come by, each asked and each answered counting
	at       int  // the one to kill at; -1 for none
	killed   bool // whether it came to that
	process  *process
	done     map[string]int // commands that the server has carried out, by collection
}

// kill runs a command that is killed at a message, or at a random moment when at is negative and the time is not 0.
func (p *project) kill(at int, within time.Duration, args ...string) *killing {
	p.t.Helper()
	k := &killing{project: p, at: at, done: map[string]int{}}
	k.wire = connecttest.NewWire(p.t, p.addr, k.judge)
	k.process = p.command(k.wire.Addr, args...)
	k.mu.Lock() // the process has a number before the first of its messages is judged
	k.process.start()
	k.mu.Unlock()
	if within > 0 {
		timer := time.AfterFunc(rand.N(within), func() { _ = k.process.cmd.Process.Kill() })
		defer timer.Stop()
	}
	code := k.process.wait()
	k.killed = k.killed || code == -1
	if !k.killed && code != 0 {
		p.t.Errorf(
			"`migrator %s` was not killed, and ended with %d:\n%s", strings.Join(args, " "), code, k.process.text(),
		)
	}
	k.wire.Close() // the server gets no more now
	return k
}

func (k *killing) judge(m connecttest.Message) connecttest.Verdict {
	k.mu.Lock()
	defer k.mu.Unlock()
	if m.Moment == connecttest.Answered {
		collection, _ := m.Command.Lookup(m.Name).StringValueOK()
		k.done[collection]++
	}
	k.messages++
	if k.messages-1 != k.at {
		return connecttest.Verdict{}
	}
	k.killed = true
	_ = k.process.cmd.Process.Kill() // wait tells
	return connecttest.Verdict{Cut: true}
}

// checkWork compares the data with what the server has carried out.
func (p *project) checkWork(operations int) {
	p.t.Helper()
	got := map[int32]int32{}
	for _, d := range p.documents("work") {
		got[d.Lookup("_id").Int32()] = d.Lookup("v").Int32()
	}
	if want := worked(operations); !maps.Equal(got, want) {
		p.t.Errorf("the data is %v after %d operations, want %v", got, operations, want)
	}
}

// checkHistory fails if an event that was there before is not there any more, or is another now.
func (p *project) checkHistory(before []bson.Raw) []bson.Raw {
	p.t.Helper()
	now := p.documents("migrations_history")
	events := map[string]bson.Raw{}
	for _, e := range now {
		events[e.Lookup("_id").String()] = e
	}
	for _, e := range before {
		if !bytes.Equal(events[e.Lookup("_id").String()], e) {
			p.t.Errorf("the history has lost %s", e)
		}
	}
	return now
}

// ended counts the events that tell that a migration came to its end.
func (p *project) ended(name, direction string) int {
	n := 0
	for _, e := range p.documents("migrations_history") {
		if e.Lookup("event").StringValue() == "finished" && e.Lookup("name").StringValue() == name &&
			e.Lookup("direction").StringValue() == direction {
			n++
		}
	}
	return n
}

// checkUp compares what is recorded after a kill of execute with what was done.
func (k *killing) checkUp() {
	k.t.Helper()
	done := k.done["work"]
	k.checkWork(done)
	switch state := k.state(work); {
	case state == "" && done > 0:
		k.t.Errorf("%d operations are done, and nothing is recorded", done)
	case state == "executed" && done < workOperations, k.ended(work, "up") > 0 && done < workOperations:
		k.t.Errorf("it is recorded as executed, and %d operations are done", done)
	case state != "" && state != "executing" && state != "executed":
		k.t.Errorf("the state is %s", state)
	}
	inserted := len(k.documents("after"))
	if state := k.state(after); state == "executed" && inserted != 1 || state == "" && inserted != 0 {
		k.t.Errorf("%s is %q, and has inserted %d", after, state, inserted)
	}
}

// freeLock frees the lock of the killed runner as a user does.
func (p *project) freeLock() {
	p.t.Helper()
	if p.locked() {
		if text := p.must(0, "unlock", "--force"); !strings.Contains(text, "The lock is free") {
			p.t.Errorf("unlock says %s", text)
		}
	}
}

// recoverUp goes on after a kill of execute, in one of the ways that the manual names.
func (k *killing) recoverUp(way int) {
	k.t.Helper()
	k.freeLock()
	if k.state(work) == "executing" {
		if text := k.must(0, "status"); !strings.Contains(text, work+" was left executing") {
			k.t.Errorf("status says %s", text)
		}
		switch {
		case k.done["work"] == workOperations && way != 1:
			k.must(0, "resolve", work, "--executed", "--yes")
		case way == 0:
			k.must(0, "resolve", work, "--rolled-back", "--yes")
			k.must(0, "eval", "db.work.drop()")
		default:
			k.must(2, "execute")
			k.must(0, "resolve", work, "--retry", "--yes")
		}
	}
	if k.state(after) == "executing" {
		how := "--rolled-back"
		if len(k.documents("after")) == 1 {
			how = "--executed"
		}
		k.must(0, "resolve", after, how, "--yes")
	}
	k.must(0, "execute")
	k.must(0, "status", "--check")
	k.checkWork(workOperations)
	if n := len(k.documents("after")); n != 1 || k.locked() {
		k.t.Errorf("%s was run %d times; the lock is held: %v", after, n, k.locked())
	}
}

// checkDown compares what is recorded after a kill of rollback with what was done, and goes on.
func (k *killing) checkDown() {
	k.t.Helper()
	const operations = 5 // of down of 001_work.js
	done := k.done["work"]
	switch state := k.state(work); {
	case state == "" && done < operations, k.ended(work, "down") > 0 && done < operations:
		k.t.Errorf("it is recorded as rolled back, and %d operations are done", done)
	case state == "executed" && done > 0:
		k.t.Errorf("it is recorded as executed, and %d operations of its down are done", done)
	case state != "" && state != "rolling_back" && state != "executed":
		k.t.Errorf("the state is %s", state)
	}
	if done == 0 {
		k.checkWork(workOperations)
	}
}

func (k *killing) recoverDown(way int) {
	k.t.Helper()
	k.freeLock()
	for name, inserted := range map[string]int{work: len(k.documents("work")), after: len(k.documents("after"))} {
		if k.state(name) != "rolling_back" {
			continue
		}
		k.must(2, "execute")
		how := "--retry"
		if inserted == 0 && way == 0 {
			how = "--rolled-back"
		}
		k.must(0, "resolve", name, how, "--yes")
	}
	k.must(0, "rollback", "--all")
	left := len(k.documents("work")) + len(k.documents("after"))
	if left != 0 || k.state(work) != "" || k.state(after) != "" || k.locked() {
		k.t.Errorf("%d documents are left; the lock is held: %v", left, k.locked())
	}
}

// TestKills kills runners at every message that they exchange with the server, before the server has got it and before
// they have the answer, and at random moments. What is recorded must be true each time, and the ways on must lead on.
func TestKills(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	s := newServer(t)
	client := s.client()
	for _, direction := range []string{"execute", "rollback"} {
		t.Run(direction, func(t *testing.T) {
			t.Parallel()
			one := func(at int, within time.Duration) *killing {
				p := newProject(t, s, client, killed)
				defer func() { _ = p.db.Drop(t.Context()) }() // only to keep the server small
				if direction == "execute" {
					k := p.kill(at, within, "execute")
					events := p.checkHistory(nil)
					k.checkUp()
					k.recoverUp(k.messages % 3)
					p.checkHistory(events)
					return k
				}
				p.must(0, "execute")
				k := p.kill(at, within, "rollback", "--all")
				events := p.checkHistory(nil)
				k.checkDown()
				k.recoverDown(k.messages % 2)
				p.checkHistory(events)
				return k
			}
			begun := time.Now()
			whole := one(-1, 0)
			took, step, random := time.Since(begun), 11, 3
			if full() {
				step, random = 1, 90
			}
			kills := 0
			for at := rand.N(step); at < whole.messages; at += step {
				if one(at, 0).killed {
					kills++
				}
				if t.Failed() {
					t.Fatalf("it was the kill at message %d of %d", at, whole.messages)
				}
			}
			hit := 0
			for tries := 0; hit < random && tries < 5*random; tries++ { // some end before their moment comes
				if one(-1, took).killed {
					hit++
				}
			}
			kills += hit
			t.Logf("%d kills, at some of %d messages", kills, whole.messages)
			if hit < random || kills-hit < whole.messages/step {
				t.Errorf("only %d kills", kills)
			}
		})
	}
}
