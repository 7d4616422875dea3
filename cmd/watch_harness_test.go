package cmd_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/cmd"
	"migrator/runtime/fault"
	"migrator/store/connect"
	"migrator/store/connect/connecttest"
)

// watchLimit is how long a test waits for what has to happen: it fails behind it.
const watchLimit = 30 * time.Second

// watchEvent is what the tests read of a line of `watch --json`.
type watchEvent struct {
	Event     string
	Files     []string
	Name      string
	Direction string
	Text      string
	Done      int
	Stuck     string
	Replaced  bool
	Error     map[string]any
}

// watched is a project under `migrator watch`, in this process, on a database that the test looks into as well.
type watched struct {
	t        testing.TB
	dir      string
	target   connect.Target
	database *connect.Connection
	events   chan watchEvent
	seen     []watchEvent
	stop     context.CancelCauseFunc
	ended    chan int
	stderr   *bytes.Buffer
}

// files are texts by path in a project.
type files map[string]string

// watchProject writes files and watches them. The first cycle is over when it returns.
func watchProject(t testing.TB, f files, args ...string) *watched {
	t.Helper()
	w := newWatched(t, f)
	w.start(args...)
	w.await("the first cycle", func(e watchEvent) bool { return e.Event == "watching" })
	return w
}

func newWatched(t testing.TB, f files) *watched {
	t.Helper()
	target := connecttest.Target(t)
	c, err := connect.Open(t.Context(), target, connect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{t: t, dir: t.TempDir(), target: target, database: c}
	t.Cleanup(func() {
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	w.mkdir("mongomigrations")
	for path, text := range f {
		w.write(path, text)
	}
	return w
}

func (w *watched) start(args ...string) {
	ctx, stop := context.WithCancelCause(context.Background())
	out, write := io.Pipe()
	w.stop, w.ended, w.events, w.stderr = stop, make(chan int, 1), make(chan watchEvent, 10_000), &bytes.Buffer{}
	args = append([]string{"watch", "--json", "--uri", w.target.URI, "--database", w.target.Database}, args...)
	p := cmd.Process{
		Args: args, Getenv: func(string) (string, bool) { return "", false }, Dir: w.dir, In: &bytes.Buffer{},
		Out: write, Err: w.stderr,
	}
	go func() {
		code := cmd.Run(ctx, p)
		write.Close()
		w.ended <- code
	}()
	events := w.events
	go func() {
		defer close(events)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var e watchEvent
			if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
				e = watchEvent{Event: "no JSON: " + lines.Text()}
			}
			events <- e
		}
	}()
	w.t.Cleanup(func() { w.end() })
}

// end interrupts the watching and gives its exit code.
func (w *watched) end() int {
	w.stop(fault.New(fault.Interrupted, "", "stopped by a signal (interrupt)"))
	select {
	case code := <-w.ended:
		w.ended <- code
		return code
	case <-time.After(watchLimit):
		w.t.Fatal("watch does not end")
		return 0
	}
}

// await reads events until one is the one.
func (w *watched) await(what string, is func(watchEvent) bool) watchEvent {
	w.t.Helper()
	limit := time.After(watchLimit)
	for {
		select {
		case e, ok := <-w.events:
			if !ok {
				w.t.Fatalf("watch has ended, and %s has not happened:\n%s%s", what, w.told(), w.stderr)
			}
			w.seen = append(w.seen, e)
			if is(e) {
				return e
			}
		case <-limit:
			w.t.Fatalf("%s has not happened:\n%s", what, w.told())
		}
	}
}

// cycle awaits the end of a cycle that was not cut short by another save.
func (w *watched) cycle() watchEvent {
	w.t.Helper()
	return w.await("the end of a cycle", func(e watchEvent) bool { return e.Event == "ended" && !e.Replaced })
}

// until awaits cycles until the condition holds.
func (w *watched) until(what string, holds func() bool) {
	w.t.Helper()
	for !holds() {
		w.await(what, func(e watchEvent) bool { return e.Event == "ended" })
	}
}

// printed is what the scripts have printed, in order.
func (w *watched) printed() []string {
	var texts []string
	for _, e := range w.seen {
		if e.Event == "printed" {
			texts = append(texts, e.Text)
		}
	}
	return texts
}

// notices joins what was noticed.
func (w *watched) notices() string {
	var texts []string
	for _, e := range w.seen {
		if e.Event == "notice" {
			texts = append(texts, e.Text)
		}
	}
	return strings.Join(texts, "\n")
}

func (w *watched) told() string {
	var b strings.Builder
	for _, e := range w.seen {
		fmt.Fprintf(&b, "%+v\n", e)
	}
	return b.String()
}

// sentinel makes a save that has to do something, and awaits it: whatever the saves before it have caused has happened
// then. It may be done once in a test.
func (w *watched) sentinel() {
	w.t.Helper()
	w.write(
		"mongomigrations/999_sentinel.js", "export function up(db) { print('sentinel') }; export function down(db) {}",
	)
	w.until("the sentinel", func() bool { return slices.Contains(w.printed(), "sentinel") })
}

func (w *watched) path(path string) string { return filepath.Join(w.dir, filepath.FromSlash(path)) }

func (w *watched) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *watched) mkdir(path string) { w.t.Helper(); w.ok(os.MkdirAll(w.path(path), 0o755)) }

// write writes a text as `cp` does: it truncates and writes in place.
func (w *watched) write(path, text string) {
	w.t.Helper()
	w.ok(os.MkdirAll(filepath.Dir(w.path(path)), 0o755))
	w.ok(os.WriteFile(w.path(path), []byte(text), 0o644))
}

func (w *watched) rename(from, to string) { w.t.Helper(); w.ok(os.Rename(w.path(from), w.path(to))) }

func (w *watched) remove(path string) {
	w.t.Helper()
	if err := os.Remove(w.path(path)); !errors.Is(err, os.ErrNotExist) {
		w.ok(err)
	}
}

// states are those of the registry, by name.
func (w *watched) states() map[string]string {
	w.t.Helper()
	states := map[string]string{}
	for _, d := range w.documents("migrations") {
		states[d["_id"].(string)] = d["state"].(string)
	}
	return states
}

// values are the fields v of a collection, in order.
func (w *watched) values(collection string) []string {
	w.t.Helper()
	values := []string{}
	for _, d := range w.documents(collection) {
		values = append(values, fmt.Sprint(d["v"]))
	}
	slices.Sort(values)
	return values
}

func (w *watched) documents(collection string) []bson.M {
	w.t.Helper()
	cursor, err := w.database.Client.Database(w.target.Database).Collection(collection).Find(w.t.Context(), bson.D{})
	w.ok(err)
	var all []bson.M
	w.ok(cursor.All(w.t.Context(), &all))
	return all
}
