//go:build !noembedded && unix

package hosted

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
)

// playMongod is a mongod as far as startMongod can tell: it takes the same flags, serves its data on the socket, and
// ends on SIGTERM.
func playMongod(args []string) int {
	flags := flag.NewFlagSet("mongod", flag.ExitOnError)
	data := flags.String("dbpath", "", "")
	socket := flags.String("bind_ip", "", "")
	flags.String("unixSocketPrefix", "", "")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if _, err := os.Stat(filepath.Join(*data, "broken")); err == nil {
		fmt.Println("the data files are broken")
		return 14
	}
	p := socketDirOf(*socket)
	p.data = *data
	server, err := startEmbedded(context.Background(), p, Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	<-ctx.Done()
	if err := server.stop(context.Background()); err != nil {
		return 1
	}
	return 0
}

// PathWithMongod is a PATH on which there is a mongod.
func PathWithMongod(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "mongod")); err != nil {
		t.Fatal(err)
	}
	return bin
}

func TestMongodIsStartedAndStopped(t *testing.T) {
	t.Setenv("PATH", PathWithMongod(t))
	dir := t.TempDir()
	c := open(t, "mongod:"+dir, Options{})
	if part(c) != "owner" {
		t.Errorf("part = %s", part(c))
	}
	r, ok, err := readServerFile(dir)
	if !ok || err != nil {
		t.Fatalf("readServerFile = %v, %v", ok, err)
	}
	if r.Server == os.Getpid() || !alive(r.Server) {
		t.Errorf("the server's process is %d", r.Server)
	}
	closeNow(t, c)
	if alive(r.Server) {
		t.Error("mongod is still there")
	}
	if _, err := os.Stat(filepath.Dir(r.Socket)); err == nil {
		t.Error("the directory of the socket is still there")
	}
}

func TestMongodIsSharedBetweenProcesses(t *testing.T) {
	t.Parallel()
	uri := "mongod:" + t.TempDir()
	path := "PATH=" + PathWithMongod(t)
	owner := startProcess(t, uri, path)
	owner.expect("owner")
	joiner := startProcess(t, uri, path)
	joiner.expect("joiner")
	joiner.insert("over the owner's mongod")
	joiner.finish()
	joiner.expect("closed")
	owner.finish()
	owner.expect("closed")
}

func TestMongodOfAKilledOwnerIsReplaced(t *testing.T) {
	path := PathWithMongod(t)
	t.Setenv("PATH", path)
	dir := t.TempDir()
	owner := startProcess(t, "mongod:"+dir)
	owner.expect("owner")
	owner.insert("one")
	orphan, _, err := readServerFile(dir)
	if err != nil {
		t.Fatal(err)
	}
	owner.kill()
	if !answers(t.Context(), orphan.Socket) {
		t.Fatal("the server has ended with its owner: this test tests nothing")
	}

	c := open(t, "mongod:"+dir, Options{})
	if part(c) != "owner" {
		t.Error("the process after a killed one is no owner")
	}
	if diff := cmp.Diff([]string{"one"}, texts(t, c)); diff != "" {
		t.Error(diff)
	}
	if answers(t.Context(), orphan.Socket) {
		t.Error("the old server still answers")
	}
}

func TestMongodThatEndsAtOnceShowsItsLog(t *testing.T) {
	t.Setenv("PATH", PathWithMongod(t))
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "broken"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := dial(t.Context(), "mongod:"+dir, Options{})
	if fault.CodeOf(err) != fault.Unreachable || !strings.Contains(err.Error(), "exit status 14") {
		t.Errorf("err = %v", err)
	}
	if got := fault.DetailOf(err); got != "the data files are broken" {
		t.Errorf("the detail is %q", got)
	}
	if _, ok, _ := readServerFile(dir); ok {
		t.Error("a file was left behind")
	}
}

func TestMongodThatIsNotInstalledIsNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := dial(t.Context(), "mongod:"+t.TempDir(), Options{})
	if fault.CodeOf(err) != fault.Unreachable || !strings.Contains(err.Error(), "no mongod on this machine") {
		t.Errorf("err = %v", err)
	}
	if !strings.Contains(fault.HintOf(err), "embedded:DIR") {
		t.Errorf("the hint is %q", fault.HintOf(err))
	}
}
