package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect/connecttest"
)

func TestForeignHistories(t *testing.T) {
	t.Parallel()
	written := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	id := bson.NewObjectIDFromTimestamp(written)
	at := time.Date(2020, 1, 1, 10, 0, 0, 0, time.UTC)
	later := at.Add(time.Hour)
	after := func(seconds int) time.Time { return written.Add(time.Duration(seconds) * time.Second) }
	idAfter := func(seconds int) bson.ObjectID { return bson.NewObjectIDFromTimestamp(after(seconds)) }
	tests := []struct {
		name, tool, collection string
		documents              []any
		want                   []runtime.ForeignRecord
	}{
		{"migopy's, with the time of the document, without ours", "migopy", "migrations",
			[]any{
				bson.M{"_id": id, "name": "001_x.py"}, bson.M{"_id": 7},
				bson.M{"_id": "002_y.js", "name": "002_y.js", "state": "executed"},
			},
			[]runtime.ForeignRecord{{Name: "001_x.py", Stem: "001_x", State: runtime.Executed, At: written}}},
		{"migrate-mongo's, in the order of their times", "migrate-mongo", "changelog",
			[]any{
				bson.M{
					"fileName": "2020-b.ts", "appliedAt": later, "migrationBlock": int64(1577872800000),
					"fileHash": "ab",
				},
				bson.M{"fileName": "2020-a.mjs", "appliedAt": at, "migrationBlock": 1577872800000.0},
			},
			[]runtime.ForeignRecord{
				{Name: "2020-a.mjs", Stem: "2020-a", State: runtime.Executed, At: at, Block: 1577872800000},
				{
					Name: "2020-b.ts", Stem: "2020-b", State: runtime.Executed, At: later, Block: 1577872800000,
					Hash: "ab",
				},
			}},
		{"of a file that migrate-mongo ran again, the last run", "migrate-mongo", "changelog",
			[]any{
				bson.M{"fileName": "1-a.js", "appliedAt": at, "fileHash": "old"},
				bson.M{"fileName": "1-a.js", "appliedAt": later, "fileHash": "new"},
			},
			[]runtime.ForeignRecord{{Name: "1-a.js", Stem: "1-a", State: runtime.Executed, At: later, Hash: "new"}}},
		{"monarch's, in its states", "monarch", "mongo_migration_history",
			[]any{
				bson.M{"_id": id, "key": "_201405290038_a_migration", "state": "Completed"},
				bson.M{"_id": idAfter(1), "key": "_201405290039_b_migration", "state": "Failed", "processed_at": nil},
				bson.M{"_id": idAfter(2), "key": "_201405290040_c_migration", "state": "Processing"},
				bson.M{"_id": idAfter(3), "key": "_201405290041_d_migration", "state": "New"},
			},
			[]runtime.ForeignRecord{
				{Name: "_201405290038_a_migration", Stem: "201405290038_a", State: runtime.Executed, At: written},
				{Name: "_201405290039_b_migration", Stem: "201405290039_b", State: runtime.Failed, At: after(1)},
				{Name: "_201405290040_c_migration", Stem: "201405290040_c", State: runtime.Failed, At: after(2)},
				{Name: "_201405290041_d_migration", Stem: "201405290041_d", State: runtime.Pending, At: after(3)},
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := connecttest.Open(t)
			collection := c.Client.Database(c.Database).Collection(test.collection)
			if _, err := collection.InsertMany(t.Context(), test.documents); err != nil {
				t.Fatal(err)
			}
			f, err := Foreign(c, test.tool, "")
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.Records(t.Context())
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

// A name with a typing mistake must not pass for a history that is empty: all of it would be executed again.
func TestForeignRefusesWhatIsNoHistory(t *testing.T) {
	t.Parallel()
	c := connecttest.Open(t)
	users := c.Client.Database(c.Database).Collection("users")
	if _, err := users.InsertOne(t.Context(), bson.M{"mail": "a@b"}); err != nil {
		t.Fatal(err)
	}
	for _, collection := range []string{"", "chnagelog", "users"} {
		f, err := Foreign(c, "migrate-mongo", collection)
		if err == nil {
			_, err = f.Records(t.Context())
		}
		if fault.CodeOf(err) != fault.Usage || fault.HintOf(err) == "" {
			t.Errorf("%q: %v", collection, err)
		}
	}
	if _, err := Foreign(c, "flyway", ""); fault.CodeOf(err) != fault.Usage {
		t.Error(err)
	}
}
