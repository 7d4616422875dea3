package cmd_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"migrator/bindings"
	"migrator/runtime"
	"migrator/store"
	"migrator/store/connect/connecttest"
)

// BenchmarkJournal is what the journal of a run in flight costs: a migration of a thousand insertOnes, with it and, as
// the baseline, without.
func BenchmarkJournal(b *testing.B) {
	const code = "export function up(db) { for (let i = 0; i < 1000; i++) db.notes.insertOne({content: 'test', n: i}) }"
	c := connecttest.Open(b)
	root := b.TempDir()
	dir := filepath.Join(root, "mongomigrations")
	if err := os.Mkdir(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "001_m.js"), []byte(code), 0o644); err != nil {
		b.Fatal(err)
	}
	engine := bindings.NewEngine(bindings.Options{
		Client: c.Client, Database: c.Database, Root: root, Purpose: runtime.Evaluate, FerretDB: c.Server.FerretDB,
	})
	s := store.New(c, store.Options{Database: c.Database})
	for name, scripts := range map[string]runtime.Scripts{"with": engine, "baseline: without": silent{engine}} {
		b.Run(name, func(b *testing.B) {
			r := &runtime.Runner{
				Directory: runtime.Directory{Path: dir, Shown: "mongomigrations"}, Scripts: scripts,
				Registry: s.Registry(), History: s.History(), Locker: s.Locker(), Observer: deaf{},
				Database: c.Database,
			}
			for b.Loop() {
				if _, err := r.Execute(
					b.Context(), runtime.ExecuteOptions{Force: true, Targets: []string{"1"}},
				); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := c.Client.Database(c.Database).Collection("notes").Drop(b.Context()); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// silent are scripts that tell no journal what they do.
type silent struct{ runtime.Scripts }

func (s silent) Load(ctx context.Context, m runtime.Migration) (runtime.Script, error) {
	script, err := s.Scripts.Load(ctx, m)
	return silentScript{script}, err
}

type silentScript struct{ runtime.Script }

func (s silentScript) Open(ctx context.Context, call runtime.Call) (runtime.Instance, error) {
	call.Journal = nil
	return s.Script.Open(ctx, call)
}

// deaf is an observer that nothing is told to.
type deaf struct{}

func (deaf) Started(runtime.Migration, runtime.Direction) {}
func (deaf) Printed(runtime.Migration, string)            {}
func (deaf) Finished(runtime.Result)                      {}
func (deaf) Notice(string)                                {}
