package bindings

import (
	"strings"
	"testing"

	"migrator/runtime"
)

func TestAScriptWritesOnlyForAPurpose(t *testing.T) {
	t.Parallel()
	leased := func(c *runtime.Call) { c.Check = func() error { return nil } }
	simulated := func(c *runtime.Call) { c.DryRun = true }
	for _, c := range []struct {
		name    string
		purpose runtime.Purpose
		change  func(*runtime.Call)
		refused bool
		written int64
	}{
		{"a command that says no purpose", 0, leased, true, 0},
		{"a look", runtime.Look, leased, true, 0},
		{"a command that registers", runtime.Register, leased, true, 0},
		{"a dry run", runtime.Simulate, simulated, false, 0},
		{"a dry run that forgot to simulate", runtime.Simulate, leased, true, 0},
		{"a run", runtime.Run, leased, false, 1},
		{"a run that simulates", runtime.Run, simulated, false, 0},
		{"a run that forgot its lease", runtime.Run, func(*runtime.Call) {}, true, 0},
		{"an evaluation", runtime.Evaluate, func(*runtime.Call) {}, false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(o *Options) { o.Purpose = c.purpose })
			_, err := b.run(t.Context(), "export function up(db) { try { db.a.insertOne({}) } catch {} db.a.countDocuments() }", c.change)
			if refused := err != nil && strings.Contains(err.Error(), "not opened for scripts that write"); refused != c.refused {
				t.Errorf("the write was refused: %v (%v)", refused, err)
			}
			written, err := b.conn.Client.Database(b.name).Collection("a").CountDocuments(t.Context(), struct{}{})
			if written != c.written || err != nil {
				t.Errorf("%d documents were written, want %d (%v)", written, c.written, err)
			}
		})
	}
}
