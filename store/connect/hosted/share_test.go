//go:build !noembedded

package hosted

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestSecondProcessJoinsTheFirst(t *testing.T) {
	t.Parallel()
	uri := "embedded:" + t.TempDir()
	owner := startProcess(t, uri)
	owner.expect("owner")
	joiner := startProcess(t, uri)
	joiner.expect("joiner")

	owner.insert("by the owner")
	joiner.insert("by the joiner")
	here := open(t, uri, Options{})
	if part(here) != "joiner" {
		t.Error("two owners")
	}
	if diff := cmp.Diff([]string{"by the owner", "by the joiner"}, texts(t, here)); diff != "" {
		t.Error(diff)
	}
}

func TestOwnerIsAloneUntilAnotherProcessHasJoined(t *testing.T) {
	t.Parallel()
	uri := "embedded:" + t.TempDir()
	owner := open(t, uri, Options{})
	if !owner.share.Alone() {
		t.Error("the only process is not alone")
	}
	joiner := startProcess(t, uri)
	joiner.expect("joiner")
	joiner.insert("what the owner has not seen")
	joiner.finish()
	joiner.expect("closed")
	if owner.share.Alone() {
		t.Error("a process that has joined, written and left is forgotten")
	}
	if open(t, uri, Options{}).share.Alone() {
		t.Error("a joiner is alone")
	}
}

func TestBriefOwnerIsWaitedForAndNotJoined(t *testing.T) {
	t.Parallel()
	uri := "embedded:" + t.TempDir()
	brief := open(t, uri, Options{Brief: true})
	next := startProcess(t, uri)
	next.expect("notice waiting for process ")
	if err := brief.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	next.expect("owner")
	if joiner := open(t, uri, Options{Brief: true}); part(joiner) != "joiner" {
		t.Error("a brief connection does not join an owner that is there")
	}
}

func TestOwnerThatEndsFirstWaitsForItsJoiner(t *testing.T) {
	t.Parallel()
	uri := "embedded:" + t.TempDir()
	owner := startProcess(t, uri)
	owner.expect("owner")
	joiner := startProcess(t, uri)
	joiner.expect("joiner")

	owner.finish()
	notice := owner.expect("notice waiting for process ")
	if want := fmt.Sprint("process ", joiner.cmd.Process.Pid); !strings.Contains(notice, want) {
		t.Errorf("the notice is %q, want it to name %q", notice, want)
	}
	joiner.insert("while the owner waits")
	joiner.finish()
	joiner.expect("closed")
	owner.expect("closed")
}

func TestOwnerThatIsInterruptedDoesNotWait(t *testing.T) {
	t.Parallel()
	uri := "embedded:" + t.TempDir()
	owner := open(t, uri, Options{})
	joiner := startProcess(t, uri)
	joiner.expect("joiner")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := owner.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
	open(t, uri, Options{})
}

func TestJoinerTakesOverFromAnOwnerThatEnds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := open(t, "embedded:"+dir, Options{})
	closeNow(t, first)
	second := open(t, "embedded:"+dir, Options{})
	if part(second) != "owner" {
		t.Error("the only process is no owner")
	}
}

func TestWhatAKilledOwnerHasAcknowledgedIsThereForTheNext(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	owner := startProcess(t, "embedded:"+dir)
	owner.expect("owner")
	owner.insert("one")
	owner.insert("two")
	stale, ok, err := readServerFile(dir)
	if !ok || err != nil {
		t.Fatalf("readServerFile = %v, %v", ok, err)
	}
	owner.kill()

	next := open(t, "embedded:"+dir, Options{})
	if part(next) != "owner" {
		t.Error("the process after a killed one is no owner")
	}
	if diff := cmp.Diff([]string{"one", "two"}, texts(t, next)); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(filepath.Dir(stale.Socket)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket of the killed process is still there: %v", err)
	}
}

func TestServerIsBornAfterTheOneBeforeIsGone(t *testing.T) {
	t.Parallel()
	uri := "embedded:" + t.TempDir()
	first := open(t, uri, Options{})
	closeNow(t, first)
	gone := time.Now()
	second := open(t, uri, Options{})
	born, ok := second.share.Born()
	if !ok || born.Before(gone) || born.After(time.Now()) {
		t.Errorf("born at %v, %v; the one before was gone at %v", born, ok, gone)
	}
}

func TestJoinerTakesOverWhenTheOwnerDiesBeforeItAnswers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// This is how far an owner gets that is killed between taking the lock and writing its file, beside the file of
	// another one that was killed before it.
	starting, err := join(t.Context(), dir, engine{name: "slow server", start: func(context.Context, socketDir, Options) (running, error) {
		return running{pid: os.Getpid()}, nil
	}}, Options{Logger: slog.New(slog.DiscardHandler), Notice: func(string) {}})
	if err != nil {
		t.Fatal(err)
	}
	opened := make(chan *connection)
	go func() {
		c, err := dial(t.Context(), "embedded:"+dir, Options{})
		if err != nil {
			t.Error(err)
		}
		opened <- c
	}()
	select {
	case <-opened:
		t.Fatal("joined a server that does not answer")
	case <-time.After(10 * pollEvery):
	}
	if err := starting.lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if c := <-opened; c != nil {
		closeNow(t, c)
	}
}

func TestManyProcessesThatStartAndEndAtOnceAllWork(t *testing.T) {
	t.Parallel()
	uri := "embedded:" + t.TempDir()
	const rounds, processes = 3, 5
	for round := range rounds {
		all := make([]*process, processes)
		for i := range all {
			all[i] = startProcess(t, uri)
		}
		owners := 0
		for _, p := range all {
			if p.answer() == "owner" {
				owners++
			}
		}
		if owners != 1 {
			t.Errorf("round %d has %d owners", round, owners)
		}
		for i, p := range all {
			p.insert(fmt.Sprint(round, ".", i))
		}
		for _, p := range all {
			p.finish()
		}
		for _, p := range all {
			p.expect("closed")
		}
	}
	c := open(t, uri, Options{})
	if got := len(texts(t, c)); got != rounds*processes {
		t.Errorf("%d documents, want %d", got, rounds*processes)
	}
}

func TestManyProcessesThatComeAndGoAllWork(t *testing.T) {
	t.Parallel()
	uri := "embedded:" + t.TempDir()
	const workers, turns = 3, 4
	done := make(chan error, workers)
	for range workers {
		go func() {
			for range turns {
				if err := insertOnce(t.Context(), uri); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range workers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	c := open(t, uri, Options{})
	if got := len(texts(t, c)); got != workers*turns {
		t.Errorf("%d documents, want %d", got, workers*turns)
	}
}

// insertOnce opens a database, inserts a document and closes it again, as a short command does.
func insertOnce(ctx context.Context, uri string) error {
	c, err := dial(ctx, uri, Options{})
	if err != nil {
		return err
	}
	_, err = c.Client.Database("app").Collection("lines").InsertOne(ctx, bson.D{{Key: "text", Value: part(c)}})
	return errors.Join(err, c.Close(ctx))
}

func TestWaitingForADirectoryEndsWithTheContext(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	busy := open(t, "embedded:"+dir, Options{})
	if err := os.Remove(filepath.Join(dir, serverFileName)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := (serverFile{PID: os.Getpid(), Server: os.Getpid(), Socket: busy.share.sockets.socket}).write(dir); err != nil {
			t.Error(err)
		}
	})
	stop := errors.New("stopped by the test")
	ctx, cancel := context.WithCancelCause(t.Context())
	notices := make(chan string, 1)
	go func() {
		if got := <-notices; !strings.Contains(got, dir) {
			t.Errorf("the notice %q does not name the directory", got)
		}
		cancel(stop)
	}()
	_, err := dial(ctx, "embedded:"+dir, Options{Notice: func(text string) { notices <- text }})
	if !errors.Is(err, stop) {
		t.Errorf("err = %v, want the cause of the cancellation", err)
	}
}

func TestFileThatWeDidNotWriteIsNotFollowed(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"an empty file, as a crash of the machine leaves it": ``,
		"a socket outside a directory of ours":               `{"pid":1,"server":1,"socket":"/run/other/s.sock"}`,
		"another file in a directory of ours":                `{"pid":1,"server":1,"socket":"/tmp/migrator-1/other"}`,
		"a relative path":                                    `{"pid":1,"server":1,"socket":"migrator-1/s.sock"}`,
		"no process":                                         `{"pid":1,"server":0,"socket":"/tmp/migrator-1/s.sock"}`,
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, serverFileName), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if r, ok, err := readServerFile(dir); ok || err != nil {
				t.Errorf("readServerFile = %v, %v, %v", r, ok, err)
			}
			if c := open(t, "embedded:"+dir, Options{}); part(c) != "owner" {
				t.Error("not the owner")
			}
		})
	}
}
