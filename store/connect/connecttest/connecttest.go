// Package connecttest gives a test a database of its own.
//
// It is the embedded one, in a directory of the test's, unless MIGRATOR_TEST_URI names a server: then it is a new
// database there, which is dropped when the test ends. What is true of only one of the two a test finds out from
// Connection.Server.
package connecttest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/store/connect"
	"migrator/store/connect/address"
	"migrator/store/connect/hosted"
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
	c, err := connect.Open(t.Context(), Target(t), o)
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

// Server starts an embedded server, which ends with the test, or takes the one of MIGRATOR_TEST_URI. It returns the
// address, as NewWire takes it.
func Server(t testing.TB) string {
	t.Helper()
	if uri := os.Getenv("MIGRATOR_TEST_URI"); uri != "" {
		return address.Hosts(uri)[0]
	}
	share, err := hosted.Join(t.Context(), address.Embedded, t.TempDir(), hosted.Options{
		Logger: slog.New(slog.DiscardHandler), Notice: func(text string) { t.Log(text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := share.Leave(context.Background()); err != nil {
			t.Errorf("stop the server: %v", err)
		}
	})
	return share.Socket()
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
