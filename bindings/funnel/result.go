package funnel

import (
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
)

// Result is what came of an operation. Which fields are set depends on the request.
type Result struct {
	Cursor Cursor          // Find, Aggregate, a Command with Cursor
	N      int64           // Count
	Values []bson.RawValue // Distinct
	// Document is what a FindAndModify found, or nil; and the server's reply to a Command, to a command that a script
	// spelled out, and where Operation.WholeReply asks for it.
	Document bson.Raw
	// Written is what a Bulk or a FindAndModify did, also when it failed half-way.
	Written Written
}

// Written is what writes did.
type Written struct {
	Acknowledged bool
	Inserted     int64
	Matched      int64
	Modified     int64
	Deleted      int64
	Upserted     int64
	// UpsertedIDs are by the place of the write in the Bulk.
	UpsertedIDs map[int64]bson.RawValue
}

// Add sums up the parts of a Bulk that was done in pieces; offset is the place of the part's first write.
func (w *Written) Add(part Written, offset int64) {
	w.Acknowledged = part.Acknowledged
	w.Inserted += part.Inserted
	w.Matched += part.Matched
	w.Modified += part.Modified
	w.Deleted += part.Deleted
	w.Upserted += part.Upserted
	for i, id := range part.UpsertedIDs {
		w.setUpserted(offset+i, id)
	}
}

func (w *Written) setUpserted(place int64, id bson.RawValue) {
	if w.UpsertedIDs == nil {
		w.UpsertedIDs = map[int64]bson.RawValue{}
	}
	w.UpsertedIDs[place] = id
}

// upsert counts a document that was upserted.
func (w *Written) upsert(place int64, id bson.RawValue) {
	w.Upserted++
	w.setUpserted(place, id)
}

// upserts are the places of the writes that upserted, in their order.
func (w *Written) upserts() []int64 { return slices.Sorted(maps.Keys(w.UpsertedIDs)) }

// Operations are the counts, as a run reports them.
func (w *Written) Operations() runtime.Operations {
	return runtime.Operations{
		Inserted: w.Inserted, Matched: w.Matched, Modified: w.Modified, Deleted: w.Deleted, Upserted: w.Upserted,
	}
}
