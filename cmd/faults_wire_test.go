package cmd_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/store/connect/connecttest"
)

// newToxics is a proxy before a server that can be told to misbehave.
func newToxics(t *testing.T, addr string) *toxiproxy.Proxy {
	t.Helper()
	p := toxiproxy.NewProxy(
		toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "server", "127.0.0.1:0", addr,
	)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return p
}

// networkFaults are what a network does, in the words of toxiproxy; "" is a server that is gone.
var networkFaults = []struct{ name, toxic string }{
	{"the connection is reset", `{"type": "reset_peer", "stream": "downstream", "attributes": {"timeout": 0}}`},
	{"no answer comes any more", `{"type": "timeout", "stream": "downstream", "attributes": {"timeout": 0}}`},
	{"no command arrives any more", `{"type": "timeout", "stream": "upstream", "attributes": {"timeout": 0}}`},
	{"half of an answer comes", `{"type": "limit_data", "stream": "downstream", "attributes": {"bytes": 20}}`},
	{"everything is slow", `{"type": "latency", "stream": "downstream", "attributes": {"latency": 60}}`},
	{"the server is gone", ""},
}

// talkers are the commands that speak with the database, and the command of theirs at which the fault comes.
var talkers = []struct {
	args []string
	at   string // "find migrations"
}{
	{[]string{"status"}, "find migrations"},
	{[]string{"history"}, "find migrations_history"},
	{[]string{"show", "1"}, "find migrations_lock"},
	{[]string{"execute"}, "insert migrations_lock"},
	{[]string{"execute"}, "update migrations"},
	{[]string{"execute"}, "insert notes"},
	{[]string{"execute"}, "update notes"},
	{[]string{"rollback", "1"}, "delete notes"},
	{[]string{"rollback", "1"}, "update migrations"},
	{[]string{"ignore"}, "insert migrations"},
	{[]string{"resolve", "3", "--retry"}, "update migrations"},
	{[]string{"unlock", "--force"}, "find migrations_lock"},
	{[]string{"eval", "db.notes.insertOne({}); db.notes.countDocuments()"}, "insert notes"},
	{[]string{"eval", "-f", "wait.js"}, "aggregate notes"},
}

// impatient makes the driver notice within a second what it notices within half a minute by itself.
const impatient = "?connectTimeoutMS=300&heartbeatFrequencyMS=500&serverSelectionTimeoutMS=1500"

// TestBrokenNetwork breaks the connection of every command in the middle of what it does. Each ends by itself with a
// clear error and with what it has recorded being true.
func TestBrokenNetwork(t *testing.T) {
	ofProcesses(t)
	t.Parallel()
	s := newServer(t)
	client := s.client()
	for i, fault := range networkFaults {
		for j, talker := range talkers {
			if !full() && (i+j)%7 != 0 {
				continue // each fault and each command come up, with one another only in the full campaign
			}
			t.Run(fmt.Sprintf(
				"%s when %s says %s", fault.name, strings.Join(talker.args, " "), talker.at,
			), func(t *testing.T) {
				t.Parallel()
				p := newProject(t, s, client, map[string]string{
					"001_a.js": "export function up(db) { db.notes.insertOne({_id: 1}) }\n" +
						"export function down(db) { db.notes.deleteOne({_id: 1}) }",
					"002_b.js": "export function up(db) { db.notes.insertOne({m: 2}); " +
						"db.notes.updateOne({m: 2}, {$set: {x: 1}}) }",
				})
				p.write("wait.js", "db.notes.find().toArray(); db.notes.countDocuments()")
				p.must(0, "execute", "1")
				if talker.args[0] == "resolve" {
					p.write("mongomigrations/003_c.js", "export function up(db) { throw new Error('no') }")
					p.must(3, "execute", "--allow-out-of-order", "--to", "3")
				}
				if talker.args[0] == "unlock" {
					p.insert("migrations_lock", bson.D{
						{Key: "_id", Value: int64(100)}, {Key: "owner", Value: "x"}, {Key: "user", Value: "ada"},
					})
				}
				p.breakAt(fault.toxic, talker.at, talker.args)
			})
		}
	}
}

// breakAt runs a command whose network breaks at one of its messages.
func (p *project) breakAt(toxic, at string, args []string) {
	p.t.Helper()
	ready := make(chan *toxiproxy.Proxy, 1)
	var once sync.Once
	done := map[string]int{}
	var mu sync.Mutex
	wire := connecttest.NewWire(p.t, p.addr, func(m connecttest.Message) connecttest.Verdict {
		collection, _ := m.Command.Lookup(m.Name).StringValueOK()
		what := m.Name + " " + collection
		mu.Lock()
		if m.Moment == connecttest.Answered {
			done[what]++
		}
		mu.Unlock()
		if what == at && m.Moment == connecttest.Asked {
			once.Do(func() {
				broken := <-ready
				if toxic == "" {
					go broken.Stop() // it waits for the connections, this one too
				} else if _, err := broken.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
					p.t.Error(err)
				}
			})
		}
		return connecttest.Verdict{}
	})
	toxics := newToxics(p.t, wire.Addr)
	ready <- toxics
	r := p.command(toxics.Listen, args...).env(
		leaseVariable+"=3s", "MIGRATOR_URI=mongodb://"+toxics.Listen+"/"+impatient,
	).start()
	code := r.wait()
	text := r.text()
	p.t.Logf("it ended with %d after %s:\n%s", code, r.took(), text)
	mu.Lock()
	defer mu.Unlock()
	if done[at] == 0 {
		p.t.Errorf("it never came to %s", at)
	}
	switch {
	case code == 0:
	case code == 4, code == 5 && strings.Contains(text, "the server has not answered since"):
		if !strings.Contains(text, "hint: ") {
			p.t.Error("there is no hint")
		}
	default:
		p.t.Error("it ended with another code than 4, or 5 for a lease that nobody could renew")
	}
	for _, unfriendly := range []string{"goroutine", ".go:", "[object Object]", "context deadline exceeded",
		"context canceled", "topology", "use of closed"} {
		if strings.Contains(text, unfriendly) {
			p.t.Errorf("it shows %q", unfriendly)
		}
	}
	if strings.Contains(toxic, "latency") && code != 0 {
		p.t.Error("a slow network made it fail")
	}
	p.checkRecorded(done)
}

// checkRecorded holds what is recorded of 001_a.js and 002_b.js against the data.
func (p *project) checkRecorded(done map[string]int) {
	p.t.Helper()
	first, second, whole := 0, 0, false
	for _, d := range p.documents("notes") {
		if id, ok := d.Lookup("_id").AsInt64OK(); ok && id == 1 {
			first++
		}
		if m, ok := d.Lookup("m").AsInt64OK(); ok && m == 2 {
			second++
			whole = d.Lookup("x").Type != 0
		}
	}
	if second > 1 || done["insert notes"] > 1 {
		p.t.Errorf("002_b.js has inserted %d documents by %d inserts", second, done["insert notes"])
	}
	if state := p.state("001_a.js"); state == "executed" && first != 1 || state == "" && first != 0 {
		p.t.Errorf("001_a.js is %q, with %d documents", state, first)
	}
	if state := p.state("002_b.js"); state == "executed" && (second != 1 || !whole) || state == "" && second != 0 {
		p.t.Errorf("002_b.js is %q, with %d documents", state, second)
	}
}

func (p *project) insert(collection string, d bson.D) {
	p.t.Helper()
	if _, err := p.db.Collection(collection).InsertOne(p.t.Context(), d); err != nil {
		p.t.Fatal(err)
	}
}
