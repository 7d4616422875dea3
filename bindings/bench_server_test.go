package bindings

import (
	"context"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/bindings/funnel"
	"migrator/runtime"
)

// workloads are what migrations do with a whole collection: as a script, and as a Go program that does the same by the driver
// with the batches of the same size.
func workloads() []workload {
	const piece = 1000
	return []workload{
		{"scan3", "reads three of twenty fields",
			`let s = 0; for (const d of db.a.find()) s += d.x + d.y + d.a.length`,
			each(func(d bson.Raw) {
				_, _, _ = d.Lookup("x").Int32(), d.Lookup("y").Double(), len(d.Lookup("a").StringValue())
			})},
		{"scan3ForAwait", "the same, by for await",
			`let s = 0; for await (const d of db.a.find()) s += d.x + d.y + d.a.length`,
			each(func(d bson.Raw) {
				_, _, _ = d.Lookup("x").Int32(), d.Lookup("y").Double(), len(d.Lookup("a").StringValue())
			})},
		{"touchAll", "reads every field",
			`let n = 0; for (const d of db.a.find()) for (const k in d) if (d[k]) n++`,
			each(func(d bson.Raw) {
				var m bson.D
				_ = bson.Unmarshal(d, &m)
			})},
		{"json", "makes JSON of every document",
			`let n = 0; for (const d of db.a.find()) n += JSON.stringify(d).length`,
			each(func(d bson.Raw) { _, _ = bson.MarshalExtJSON(d, false, false) })},
		{"copy", "inserts every document into another collection",
			`let w = []; for (const d of db.a.find()) { w.push(d); if (w.length === 1000) { db.b.insertMany(w); w = [] } }`,
			inPieces(piece, func(ctx context.Context, db *mongo.Database, documents []bson.Raw) error {
				_, err := db.Collection("b").InsertMany(ctx, documents)
				return err
			})},
		{"replace", "replaces every document by itself",
			`let w = []; for (const d of db.a.find()) { w.push({replaceOne: {filter: {_id: d._id}, replacement: d}}); if (w.length === 1000) { db.a.bulkWrite(w, {ordered: false}); w = [] } }`,
			inPieces(piece, func(ctx context.Context, db *mongo.Database, documents []bson.Raw) error {
				return bulk(ctx, db, documents, func(d bson.Raw) mongo.WriteModel {
					return mongo.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: d.Lookup("_id")}}).SetReplacement(d)
				})
			})},
		{"backfill", "sets a field of every document, in bulks of a thousand",
			`let w = []; for (const d of db.a.find()) { w.push({updateOne: {filter: {_id: d._id}, update: {$set: {full: d.a + ' ' + d.b}}}}); if (w.length === 1000) { db.a.bulkWrite(w, {ordered: false}); w = [] } }`,
			inPieces(piece, func(ctx context.Context, db *mongo.Database, documents []bson.Raw) error {
				return bulk(ctx, db, documents, func(d bson.Raw) mongo.WriteModel {
					full := d.Lookup("a").StringValue() + " " + d.Lookup("b").StringValue()
					return mongo.NewUpdateOneModel().SetFilter(bson.D{{Key: "_id", Value: d.Lookup("_id")}}).SetUpdate(bson.D{{Key: "$set", Value: bson.D{{Key: "full", Value: full}}}})
				})
			})},
	}
}

// workload is one of them.
type workload struct {
	name, what string
	script     string
	program    func(ctx context.Context, db *mongo.Database) error
}

func each(look func(d bson.Raw)) func(context.Context, *mongo.Database) error {
	return func(ctx context.Context, db *mongo.Database) error {
		cursor, err := db.Collection("a").Find(ctx, bson.D{}, options.Find().SetBatchSize(funnel.DefaultBatch))
		if err != nil {
			return err
		}
		defer cursor.Close(ctx)
		for cursor.Next(ctx) {
			look(cursor.Current)
		}
		return cursor.Err()
	}
}

func inPieces(size int, write func(context.Context, *mongo.Database, []bson.Raw) error) func(context.Context, *mongo.Database) error {
	return func(ctx context.Context, db *mongo.Database) error {
		var pending []bson.Raw
		var failed error
		err := each(func(d bson.Raw) {
			if pending = append(pending, slices.Clone(d)); len(pending) == size && failed == nil {
				failed = write(ctx, db, pending)
				pending = pending[:0]
			}
		})(ctx, db)
		if failed != nil {
			return failed
		}
		return err
	}
}

func bulk(ctx context.Context, db *mongo.Database, documents []bson.Raw, model func(bson.Raw) mongo.WriteModel) error {
	models := make([]mongo.WriteModel, len(documents))
	for i, d := range documents {
		models[i] = model(d)
	}
	_, err := db.Collection("a").BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	return err
}

// BenchmarkWorkloads measures each as a script and as a Go program in turns, on one server: script-ns/doc, go-ns/doc, and how
// many times as long the script takes (x-of-go).
func BenchmarkWorkloads(b *testing.B) {
	const documents = 10000
	server := newCannedServer(b, wide(b), documents)
	client, err := mongo.Connect(options.Client().ApplyURI(server.uri))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { client.Disconnect(context.Background()) })
	engine := NewEngine(Options{Client: client, Database: "app", Root: b.TempDir(), Purpose: runtime.Evaluate})
	for _, w := range workloads() {
		b.Run(w.name, func(b *testing.B) {
			unit, err := engine.host.Restore(b.Context(), []runtime.File{{Path: "001_test.js", Code: []byte("exports.up = async db => { " + w.script + " }")}})
			if err != nil {
				b.Fatal(err)
			}
			m := &migration{engine: engine, unit: unit}
			var inScript, inGo time.Duration
			passes := 0
			for b.Loop() {
				inGo += timed(b, func() error { return w.program(b.Context(), client.Database("app")) })
				inScript += timed(b, func() error { return runOnce(b.Context(), m) })
				passes++
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(inScript.Nanoseconds())/float64(passes*documents), "script-ns/doc")
			b.ReportMetric(float64(inGo.Nanoseconds())/float64(passes*documents), "go-ns/doc")
			b.ReportMetric(float64(inScript)/float64(inGo), "x-of-go")
		})
	}
}

func timed(b *testing.B, f func() error) time.Duration {
	begun := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return time.Since(begun)
}

func runOnce(ctx context.Context, m *migration) error {
	i, err := m.Open(ctx, runtime.Call{Migration: runtime.Migration{Name: "001_test.js"}, Direction: runtime.Up})
	if err != nil {
		return err
	}
	defer i.Close()
	_, err = i.Run(ctx)
	return err
}
