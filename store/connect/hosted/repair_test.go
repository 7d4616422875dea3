//go:build !noembedded

package hosted

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime/fault"
)

// Each case is a state in which a process that was killed leaves the file of a database that has a collection "kept"
// with one document: afterwards a collection "c" must work, and "kept" must be as it was.
func TestEveryStateThatAKilledProcessLeavesIsRepaired(t *testing.T) {
	t.Parallel()
	const create = `CREATE TABLE "c_a9bd10d6" (_ferretdb_sjson TEXT NOT NULL CHECK(_ferretdb_sjson != '')) STRICT`
	const name = `INSERT INTO _ferretdb_collections (name, table_name, settings) VALUES ('c', 'c_a9bd10d6', '{}')`
	cases := map[string][]string{
		"nothing was under way":                      {},
		"the table was created and not yet named":    {create},
		"a capped table was created and not named":   {`CREATE TABLE "c_a9bd10d6" (_ferretdb_record_id INTEGER PRIMARY KEY, _ferretdb_sjson TEXT NOT NULL) STRICT`},
		"the collection has no unique index yet":     {create, name},
		"the unique index is not recorded yet":       {create, name, `CREATE UNIQUE INDEX "c_a9bd10d6__id_" ON "c_a9bd10d6" (_ferretdb_sjson->"_id")`},
		"the collection was unnamed and not dropped": {create, `INSERT INTO "c_a9bd10d6" VALUES ('{"_id":1}')`},
	}
	for state, statements := range cases {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			before := open(t, "embedded:"+dir, Options{})
			insert(t, before, "kept", bson.D{{Key: "_id", Value: 1}})
			closeNow(t, before)
			onFile(t, dir, func(ctx context.Context, tx *sql.Tx) error {
				for _, s := range statements {
					if _, err := tx.ExecContext(ctx, s); err != nil {
						return err
					}
				}
				return nil
			})

			after := open(t, "embedded:"+dir, Options{})
			insert(t, after, "c", bson.D{{Key: "_id", Value: 1}})
			for _, collection := range []string{"c", "kept"} {
				checkUnique(t, after, collection)
			}
		})
	}
}

// checkUnique checks that a collection has one document, and takes none with the same _id.
func checkUnique(t *testing.T, c *connection, collection string) {
	t.Helper()
	coll := c.Client.Database("app").Collection(collection)
	if _, err := coll.InsertOne(t.Context(), bson.D{{Key: "_id", Value: 1}}); !mongo.IsDuplicateKeyError(err) {
		t.Errorf("%s: a second document with one _id: %v", collection, err)
	}
	if n, err := coll.CountDocuments(t.Context(), bson.D{}); n != 1 || err != nil {
		t.Errorf("%s: %d documents, %v", collection, n, err)
	}
}

func TestFileThatWasNeverFilledIsRepaired(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.sqlite"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := open(t, "embedded:"+dir, Options{})
	insert(t, c, "c", bson.D{{Key: "_id", Value: 1}})
	checkUnique(t, c, "c")
}

func TestFileOfAnotherProgramIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "app.sqlite")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	onFile(t, dir, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "CREATE TABLE theirs (x)")
		return err
	})
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = dial(t.Context(), "embedded:"+dir, Options{})
	if fault.CodeOf(err) != fault.Unreachable || !strings.Contains(err.Error(), "app.sqlite: this SQLite file was not made by the embedded database") {
		t.Errorf("err = %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("the file was changed")
	}
}
