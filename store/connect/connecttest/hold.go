package connecttest

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/store/connect"
)

// holdLimit bounds the waiting for a message that never comes, so that a test fails and does not hang.
const holdLimit = 90 * time.Second

// Holding is a Wire that holds single messages back until the test says what becomes of them. So a test puts the
// events of a run into an order that a network makes only rarely:
//
//	end := h.Hold(1, connecttest.To("update", "migrations"))
//	// the run goes on elsewhere
//	end.Await()   // the run has sent how it ended
//	end.Cut()     // it has no answer
//	// somebody else does something
//	end.Deliver() // and only now it arrives
type Holding struct {
	*Wire

	mu   sync.Mutex
	held []*Held
	seen []string
}

// NewHolding stands before a server as NewWire does.
func NewHolding(t testing.TB, server string) *Holding {
	t.Helper()
	h := &Holding{}
	h.Wire = NewWire(t, server, h.judge)
	t.Cleanup(h.release)
	return h
}

// Held is a message that is held back, or will be.
type Held struct {
	wire *Wire
	nth  int // of the messages from now on that it may be
	is   func(Message) bool

	sent    chan struct{} // closed once it was sent
	message Message
	reply   bson.Raw // of the last delivery
	once    sync.Once
	verdict chan Verdict
}

// To matches the commands of a name that are for a collection.
func To(command, collection string) func(Message) bool {
	return func(m Message) bool { return m.Name == command && m.To() == collection }
}

// Hold holds back the nth message, from now on, that matches. The others pass.
func (h *Holding) Hold(nth int, is func(Message) bool) *Held {
	held := &Held{wire: h.Wire, nth: nth, is: is, sent: make(chan struct{}), verdict: make(chan Verdict, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held = append(h.held, held)
	return held
}

// Seen lists the messages that were sent, in their order: "insert migrations_lock". With it a campaign learns which
// there are to hold.
func (h *Holding) Seen() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.seen...)
}

func (h *Holding) judge(m Message) Verdict {
	if m.Moment != Asked {
		return Verdict{}
	}
	held := h.next(m)
	if held == nil {
		return Verdict{}
	}
	held.message = m
	close(held.sent)
	return <-held.verdict
}

// next is what holds the message back; nil lets it pass.
func (h *Holding) next(m Message) *Held {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen = append(h.seen, m.Name+" "+m.To())
	var first *Held
	for _, held := range h.held {
		if held.nth > 0 && held.is(m) {
			if held.nth--; held.nth == 0 && first == nil {
				first = held
			}
		}
	}
	return first
}

// release lets go of what is still held at the end of a test, without an answer.
func (h *Holding) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, held := range h.held {
		held.Cut()
	}
}

// Await waits until a client has sent the message, and returns it.
func (m *Held) Await() Message {
	m.wire.t.Helper()
	select {
	case <-m.sent:
	case <-time.After(holdLimit):
		m.wire.t.Fatal("the message that is to be held back was never sent")
	}
	return m.message
}

// Sent is closed once a client has sent the message.
func (m *Held) Sent() <-chan struct{} { return m.sent }

// Deliver has the server carry the message out, and returns its reply. The client learns nothing of it, and may have
// gone. Delivered again, it is a message that arrives twice.
func (m *Held) Deliver() bson.Raw {
	m.wire.t.Helper()
	m.Await()
	server, err := m.wire.dial()
	if err != nil {
		m.wire.t.Fatalf("deliver a message: %v", err)
	}
	defer server.Close()
	reply, err := m.wire.ask(server, m.message.frame, m.message)
	if err != nil {
		m.wire.t.Fatalf("deliver a message: %v", err)
	}
	m.reply = reply[headOfMessage:]
	return m.reply
}

// Answer gives the client the reply of the last delivery.
func (m *Held) Answer() { m.decide(Verdict{Reply: m.reply}) }

// Cut ends the client's connection without an answer. A message that was not delivered is lost then, or late.
func (m *Held) Cut() { m.decide(Verdict{Cut: true}) }

// Pass lets the message go as if it had not been held.
func (m *Held) Pass() {
	m.wire.t.Helper()
	m.Deliver()
	m.Answer()
}

func (m *Held) decide(v Verdict) { m.once.Do(func() { m.verdict <- v }) }

// OpenHeld opens a new, empty database twice: through a Holding, and beside it.
func OpenHeld(t testing.TB) (through, beside *connect.Connection, h *Holding) {
	t.Helper()
	target := Target(t)
	beside = open(t, target, connect.Options{})
	dir, embedded := strings.CutPrefix(target.URI, "embedded:")
	address := &url.URL{Scheme: "mongodb", Path: "/"}
	if embedded {
		h = NewHolding(t, Socket(t, dir))
	} else {
		var err error
		if address, err = url.Parse(target.URI); err != nil {
			t.Fatal(err)
		}
		h = NewHolding(t, address.Host)
	}
	address.Host = h.Addr
	query := address.Query()
	query.Set("directConnection", "true")
	address.RawQuery = query.Encode()
	through = open(t, connect.Target{URI: address.String(), Database: target.Database}, connect.Options{})
	return through, beside, h
}
