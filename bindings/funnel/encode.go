package funnel

import (
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// fields builds a command of what a request holds, without what it has not.
type fields struct{ d bson.D }

func (f *fields) document(key string, v bson.Raw) {
	if v != nil {
		f.d = append(f.d, bson.E{Key: key, Value: v})
	}
}

func (f *fields) value(key string, v bson.RawValue) {
	if v.Type != 0 {
		f.d = append(f.d, bson.E{Key: key, Value: v})
	}
}

func (f *fields) number(key string, n int64) {
	if n != 0 {
		f.d = append(f.d, bson.E{Key: key, Value: n})
	}
}

func (f *fields) flag(key string, v bool) {
	if v {
		f.d = append(f.d, bson.E{Key: key, Value: true})
	}
}

func (f *fields) choice(key string, v *bool) {
	if v != nil {
		f.d = append(f.d, bson.E{Key: key, Value: *v})
	}
}

// Encode is the operation as the command that asks a server for it.
func Encode(op *Operation) (bson.D, error) {
	switch r := op.Request.(type) {
	case *Find:
		return r.command(op.Collection), nil
	case *Aggregate:
		return r.command(op.Collection), nil
	case *Count:
		f := fields{bson.D{{Key: "count", Value: op.Collection}}}
		f.document("query", r.Filter)
		f.number("skip", r.Skip)
		f.number("limit", r.Limit)
		f.value("hint", r.Hint)
		f.document("collation", r.Collation)
		return f.d, nil
	case *Distinct:
		f := fields{bson.D{{Key: "distinct", Value: op.Collection}, {Key: "key", Value: r.Field}}}
		f.document("query", r.Filter)
		f.document("collation", r.Collation)
		return f.d, nil
	case *FindAndModify:
		return r.command(op.Collection), nil
	case *Bulk:
		if len(r.Writes) == 1 && r.Writes[0].Kind != Insert {
			return r.Writes[0].command(op.Collection), nil
		}
	}
	return nil, errors.New("there is no one command for it")
}

// command is the request as the server takes it. A negative limit is one batch of so many, and no cursor.
func (r *Find) command(collection string) bson.D {
	f := fields{bson.D{{Key: "find", Value: collection}}}
	f.document("filter", r.Filter)
	f.document("projection", r.Projection)
	f.document("sort", r.Sort)
	f.document("collation", r.Collation)
	f.number("skip", r.Skip)
	f.number("limit", max(r.Limit, -r.Limit))
	f.flag("singleBatch", r.Limit < 0)
	f.number("batchSize", int64(r.BatchSize))
	f.value("hint", r.Hint)
	f.document("min", r.Min)
	f.document("max", r.Max)
	f.document("let", r.Let)
	f.value("comment", r.Comment)
	f.choice("allowDiskUse", r.AllowDiskUse)
	f.flag("allowPartialResults", r.AllowPartialResults)
	f.flag("noCursorTimeout", r.NoCursorTimeout)
	f.flag("returnKey", r.ReturnKey)
	f.flag("showRecordId", r.ShowRecordID)
	return f.d
}

// command is the request as the server takes it.
func (r *Aggregate) command(collection string) bson.D {
	batch := fields{bson.D{}}
	batch.number("batchSize", int64(r.BatchSize))
	pipeline := r.Pipeline
	if pipeline == nil {
		pipeline = []bson.Raw{}
	}
	f := fields{bson.D{{Key: "aggregate", Value: collection}, {Key: "pipeline", Value: pipeline}, {Key: "cursor", Value: batch.d}}}
	if collection == "" {
		f.d[0].Value = int32(1)
	}
	f.document("collation", r.Collation)
	f.value("hint", r.Hint)
	f.document("let", r.Let)
	f.value("comment", r.Comment)
	f.choice("allowDiskUse", r.AllowDiskUse)
	f.flag("bypassDocumentValidation", r.Bypass)
	return f.d
}

// command is the write as an update or delete of one statement.
func (w *WriteModel) command(collection string) bson.D {
	f := fields{bson.D{{Key: "q", Value: w.Filter}}}
	if w.Kind == DeleteOne || w.Kind == DeleteMany {
		limit := int32(0)
		if w.Kind == DeleteOne {
			limit = 1
		}
		f.d = append(f.d, bson.E{Key: "limit", Value: limit})
		f.value("hint", w.Hint)
		f.document("collation", w.Collation)
		return bson.D{{Key: "delete", Value: collection}, {Key: "deletes", Value: bson.A{f.d}}}
	}
	f.document("u", w.Document)
	f.value("u", w.Update)
	f.flag("multi", w.Kind == UpdateMany)
	f.flag("upsert", w.Upsert)
	if len(w.ArrayFilters) > 0 {
		f.d = append(f.d, bson.E{Key: "arrayFilters", Value: w.ArrayFilters})
	}
	f.value("hint", w.Hint)
	f.document("collation", w.Collation)
	return bson.D{{Key: "update", Value: collection}, {Key: "updates", Value: bson.A{f.d}}}
}

// command is the request as the server takes it.
func (r *FindAndModify) command(collection string) bson.D {
	f := fields{bson.D{{Key: "findAndModify", Value: collection}, {Key: "query", Value: r.Filter}}}
	f.flag("remove", r.Remove)
	f.document("update", r.Replacement)
	f.value("update", r.Update)
	f.flag("upsert", r.Upsert)
	f.flag("new", r.ReturnNew)
	f.document("sort", r.Sort)
	f.document("fields", r.Projection)
	if len(r.ArrayFilters) > 0 {
		f.d = append(f.d, bson.E{Key: "arrayFilters", Value: r.ArrayFilters})
	}
	f.value("hint", r.Hint)
	f.document("collation", r.Collation)
	f.document("let", r.Let)
	f.value("comment", r.Comment)
	f.flag("bypassDocumentValidation", r.Bypass)
	return f.d
}

// Statement is a write as it stands in a command: the document of an insert, {q, u, multi, upsert}, or {q, limit}.
func (w *WriteModel) Statement() (bson.Raw, error) {
	switch w.Kind {
	case Insert:
		return w.Document, nil
	case DeleteOne, DeleteMany:
		limit := 1
		if w.Kind == DeleteMany {
			limit = 0
		}
		return bson.Marshal(bson.D{{Key: "q", Value: w.Filter}, {Key: "limit", Value: limit}})
	}
	update := any(w.Update)
	if w.Kind == Replace {
		update = w.Document
	}
	return bson.Marshal(bson.D{{Key: "q", Value: w.Filter}, {Key: "u", Value: update}, {Key: "multi", Value: w.Kind == UpdateMany}, {Key: "upsert", Value: w.Upsert}})
}
