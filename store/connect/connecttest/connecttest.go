// Package connecttest gives a test a database of its own.
//
// It is the embedded one, in a directory of the test's, unless MIGRATOR_TEST_URI names a server: then it is a new
// database there, which is dropped when the test ends. What is true of only one of the two a test finds out from
// Connection.Server.
package connecttest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/store/connect"
)

// closeLimit bounds the cleaning up, so that a test that has left a server hanging fails and does not hang itself.
const closeLimit = 30 * time.Second

// Open connects to a new, empty database. The connection is closed, and the database removed, when the test ends.
func Open(t testing.TB) *connect.Connection {
	t.Helper()
	return OpenWith(t, connect.Options{})
}

// OpenWith is Open with options, a command monitor for example.
func OpenWith(t testing.TB, o connect.Options) *connect.Connection {
	t.Helper()
	return open(t, Target(t), o)
}

func open(t testing.TB, target connect.Target, o connect.Options) *connect.Connection {
	t.Helper()
	c, err := connect.Open(t.Context(), target, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
		defer cancel()
		if err := c.Close(ctx); err != nil {
			t.Errorf("close the connection: %v", err)
		}
	})
	return c
}

// Target names a new, empty database without connecting to it, for a test that hands a connection string to something
// else. The database is removed when the test ends.
func Target(t testing.TB) connect.Target {
	t.Helper()
	name := "test_" + bson.NewObjectID().Hex()
	uri := os.Getenv("MIGRATOR_TEST_URI")
	if uri == "" {
		return connect.Target{URI: "embedded:" + t.TempDir(), Database: name}
	}
	target := connect.Target{URI: uri, Database: name}
	t.Cleanup(func() {
		if err := drop(target); err != nil {
			t.Errorf("drop the database %s: %v", name, err)
		}
	})
	return target
}

// Socket is the path of the socket that the embedded server in a directory listens on.
func Socket(t testing.TB, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "migrator.server"))
	var server struct{ Socket string }
	if err == nil {
		err = json.Unmarshal(text, &server)
	}
	if err != nil {
		t.Fatalf("find the socket of the embedded server: %v", err)
	}
	return server.Socket
}

// drop removes the database of a target.
func drop(target connect.Target) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	c, err := connect.Open(ctx, target, connect.Options{})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() {
		if e := c.Close(ctx); err == nil {
			err = e
		}
	}()
	return c.Client.Database(target.Database).Drop(ctx)
}
