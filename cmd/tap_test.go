package cmd_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/cmd"
	"migrator/store/connect"
	"migrator/store/connect/connecttest"
)

// tapped is an embedded database that is reached through a wire on which every command is written down.
type tapped struct {
	t    *testing.T
	conn *connect.Connection
	uri  string // of the wire

	mu   sync.Mutex
	sent []string
}

func tap(t *testing.T) *tapped {
	t.Helper()
	dir := t.TempDir()
	conn, err := connect.Open(t.Context(), connect.Target{URI: "embedded:" + dir, Database: "app"}, connect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	server := connecttest.Socket(t, dir)
	home, err := os.MkdirTemp("", "tap") // short: the path of a socket is limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	socket := filepath.Join(home, "s.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	w := &tapped{t: t, conn: conn, uri: "mongodb://" + url.PathEscape(socket) + "/?directConnection=true"}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go w.carry(client, server)
		}
	}()
	return w
}

// carry passes the messages of one connection on.
func (w *tapped) carry(client net.Conn, socket string) {
	defer client.Close()
	server, err := net.Dial("unix", socket)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		defer client.Close()
		_, _ = io.Copy(client, server) // it ends with the connection
	}()
	for {
		head := make([]byte, 16)
		if _, err := io.ReadFull(client, head); err != nil {
			return
		}
		body := make([]byte, binary.LittleEndian.Uint32(head)-16)
		if _, err := io.ReadFull(client, body); err != nil {
			return
		}
		if binary.LittleEndian.Uint32(head[12:]) == 2013 { // OP_MSG; before it the driver only says hello
			w.note(bson.Raw(body[5:]))
		}
		if _, err := server.Write(append(head, body...)); err != nil {
			return
		}
	}
}

func (w *tapped) note(command bson.Raw) {
	element, err := command.IndexErr(0)
	if err != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, element.Key())
}

// take empties the list of what was sent.
func (w *tapped) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := w.sent
	w.sent = nil
	return sent
}

// dump is what the server holds: of each database its collections, options, indexes and documents.
func (w *tapped) dump() string {
	w.t.Helper()
	names, err := w.conn.Client.ListDatabaseNames(w.t.Context(), bson.D{})
	if err != nil {
		w.t.Fatal(err)
	}
	var parts []string
	for _, name := range names {
		db := w.conn.Client.Database(name)
		collections, err := db.ListCollectionNames(w.t.Context(), bson.D{})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, collection := range collections {
			for _, request := range []bson.D{
				{{Key: "listCollections", Value: 1}, {Key: "filter", Value: bson.D{{Key: "name", Value: collection}}}},
				{{Key: "listIndexes", Value: collection}},
				{{Key: "find", Value: collection}, {Key: "batchSize", Value: 100_000}},
			} {
				reply, err := db.RunCommand(w.t.Context(), request).Raw()
				if err != nil {
					w.t.Fatal(err)
				}
				parts = append(parts, name+"."+collection+" "+reply.Lookup("cursor", "firstBatch").String())
			}
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}

// run runs the program in a directory, and bounds those scripts that wait for somebody.
func (w *tapped) run(dir string, args ...string) (code int, output string) {
	ctx, cancel := context.WithTimeout(w.t.Context(), 3*time.Second)
	defer cancel()
	var out bytes.Buffer
	code = cmd.Run(ctx, cmd.Process{
		Args: append(
			args, "--uri", w.uri, "--database", "app",
		), Dir: dir, Out: &out, Err: &out, In: strings.NewReader(""),
		Getenv: func(string) (string, bool) { return "", false },
	})
	return code, out.String()
}
