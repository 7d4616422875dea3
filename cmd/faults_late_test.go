package cmd_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/store/connect/connecttest"
)

// late are the migrations of the campaign of late messages. Each counts up and down, so that what is done twice shows.
var late = map[string]string{"001_a.js": counted("001_a.js"), "002_b.js": counted("002_b.js")}

func counted(name string) string {
	return fmt.Sprintf(`
export function up(db) {
  db.work.updateOne({_id: %[1]q}, {$inc: {n: 1}})
  if (db.fail.countDocuments() > 0) throw new Error('thrown by the test')
}
export function down(db) { db.work.updateOne({_id: %[1]q}, {$inc: {n: -1}}) }`, name)
}

// lateCommand is a command of which every message to the registry is held in turn.
type lateCommand struct {
	name    string
	prepare func(p *project)
	args    []string
	// again is true for a command that is typed again where it has failed: nothing is to be executed in its place.
	again bool
}

func lateCommands() []lateCommand {
	executed := func(p *project) { p.must(0, "execute") }
	return []lateCommand{
		{"execute", func(*project) {}, []string{"execute"}, false},
		{"rollback", executed, []string{"rollback", "--all"}, false},
		{"redo", executed, []string{"redo", "1"}, false},
		{"ignore", func(p *project) { p.setWork(1) }, []string{"ignore"}, true},
		{"import", func(p *project) {
			p.setWork(1)
			for _, name := range []string{"001_a.js", "002_b.js"} {
				p.insert("changelog", bson.D{{Key: "fileName", Value: name}, {Key: "appliedAt", Value: time.Unix(1_700_000_000, 0)}})
			}
		}, []string{"import", "--from", "migrate-mongo"}, true},
		{"resolve", func(p *project) {
			p.insert("fail", bson.D{{Key: "_id", Value: 1}})
			p.must(3, "execute")
			if err := p.db.Collection("fail").Drop(p.t.Context()); err != nil {
				p.t.Fatal(err)
			}
		}, []string{"resolve", "1", "--executed"}, false},
	}
}

// setWork sets the counters by hand, to what they are where everything is done (1) or undone (0).
func (p *project) setWork(n int32) {
	p.t.Helper()
	for name := range late {
		p.setCounter(name, n)
	}
}

func (p *project) setCounter(name string, n int32) {
	p.t.Helper()
	_, err := p.db.Collection("work").ReplaceOne(p.t.Context(), bson.D{{Key: "_id", Value: name}}, bson.D{{Key: "n", Value: n}}, options.Replace().SetUpsert(true))
	if err != nil {
		p.t.Fatal(err)
	}
}

// checkLate fails where what is recorded for certain is not true.
func (p *project) checkLate(when string) {
	p.t.Helper()
	counters := map[string]int32{}
	for _, d := range p.documents("work") {
		counters[d.Lookup("_id").StringValue()] = d.Lookup("n").Int32()
	}
	events := map[string][]bson.Raw{}
	for _, e := range p.documents("migrations_history") {
		start, _ := e.Lookup("start").StringValueOK()
		events[start] = append(events[start], e)
	}
	for name := range late {
		record := p.record(name)
		state, _ := record.Lookup("state").StringValueOK()
		start, _ := record.Lookup("start").StringValueOK()
		want, certain := map[string]int32{"executed": 1, "ignored": 1, "pending": 0, "": 0}[state]
		if certain && counters[name] != want {
			p.t.Errorf("%s: %s is %q, and its counter is %d", when, name, state, counters[name])
		}
		for _, e := range events[start] {
			if said, _ := e.Lookup("state").StringValueOK(); start != "" && said != state && state != "executing" && state != "rolling_back" && e.Lookup("name").StringValue() == name {
				p.t.Errorf("%s: %s is %q, and the history says %s", when, name, state, e)
			}
		}
	}
}

// record is the document of a migration; nil where there is none.
func (p *project) record(name string) bson.Raw {
	p.t.Helper()
	for _, d := range p.documents("migrations") {
		if id, _ := d.Lookup("_id").StringValueOK(); id == name {
			return d
		}
	}
	return nil
}

// goOn does what the documentation says after a command that has failed, until everything is executed. Between the steps
// it calls at, with the name of each.
func (p *project) goOn(c lateCommand, way int, at func(step string)) {
	p.t.Helper()
	if c.again {
		p.impatient(0, c.args...)
	}
	for name := range late {
		state, _ := p.record(name).Lookup("state").StringValueOK()
		if state != "executing" && state != "rolling_back" && state != "failed" {
			continue
		}
		// Whoever asks for the ways on has the run claimed; then the data is looked at, and set right by hand.
		p.impatient(2, "resolve", name)
		at("claimed")
		how, n := "--executed", int32(1)
		if way%2 == 1 {
			how, n = "--rolled-back", 0
		}
		p.setCounter(name, n)
		p.impatient(0, "resolve", name, how, "--yes")
		at("resolved")
	}
	p.impatient(0, "execute", "--allow-out-of-order")
	at("executed")
}

// impatient is must with a short lease and a short quiet time.
func (p *project) impatient(code int, args ...string) {
	p.t.Helper()
	r := p.command(p.addr, args...).env(leaseVariable + "=1200ms").start()
	if got := r.wait(); got != code {
		p.t.Fatalf("`migrator %s` ended with %d, want %d:\n%s", strings.Join(args, " "), got, code, r.text())
	}
}

// toRegistry is every message that may change what the registry holds.
func toRegistry(m connecttest.Message) bool {
	collection := m.To()
	return strings.HasPrefix(collection, "migrations") && m.Name != "find" && m.Name != "aggregate" && m.Name != "getMore"
}

// TestLateMessages holds each message to the registry in turn. The command has no answer; the documented way on is gone;
// at one of its steps the message arrives after all, or, where it was answered, a second time. Registry, history and data
// must agree at every step, or the registry says that it does not know.
func TestLateMessages(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	s := newServer(t)
	client := s.client()
	step := 29
	if full() {
		step = 1
	}
	steps := []string{"claimed", "resolved", "executed"}
	turn := 0
	for _, c := range lateCommands() {
		messages := toRegistryOf(t, s, c)
		if messages < 4 {
			t.Fatalf("%s sent %d messages to the registry", c.name, messages)
		}
		for nth := 1; nth <= messages; nth++ {
			for i := range 2 * len(steps) {
				if turn++; turn%step != 0 {
					continue
				}
				when, twice := steps[i%len(steps)], i >= len(steps)
				name := fmt.Sprintf("message %d of %s arrives late, when it is %s", nth, c.name, when)
				if twice {
					name = fmt.Sprintf("message %d of %s arrives again, when it is %s", nth, c.name, when)
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					p := newProject(t, s, client, late)
					defer func() { _ = p.db.Drop(t.Context()) }() // only to keep the server small
					p.lateMessage(c, nth, nth+i, when, twice)
				})
			}
		}
	}
}

// toRegistryOf counts the messages that a command sends to the registry where nothing happens to them.
func toRegistryOf(t *testing.T, s *server, c lateCommand) int {
	t.Helper()
	p := newProject(t, s, s.client(), late)
	p.begin(c)
	var sent atomic.Int64
	wire := connecttest.NewWire(t, p.addr, func(m connecttest.Message) connecttest.Verdict {
		if m.Moment == connecttest.Asked && toRegistry(m) {
			sent.Add(1)
		}
		return connecttest.Verdict{}
	})
	r := p.command(wire.Addr, c.args...).start()
	if code := r.wait(); code != 0 {
		t.Fatalf("`migrator %s` ended with %d:\n%s", strings.Join(c.args, " "), code, r.text())
	}
	return int(sent.Load())
}

// begin makes the project as the command needs it.
func (p *project) begin(c lateCommand) {
	p.t.Helper()
	p.setWork(0)
	c.prepare(p)
}

func (p *project) lateMessage(c lateCommand, nth, way int, when string, twice bool) {
	p.t.Helper()
	p.begin(c)
	h := connecttest.NewHolding(p.t, p.addr)
	held := h.Hold(nth, toRegistry)
	r := p.command(h.Addr, c.args...).env(leaseVariable + "=1200ms").start()
	select {
	case <-held.Sent():
	case <-r.done: // the run before has renewed its lease once more
		p.t.Skip("it was not sent")
	}
	message := held.Await()
	what := fmt.Sprintf("%s %s of %s", message.Name, message.To(), c.name)
	if twice {
		held.Pass()
	} else {
		held.Cut()
	}
	r.wait()
	if !c.again { // else what is done already is still to be registered
		p.checkLate(what + ": when the command has ended with " + r.text())
	}
	arrived := false
	p.goOn(c, way, func(step string) {
		p.t.Helper()
		if step == when && !arrived {
			arrived = true
			held.Deliver()
		}
		p.checkLate(what + ": when it is " + step)
	})
	if !arrived {
		held.Deliver()
		p.checkLate(what + ": at the end")
	}
	p.impatient(0, "execute")
	p.impatient(0, "status", "--check")
	p.checkLate(what + ": after all of it")
}
