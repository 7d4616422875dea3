package store

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/runtime"
	"migrator/store/connect/address"
)

// history keeps an event for every start and end. Nothing in it is ever changed or removed.
type history struct {
	collection *mongo.Collection
	patience   time.Duration
}

var _ runtime.History = (*history)(nil)

type event struct {
	ID         bson.ObjectID       `bson:"_id"`
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
}

func (h *history) Append(ctx context.Context, e runtime.Event) error {
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	stored := event{
		ID: bson.NewObjectID(), At: e.At, Event: e.Event, Name: e.Name, Direction: e.Direction, State: e.State, Batch: e.Batch,
		By: e.By, Operations: e.Operations, Log: maskedLines(e.Log), Error: maskedFailure(e.Error), Note: address.MaskText(e.Note),
	}
	if e.Operations != nil {
		ms := runtime.Milliseconds(e.Duration)
		stored.DurationMS = &ms
	}
	_, err := h.collection.InsertOne(ctx, stored)
	return explain(err, "write the history")
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
		return nil, explain(err, "read the history")
	}
	var stored []event
	if err := cursor.All(ctx, &stored); err != nil {
		return nil, explain(err, "read the history")
	}
	events := make([]runtime.Event, len(stored))
	for i, e := range stored {
		events[i] = runtime.Event{
			At: e.At, Event: e.Event, Name: e.Name, Direction: e.Direction, State: e.State, Batch: e.Batch,
			By: e.By, Operations: e.Operations, Log: e.Log, Error: e.Error, Note: e.Note,
		}
		if e.DurationMS != nil {
			events[i].Duration = time.Duration(*e.DurationMS) * time.Millisecond
		}
	}
	return events, nil
}
