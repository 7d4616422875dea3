package funnel

import "go.mongodb.org/mongo-driver/v2/bson"

// Result is what came of an operation; which fields are set depends on the request.
type Result struct {
	Cursor   Cursor          // Find, Aggregate, a Command with Cursor
	N        int64           // Count
	Values   []bson.RawValue // Distinct
	Document bson.Raw        // FindAndModify: nil where nothing matched; Command: the reply
	Written  Written         // Bulk, also when it failed half-way
}

// Written is what a Bulk did.
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
		if w.UpsertedIDs == nil {
			w.UpsertedIDs = map[int64]bson.RawValue{}
		}
		w.UpsertedIDs[offset+i] = id
	}
}
