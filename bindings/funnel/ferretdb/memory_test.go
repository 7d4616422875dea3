package ferretdb

import (
	"context"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// server is a Doer that finds no array anywhere, and counts how often it was asked.
type server struct{ scans int }

func (s *server) Do(_ context.Context, op *funnel.Operation) (*funnel.Result, error) {
	if find, ok := op.Request.(*funnel.Find); ok && find.Limit == 1 {
		s.scans++
	}
	return &funnel.Result{Cursor: nothing{}}, nil
}

type nothing struct{}

func (nothing) Next(context.Context) (bson.Raw, error) { return nil, nil }
func (nothing) Buffered() int                          { return 0 }
func (nothing) Close(context.Context) error            { return nil }

// TestScansAreRemembered has a query that needs to know whether a path leads through an array, then something else, and
// then the query again.
func TestScansAreRemembered(t *testing.T) {
	t.Parallel()
	raw := func(text string) bson.Raw {
		var d bson.D
		if err := bson.UnmarshalExtJSON([]byte(text), false, &d); err != nil {
			t.Fatal(err)
		}
		document, err := bson.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return document
	}
	on := func(collection string, r funnel.Request) *funnel.Operation {
		return &funnel.Operation{Database: "app", Collection: collection, Request: r}
	}
	query := on("a", &funnel.Find{Filter: raw(`{"o.k": null}`)})
	write := func(collection string, w funnel.WriteModel) *funnel.Operation {
		return on(collection, &funnel.Bulk{Writes: []funnel.WriteModel{w}})
	}
	update := func(text string) *funnel.Operation {
		change := bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: raw(text)}
		return write("a", funnel.WriteModel{Kind: funnel.UpdateMany, Filter: raw(`{}`), Update: change})
	}
	alone := func() bool { return true }
	for _, c := range []struct {
		name    string
		alone   func() bool
		between *funnel.Operation
		scans   int
	}{
		{"nothing happens", alone, nil, 1},
		{"another process has joined", func() bool { return false }, nil, 2},
		{"nobody knows whether one has", nil, nil, 2},
		{"a read", alone, on("a", &funnel.Count{}), 1},
		{"a write to another collection", alone, write("b", funnel.WriteModel{Document: raw(`{"l": [1]}`)}), 1},
		{"a document without arrays is inserted", alone, write("a",
			funnel.WriteModel{Document: raw(`{"o": {"k": 1}}`)}), 1},
		{"a document with an array is inserted", alone, write("a",
			funnel.WriteModel{Document: raw(`{"o": {"l": [1]}}`)}), 2},
		{"plain values are set", alone, update(`{"$set": {"o.k": 1}, "$inc": {"n": 1}}`), 1},
		{"an array is set", alone, update(`{"$set": {"o": [{"k": 1}]}}`), 2},
		{"something is pushed", alone, update(`{"$push": {"o": 1}}`), 2},
		{"a field is renamed", alone, update(`{"$rename": {"l": "o"}}`), 2},
		{"an upsert by an array", alone, write("a", funnel.WriteModel{Kind: funnel.Replace, Filter: raw(`{"o": [1]}`),
			Document: raw(`{}`), Upsert: true}), 2},
		{"documents are deleted", alone, write("a", funnel.WriteModel{Kind: funnel.DeleteMany, Filter: raw(`{}`)}), 1},
		{"a findAndModify that pushes", alone, on("a", &funnel.FindAndModify{Filter: raw(`{}`),
			Update: bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: raw(`{"$push": {"o": 1}}`)}}), 2},
		{"the database is dropped", alone, on("", &funnel.Command{Document: raw(`{"dropDatabase": 1}`)}), 2},
		{"the collection is dropped", alone, on("", &funnel.Command{Document: raw(`{"drop": "a"}`)}), 2},
		{"another collection is dropped", alone, on("", &funnel.Command{Document: raw(`{"drop": "b"}`)}), 1},
		{"another collection takes its name", alone, on("", &funnel.Command{Document: raw(`{"renameCollection": "app.b",
			"to": "app.a"}`)}), 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			last := &server{}
			chain := funnel.Chain(last, Middlewares(c.alone)...)
			for _, op := range []*funnel.Operation{query, c.between, query} {
				if op == nil {
					continue
				}
				if _, err := chain.Do(t.Context(), op); err != nil {
					t.Fatal(err)
				}
			}
			if last.scans != c.scans {
				t.Errorf("the collection was scanned %d times, want %d", last.scans, c.scans)
			}
		})
	}
}
