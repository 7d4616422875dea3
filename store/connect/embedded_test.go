//go:build !noembedded

package connect

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
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

func TestEmbeddedDataMayLieAnywhere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain", "with space", "100%25", "what?", "a#b", "[old] {x} *", "ünï", "quote'\"", `back\slash`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uri := "embedded:" + filepath.Join(t.TempDir(), name, "data")
			for i := range 2 {
				c, err := Open(t.Context(), Target{URI: uri, Database: "app"}, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if got := len(texts(t, c)); got != i {
					t.Errorf("%d documents after opening it %d times", got, i)
				}
				insert(t, c, "lines", bson.D{{Key: "text", Value: "x"}})
				closeNow(t, c)
			}
		})
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
	insert(t, c, "lines", bson.D{})
	if _, err := os.Stat(filepath.Join(base, "sub", "data", "app.sqlite")); err != nil {
		t.Error(err)
	}
}

func TestEmbeddedDirectoryAndSocketAreForTheirUserAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	c := open(t, "embedded:"+dir, Options{})
	for _, path := range []string{dir, c.local.place.home} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o700 {
			t.Errorf("the mode of %s is %o", path, got)
		}
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, "embedded:"+dir, Options{})
	insert(t, c, "lines", bson.D{})
	closeNow(t, c)
	closeNow(t, c)
	var names []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{"app.sqlite", lockFile}, names); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(c.local.place.home); err == nil {
		t.Error("the directory of the socket is still there")
	}
}

func TestEmbeddedServerOpensNoPort(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/net/tcp"); err != nil {
		t.Skip("there is no /proc here to ask")
	}
	p := startProcess(t, "embedded:"+t.TempDir())
	p.expect("owner")
	p.insert("to be sure that it serves")
	sockets := socketsOf(t, p.cmd.Process.Pid)
	if len(sockets) == 0 {
		t.Fatal("the process has no socket at all: this test tests nothing")
	}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		for inode, line := range internetSockets(t, table) {
			if sockets[inode] {
				t.Errorf("the process has a socket in %s: %s", table, line)
			}
		}
	}
}

// socketsOf is the inodes of a process's sockets.
func socketsOf(t *testing.T, pid int) map[string]bool {
	t.Helper()
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	inodes := map[string]bool{}
	for _, link := range links {
		// A file that has been closed since it was listed is no socket that listens.
		if target, err := os.Readlink(link); err == nil {
			if inode, ok := strings.CutPrefix(target, "socket:["); ok {
				inodes[strings.TrimSuffix(inode, "]")] = true
			}
		}
	}
	return inodes
}

// internetSockets is a table of the kernel's sockets, by inode.
func internetSockets(t *testing.T, table string) map[string]string {
	t.Helper()
	f, err := os.Open("/proc/self/net/" + table)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if fields := strings.Fields(s.Text()); len(fields) > 9 {
			lines[fields[9]] = s.Text()
		}
	}
	return lines
}

func TestDirectoryThatCannotBeUsedIsNamed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, fs.ModePerm); err != nil {
		t.Fatal(err)
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "other.sqlite"), []byte("this is no database at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(file, "data"), foreign} {
		_, err := Open(t.Context(), Target{URI: "embedded:" + dir, Database: "app"}, Options{})
		wantUnreachable(t, err, "open the embedded database in "+dir+": ")
	}
}

// insert inserts documents into a collection of the database "app".
func insert(t testing.TB, c *Connection, collection string, documents ...any) *mongo.InsertManyResult {
	t.Helper()
	result, err := c.Client.Database("app").Collection(collection).InsertMany(t.Context(), documents)
	if err != nil {
		t.Fatal(err)
	}
	return result
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
	uri := "mongodb://ann:" + secret + "@" + url.PathEscape(c.local.place.socket) + "/app"
	_, err := Open(t.Context(), Target{URI: uri}, Options{})
	wantUnreachable(t, err, "does not let us log in: ")
}

func TestURIOfASocketIsOpened(t *testing.T) {
	t.Parallel()
	c := open(t, "embedded:"+t.TempDir(), Options{})
	direct, err := Open(t.Context(), Target{URI: "mongodb://" + url.PathEscape(c.local.place.socket) + "/app"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNow(t, direct) })
	if !direct.Server.FerretDB || direct.Server.Embedded || direct.Server.Host != c.local.place.socket {
		t.Errorf("Server = %+v", direct.Server)
	}
	if _, ok := direct.ServerBorn(); ok {
		t.Error("a server that somebody else runs counts as ours")
	}
}
