package bindings

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/wiremessage"

	"migrator/bindings/funnel"
	"migrator/runtime"
)

// replicaSet is a server that says it is the primary of a replica set, records the commands that it gets, and answers
// each with {ok: 1} and what the test wants. It is there for what the embedded database has not: transactions.
type replicaSet struct {
	t      testing.TB
	mu     sync.Mutex
	sent   []bson.Raw
	answer func(command string, nth int) bson.D // of the nth command of that name, from 1; nil for the usual
	counts map[string]int
}

// newReplicaSet starts the server and returns an engine on it.
func newReplicaSet(t *testing.T, answer func(command string, nth int) bson.D) (*replicaSet, *bench) {
	t.Helper()
	r, client := startReplicaSet(t, answer)
	b := &bench{t: t, name: "app", root: t.TempDir()}
	b.engine = NewEngine(Options{Client: client, Database: "app", Root: b.root, Purpose: runtime.Evaluate, Transactions: true})
	return r, b
}

// startReplicaSet starts the server alone.
func startReplicaSet(t testing.TB, answer func(command string, nth int) bson.D) (*replicaSet, *mongo.Client) {
	t.Helper()
	dir, err := os.MkdirTemp("", "rs")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	r := &replicaSet{t: t, answer: answer, counts: map[string]int{}}
	go r.serve(listener)

	client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + url.PathEscape(socket) + "/?directConnection=true"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Disconnect(t.Context()); err != nil && !errors.Is(err, t.Context().Err()) {
			t.Error(err)
		}
	})
	return r, client
}

func (r *replicaSet) serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			for r.exchange(conn) == nil {
			}
		}()
	}
}

// exchange reads one message and answers it.
func (r *replicaSet) exchange(conn net.Conn) error {
	size := make([]byte, 4)
	if _, err := io.ReadFull(conn, size); err != nil {
		return err
	}
	message := make([]byte, binary.LittleEndian.Uint32(size))
	copy(message, size)
	if _, err := io.ReadFull(conn, message[4:]); err != nil {
		return err
	}
	_, id, _, opcode, body, ok := wiremessage.ReadHeader(message)
	if !ok {
		return errors.New("no header")
	}
	//lint:ignore SA1019 the driver itself greets a server by it
	if opcode == wiremessage.OpQuery {
		return r.reply(conn, wiremessage.OpReply, id, r.hello())
	}
	command, err := wholeCommand(body)
	if err != nil {
		r.t.Error(err)
		return err
	}
	return r.reply(conn, wiremessage.OpMsg, id, r.respond(command))
}

// wholeCommand is the command of an OP_MSG: its document, and the sequences of documents beside it as arrays in it.
func wholeCommand(body []byte) (bson.Raw, error) {
	var command bson.D
	sections := body[4:]
	for len(sections) > 0 {
		kind := sections[0]
		size := int(binary.LittleEndian.Uint32(sections[1:5]))
		section := sections[1 : 1+size]
		sections = sections[1+size:]
		if kind == 0 {
			if err := bson.Unmarshal(section, &command); err != nil {
				return nil, err
			}
			continue
		}
		name, rest, _ := bytes.Cut(section[4:], []byte{0})
		var documents bson.A
		for len(rest) > 0 {
			size := binary.LittleEndian.Uint32(rest)
			documents = append(documents, bson.Raw(rest[:size]))
			rest = rest[size:]
		}
		command = append(command, bson.E{Key: string(name), Value: documents})
	}
	return bson.Marshal(command)
}

func (r *replicaSet) respond(command bson.Raw) bson.D {
	name := funnel.FirstKey(command)
	if name == "hello" || name == "isMaster" {
		return r.hello()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, command)
	r.counts[name]++
	if r.answer != nil {
		if d := r.answer(name, r.counts[name]); d != nil {
			return d
		}
	}
	reply := bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 1}, {Key: "nModified", Value: 1}}
	if name == "find" || name == "aggregate" {
		reply = append(reply, bson.E{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: "app.a"}, {Key: "firstBatch", Value: bson.A{}}}})
	}
	return reply
}

func (r *replicaSet) hello() bson.D {
	return bson.D{
		{Key: "ok", Value: 1}, {Key: "isWritablePrimary", Value: true}, {Key: "ismaster", Value: true}, {Key: "setName", Value: "rs"},
		{Key: "hosts", Value: bson.A{"localhost:1"}}, {Key: "primary", Value: "localhost:1"}, {Key: "me", Value: "localhost:1"},
		{Key: "minWireVersion", Value: 0}, {Key: "maxWireVersion", Value: 21}, {Key: "maxBsonObjectSize", Value: 16 << 20},
		{Key: "maxMessageSizeBytes", Value: 48000000}, {Key: "maxWriteBatchSize", Value: 100000}, {Key: "logicalSessionTimeoutMinutes", Value: 30},
	}
}

func (r *replicaSet) reply(conn net.Conn, opcode wiremessage.OpCode, to int32, document bson.D) error {
	raw, err := bson.Marshal(document)
	if err != nil {
		return err
	}
	start, out := wiremessage.AppendHeaderStart(nil, 1, to, opcode)
	if opcode == wiremessage.OpReply {
		out = append(out, make([]byte, 16)...) // flags, cursor, first
		out = binary.LittleEndian.AppendUint32(out, 1)
	} else {
		out = append(out, 0, 0, 0, 0, 0) // flags, kind of section
	}
	out = append(out, raw...)
	binary.LittleEndian.PutUint32(out[start:], uint32(len(out)))
	_, err = conn.Write(out)
	return err
}

// log is what was sent, each command with a mark: "*" in a transaction, "^" for its first.
func (r *replicaSet) log() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var log []string
	for _, command := range r.sent {
		name := funnel.FirstKey(command)
		if name == "endSessions" {
			continue
		}
		mark := ""
		if _, err := command.LookupErr("autocommit"); err == nil {
			mark = "*"
		}
		if _, err := command.LookupErr("startTransaction"); err == nil {
			mark = "^"
		}
		log = append(log, name+mark)
	}
	return log
}

// operationOf is what a command asks for that was sent to the server.
func operationOf(t *testing.T, command bson.Raw) *funnel.Operation {
	t.Helper()
	var d, own bson.D
	if err := bson.Unmarshal(command, &d); err != nil {
		t.Fatal(err)
	}
	for _, e := range d {
		if e.Key != "$db" {
			own = append(own, e)
		}
	}
	raw, err := bson.Marshal(own)
	if err != nil {
		t.Fatal(err)
	}
	if op, ok := funnel.Decode(command.Lookup("$db").StringValue(), raw); ok {
		return op
	}
	return &funnel.Operation{Request: &funnel.Command{Document: raw}}
}
