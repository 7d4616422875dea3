package dryrun

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/bindings/funnel/dryrun/updates"
	"migrator/runtime"
)

// effect is what one write does to a document.
type effect struct {
	remove      bool
	replacement bson.Raw
	operators   bson.Raw
	pipeline    []bson.Raw
	let         bson.Raw
	unknown     error // why it is not known what becomes of a document
}

func effectOf(w *funnel.WriteModel, let bson.Raw) effect {
	c := effect{let: let}
	switch w.Kind {
	case funnel.DeleteOne, funnel.DeleteMany:
		c.remove = true
		return c
	case funnel.Replace:
		c.replacement = w.Document
		return c
	}
	if operators, ok := w.Update.DocumentOK(); ok {
		c.operators = operators
	} else {
		c.pipeline = funnel.DocumentsOf(w.Update)
	}
	if len(w.ArrayFilters) > 0 {
		c.unknown = errors.New("arrayFilters")
	}
	return c
}

// after is what a document of the database would become: nil where it would be removed. The error says why that is not
// known.
func (d *simulation) after(ctx context.Context, op *funnel.Operation, before bson.Raw, c effect) (bson.Raw, error) {
	switch {
	case c.remove:
		return nil, nil
	case c.unknown != nil:
		return nil, c.unknown
	case c.replacement != nil:
		return updates.Replace(before, c.replacement)
	case c.operators != nil:
		return updates.Apply(before, c.operators, time.Now())
	}
	return d.afterPipeline(ctx, op, before, c)
}

// afterPipeline lets the server work out what a pipeline makes of a document, as a read.
func (d *simulation) afterPipeline(
	ctx context.Context, op *funnel.Operation, before bson.Raw, c effect,
) (bson.Raw, error) {
	match, err := bson.Marshal(bson.D{{Key: "$match", Value: bson.D{{Key: "_id", Value: before.Lookup("_id")}}}})
	if err != nil {
		return nil, err
	}
	result, err := d.ask(ctx, op, &funnel.Aggregate{Pipeline: append([]bson.Raw{match}, c.pipeline...), Let: c.let})
	if err != nil {
		return nil, fmt.Errorf("the server cannot run this pipeline: %w", err)
	}
	document, err := result.Cursor.Next(ctx)
	if err := errors.Join(err, result.Cursor.Close(ctx)); err != nil {
		return nil, err
	}
	if document == nil {
		return nil, errors.New("the document is gone meanwhile")
	}
	return document, nil
}

// inserted is the document that an upsert would insert; made is true where the server would make its _id.
func (c effect) inserted(filter bson.Raw) (document bson.Raw, made bool, err error) {
	switch {
	case c.unknown != nil:
		return nil, false, c.unknown
	case c.replacement != nil:
		return updates.Upsert(filter, c.replacement, time.Now())
	case c.operators != nil:
		return updates.Upsert(filter, c.operators, time.Now())
	}
	return nil, false, errors.New("an upsert by a pipeline")
}

func sampleOf(before, after bson.Raw, unknown error) runtime.Sample {
	sample := runtime.Sample{Before: asJSON(before), After: asJSON(after)}
	if unknown != nil {
		sample.After, sample.Unknown = nil, unknown.Error()
	}
	return sample
}
