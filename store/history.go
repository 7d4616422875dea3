package store

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/runtime"
)

// history keeps an event for every run that has ended, and for what was set right by hand. Nothing in it is ever
// changed or removed.
type history struct {
	collection *mongo.Collection
	patience   time.Duration
}

var _ runtime.History = (*history)(nil)

const (
	readHistory  = "read the history"
	writeHistory = "write the history"
)

// event is an event as it is stored. Its _id is "START:KIND", so that it can be there only once; those of older
// releases have an ObjectId.
type event struct {
	ID         any                 `bson:"_id"`
	Start      string              `bson:"start,omitempty"`
	At         time.Time           `bson:"at"`
	Event      runtime.EventKind   `bson:"event"`
	Name       string              `bson:"name"`
	Direction  runtime.Direction   `bson:"direction,omitempty"`
	State      runtime.State       `bson:"state,omitempty"`
	Batch      int                 `bson:"batch,omitempty"`
	DurationMS *int64              `bson:"duration_ms,omitempty"`
	By         runtime.Identity    `bson:"by"`
	Operations *runtime.Operations `bson:"operations,omitempty"`
	Log        []string            `bson:"log,omitempty"`
	Error      *runtime.Failure    `bson:"error,omitempty"`
	Note       string              `bson:"note,omitempty"`
	Before     *runtime.Standing   `bson:"before,omitempty"`
}

func (h *history) Append(ctx context.Context, e runtime.Event) error {
	if e.Start == "" {
		return errors.New("write the history: an event without a start could not be told from the next one")
	}
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	stored := event{
		ID: e.Start + ":" + string(e.Event), Start: e.Start, At: e.At, Event: e.Event, Name: e.Name,
		Direction: e.Direction, State: e.State, Batch: e.Batch, By: e.By, Operations: e.Operations,
		Log: keptLines(e.Log), Error: keptFailure(e.Error), Note: kept(e.Note), Before: keptStanding(e.Before),
	}
	if e.Operations != nil {
		ms := runtime.Milliseconds(e.Duration)
		stored.DurationMS = &ms
	}
	err := settled(ctx, func(ctx context.Context) error {
		_, err := h.collection.InsertOne(ctx, stored)
		return err
	})
	if mongo.IsDuplicateKeyError(err) {
		return nil // it is there already
	}
	return explain(err, writeHistory)
}

func (h *history) Has(ctx context.Context, start string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	// Most have finished. The embedded database finds one _id at once, and walks through all for a range. The range
	// is all that begins with "START:", since the semicolon is next to the colon.
	finished := start + ":" + string(runtime.Finished)
	ofStart := bson.D{{Key: "$gte", Value: start + ":"}, {Key: "$lt", Value: start + ";"}}
	for _, id := range []any{finished, ofStart} {
		small := options.FindOne().SetProjection(bson.D{{Key: "_id", Value: 1}})
		err := h.collection.FindOne(ctx, bson.D{{Key: "_id", Value: id}}, small).Err()
		if !errors.Is(err, mongo.ErrNoDocuments) {
			return err == nil, explain(err, readHistory)
		}
	}
	return false, nil
}

func (h *history) Events(ctx context.Context, name string, limit int) ([]runtime.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	filter := bson.D{}
	if name != "" {
		filter = bson.D{{Key: "name", Value: name}}
	}
	newest := options.Find().SetSort(bson.D{{Key: "at", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(limit))
	cursor, err := h.collection.Find(ctx, filter, newest)
	if err != nil {
		return nil, explain(err, readHistory)
	}
	var raws []bson.Raw
	if err := cursor.All(ctx, &raws); err != nil {
		return nil, explain(err, readHistory)
	}
	events := make([]runtime.Event, len(raws))
	for i, raw := range raws {
		var stored event
		if err := unmarshal(raw, &stored, h.collection); err != nil {
			return nil, err
		}
		events[i] = stored.event()
	}
	return events, nil
}

// event is the stored event as the runner sees it.
func (e event) event() runtime.Event {
	out := runtime.Event{
		Start: e.Start, At: e.At, Event: e.Event, Name: e.Name, Direction: e.Direction, State: e.State, Batch: e.Batch,
		By: e.By, Operations: e.Operations, Log: e.Log, Error: e.Error, Note: e.Note, Before: e.Before,
	}
	if e.DurationMS != nil {
		out.Duration = time.Duration(*e.DurationMS) * time.Millisecond
	}
	return out
}
