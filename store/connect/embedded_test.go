//go:build !noembedded

package connect

import (
	"context"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
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
	var commands atomic.Int64
	monitor := &event.CommandMonitor{Started: func(context.Context, *event.CommandStartedEvent) { commands.Add(1) }}
	c := open(t, "embedded:"+t.TempDir(), Options{Monitor: monitor})
	before := commands.Load()
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
	if n := commands.Load() - before; n != 0 {
		t.Errorf("%d commands were sent", n)
	}
	c.clock.server = time.Time{}
	if _, err := c.ServerTime(t.Context()); err != nil || commands.Load() != before+1 {
		t.Errorf("without a reading %d commands were sent, %v", commands.Load()-before, err)
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

func TestWhatTheConnectionStringSaysOfTheDataDoesNotTouchTheStore(t *testing.T) {
	t.Parallel()
	server := open(t, "embedded:"+t.TempDir(), Options{})
	var mu sync.Mutex
	concerns := map[string]bson.RawValue{} // by the collection that is written to
	monitor := &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		mu.Lock()
		defer mu.Unlock()
		if e.CommandName == "insert" {
			concerns[e.Command.Lookup("insert").StringValue()] = e.Command.Lookup("writeConcern", "w")
		}
	}}
	var notices []string
	uri := "mongodb://" + url.PathEscape(server.share.Socket()) + "/app?w=0&readPreference=secondary&maxPoolSize=1&timeoutMS=1000&retryWrites=false"
	c, err := Open(t.Context(), Target{URI: uri}, Options{Monitor: monitor, Notice: func(text string) { notices = append(notices, text) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNow(t, c) })
	for name, client := range map[string]*mongo.Client{"data": c.Client, "records": c.Store} {
		if _, err := client.Database("app").Collection(name).InsertOne(t.Context(), bson.D{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if w := concerns["data"]; w.AsInt64() != 0 {
		t.Errorf("the data is written with w: %v", w)
	}
	if w, _ := concerns["records"].StringValueOK(); w != "majority" {
		t.Errorf("records are written with w: %v", concerns["records"])
	}
	if len(notices) != 1 || !strings.Contains(notices[0], "w=0") {
		t.Errorf("the notices are %q", notices)
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
	direct := open(t, "mongodb://"+cable.address+"/?serverSelectionTimeoutMS=2000", Options{})
	insert(t, direct)
	cable.cut()
	for range 2 {
		_, err := direct.Client.Database("app").Collection("lines").InsertOne(t.Context(), bson.D{})
		wantUnreachable(t, Explain(err), "")
	}
}

// cable passes bytes between an address of TCP and a socket, until it is cut.
type cable struct {
	address string

	mu   sync.Mutex
	ends []io.Closer
}

func newCable(t *testing.T, socket string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{address: l.Addr().String(), ends: []io.Closer{l}}
	t.Cleanup(c.cut)
	go accept(l, func(client net.Conn) {
		server, err := net.Dial("unix", socket)
		if err != nil {
			return
		}
		c.mu.Lock()
		c.ends = append(c.ends, client, server)
		c.mu.Unlock()
		go io.Copy(server, client)
		_, _ = io.Copy(client, server)
	})
	return c
}

func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range c.ends {
		_ = end.Close() // some have ended already
	}
}

func BenchmarkOpenAndClose(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		c, err := Open(b.Context(), Target{URI: "embedded:" + dir, Database: "app"}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		closeNow(b, c)
	}
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
