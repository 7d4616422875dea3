package cmd_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/store/connect/connecttest"
)

// stepDowns are the answers of a server that is no primary any more.
var stepDowns = map[int32]string{
	10107: "NotWritablePrimary", 189: "PrimarySteppedDown", 11600: "InterruptedAtShutdown", 91: "ShutdownInProgress",
}

// TestPrimaryStepsDown has the primary of a replica set step down at each of a runner's writes. Once, the driver's
// second try succeeds, and nothing is done twice; again and again, it is a clear error, and nothing counts as executed
// that the server has not acknowledged.
func TestPrimaryStepsDown(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	s := newServer(t)
	client := s.client()
	n := 0
	for _, code := range slices.Sorted(maps.Keys(stepDowns)) {
		name := stepDowns[code]
		for _, at := range []string{"insert migrations_lock 1", "update migrations 1", "insert notes 1",
			"insert migrations_history 1", "update migrations 2"} {
			for _, how := range []string{"once", "always", "cut"} {
				// What is recorded is tried again for as long as it is waited for.
				slow := how == "always" && at != "insert notes 1"
				if n++; !full() && (n%4 != 0 || slow) {
					continue
				}
				t.Run(fmt.Sprintf("%s at %s %s", name, at, how), func(t *testing.T) {
					t.Parallel()
					p := newProject(
						t, s, client,
						map[string]string{"001_a.js": "export function up(db) { db.notes.insertOne({}) }"},
					)
					p.stepDown(bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: code}, {Key: "codeName", Value: name},
						{Key: "errmsg", Value: "no primary"},
						{Key: "errorLabels", Value: bson.A{"RetryableWriteError"}}}, at, how)
				})
			}
		}
	}
}

// stepDown runs execute with an answer at the nth command of a kind, once or always from then on; or, with "cut", with
// the answer to it lost once after it has been carried out.
func (p *project) stepDown(answer bson.D, at, how string) {
	p.t.Helper()
	var mu sync.Mutex
	tried, reached := map[string]int{}, false
	wire := connecttest.NewPrimary(p.t, p.addr, 0, func(m connecttest.Message) connecttest.Verdict {
		mu.Lock()
		defer mu.Unlock()
		collection, _ := m.Command.Lookup(m.Name).StringValueOK()
		w, ok := m.Command.Lookup("writeConcern", "w").StringValueOK()
		if strings.HasPrefix(collection, "migrations") && m.Name != "find" && (!ok || w != "majority") {
			p.t.Errorf("%s %s does not wait for a majority", m.Name, collection)
		}
		what := m.Name + " " + collection
		if m.Moment == connecttest.Asked {
			tried[what]++
		}
		nth := fmt.Sprint(what, " ", tried[what])
		switch {
		case how == "cut" && m.Moment == connecttest.Answered && nth == at && !reached:
			reached = true
			return connecttest.Verdict{Cut: true}
		case how == "cut" || m.Moment == connecttest.Answered:
		case nth == at || reached && how == "always" && strings.HasPrefix(at, what):
			reached = true
			return connecttest.Verdict{Reply: answer}
		}
		return connecttest.Verdict{}
	})
	r := p.command(wire.Addr, "execute").env(
		"MIGRATOR_URI=mongodb://" + wire.Addr + "/?serverSelectionTimeoutMS=3000&heartbeatFrequencyMS=500",
	).start()
	code := r.wait()
	p.t.Logf("it ended with %d:\n%s", code, r.text())
	wire.Close()
	if !reached {
		p.t.Errorf("it never came to %s", at)
	}
	state, notes := p.state("001_a.js"), len(p.documents("notes"))
	if how != "always" {
		if code != 0 || state != "executed" || notes != 1 || len(p.documents("migrations_history")) != 2 || p.locked() {
			p.t.Errorf(
				"it ended with %d, %q, %d documents, %d events", code, state, notes,
				len(p.documents("migrations_history")),
			)
		}
		return
	}
	script := at == "insert notes 1"
	if code != 4 && !(script && code == 3) || !strings.Contains(r.text(), "hint: ") {
		p.t.Errorf("it ended with %d", code)
	}
	if !script && !strings.Contains(r.text(), "is not the primary now") &&
		!strings.Contains(r.text(), "did not answer in time") {
		p.t.Error("it does not say why")
	}
	if state == "executed" && !strings.Contains(at, "history") || notes > 1 || script && state != "failed" {
		p.t.Errorf("it is %q, with %d documents", state, notes)
	}
}

// TestClocksThatAreWrong has a server and a runner whose clocks differ by an hour: all that is stored has the time of
// the server, which all runners share.
func TestClocksThatAreWrong(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := newProject(t, s, s.client(), map[string]string{
		"001_a.js": "export function up(db) { db.notes.insertOne({}) }\n" +
			"export function down(db) { throw new Error('no') }",
		"002_b.js": "export function up(db) {}",
	})
	const ahead = -time.Hour
	before := time.Now().Add(ahead - time.Second)
	wire := connecttest.NewPrimary(
		t, s.addr, ahead, func(connecttest.Message) connecttest.Verdict { return connecttest.Verdict{} },
	)
	for _, run := range []struct {
		code int
		args []string
	}{{0, []string{"execute", "1"}}, {0, []string{"ignore", "2"}}, {3, []string{"rollback", "1"}},
		{0, []string{"resolve", "1", "--retry", "--yes"}}, {0, []string{"unlock"}}} {
		if r := p.command(wire.Addr, run.args...).start(); r.wait() != run.code {
			t.Errorf("%q: %s", run.args, r.text())
		}
	}
	late := time.Now().Add(ahead + time.Second)
	checked := 0
	for _, collection := range []string{"migrations", "migrations_history", "migrations_lock"} {
		for _, d := range p.documents(collection) {
			for _, field := range []string{"started_at", "finished_at", "at", "since"} {
				at, ok := d.Lookup(field).TimeOK()
				if !ok {
					continue
				}
				if checked++; at.Before(before) || at.After(late) {
					t.Errorf("%s: %s is %s, and the server's clock said %s to %s", collection, field, at, before, late)
				}
			}
		}
	}
	if checked < 8 {
		t.Errorf("only %d times were found", checked)
	}
}
