package funnel

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// The fields of the requests that read, and what all commands have in common. Those that write are in fields_writes.go.

// concerns are how safely an operation reads and writes. A transaction has concerns of its own, which its commands
// leave out.
func (op *Operation) concerns(c codec, access Access) {
	if op.Session == nil || !op.Session.TransactionRunning() {
		op.readConcern(c)
		if access != Read {
			c.document("writeConcern", &op.Concern.Write)
		}
	}
	op.maxTime(c)
}

func (op *Operation) readConcern(c codec) {
	var concern bson.Raw
	if level := op.Concern.ReadLevel; level != "" {
		concern = bsoncore.BuildDocument(nil, bsoncore.AppendStringElement(nil, "level", level))
	}
	c.document("readConcern", &concern)
	op.Concern.ReadLevel, _ = concern.Lookup("level").StringValueOK()
}

func (op *Operation) maxTime(c codec) {
	n := op.Concern.MaxTime.Milliseconds()
	c.number("maxTimeMS", &n)
	op.Concern.MaxTime = time.Duration(n) * time.Millisecond
}

func (r *Find) fields(c codec) {
	c.document("filter", &r.Filter)
	c.document("projection", &r.Projection)
	c.document("sort", &r.Sort)
	c.document("collation", &r.Collation)
	c.number("skip", &r.Skip)
	// A negative limit is one batch of so many documents, and no cursor.
	limit, once := max(r.Limit, -r.Limit), r.Limit < 0
	c.number("limit", &limit)
	c.flag("singleBatch", &once)
	if r.Limit = limit; once {
		r.Limit = -limit
	}
	batchSize(c, &r.BatchSize)
	c.value("hint", &r.Hint)
	c.document("min", &r.Min)
	c.document("max", &r.Max)
	c.document("let", &r.Let)
	c.value("comment", &r.Comment)
	c.choice("allowDiskUse", &r.AllowDiskUse)
	c.flag("allowPartialResults", &r.AllowPartialResults)
	c.flag("noCursorTimeout", &r.NoCursorTimeout)
	c.flag("returnKey", &r.ReturnKey)
	c.flag("showRecordId", &r.ShowRecordID)
}

func batchSize(c codec, size *int32) {
	n := int64(*size)
	c.number("batchSize", &n)
	*size = int32(n)
}

func (r *Aggregate) fields(c codec) {
	c.must().documents("pipeline", &r.Pipeline)
	c.within("cursor", func(c codec) { batchSize(c, &r.BatchSize) })
	c.document("collation", &r.Collation)
	c.value("hint", &r.Hint)
	c.document("let", &r.Let)
	c.value("comment", &r.Comment)
	c.choice("allowDiskUse", &r.AllowDiskUse)
	c.flag("bypassDocumentValidation", &r.Bypass)
}

func (r *Count) fields(c codec) {
	c.document("query", &r.Filter)
	c.number("skip", &r.Skip)
	c.number("limit", &r.Limit)
	c.value("hint", &r.Hint)
	c.document("collation", &r.Collation)
	c.value("comment", &r.Comment)
}

func (r *Distinct) fields(c codec) {
	c.must().text("key", &r.Field)
	c.document("query", &r.Filter)
	c.document("collation", &r.Collation)
	c.value("hint", &r.Hint)
	c.value("comment", &r.Comment)
}

func (r *Explain) fields(c codec) {
	c.text("verbosity", &r.Verbosity)
	c.value("comment", &r.Comment)
}
