package connect

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

const (
	opReply = 1
	opMsg   = 2013
)

// stranger is a server that greets everybody and lets nobody log in.
func stranger(c net.Conn) {
	greeting := bson.D{
		{Key: "ok", Value: 1}, {Key: "helloOk", Value: true}, {Key: "isWritablePrimary", Value: true}, {Key: "ismaster", Value: true},
		{Key: "maxWireVersion", Value: 21}, {Key: "maxBsonObjectSize", Value: 16 << 20}, {Key: "maxMessageSizeBytes", Value: 48_000_000},
		{Key: "maxWriteBatchSize", Value: 100_000}, {Key: "localTime", Value: time.Now()}, {Key: "saslSupportedMechs", Value: bson.A{"SCRAM-SHA-256"}},
	}
	refusal := bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: 18}, {Key: "codeName", Value: "AuthenticationFailed"}, {Key: "errmsg", Value: "Authentication failed."}}
	for {
		header := make([]byte, 16)
		if _, err := io.ReadFull(c, header); err != nil {
			return
		}
		body := make([]byte, binary.LittleEndian.Uint32(header)-16)
		if _, err := io.ReadFull(c, body); err != nil {
			return
		}
		answer, prefix, kind := greeting, make([]byte, 20), opReply
		binary.LittleEndian.PutUint32(prefix[16:], 1) // the number of documents
		if binary.LittleEndian.Uint32(header[12:]) == opMsg {
			prefix, kind = make([]byte, 5), opMsg
			if elements, err := bson.Raw(body[5:]).Elements(); err != nil || elements[0].Key() != "hello" {
				answer = refusal
			}
		}
		document, err := bson.Marshal(answer)
		if err != nil {
			return
		}
		reply := make([]byte, 16, 16+len(prefix)+len(document))
		binary.LittleEndian.PutUint32(reply, uint32(16+len(prefix)+len(document)))
		copy(reply[8:12], header[4:8])
		binary.LittleEndian.PutUint32(reply[12:], uint32(kind))
		if _, err := c.Write(append(append(reply, prefix...), document...)); err != nil {
			return
		}
	}
}

func TestAWrongPasswordIsARefusal(t *testing.T) {
	t.Parallel()
	address := serve(t, stranger)
	_, err := Open(t.Context(), Target{URI: "mongodb://ada:s3cret@" + address + "/app"}, Options{})
	wantUnreachable(t, err, address+" does not let us log in: Authentication failed")
	if !Refused(err) {
		t.Errorf("%v is not told from a server that does not answer", err)
	}
}

func TestWhatIsNoRefusal(t *testing.T) {
	t.Parallel()
	_, silent := Open(t.Context(), Target{URI: "mongodb://" + closedPort(t) + "/app?serverSelectionTimeoutMS=50"}, Options{})
	for name, err := range map[string]error{
		"a server that does not answer": silent,
		"another error of the server":   Explain(mongo.CommandError{Code: 11000}),
		"another error":                 errors.New("anything"),
		"none":                          nil,
	} {
		if Refused(err) {
			t.Errorf("%s passes for a refusal: %v", name, err)
		}
	}
}
