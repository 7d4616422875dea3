//go:build !noembedded

package hosted

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func TestEveryCollectionIsIndexedByTheTimeItsFirstCommandReturns(t *testing.T) {
	t.Parallel()
	upsert := options.UpdateOne().SetUpsert(true)
	cases := map[string]func(ctx context.Context, db *mongo.Database) error{
		"insert": func(ctx context.Context, db *mongo.Database) error {
			_, err := db.Collection("c").InsertOne(ctx, bson.D{})
			return err
		},
		"insert that fails at its second document": func(ctx context.Context, db *mongo.Database) error {
			id := bson.D{{Key: "_id", Value: 1}}
			_, err := db.Collection("c").InsertMany(ctx, []any{id, id})
			if mongo.IsDuplicateKeyError(err) {
				return nil
			}
			return err
		},
		"update with upsert": func(ctx context.Context, db *mongo.Database) error {
			_, err := db.Collection("c").UpdateOne(ctx, bson.D{{Key: "_id", Value: 1}}, bson.M{"$set": bson.M{"a": 1}}, upsert)
			return err
		},
		"findAndModify with upsert": func(ctx context.Context, db *mongo.Database) error {
			o := options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)
			return db.Collection("c").FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: 1}}, bson.M{"$set": bson.M{"a": 1}}, o).Err()
		},
		"create": func(ctx context.Context, db *mongo.Database) error {
			return db.CreateCollection(ctx, "c")
		},
		"createIndexes": func(ctx context.Context, db *mongo.Database) error {
			_, err := db.Collection("c").Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.D{{Key: "a", Value: 1}}})
			return err
		},
		"creation after a drop": func(ctx context.Context, db *mongo.Database) error {
			if err := db.CreateCollection(ctx, "c"); err != nil {
				return err
			}
			if err := db.Collection("c").Drop(ctx); err != nil {
				return err
			}
			return db.CreateCollection(ctx, "c")
		},
		"creation after the database was dropped": func(ctx context.Context, db *mongo.Database) error {
			if err := db.CreateCollection(ctx, "c"); err != nil {
				return err
			}
			if err := db.Drop(ctx); err != nil {
				return err
			}
			return db.CreateCollection(ctx, "c")
		},
		"creation after the old one was renamed": func(ctx context.Context, db *mongo.Database) error {
			if err := db.CreateCollection(ctx, "c"); err != nil {
				return err
			}
			rename := bson.D{{Key: "renameCollection", Value: "app.c"}, {Key: "to", Value: "app.old"}}
			if err := db.Client().Database("admin").RunCommand(ctx, rename).Err(); err != nil {
				return err
			}
			return db.CreateCollection(ctx, "c")
		},
	}
	for name, create := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c := open(t, "embedded:"+dir, Options{})
			if err := create(t.Context(), c.Client.Database("app")); err != nil {
				t.Fatal(err)
			}
			checkIndexed(t, dir, "c")
		})
	}
}

func TestCollectionsWithUnusualNamesAreIndexed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, "embedded:"+dir, Options{})
	for _, name := range []string{"a.b", "UPPER", "it's", "sp ace", "ü", "_x", strings.Repeat("long", 40)} {
		insert(t, c, name, bson.D{})
		checkIndexed(t, dir, name)
	}
}

func TestCollectionsFromBeforeAreIndexedAtTheStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := open(t, "embedded:"+dir, Options{})
	insert(t, first, "c", bson.D{})
	closeNow(t, first)
	onFile(t, dir, func(ctx context.Context, tx *sql.Tx) error {
		indexes, err := queryStrings(ctx, tx,
			"SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '\\_migrator%' ESCAPE '\\'")
		if err != nil || len(indexes) != 1 {
			t.Fatalf("indexes = %v, %v", indexes, err)
		}
		_, err = tx.ExecContext(ctx, "DROP INDEX "+quote(indexes[0]))
		return err
	})
	open(t, "embedded:"+dir, Options{})
	checkIndexed(t, dir, "c")
}

func TestIndexIsLeftAloneOnceItIsThere(t *testing.T) {
	t.Parallel()
	x := newIndexer(t.TempDir(), slog.New(slog.DiscardHandler))
	x.indexed[namespace{"app", "c"}] = true
	monitor := x.monitor()
	for request := range int64(3) {
		monitor.Started(t.Context(), started("insert", "c", request))
		if len(x.pending) != 0 {
			t.Fatal("an indexed collection is looked at again")
		}
	}
	monitor.Started(t.Context(), started("insert", "other", 7))
	if diff := cmp.Diff(map[int64]namespace{7: {"app", "other"}}, x.pending, cmp.AllowUnexported(namespace{})); diff != "" {
		t.Error(diff)
	}
	monitor.Failed(t.Context(), &event.CommandFailedEvent{CommandFinishedEvent: event.CommandFinishedEvent{RequestID: 7}})
	if len(x.pending) != 0 {
		t.Error("a command that failed is still waited for")
	}
}

// started is the event of a command on a collection of the database "app".
func started(command, collection string, request int64) *event.CommandStartedEvent {
	document, err := bson.Marshal(bson.D{{Key: command, Value: collection}})
	if err != nil {
		panic(err)
	}
	return &event.CommandStartedEvent{Command: document, CommandName: command, DatabaseName: "app", RequestID: request}
}

func TestOperationSucceedsThoughItsIndexCannotBeMade(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	monitor := indexMonitor(filepath.Join(t.TempDir(), "nowhere"), slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	c := open(t, "embedded:"+t.TempDir(), Options{})
	client, err := clientOf(t.Context(), c.share, monitor)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Database("app").Collection("c").InsertOne(t.Context(), bson.D{}); err != nil {
		t.Error(err)
	}
	if err := client.Disconnect(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "collection=c") {
		t.Errorf("the log is %q", log.String())
	}
}

// TestUpdatesByIDDoNotScan compares the same updates on two collections, the one with the index and the other without:
// that they take a fraction of the time with it does not depend on the machine, nor on what else it does.
func TestUpdatesByIDDoNotScan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := open(t, "embedded:"+dir, Options{})
	ids := map[string][]any{"with": fill(t, c, "with", 3000), "without": fill(t, c, "without", 3000)}
	onFile(t, dir, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DROP INDEX "+quote("_migrator_id_"+tableOf(t, tx, "without")))
		return err
	})
	took := map[string]time.Duration{}
	for i := range 30 {
		for collection := range ids {
			begin := time.Now()
			id, change := bson.D{{Key: "_id", Value: ids[collection][100*i]}}, bson.M{"$inc": bson.M{"n": 1}}
			r, err := c.Client.Database("app").Collection(collection).UpdateOne(t.Context(), id, change)
			if err != nil || r.ModifiedCount != 1 {
				t.Fatalf("%+v, %v", r, err)
			}
			took[collection] += time.Since(begin)
		}
	}
	if took["without"] < 3*took["with"] {
		t.Errorf("30 updates take %v with the index, %v without", took["with"], took["without"])
	}
}

func BenchmarkUpdateManyOf1000(b *testing.B) {
	c := open(b, "embedded:"+b.TempDir(), Options{})
	fill(b, c, "c", 1000)
	for b.Loop() {
		updateAll(b, c, "c")
	}
}

func BenchmarkFindOneByID(b *testing.B) {
	c := open(b, "embedded:"+b.TempDir(), Options{})
	ids := fill(b, c, "c", 1000)
	collection := c.Client.Database("app").Collection("c")
	for i := 0; b.Loop(); i++ {
		if err := collection.FindOne(b.Context(), bson.D{{Key: "_id", Value: ids[i%len(ids)]}}).Err(); err != nil {
			b.Fatal(err)
		}
	}
}

// fill inserts n documents and returns their ids.
func fill(t testing.TB, c *connection, collection string, n int) []any {
	t.Helper()
	documents := make([]any, n)
	for i := range documents {
		documents[i] = bson.D{{Key: "n", Value: i}, {Key: "text", Value: strings.Repeat("x", 200)}}
	}
	return insert(t, c, collection, documents...).InsertedIDs
}

// updateAll changes every document of a collection, and says how long that took.
func updateAll(t testing.TB, c *connection, collection string) time.Duration {
	t.Helper()
	begin := time.Now()
	_, err := c.Client.Database("app").Collection(collection).UpdateMany(t.Context(), bson.D{}, bson.M{"$inc": bson.M{"n": 1}})
	if err != nil {
		t.Fatal(err)
	}
	return time.Since(begin)
}

// checkIndexed looks into the SQLite file of the database "app": SQLite must plan to use the index for the query that
// FerretDB asks.
func checkIndexed(t *testing.T, dir, collection string) {
	t.Helper()
	onFile(t, dir, func(ctx context.Context, tx *sql.Tx) error {
		table := tableOf(t, tx, collection)
		var id, parent, unused int
		var plan string
		query := "EXPLAIN QUERY PLAN SELECT _ferretdb_sjson FROM " + quote(table) + " WHERE _ferretdb_sjson->'$._id' = ?"
		if err := tx.QueryRowContext(ctx, query, `"x"`).Scan(&id, &parent, &unused, &plan); err != nil {
			return err
		}
		if !strings.Contains(plan, "USING INDEX _migrator_id_") {
			t.Errorf("the collection %s is not indexed: SQLite plans to %s", collection, plan)
		}
		return nil
	})
}

// tableOf is the name of a collection's table.
func tableOf(t *testing.T, tx *sql.Tx, collection string) string {
	t.Helper()
	tables, err := queryStrings(t.Context(), tx, "SELECT table_name FROM "+metadataTable+" WHERE name = ?", collection)
	if err != nil || len(tables) != 1 {
		t.Fatalf("the tables of %s are %v, %v", collection, tables, err)
	}
	return tables[0]
}

// onFile calls f with a transaction on the SQLite file of the database "app".
func onFile(t *testing.T, dir string, f func(context.Context, *sql.Tx) error) {
	t.Helper()
	err := withFile(t.Context(), filepath.Join(dir, "app"+fileExtension), func(tx *sql.Tx) error { return f(t.Context(), tx) })
	if err != nil {
		t.Fatal(err)
	}
}
