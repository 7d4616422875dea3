package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"migrator/cmd"
	"migrator/runtime/fault"
)

// BenchmarkFirstExecute is the wait for the first migration of a new project on the embedded database, which is created
// in it. The baselines beside it: what it costs to start and stop that database, and to see that there is nothing to
// do.
func BenchmarkFirstExecute(b *testing.B) {
	const migration = "export function up(db) { db.notes.insertOne({content: 'test'}) }"
	b.Run("one migration", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			dir := benchProject(b, migration)
			b.StartTimer()
			run(b, dir, "execute", "--quiet")
		}
	})
	b.Run("baseline: status of an empty project", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			dir := benchProject(b)
			b.StartTimer()
			run(b, dir, "status", "--quiet")
		}
	})
	b.Run("baseline: nothing to do", func(b *testing.B) {
		dir := benchProject(b, migration)
		run(b, dir, "execute", "--quiet")
		for b.Loop() {
			run(b, dir, "execute", "--quiet")
		}
	})
}

func benchProject(b *testing.B, migrations ...string) string {
	b.Helper()
	dir := b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "mongomigrations"), 0o755); err != nil {
		b.Fatal(err)
	}
	for i, code := range migrations {
		if err := os.WriteFile(
			filepath.Join(dir, "mongomigrations", fmt.Sprintf("%03d_m.js", i+1)), []byte(code), 0o644,
		); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// run runs a command line in this process.
func run(b *testing.B, dir string, args ...string) {
	b.Helper()
	var out, errs bytes.Buffer
	p := cmd.Process{
		Args: args, Getenv: func(string) (string, bool) { return "", false }, Dir: dir, In: &bytes.Buffer{}, Out: &out,
		Err: &errs,
	}
	if code := cmd.Run(b.Context(), p); code != int(fault.OK) {
		b.Fatalf("exit %d: %s", code, errs.String())
	}
}
