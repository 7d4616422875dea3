package cmd_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/cmd"
)

// reads are the commands that a dry run may send.
var reads = map[string]bool{
	"hello": true, "buildInfo": true, "ping": true, "find": true, "aggregate": true, "count": true, "distinct": true,
	"getMore": true, "killCursors": true,
	"listCollections": true, "listIndexes": true, "listDatabases": true, "serverStatus": true, "collStats": true,
	"dbStats": true, "endSessions": true, "explain": true,
}

var migrationName = regexp.MustCompile(`^[0-9]+_[a-z0-9_]+\.(js|ts)$`)

// projects are the examples, and every folder of migrations in the scripts of testdata, each written to a directory.
func projects(t *testing.T) map[string]string {
	t.Helper()
	dirs := map[string]string{}
	root := t.TempDir()
	if err := os.CopyFS(
		filepath.Join(root, "examples", "mongomigrations"), os.DirFS(filepath.Join("..", "mongomigrations")),
	); err != nil {
		t.Fatal(err)
	}
	dirs[filepath.Join(root, "examples")] = "mongomigrations"
	files, err := filepath.Glob("testdata/scripts/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range archive.Files {
			if !migrationName.MatchString(path.Base(section.Name)) {
				continue
			}
			folder := path.Dir(section.Name)
			dir := filepath.Join(
				root, strings.TrimSuffix(filepath.Base(file), ".txtar"), strings.ReplaceAll(folder, "/", "_"),
			)
			if dirs[dir] != "" {
				continue
			}
			dirs[dir] = folder
			for _, other := range archive.Files {
				if path.Base(other.Name) == "migrator.yaml" {
					continue // it names databases of its own
				}
				target := filepath.Join(dir, other.Name)
				if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(target, other.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return dirs
}

// TestDryRunsLeaveTheDatabaseAsItWas runs every migration that there is in this package's tests, and the examples, up
// and down in dry runs.
func TestDryRunsLeaveTheDatabaseAsItWas(t *testing.T) {
	t.Parallel()
	w := tap(t)
	if code, output := w.run(t.TempDir(), "eval",
		`db.notes.insertMany([{_id: 1, n: 1}, {_id: 2}])
		 db.users.insertMany([{_id: 1, n: 2, name: 'Ada'}, {_id: 2}])
		 db.users.createIndex({n: 1})`); code != 0 {
		t.Fatal(output)
	}
	simulated, seen := 0, 0
	for dir, folder := range projects(t) {
		entries, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		if code, output := w.run(dir, "ignore", "--dir", folder); code != 0 {
			t.Logf("%s: nothing can be registered: %s", dir, output)
		}
		for _, entry := range entries {
			if seen++; !migrationName.MatchString(entry.Name()) || testing.Short() && seen%4 != 0 {
				continue
			}
			for _, args := range [][]string{{"execute", "--force"}, {"rollback"}} {
				before := w.dump()
				w.take()
				code, output := w.run(dir, append(args, entry.Name(), "--dry-run", "--yes", "--dir", folder)...)
				if strings.Contains(output, "dry run: nothing is written") {
					simulated++
				}
				if strings.Contains(output, "goroutine ") || code == 0 && !strings.Contains(output, "would ") {
					t.Errorf("%s %v %s: exit %d\n%s", dir, args, entry.Name(), code, output)
				}
				for _, command := range w.take() {
					if !reads[command] {
						t.Errorf("%s %v %s sends %s", dir, args, entry.Name(), command)
					}
				}
				if diff := cmp.Diff(before, w.dump()); diff != "" {
					t.Fatalf("%s %v %s has changed the database:\n%s", dir, args, entry.Name(), diff)
				}
			}
		}
		if code, output := w.run(
			dir, "eval", "--write-registry", `db.migrations.drop(); db.migrations_history.drop()`,
		); code != 0 {
			t.Fatal(output)
		}
	}
	t.Logf("%d dry runs", simulated)
	if simulated < 80 && !testing.Short() {
		t.Errorf("only %d scripts were run: this test tests little", simulated)
	}
}

// filesOf are the files below a directory by the sums of what is in them.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		sums[path] = fmt.Sprintf("%x", sha256.Sum256(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

func TestDryRunsOfTheExamplesLeaveTheFilesAsTheyWere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(
		filepath.Join(dir, "mongomigrations"), os.DirFS(filepath.Join("..", "mongomigrations")),
	); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		code := cmd.Run(t.Context(), cmd.Process{
			Args: args, Dir: dir, Out: &out, Err: &out, In: strings.NewReader(""),
			Getenv: func(string) (string, bool) { return "", false },
		})
		if code != 0 {
			t.Fatalf("%v: exit %d\n%s", args, code, out.String())
		}
		return out.String()
	}
	unchanged := func(args ...string) {
		t.Helper()
		before := filesOf(t, dir)
		if output := run(args...); !strings.Contains(output, "would ") {
			t.Errorf("%v simulates nothing:\n%s", args, output)
		}
		if diff := cmp.Diff(before, filesOf(t, dir)); diff != "" {
			t.Errorf("%v has changed the files:\n%s", args, diff)
		}
	}
	unchanged("execute", "--dry-run") // where there is no database yet
	run("execute", "--to", "3")
	unchanged("execute", "--dry-run", "--to", "5")
	unchanged("execute", "--dry-run", "--force", "1")
	unchanged("rollback", "--dry-run", "--all")
	run("execute")
	unchanged("rollback", "--dry-run", "--all")
	unchanged("rollback", "--dry-run", "2", "5")
}

func TestDryRunSaysWhoHoldsTheLockAndTakesNone(t *testing.T) {
	t.Parallel()
	w := tap(t)
	dir := t.TempDir()
	write := func(name, code string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "mongomigrations", name), []byte(code), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "mongomigrations"), 0o755); err != nil {
		t.Fatal(err)
	}
	write("001_done.js", `export function up(db) {}; export function down(db) {}`)
	write("002_a.js", `export function up(db) { db.held.insertOne({_id: 1}); sleep(600000) }`)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int)
	go func() {
		var out bytes.Buffer
		ended <- cmd.Run(ctx, cmd.Process{Args: []string{"execute", "--uri", w.uri, "--database", "app"}, Dir: dir,
			Out: &out, Err: &out,
			In: strings.NewReader(""), Getenv: func(string) (string, bool) { return "", false }})
	}()
	held := w.conn.Client.Database("app").Collection("held")
	for n := int64(0); n == 0; {
		var err error
		if n, err = held.CountDocuments(t.Context(), bson.D{}); err != nil {
			t.Fatal(err)
		}
	}
	code, output := w.run(dir, "execute", "--dry-run")
	if code != 5 || !strings.Contains(output, "the lock is held by") ||
		!strings.Contains(output, "a migration is executing, by") {
		t.Errorf("what is blocked by a run in flight: exit %d\n%s", code, output)
	}
	if code, output = w.run(dir, "rollback", "--dry-run", "1"); code != 0 || !strings.Contains(
		output, "this answer may be out of date",
	) || !strings.Contains(output, "would roll back 001_done.js") {
		t.Errorf("what is not: exit %d\n%s", code, output)
	}
	cancel()
	<-ended
	if code, output = w.run(dir, "execute", "--dry-run"); code != 2 ||
		!strings.Contains(output, "migrator resolve 002_a.js") {
		t.Errorf("what has failed blocks a dry run too: exit %d\n%s", code, output)
	}
}
