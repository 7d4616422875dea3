package bindings

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/wiremessage"

	"migrator/bindings/funnel"
)

// cannedServer speaks the wire protocol and costs next to nothing: every collection yields one document a number of times, in
// batches of the size that is asked for, and every write has done what it says.
type cannedServer struct {
	document bson.Raw
	total    int
	uri      string

	mu      sync.Mutex
	batches map[int][]byte // arrays of the document, by their length
}

func newCannedServer(tb testing.TB, document bson.Raw, total int) *cannedServer {
	tb.Helper()
	dir, err := os.MkdirTemp("", "canned") // short: the path of a socket is limited
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { listener.Close() })
	s := &cannedServer{document: document, total: total, batches: map[int][]byte{}, uri: "mongodb://" + url.PathEscape(socket) + "/?directConnection=true"}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

// serve answers one connection. Its cursors are numbered, and left[n] is what cursor n has still to give.
func (s *cannedServer) serve(conn net.Conn) {
	defer conn.Close()
	left := map[int64]int{}
	var buffer []byte
	for {
		var head [4]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return
		}
		size := int(binary.LittleEndian.Uint32(head[:]))
		if cap(buffer) < size {
			buffer = make([]byte, size)
		}
		message := buffer[:size]
		copy(message, head[:])
		if _, err := io.ReadFull(conn, message[4:]); err != nil {
			return
		}
		_, id, _, opcode, body, _ := wiremessage.ReadHeader(message)
		if _, err := conn.Write(s.reply(id, opcode, body, left)); err != nil {
			return
		}
	}
}

func (s *cannedServer) reply(id int32, opcode wiremessage.OpCode, body []byte, left map[int64]int) []byte {
	var document []byte
	answer := wiremessage.OpMsg
	//lint:ignore SA1019 the driver itself greets a server by it
	if opcode == wiremessage.OpQuery {
		answer, document = wiremessage.OpReply, s.hello()
	} else {
		document = s.answer(body[4:], left)
	}
	start, out := wiremessage.AppendHeaderStart(make([]byte, 0, len(document)+64), 1, id, answer)
	if answer == wiremessage.OpReply {
		out = binary.LittleEndian.AppendUint32(append(out, make([]byte, 16)...), 1)
	} else {
		out = append(out, 0, 0, 0, 0, 0)
	}
	out = append(out, document...)
	binary.LittleEndian.PutUint32(out[start:], uint32(len(out)))
	return out
}

func (s *cannedServer) hello() []byte {
	raw, err := bson.Marshal((&replicaSet{}).hello())
	if err != nil {
		panic(err)
	}
	return raw
}

// answer is the reply to the sections of a command.
func (s *cannedServer) answer(sections []byte, left map[int64]int) []byte {
	var command bson.Raw
	statements := int32(0)
	for len(sections) > 0 {
		size := int(binary.LittleEndian.Uint32(sections[1:]))
		if section := sections[1 : 1+size]; sections[0] == 0 {
			command = section
		} else {
			statements += documentsIn(section)
		}
		sections = sections[1+size:]
	}
	switch funnel.FirstKey(command) {
	case "hello", "isMaster":
		return s.hello()
	case "find", "aggregate":
		size, ok := command.Lookup("batchSize").AsInt64OK()
		if !ok {
			size = 101
		}
		cursor := int64(len(left) + 1)
		left[cursor] = s.total
		return s.batch("firstBatch", cursor, int(size), left)
	case "getMore":
		size, ok := command.Lookup("batchSize").AsInt64OK()
		if !ok {
			size = 1000
		}
		return s.batch("nextBatch", command.Lookup("getMore").AsInt64(), int(size), left)
	}
	return bsoncore.BuildDocument(nil, bsoncore.AppendDoubleElement(nil, "ok", 1), bsoncore.AppendInt32Element(nil, "n", statements), bsoncore.AppendInt32Element(nil, "nModified", statements))
}

// documentsIn counts the documents of a section of kind 1: its size, its name, and one document after another.
func documentsIn(section []byte) (n int32) {
	rest := section[4:]
	for rest[0] != 0 {
		rest = rest[1:]
	}
	for rest = rest[1:]; len(rest) > 0; n++ {
		rest = rest[binary.LittleEndian.Uint32(rest):]
	}
	return n
}

func (s *cannedServer) batch(name string, cursor int64, size int, left map[int64]int) []byte {
	n := min(size, left[cursor])
	left[cursor] -= n
	open := cursor
	if left[cursor] == 0 {
		open = 0
	}
	return bsoncore.BuildDocument(nil, bsoncore.AppendDoubleElement(nil, "ok", 1), bsoncore.AppendDocumentElement(nil, "cursor", bsoncore.BuildDocument(nil,
		bsoncore.AppendInt64Element(nil, "id", open), bsoncore.AppendStringElement(nil, "ns", "app.a"), bsoncore.AppendArrayElement(nil, name, s.array(n)))))
}

func (s *cannedServer) array(n int) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if array, ok := s.batches[n]; ok {
		return array
	}
	start, array := bsoncore.AppendArrayStart(nil)
	for i := range n {
		array = bsoncore.AppendDocumentElement(array, strconv.Itoa(i), s.document)
	}
	array, err := bsoncore.AppendArrayEnd(array, start)
	if err != nil {
		panic(err)
	}
	s.batches[n] = array
	return array
}

// wide is a document of twenty fields such as applications keep.
func wide(tb testing.TB) bson.Raw {
	tb.Helper()
	d := bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "x", Value: int32(1)}, {Key: "y", Value: 1.5}}
	for _, key := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q"} {
		d = append(d, bson.E{Key: key, Value: "some text of a usual length"})
	}
	raw, err := bson.Marshal(d)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}
