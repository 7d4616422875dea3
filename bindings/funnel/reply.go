package funnel

import (
	"go.mongodb.org/mongo-driver/v2/bson"
)

// WrittenBy is what an operation did by the server's reply to its command: nothing for a request that is neither a Bulk
// nor a FindAndModify. Reply is the way back.
func WrittenBy(op *Operation, reply bson.Raw) Written {
	switch r := op.Request.(type) {
	case *Bulk:
		if r.Namespaced() {
			return writtenByBulkWrite(reply)
		}
		return writtenByCommand(r.Writes[0].Kind.verb(), reply)
	case *FindAndModify:
		return writtenByModify(r, reply)
	}
	return Written{}
}

// integer is a number of a reply; 0 where it has no such number.
func integer(d bson.Raw, path ...string) int64 {
	n, _ := d.Lookup(path...).AsInt64OK()
	return n
}

// writtenByCommand reads {n, nModified, upserted: [{index, _id}]}. The documents that were upserted are among the n.
func writtenByCommand(verb string, reply bson.Raw) Written {
	_, err := reply.LookupErr("n")
	w, n := Written{Acknowledged: err == nil}, integer(reply, "n")
	switch verb {
	case "insert":
		w.Inserted = n
	case "delete":
		w.Deleted = n
	default:
		for _, upserted := range DocumentsOf(reply.Lookup("upserted")) {
			w.upsert(integer(upserted, "index"), upserted.Lookup("_id"))
		}
		w.Matched, w.Modified = n-w.Upserted, integer(reply, "nModified")
	}
	return w
}

// writtenByBulkWrite reads {nInserted, nMatched, …, cursor: {firstBatch: [{idx, upserted: {_id}}]}}.
func writtenByBulkWrite(reply bson.Raw) Written {
	_, err := reply.LookupErr("nInserted")
	w := Written{
		Acknowledged: err == nil, Inserted: integer(reply, "nInserted"), Matched: integer(reply, "nMatched"),
		Modified: integer(reply, "nModified"), Deleted: integer(reply, "nDeleted"),
	}
	for _, result := range DocumentsOf(reply.Lookup("cursor", "firstBatch")) {
		if id, err := result.LookupErr("upserted", "_id"); err == nil {
			w.upsert(integer(result, "idx"), id)
		}
	}
	w.Upserted = integer(reply, "nUpserted") // of all, and not of the first batch alone
	return w
}

// writtenByModify reads {lastErrorObject: {n, updatedExisting, upserted}, value}.
func writtenByModify(r *FindAndModify, reply bson.Raw) Written {
	w, n := Written{Acknowledged: true}, integer(reply, "lastErrorObject", "n")
	id, err := reply.LookupErr("lastErrorObject", "upserted")
	switch {
	case r.Remove:
		w.Deleted = n
	case err == nil:
		w.upsert(0, id)
	default:
		w.Matched, w.Modified = n, n
	}
	return w
}

// WrittenByModify is what a findAndModify did, where only the document that it found is known. That does not show an
// upsert where the new document was asked for: it counts as an update.
func WrittenByModify(r *FindAndModify, found bool) Written {
	w := Written{Acknowledged: true}
	switch {
	case found && r.Remove:
		w.Deleted = 1
	case found:
		w.Matched, w.Modified = 1, 1
	case r.Upsert:
		w.Upserted = 1
	}
	return w
}

// Reply is the reply of a server that has done what the result says. It holds what scripts look at, and no cluster
// time.
func Reply(op *Operation, result *Result) (bson.Raw, error) {
	reply := bson.D{}
	switch r := op.Request.(type) {
	case *Bulk:
		if r.Namespaced() {
			reply = replyOfBulkWrite(result.Written)
		} else {
			reply = replyOfCommand(r.Writes[0].Kind.verb(), result.Written)
		}
	case *FindAndModify:
		reply = replyOfModify(r, result)
	case *Aggregate:
		reply = bson.D{{Key: "cursor", Value: noCursor(op.Database + "." + op.Collection)}}
	}
	return bson.Marshal(append(reply, bson.E{Key: "ok", Value: 1.0}))
}

// noCursor is a cursor without documents.
func noCursor(namespace string) bson.D {
	return bson.D{{Key: "firstBatch", Value: bson.A{}}, {Key: "id", Value: int64(0)}, {Key: "ns", Value: namespace}}
}

func replyOfCommand(verb string, w Written) bson.D {
	reply := bson.D{{Key: "n", Value: int32(w.Inserted + w.Matched + w.Deleted + w.Upserted)}}
	if verb != "update" {
		return reply
	}
	reply = append(reply, bson.E{Key: "nModified", Value: int32(w.Modified)})
	var upserted bson.A
	for _, i := range w.upserts() {
		upserted = append(upserted, bson.D{{Key: "index", Value: int32(i)}, {Key: "_id", Value: w.UpsertedIDs[i]}})
	}
	if upserted != nil {
		reply = append(reply, bson.E{Key: "upserted", Value: upserted})
	}
	return reply
}

func replyOfBulkWrite(w Written) bson.D {
	cursor, results := noCursor("admin.$cmd.bulkWrite"), bson.A{}
	for _, i := range w.upserts() {
		results = append(results, bson.D{
			{Key: "ok", Value: 1.0}, {Key: "idx", Value: int32(i)},
			{Key: "n", Value: int32(1)}, {Key: "nModified", Value: int32(0)},
			{Key: "upserted", Value: bson.D{{Key: "_id", Value: w.UpsertedIDs[i]}}},
		})
	}
	cursor[0].Value = results
	return bson.D{
		{Key: "cursor", Value: cursor}, {Key: "nErrors", Value: int32(0)},
		{Key: "nInserted", Value: int32(w.Inserted)}, {Key: "nMatched", Value: int32(w.Matched)},
		{Key: "nModified", Value: int32(w.Modified)}, {Key: "nUpserted", Value: int32(w.Upserted)},
		{Key: "nDeleted", Value: int32(w.Deleted)},
	}
}

func replyOfModify(r *FindAndModify, result *Result) bson.D {
	w := result.Written
	last := bson.D{{Key: "n", Value: int32(w.Deleted + w.Matched + w.Upserted)}}
	if !r.Remove {
		last = append(last, bson.E{Key: "updatedExisting", Value: w.Matched > 0})
	}
	if id, ok := w.UpsertedIDs[0]; ok {
		last = append(last, bson.E{Key: "upserted", Value: id})
	}
	reply := bson.D{{Key: "lastErrorObject", Value: last}, {Key: "value", Value: nil}}
	if result.Document != nil {
		reply[1].Value = result.Document
	}
	return reply
}
