package bindings

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"migrator/runtime"
	"migrator/store/connect"
	"migrator/store/connect/connecttest"
)

// bench is an engine on a database of the test's own.
type bench struct {
	t       *testing.T
	conn    *connect.Connection // nil where the server is the test's own
	name    string              // of the database
	engine  *Engine
	root    string
	printed []string
}

func newBench(t *testing.T, change ...func(*Options)) *bench {
	t.Helper()
	return newBenchOn(t, connecttest.Open(t), change...)
}

func newBenchOn(t *testing.T, conn *connect.Connection, change ...func(*Options)) *bench {
	t.Helper()
	b := &bench{t: t, conn: conn, name: conn.Database, root: t.TempDir()}
	o := Options{Client: conn.Client, Database: conn.Database, Root: b.root, Purpose: runtime.Evaluate, FerretDB: conn.Server.FerretDB, Transactions: conn.Server.Transactions}
	for _, f := range change {
		f(&o)
	}
	b.engine = NewEngine(o)
	return b
}

// needEmbedded skips a test that is about the embedded database's faults.
func (b *bench) needEmbedded() {
	b.t.Helper()
	if !b.conn.Server.FerretDB {
		b.t.Skip("needs the embedded database")
	}
}

func (b *bench) call() runtime.Call {
	return runtime.Call{
		Migration: runtime.Migration{Name: "001_test.js", Number: 1}, Direction: runtime.Up,
		Environment: "development", Database: b.name,
		Print: func(line string) { b.printed = append(b.printed, line) },
	}
}

// eval evaluates code and returns the value as relaxed EJSON.
func (b *bench) eval(code string) string {
	b.t.Helper()
	r, err := b.engine.Eval(b.t.Context(), b.call(), "eval", code)
	if err != nil {
		b.t.Fatalf("eval %s: %v\n%s", code, err, detail(err))
	}
	if r.Undefined {
		return "undefined"
	}
	return r.EJSON
}

// evalError evaluates code that has to fail.
func (b *bench) evalError(code string) error {
	b.t.Helper()
	r, err := b.engine.Eval(b.t.Context(), b.call(), "eval", code)
	if err == nil {
		b.t.Fatalf("eval %s: want an error, got %s", code, r.EJSON)
	}
	return err
}

// write puts a file into the project.
func (b *bench) write(name, code string) string {
	b.t.Helper()
	path := filepath.Join(b.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(code), 0o644); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// open loads and evaluates a migration file of that code.
func (b *bench) open(code string, change ...func(*runtime.Call)) (runtime.Instance, error) {
	b.t.Helper()
	path := b.write("mongomigrations/001_test.js", code)
	unit, err := b.engine.Load(b.t.Context(), runtime.Migration{Name: "001_test.js", Number: 1, Path: path})
	if err != nil {
		return nil, err
	}
	call := b.call()
	for _, f := range change {
		f(&call)
	}
	i, err := unit.Open(b.t.Context(), call)
	if err == nil {
		b.t.Cleanup(i.Close)
	}
	return i, err
}

// run runs up of a migration file of that code.
func (b *bench) run(ctx context.Context, code string, change ...func(*runtime.Call)) (runtime.Report, error) {
	b.t.Helper()
	i, err := b.open(code, change...)
	if err != nil {
		return runtime.Report{}, err
	}
	return i.Run(ctx)
}

// mustRun is run of code that has to succeed.
func (b *bench) mustRun(code string) runtime.Report {
	b.t.Helper()
	report, err := b.run(b.t.Context(), code)
	if err != nil {
		b.t.Fatalf("run: %v\n%s", err, detail(err))
	}
	return report
}

// wantIn fails unless text holds every part.
func wantIn(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("want %q in:\n%s", part, text)
		}
	}
}
