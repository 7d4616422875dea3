//go:build !noembedded

package connect

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
)

func TestEmbeddedServerIsKnownForWhatItIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, "embedded:"+dir, Options{})
	want := Server{
		Kind:     Standalone,
		FerretDB: true,
		Embedded: true,
		Version:  "7.0.42",
		Host:     "embedded:" + dir,
	}
	if diff := cmp.Diff(want, c.Server); diff != "" {
		t.Error(diff)
	}
	if c.Database != "app" {
		t.Errorf("Database = %q", c.Database)
	}
}

func TestRelativeDirectoryIsUnderTheBase(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	c, err := Open(t.Context(), Target{URI: "embedded:sub/data", Base: base, Database: "app"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNow(t, c) })
	insert(t, c)
	if _, err := os.Stat(filepath.Join(base, "sub", "data", "app.sqlite")); err != nil {
		t.Error(err)
	}
}

func TestServerTimeAsksTheServerOnce(t *testing.T) {
	t.Parallel()
	commands := 0
	monitor := &event.CommandMonitor{Started: func(context.Context, *event.CommandStartedEvent) { commands++ }}
	c := open(t, "embedded:"+t.TempDir(), Options{Monitor: monitor})
	before := commands
	for range 100 {
		got, err := c.ServerTime(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// This server shares our clock, and rounds it to a millisecond.
		if d := time.Since(got); d.Abs() > time.Second {
			t.Fatalf("the server's clock differs by %v", d)
		}
	}
	if commands != before {
		t.Errorf("%d commands were sent", commands-before)
	}
	c.clock.server = time.Time{}
	if _, err := c.ServerTime(t.Context()); err != nil || commands != before+1 {
		t.Errorf("without a reading %d commands were sent, %v", commands-before, err)
	}
}

func TestLoginThatTheServerRefusesIsExplained(t *testing.T) {
	t.Parallel()
	c := open(t, "embedded:"+t.TempDir(), Options{})
	uri := "mongodb://ann:" + secret + "@" + url.PathEscape(c.share.Socket()) + "/app"
	_, err := Open(t.Context(), Target{URI: uri}, Options{})
	wantUnreachable(t, err, "does not let us log in: ")
}

func TestURIOfASocketIsOpened(t *testing.T) {
	t.Parallel()
	c := open(t, "embedded:"+t.TempDir(), Options{})
	direct, err := Open(t.Context(), Target{URI: "mongodb://" + url.PathEscape(c.share.Socket()) + "/app"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNow(t, direct) })
	if !direct.Server.FerretDB || direct.Server.Embedded || direct.Server.Host != c.share.Socket() {
		t.Errorf("Server = %+v", direct.Server)
	}
	if _, ok := direct.ServerBorn(); ok {
		t.Error("a server that somebody else runs counts as ours")
	}
}

func TestStandInIsCalledByTheNameOfWhatItStandsFor(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data")
	c := open(t, "embedded:"+dir, Options{NoTrace: true})
	if c.Server.Host != "embedded:"+dir {
		t.Errorf("it is called %s", c.Server.Host)
	}
}

func TestOperationOnAServerThatHasDiedIsExplained(t *testing.T) {
	t.Parallel()
	c := open(t, "embedded:"+t.TempDir(), Options{})
	cable := newCable(t, c.share.Socket())
	direct := open(t, "mongodb://"+cable.address+"/?serverSelectionTimeoutMS=200", Options{})
	insert(t, direct)
	cable.cut()
	for range 3 {
		_, err := direct.Client.Database("app").Collection("lines").InsertOne(t.Context(), bson.D{})
		wantUnreachable(t, Explain(err), "")
	}
}

// cable passes bytes between an address of TCP and a socket, until it is cut.
type cable struct {
	address string
	cut     func()
}

func newCable(t *testing.T, socket string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	context.AfterFunc(ctx, func() { _ = l.Close() })
	go accept(l, func(client net.Conn) {
		server, err := net.Dial("unix", socket)
		if err != nil {
			return
		}
		context.AfterFunc(ctx, func() { _ = errors.Join(client.Close(), server.Close()) })
		go io.Copy(server, client)
		_, _ = io.Copy(client, server)
	})
	return &cable{address: l.Addr().String(), cut: cancel}
}

// open opens the database "app" of a target, and closes it when the test ends.
func open(t testing.TB, uri string, o Options) *Connection {
	t.Helper()
	c, err := Open(t.Context(), Target{URI: uri, Database: "app"}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNow(t, c) })
	return c
}

func closeNow(t testing.TB, c *Connection) {
	t.Helper()
	if err := c.Close(context.Background()); err != nil {
		t.Errorf("close: %v", err)
	}
}

// insert inserts a document into the collection "lines" of the database "app".
func insert(t testing.TB, c *Connection) {
	t.Helper()
	if _, err := c.Client.Database("app").Collection("lines").InsertOne(t.Context(), bson.D{}); err != nil {
		t.Fatal(err)
	}
}
