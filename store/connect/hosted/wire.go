//go:build !noembedded

package hosted

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"

	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/wiremessage"
)

// peer is a side of a connection through the turnstile. What it sends is read a message at a time.
type peer struct {
	conn net.Conn
	in   *bufio.Reader
}

// bufferSize holds nearly every message whole, so that it is passed on in one piece.
const bufferSize = 32 << 10

func newPeer(conn net.Conn) *peer {
	return &peer{conn: conn, in: bufio.NewReaderSize(conn, bufferSize)}
}

// message is a message that has begun to arrive.
type message struct {
	length int
	// head is its beginning, at least headSize bytes if it has so many. It is valid until more is read.
	head []byte
}

const (
	headerSize = 16
	// headSize is enough for a header, the name of a command and that of a collection, which has at most 255 bytes.
	headSize = 512
	// longest is the length of the longest message of MongoDB's protocol.
	longest = 48_000_000
)

var errNoMessage = errors.New("this is no message of MongoDB's protocol")

// next waits for a message.
func (p *peer) next() (message, error) {
	size, err := p.in.Peek(4)
	if err != nil {
		return message{}, err
	}
	length := int(int32(binary.LittleEndian.Uint32(size)))
	if length < headerSize || length > longest {
		return message{}, errNoMessage
	}
	head, err := p.in.Peek(min(length, headSize))
	return message{length, head}, err
}

// pass passes a message on.
func (p *peer) pass(m message, to io.Writer) error {
	end, err := p.passToEnd(m, to)
	if err != nil {
		return err
	}
	return p.passEnd(end, to)
}

// passToEnd passes on the part of a message that the buffer cannot hold, waits until all of it is here, and returns the
// end, which has not been passed on. Whoever gets the message cannot begin with it before passEnd.
func (p *peer) passToEnd(m message, to io.Writer) (end []byte, err error) {
	before := max(0, m.length-p.in.Size())
	if _, err := io.CopyN(to, p.in, int64(before)); err != nil {
		return nil, err
	}
	return p.in.Peek(m.length - before)
}

// passEnd passes on what passToEnd has returned.
func (p *peer) passEnd(end []byte, to io.Writer) error {
	if _, err := to.Write(end); err != nil {
		return err
	}
	_, err := p.in.Discard(len(end))
	return err
}

// command is what the turnstile has to know of a request.
type command struct {
	reads      bool
	collection string // "" for a command that does not begin with the name of one
	unanswered bool   // the client does not wait for an answer
}

// Where a request says what it is. Its first section is the command, which begins with its name: {update: "users", …}.
//
//	length, id, to, opcode | flags | kind of section | length of the document, type of the element, name, value, …
const (
	opcodeAt  = 12
	flagsAt   = 16
	sectionAt = 20
	elementAt = 25
	nameAt    = 26
)

// commandOf reads the beginning of a request. A message that is no OP_MSG counts as a read: what FerretDB understands
// in another form are greetings.
func commandOf(head []byte) (command, error) {
	if wiremessage.OpCode(binary.LittleEndian.Uint32(head[opcodeAt:])) != wiremessage.OpMsg {
		return command{reads: true}, nil
	}
	if len(head) < nameAt || head[sectionAt] != byte(wiremessage.SingleDocument) {
		return command{}, errNoMessage // no driver puts documents before their command
	}
	name, value, ok := bytes.Cut(head[nameAt:], []byte{0})
	if !ok {
		return command{}, errNoMessage
	}
	c := command{reads: reads(string(name))}
	c.unanswered = wiremessage.MsgFlag(binary.LittleEndian.Uint32(head[flagsAt:]))&wiremessage.MoreToCome != 0
	if bsoncore.Type(head[elementAt]) == bsoncore.TypeString {
		c.collection, _, _ = bsoncore.ReadString(value)
	}
	return c, nil
}

// reads reports whether a command is known to change nothing. An aggregation is one: FerretDB has neither $out nor
// $merge.
func reads(command string) bool {
	switch command {
	case "find", "aggregate", "count", "distinct", "getMore", "killCursors", "explain",
		"listCollections", "listDatabases", "listIndexes", "collStats", "dbStats", "dbstats", "dataSize", "validate",
		"hello", "isMaster", "ismaster", "ping", "buildInfo", "buildinfo", "hostInfo", "whatsmyuri", "listCommands",
		"serverStatus", "connectionStatus", "currentOp", "getParameter", "getLog", "getCmdLineOpts",
		"saslStart", "saslContinue", "logout", "endSessions":
		return true
	}
	return false
}
