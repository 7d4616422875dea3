package bindings

import (
	"context"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/runtime"
)

// discard is a Doer that answers at once: what is measured is the way of a call through the bindings.
func discard(cursor func() funnel.Cursor) funnel.Middleware {
	return func(funnel.Doer) funnel.Doer {
		return funnel.DoerFunc(func(_ context.Context, op *funnel.Operation) (*funnel.Result, error) {
			r := &funnel.Result{Document: bson.Raw{5, 0, 0, 0, 0}, Written: funnel.Written{Acknowledged: true, Inserted: 1}}
			if cursor != nil {
				r.Cursor = cursor()
			}
			return r, nil
		})
	}
}

// canned yields one document n times.
type canned struct {
	document bson.Raw
	left     int
}

func (c *canned) Next(context.Context) (bson.Raw, error) {
	if c.left == 0 {
		return nil, nil
	}
	c.left--
	return append(bson.Raw(nil), c.document...), nil
}
func (c *canned) Buffered() int               { return c.left }
func (c *canned) Close(context.Context) error { return nil }

func benchmarkRun(b *testing.B, code string, cursor func() funnel.Cursor) {
	bench := &bench{name: "app", root: b.TempDir()}
	bench.engine = NewEngine(Options{Database: "app", Root: bench.root, Purpose: runtime.Evaluate, Middlewares: []funnel.Middleware{discard(cursor)}})
	unit, err := bench.engine.host.Restore(b.Context(), []runtime.File{{Path: "001_test.js", Code: []byte(code)}})
	if err != nil {
		b.Fatal(err)
	}
	m := &migration{engine: bench.engine, unit: unit}
	b.ReportAllocs()
	for b.Loop() {
		i, err := m.Open(b.Context(), runtime.Call{Migration: runtime.Migration{Name: "001_test.js"}, Direction: runtime.Up})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := i.Run(b.Context()); err != nil {
			b.Fatal(err)
		}
		i.Close()
	}
}

// BenchmarkMigration is the fixed cost of a migration beside the server's: an interpreter, the bindings, one insert.
func BenchmarkMigration(b *testing.B) {
	benchmarkRun(b, `exports.up = db => { db.notes.insertOne({content: 'test'}) }`, nil)
}

// BenchmarkInsertOne is a thousand inserts.
func BenchmarkInsertOne(b *testing.B) {
	benchmarkRun(b, `exports.up = db => { for (let i = 0; i < 1000; i++) db.notes.insertOne({content: 'test', n: i}) }`, nil)
}

func scan(b *testing.B, loop string) {
	raw := wide(b)
	benchmarkRun(b, loop, func() funnel.Cursor { return &canned{document: raw, left: 10000} })
}

// BenchmarkScan reads three of the twenty fields of ten thousand documents, with each kind of loop.
func BenchmarkScan(b *testing.B) {
	for name, loop := range map[string]string{
		"forOf":    `exports.up = db => { let s = 0; for (const d of db.a.find()) s += d.x + d.y + d.a.length }`,
		"forAwait": `exports.up = async db => { let s = 0; for await (const d of db.a.find()) s += d.x + d.y + d.a.length }`,
		"forEach":  `exports.up = db => { let s = 0; db.a.find().forEach(d => { s += d.x + d.y + d.a.length }) }`,
		"hasNext":  `exports.up = db => { let s = 0; const c = db.a.find(); while (c.hasNext()) { const d = c.next(); s += d.x + d.y + d.a.length } }`,
		"toArray":  `exports.up = db => { let s = 0; for (const d of db.a.find().toArray()) s += d.x + d.y + d.a.length }`,
	} {
		b.Run(name, func(b *testing.B) { scan(b, loop) })
	}
}
