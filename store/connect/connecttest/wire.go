package connecttest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/wiremessage"
)

// Moment is where a command is on its way through a Wire.
type Moment int

const (
	// Asked is before the server has got the command.
	Asked Moment = iota
	// Answered is when the server has carried it out, and the client does not know.
	Answered
)

// Message is a command that passes through a Wire.
type Message struct {
	Moment  Moment
	Name    string   // of the command
	Command bson.Raw // with the documents that were sent beside it as arrays in it
	Reply   bson.Raw // when it is answered

	frame []byte // as it came
}

// To is the collection that the command is for, and "" for one that is for none.
func (m Message) To() string {
	collection, _ := m.Command.Lookup(m.Name).StringValueOK()
	return collection
}

// Verdict is what becomes of a message.
type Verdict struct {
	// Cut closes the connection in place of passing the message on.
	Cut bool
	// Reply, if not nil, is said to the client. A command that is only asked does not reach the server then.
	Reply any
}

// Wire stands between clients and a server, understands what they say, and asks a function what to do at every
// message. So a fault can be put at a certain place of a run, and not at a certain time.
type Wire struct {
	Addr string
	// Greetings counts how often a client has asked whether the server is there, and has been answered.
	Greetings atomic.Int64

	t        testing.TB
	server   string
	judge    func(Message) Verdict
	listener net.Listener
	open     sync.WaitGroup
	primary  *primary // nil for a server as it is
}

// headOfMessage is how many bytes of an OP_MSG stand before its document: header, flags, kind of section.
const headOfMessage = 16 + 4 + 1

// quiet are the commands that belong to a connection and not to what is done with it.
var quiet = map[string]bool{
	"hello": true, "isMaster": true, "ismaster": true, "endSessions": true, "buildInfo": true, "ping": true,
}

// NewWire stands before the server at an address of TCP, or at the path of a socket. judge is asked at every command
// but those that belong to the connection itself; it may be called from several goroutines.
func NewWire(t testing.TB, server string, judge func(Message) Verdict) *Wire {
	t.Helper()
	return newWire(t, server, judge, nil)
}

func newWire(t testing.TB, server string, judge func(Message) Verdict, p *primary) *Wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &Wire{Addr: listener.Addr().String(), t: t, server: server, judge: judge, listener: listener, primary: p}
	t.Cleanup(w.Close)
	go w.accept()
	return w
}

// Close ends the listening and waits until the last connection has ended, so that the server has got all that it will
// get.
func (w *Wire) Close() {
	_ = w.listener.Close() // closing it again fails, and is what is wanted
	w.open.Wait()
}

func (w *Wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.open.Go(func() {
			defer client.Close()
			server, err := w.dial()
			if err != nil {
				return
			}
			defer server.Close()
			for w.exchange(client, server) {
			}
		})
	}
}

// dial connects to the server.
func (w *Wire) dial() (net.Conn, error) {
	if strings.Contains(w.server, "/") {
		return net.Dial("unix", w.server)
	}
	return net.Dial("tcp", w.server)
}

// exchange passes a command and its answer. It reports whether the connection goes on.
func (w *Wire) exchange(client, server net.Conn) bool {
	request, err := readMessage(client)
	if err != nil {
		return false
	}
	_, id, _, opcode, body, _ := wiremessage.ReadHeader(request)
	m := Message{frame: request}
	if opcode == wiremessage.OpMsg {
		if m.Command, err = wholeCommand(body); err != nil {
			w.t.Errorf("a command that cannot be read: %v", err)
			return false
		}
		m.Name = firstKey(m.Command)
	}
	heard := m.Name != "" && !quiet[m.Name]
	if m.Name == "" || m.Name == "hello" {
		defer w.Greetings.Add(1)
	}
	if heard {
		if v := w.judge(m); v.Cut {
			return false
		} else if v.Reply != nil {
			return w.say(client, id, v.Reply)
		}
	}
	reply, err := w.ask(server, request, m)
	if err != nil {
		return false
	}
	if heard {
		m.Moment, m.Reply = Answered, bson.Raw(reply[headOfMessage:])
		if v := w.judge(m); v.Cut {
			return false
		} else if v.Reply != nil {
			return w.say(client, id, v.Reply)
		}
	}
	_, err = client.Write(reply)
	return err == nil
}

// ask has the server carry out a command.
func (w *Wire) ask(server net.Conn, request []byte, m Message) ([]byte, error) {
	if w.primary != nil {
		return w.primary.ask(server, request, m, w.Addr)
	}
	return askServer(server, request)
}

func askServer(server net.Conn, request []byte) ([]byte, error) {
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	return readMessage(server)
}

// say answers the request of that id.
func (w *Wire) say(client net.Conn, id int32, reply any) bool {
	raw, err := bson.Marshal(reply)
	if err != nil {
		w.t.Error(err)
		return false
	}
	_, err = client.Write(message(id, raw))
	return err == nil
}

// message is a document as an OP_MSG, in answer to the request of that id.
func message(to int32, document bson.Raw) []byte {
	start, out := wiremessage.AppendHeaderStart(nil, to, to, wiremessage.OpMsg)
	out = append(append(out, 0, 0, 0, 0, 0), document...) // flags, kind of section
	binary.LittleEndian.PutUint32(out[start:], uint32(len(out)))
	return out
}

func readMessage(conn net.Conn) ([]byte, error) {
	size := make([]byte, 4)
	if _, err := io.ReadFull(conn, size); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(size)
	if n < 16 || n > 48<<20 {
		return nil, errors.New("no message")
	}
	message := make([]byte, n)
	copy(message, size)
	_, err := io.ReadFull(conn, message[4:])
	return message, err
}

// wholeCommand is the command of an OP_MSG: its document, and the sequences of documents beside it as arrays in it.
func wholeCommand(body []byte) (bson.Raw, error) {
	var command bson.D
	for sections := body[4:]; len(sections) > 0; {
		size := int(binary.LittleEndian.Uint32(sections[1:5]))
		section := sections[1 : 1+size]
		if sections[0] == 0 {
			if err := bson.Unmarshal(section, &command); err != nil {
				return nil, err
			}
		} else {
			name, rest, _ := bytes.Cut(section[4:], []byte{0})
			var documents bson.A
			for len(rest) > 0 {
				size := binary.LittleEndian.Uint32(rest)
				documents = append(documents, bson.Raw(rest[:size]))
				rest = rest[size:]
			}
			command = append(command, bson.E{Key: string(name), Value: documents})
		}
		sections = sections[1+size:]
	}
	return bson.Marshal(command)
}

func firstKey(document bson.Raw) string {
	elements, err := document.Elements()
	if err != nil || len(elements) == 0 {
		return ""
	}
	return elements[0].Key()
}
