package dryrun

import (
	"context"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/bindings/funnel/dryrun/updates"
	"migrator/runtime"
)

// bulk simulates the writes of a Bulk, in their order.
func (d *simulation) bulk(ctx context.Context, op *funnel.Operation, b *funnel.Bulk) (funnel.Written, error) {
	var w funnel.Written
	if onlyInserts(b.Writes) && !b.Namespaced() {
		w.Inserted = d.inserts(op, op.Name(), b.Writes)
		w.Acknowledged = acknowledged(op.Concern)
		return w, nil
	}
	for i := range b.Writes {
		name := op.Name()
		if len(b.Writes) > 1 {
			name += " " + b.Writes[i].Kind.String()
		}
		part, err := d.write(ctx, within(op, &b.Writes[i]), name, b, &b.Writes[i])
		if err != nil {
			return w, err
		}
		w.Add(part, int64(i))
	}
	w.Acknowledged = acknowledged(op.Concern)
	return w, nil
}

// within is the operation on the collection that a write names.
func within(op *funnel.Operation, w *funnel.WriteModel) *funnel.Operation {
	if w.Namespace == "" {
		return op
	}
	own := *op
	own.Database, own.Collection, _ = strings.Cut(w.Namespace, ".")
	return &own
}

func onlyInserts(writes []funnel.WriteModel) bool {
	for i := range writes {
		if writes[i].Kind != funnel.Insert {
			return false
		}
	}
	return true
}

// inserts writes down inserts as one operation.
func (d *simulation) inserts(op *funnel.Operation, name string, writes []funnel.WriteModel) int64 {
	entry := &runtime.Planned{Operation: name, Inserts: int64(len(writes))}
	if d.plan.shows(op, name) {
		for _, w := range writes[:min(len(writes), planSamples)] {
			entry.Samples = append(entry.Samples, runtime.Sample{After: asJSON(w.Document)})
		}
	}
	d.plan.add(op, entry, entry.Inserts)
	d.plan.wrote(op.Database+"."+op.Collection, op.Where)
	return entry.Inserts
}

// write simulates one write of a Bulk.
func (d *simulation) write(
	ctx context.Context, op *funnel.Operation, name string, b *funnel.Bulk, w *funnel.WriteModel,
) (funnel.Written, error) {
	if w.Kind == funnel.Insert {
		return funnel.Written{Inserted: d.inserts(op, name, []funnel.WriteModel{*w})}, nil
	}
	entry := &runtime.Planned{
		Operation: name, Filter: asJSON(w.Filter), Update: updateJSON(w), Unseen: d.plan.unseen(op),
	}
	found, matches, err := d.matching(ctx, op, name, w, b.Let)
	if err != nil {
		return funnel.Written{}, err
	}
	entry.Matches = &matches
	c := effectOf(w, b.Let)
	for _, before := range found {
		after, unknown := d.after(ctx, op, before, c)
		entry.Samples = append(entry.Samples, sampleOf(before, after, unknown))
	}
	result := funnel.Written{Matched: matches, Modified: matches}
	switch {
	case w.Kind == funnel.DeleteOne || w.Kind == funnel.DeleteMany:
		result = funnel.Written{Deleted: matches}
	case matches == 0 && w.Upsert:
		_, id := d.upsert(entry, w.Filter, c)
		result = funnel.Written{Upserted: 1, UpsertedIDs: map[int64]bson.RawValue{0: id}}
	}
	d.plan.add(op, entry, matches+result.Upserted)
	if matches+result.Upserted > 0 || entry.Unseen > 0 {
		d.plan.wrote(op.Database+"."+op.Collection, op.Where)
	}
	return result, nil
}

// updateJSON is the update or the replacement.
func updateJSON(w *funnel.WriteModel) []byte {
	if w.Document != nil {
		return asJSON(w.Document)
	}
	if w.Update.Type != 0 {
		return asJSON(w.Update)
	}
	return nil
}

// matching is how many documents a write would change, and some of them where they will be shown.
func (d *simulation) matching(
	ctx context.Context, op *funnel.Operation, name string, w *funnel.WriteModel, let bson.Raw,
) ([]bson.Raw, int64, error) {
	f := funnel.Find{Filter: w.Filter, Sort: w.Sort, Hint: w.Hint, Collation: w.Collation, Let: let, Limit: planSamples}
	many := w.Kind == funnel.UpdateMany || w.Kind == funnel.DeleteMany
	if !many {
		f.Limit = 1
	}
	var found []bson.Raw
	if d.plan.shows(op, name) {
		var err error
		if found, err = d.find(ctx, op, f); err != nil {
			return nil, 0, err
		}
		if !many || int64(len(found)) < f.Limit {
			return found, int64(len(found)), nil
		}
	}
	limit := int64(1)
	if many {
		limit = 0
	}
	matches, err := d.count(ctx, op, f, limit)
	return found, matches, err
}

// upsert writes down the document that would be inserted, and returns it (nil where it is not known) and its _id.
func (d *simulation) upsert(entry *runtime.Planned, filter bson.Raw, c effect) (bson.Raw, bson.RawValue) {
	entry.Upsert = true
	document, made, err := c.inserted(filter)
	if err != nil {
		entry.Samples = append(entry.Samples, runtime.Sample{Unknown: err.Error()})
		return nil, newID()
	}
	if made {
		entry.Note = "the server will make another _id"
	}
	entry.Samples = append(entry.Samples, runtime.Sample{After: asJSON(document)})
	return document, document.Lookup("_id")
}

// newID stands for an _id that the server would make.
func newID() bson.RawValue {
	id := bson.NewObjectID()
	return bson.RawValue{Type: bson.TypeObjectID, Value: id[:]}
}

// modify simulates a findAndModify: it reads the document that would be changed, and says what would be done to it.
func (d *simulation) modify(
	ctx context.Context, op *funnel.Operation, r *funnel.FindAndModify,
) (given bson.Raw, done funnel.Written, err error) {
	whole := funnel.Find{Filter: r.Filter, Sort: r.Sort, Hint: r.Hint, Collation: r.Collation, Let: r.Let, Limit: 1}
	found, err := d.find(ctx, op, whole)
	if err != nil {
		return nil, done, err
	}
	w := funnel.WriteModel{
		Kind: funnel.UpdateOne, Update: r.Update, Document: r.Replacement, ArrayFilters: r.ArrayFilters,
	}
	switch {
	case r.Remove:
		w.Kind = funnel.DeleteOne
	case r.Replacement != nil:
		w.Kind = funnel.Replace
	}
	c := effectOf(&w, r.Let)
	matches := int64(len(found))
	entry := &runtime.Planned{
		Operation: op.Name(), Filter: asJSON(r.Filter), Update: updateJSON(&w), Matches: &matches,
		Unseen: d.plan.unseen(op),
	}
	var before bson.Raw
	switch {
	case matches > 0:
		before, done = found[0], funnel.Written{Matched: 1, Modified: 1}
		if r.Remove {
			done = funnel.Written{Deleted: 1}
		}
		after, unknown := d.after(ctx, op, before, c)
		entry.Samples = []runtime.Sample{sampleOf(before, after, unknown)}
		switch {
		case !r.ReturnNew:
			given = before
		case unknown == nil:
			given = after
		default:
			given, entry.Note = before, "the script was given the document as it is now"
		}
	case r.Upsert && !r.Remove:
		inserted, id := d.upsert(entry, r.Filter, c)
		done = funnel.Written{Upserted: 1, UpsertedIDs: map[int64]bson.RawValue{0: id}}
		if r.ReturnNew {
			given = inserted
		}
	}
	d.plan.add(op, entry, int64(len(entry.Samples)))
	if len(entry.Samples) > 0 {
		d.plan.wrote(op.Database+"."+op.Collection, op.Where)
	}
	given, err = d.projected(ctx, op, given, before, r.Projection)
	return given, done, err
}

// projected is a document as the projection leaves it. One that is not in the database as it is, and whose projection
// is more than a list of fields, is given whole.
func (d *simulation) projected(
	ctx context.Context, op *funnel.Operation, document, stored, projection bson.Raw,
) (bson.Raw, error) {
	if document == nil || len(projection) == 0 {
		return document, nil
	}
	if simple, ok := updates.Project(document, projection); ok {
		return simple, nil
	}
	if stored == nil || string(document) != string(stored) {
		return document, nil
	}
	byID, err := bson.Marshal(bson.D{{Key: "_id", Value: stored.Lookup("_id")}})
	if err != nil {
		return nil, err
	}
	found, err := d.find(ctx, op, funnel.Find{Filter: byID, Projection: projection, Limit: 1})
	if err != nil || len(found) == 0 {
		return document, err
	}
	return found[0], nil
}
