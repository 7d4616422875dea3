package connecttest

import (
	"encoding/binary"
	"net"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/wiremessage"
)

// primary makes a standalone server look like the primary of a replica set: it says so in its greetings, and a write
// that is sent again with the same number in its session is carried out once.
type primary struct {
	ahead time.Duration // of the server's clock

	mu   sync.Mutex
	done map[string][]byte // answers to writes, by session and number
}

// NewPrimary is a Wire before a server that plays the primary of a replica set, with a clock that is ahead by so much.
func NewPrimary(t testing.TB, server string, ahead time.Duration, judge func(Message) Verdict) *Wire {
	t.Helper()
	return newWire(t, server, judge, &primary{ahead: ahead, done: map[string][]byte{}})
}

// ofSessions are the fields of a command that the server behind does not know.
var ofSessions = map[string]bool{"lsid": true, "txnNumber": true, "$clusterTime": true}

func (p *primary) ask(server net.Conn, request []byte, m Message, addr string) ([]byte, error) {
	_, id, _, opcode, _, _ := wiremessage.ReadHeader(request)
	if opcode != wiremessage.OpMsg {
		reply, err := askServer(server, request)
		if err != nil {
			return nil, err
		}
		greeting, err := p.greeting(bson.Raw(reply[36:]), addr)
		out := append(reply[:36:36], greeting...)
		binary.LittleEndian.PutUint32(out, uint32(len(out)))
		return out, err
	}
	_, err := m.Command.LookupErr("txnNumber")
	numbered := err == nil
	number := m.Command.Lookup("lsid").String() + m.Command.Lookup("txnNumber").String()
	if numbered {
		p.mu.Lock()
		defer p.mu.Unlock()
		if reply, ok := p.done[number]; ok {
			binary.LittleEndian.PutUint32(reply[8:], uint32(id))
			return reply, nil
		}
	}
	plain, err := fields(m.Command, func(key string) bool { return !ofSessions[key] })
	if err != nil {
		return nil, err
	}
	raw, err := bson.Marshal(plain)
	if err != nil {
		return nil, err
	}
	reply, err := askServer(server, message(id, raw))
	if err != nil {
		return nil, err
	}
	if numbered {
		p.done[number] = reply
	}
	if m.Name == "hello" || m.Name == "isMaster" || m.Name == "ismaster" {
		greeting, err := p.greeting(bson.Raw(reply[headOfMessage:]), addr)
		return message(id, greeting), err
	}
	return reply, nil
}

// greeting is a greeting as a primary gives it.
func (p *primary) greeting(raw bson.Raw, addr string) (bson.Raw, error) {
	d, err := fields(raw, func(key string) bool { return key != "localTime" })
	if err != nil {
		return nil, err
	}
	return bson.Marshal(append(d,
		bson.E{Key: "setName", Value: "rs"}, bson.E{Key: "hosts", Value: bson.A{addr}},
		bson.E{Key: "primary", Value: addr}, bson.E{Key: "me", Value: addr},
		bson.E{Key: "logicalSessionTimeoutMinutes", Value: int32(30)},
		bson.E{Key: "localTime", Value: time.Now().Add(p.ahead)}))
}

// fields are those of a document whose keys are kept.
func fields(raw bson.Raw, keep func(key string) bool) (bson.D, error) {
	elements, err := raw.Elements()
	if err != nil {
		return nil, err
	}
	var kept bson.D
	for _, e := range elements {
		if keep(e.Key()) {
			kept = append(kept, bson.E{Key: e.Key(), Value: e.Value()})
		}
	}
	return kept, nil
}
