package driver

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/bindings/funnel"
)

// bulkWrite does the writes; what it returns is what was done, also when it failed half-way.
func bulkWrite(ctx context.Context, coll *mongo.Collection, r *funnel.Bulk) (funnel.Written, error) {
	models := make([]mongo.WriteModel, len(r.Writes))
	for i := range r.Writes {
		m, err := driverModel(&r.Writes[i])
		if err != nil {
			return funnel.Written{}, err
		}
		models[i] = m
	}
	o := options.BulkWrite().SetOrdered(!r.Unordered)
	setFlag(r.Bypass, func(v bool) { o.SetBypassDocumentValidation(v) })
	setDocument(r.Let, func(v any) { o.SetLet(v) })
	setValue(r.Comment, func(v any) { o.SetComment(v) })

	result, err := coll.BulkWrite(ctx, models, o)
	written, convertErr := writtenOf(result)
	if err != nil && !r.Unordered {
		// An ordered run that stops early returns the upserts among the matches; the driver takes them out only at the
		// end.
		written.Matched -= written.Upserted
	}
	return written, errors.Join(err, convertErr)
}

func writtenOf(result *mongo.BulkWriteResult) (funnel.Written, error) {
	if result == nil {
		return funnel.Written{}, nil
	}
	w := funnel.Written{
		Acknowledged: result.Acknowledged,
		Inserted:     result.InsertedCount,
		Matched:      result.MatchedCount,
		Modified:     result.ModifiedCount,
		Deleted:      result.DeletedCount,
		Upserted:     result.UpsertedCount,
	}
	for i, id := range result.UpsertedIDs {
		kind, data, err := bson.MarshalValue(id)
		if err != nil {
			return w, fmt.Errorf("read the _id of an upserted document: %w", err)
		}
		if w.UpsertedIDs == nil {
			w.UpsertedIDs = map[int64]bson.RawValue{}
		}
		w.UpsertedIDs[i] = bson.RawValue{Type: kind, Value: data}
	}
	return w, nil
}

// driverModel is w as the driver takes it.
func driverModel(w *funnel.WriteModel) (mongo.WriteModel, error) {
	c, err := collation(w.Collation)
	if err != nil {
		return nil, err
	}
	hint := valueOrNil(w.Hint)
	switch w.Kind {
	case funnel.Insert:
		return mongo.NewInsertOneModel().SetDocument(w.Document), nil
	case funnel.DeleteOne:
		return &mongo.DeleteOneModel{Filter: w.Filter, Collation: c, Hint: hint}, nil
	case funnel.DeleteMany:
		return &mongo.DeleteManyModel{Filter: w.Filter, Collation: c, Hint: hint}, nil
	case funnel.Replace:
		m := &mongo.ReplaceOneModel{
			Filter: w.Filter, Replacement: w.Document, Upsert: flag(w.Upsert), Collation: c, Hint: hint,
		}
		setDocument(w.Sort, func(v any) { m.SetSort(v) })
		return m, nil
	}
	update, err := updateOf(w.Update)
	if err != nil {
		return nil, err
	}
	filters := arrayFilters(w.ArrayFilters)
	if w.Kind == funnel.UpdateMany {
		return &mongo.UpdateManyModel{
			Filter: w.Filter, Update: update, Upsert: flag(w.Upsert), ArrayFilters: filters, Collation: c, Hint: hint,
		}, nil
	}
	m := &mongo.UpdateOneModel{
		Filter: w.Filter, Update: update, Upsert: flag(w.Upsert), ArrayFilters: filters, Collation: c, Hint: hint,
	}
	setDocument(w.Sort, func(v any) { m.SetSort(v) })
	return m, nil
}

// updateOf is an update document, or a pipeline as a list of stages.
func updateOf(v bson.RawValue) (any, error) {
	if document, ok := v.DocumentOK(); ok {
		return document, nil
	}
	array, ok := v.ArrayOK()
	if !ok {
		return nil, fmt.Errorf("an update is a document or a pipeline, not a BSON %s", v.Type)
	}
	values, err := array.Values()
	if err != nil {
		return nil, fmt.Errorf("read the update pipeline: %w", err)
	}
	stages := make([]bson.Raw, len(values))
	for i, value := range values {
		if stages[i], ok = value.DocumentOK(); !ok {
			return nil, fmt.Errorf("stage %d of an update pipeline is a BSON %s, not a document", i, value.Type)
		}
	}
	return stages, nil
}

func arrayFilters(filters []bson.Raw) []any {
	var list []any
	for _, f := range filters {
		list = append(list, f)
	}
	return list
}

// findAndModify returns the document, or nil where none matched.
func findAndModify(ctx context.Context, coll *mongo.Collection, r *funnel.FindAndModify) (bson.Raw, error) {
	c, err := collation(r.Collation)
	if err != nil {
		return nil, err
	}
	var found *mongo.SingleResult
	switch {
	case r.Remove:
		found = coll.FindOneAndDelete(ctx, r.Filter, deleteOptions(r, c))
	case r.Replacement != nil:
		found = coll.FindOneAndReplace(ctx, r.Filter, r.Replacement, replaceOptions(r, c))
	default:
		update, err := updateOf(r.Update)
		if err != nil {
			return nil, err
		}
		found = coll.FindOneAndUpdate(ctx, r.Filter, update, updateOptions(r, c))
	}
	document, err := found.Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, nil
	}
	return document, err
}

func deleteOptions(r *funnel.FindAndModify, c *options.Collation) *options.FindOneAndDeleteOptionsBuilder {
	o := options.FindOneAndDelete().SetCollation(c)
	setDocument(r.Sort, func(v any) { o.SetSort(v) })
	setDocument(r.Projection, func(v any) { o.SetProjection(v) })
	setDocument(r.Let, func(v any) { o.SetLet(v) })
	setValue(r.Hint, func(v any) { o.SetHint(v) })
	setValue(r.Comment, func(v any) { o.SetComment(v) })
	return o
}

func replaceOptions(r *funnel.FindAndModify, c *options.Collation) *options.FindOneAndReplaceOptionsBuilder {
	o := options.FindOneAndReplace().SetCollation(c).SetUpsert(r.Upsert).SetReturnDocument(returned(r))
	setDocument(r.Sort, func(v any) { o.SetSort(v) })
	setDocument(r.Projection, func(v any) { o.SetProjection(v) })
	setDocument(r.Let, func(v any) { o.SetLet(v) })
	setValue(r.Hint, func(v any) { o.SetHint(v) })
	setValue(r.Comment, func(v any) { o.SetComment(v) })
	setFlag(r.Bypass, func(v bool) { o.SetBypassDocumentValidation(v) })
	return o
}

func updateOptions(r *funnel.FindAndModify, c *options.Collation) *options.FindOneAndUpdateOptionsBuilder {
	o := options.FindOneAndUpdate().SetCollation(c).SetUpsert(r.Upsert).SetReturnDocument(returned(r))
	if len(r.ArrayFilters) > 0 {
		o.SetArrayFilters(arrayFilters(r.ArrayFilters))
	}
	setDocument(r.Sort, func(v any) { o.SetSort(v) })
	setDocument(r.Projection, func(v any) { o.SetProjection(v) })
	setDocument(r.Let, func(v any) { o.SetLet(v) })
	setValue(r.Hint, func(v any) { o.SetHint(v) })
	setValue(r.Comment, func(v any) { o.SetComment(v) })
	setFlag(r.Bypass, func(v bool) { o.SetBypassDocumentValidation(v) })
	return o
}

func returned(r *funnel.FindAndModify) options.ReturnDocument {
	if r.ReturnNew {
		return options.After
	}
	return options.Before
}
