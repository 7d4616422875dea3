package funnel

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// What a middleware makes up of a result is what it is read as again.
func TestReplyIsTheWayBackOfWrittenBy(t *testing.T) {
	t.Parallel()
	id := bson.RawValue{Type: bson.TypeInt32, Value: []byte{9, 0, 0, 0}}
	for _, c := range []struct {
		database, text string
		written        Written
	}{
		{"app", `{"insert": "a", "documents": [{}, {}]}`, Written{Inserted: 2}},
		{"app", `{"delete": "a", "deletes": [{"q": {}, "limit": 0}]}`, Written{Deleted: 3}},
		{"app", `{"update": "a", "updates": [{"q": {}, "u": {"a": 1}}]}`, Written{Matched: 1, Modified: 1}},
		{"app", `{"update": "a", "updates": [{"q": {}, "u": {"a": 1}}, {"q": {}, "u": {"a": 1}, "upsert": true}]}`,
			Written{Matched: 2, Modified: 1, Upserted: 1, UpsertedIDs: map[int64]bson.RawValue{1: id}}},
		{"app", `{"findAndModify": "a", "update": {"a": 1}}`, Written{Matched: 1, Modified: 1}},
		{"app", `{"findAndModify": "a", "update": {"a": 1}, "upsert": true}`, Written{Upserted: 1,
			UpsertedIDs: map[int64]bson.RawValue{0: id}}},
		{"app", `{"findAndModify": "a", "remove": true}`, Written{Deleted: 1}},
		{"app", `{"findAndModify": "a", "remove": true}`, Written{}},
		{"admin", `{"bulkWrite": 1, "ops": [{"insert": 0, "document": {}}, {"update": 0, "filter": {}, "updateMods": {},
			"upsert": true}], "nsInfo": [{"ns": "app.a"}]}`,
			Written{Inserted: 1, Matched: 2, Modified: 1, Deleted: 4, Upserted: 1,
				UpsertedIDs: map[int64]bson.RawValue{1: id}}},
	} {
		op := spelled(t, c.database, c.text)
		c.written.Acknowledged = true
		reply, err := Reply(op, &Result{Written: c.written})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.written, WrittenBy(op, reply)); diff != "" {
			t.Errorf("%s: %s was read as something else:\n%s", c.text, reply, diff)
		}
	}
}
