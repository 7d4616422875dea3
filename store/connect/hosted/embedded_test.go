//go:build !noembedded

package hosted

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime/fault"
)

func TestEmbeddedDataMayLieAnywhere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain", "with space", "100%25", "what?", "a#b", "[old] {x} *", "ünï", "quote'\"", `back\slash`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uri := "embedded:" + filepath.Join(t.TempDir(), name, "data")
			for i := range 2 {
				c, err := dial(t.Context(), uri, Options{})
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

func TestEmbeddedDirectoryAndSocketAreForTheirUserAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	c := open(t, "embedded:"+dir, Options{})
	for _, path := range []string{dir, c.share.sockets.home} {
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
	if _, err := os.Stat(c.share.sockets.home); err == nil {
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
		_, err := dial(t.Context(), "embedded:"+dir, Options{})
		if fault.CodeOf(err) != fault.Unreachable || fault.HintOf(err) == "" || !strings.Contains(err.Error(), "open the embedded database in "+dir+": ") {
			t.Errorf("err = %v, with the hint %q", err, fault.HintOf(err))
		}
	}
}

// insert inserts documents into a collection of the database "app".
func insert(t testing.TB, c *connection, collection string, documents ...any) *mongo.InsertManyResult {
	t.Helper()
	result, err := c.Client.Database("app").Collection(collection).InsertMany(t.Context(), documents)
	if err != nil {
		t.Fatal(err)
	}
	return result
}
