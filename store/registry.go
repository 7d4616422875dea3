package store

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// registry keeps a document for each migration that is registered or in flight, under its name as _id.
type registry struct {
	collection *mongo.Collection
	patience   time.Duration
	// of is the database that the migrations work on, where that is not the registry's own; else "".
	of string
}

var _ runtime.Registry = (*registry)(nil)

// document is a record as it is stored. A document with a name and no state is another tool's, and means executed.
type document struct {
	ID         any                 `bson:"_id"`
	Name       string              `bson:"name"`
	Number     int64               `bson:"number"`
	State      runtime.State       `bson:"state,omitempty"`
	Direction  runtime.Direction   `bson:"direction,omitempty"`
	Checksum   string              `bson:"checksum,omitempty"`
	Source     []byte              `bson:"source,omitempty"`
	Files      []string            `bson:"files,omitempty"`
	StartedAt  *time.Time          `bson:"started_at,omitempty"`
	FinishedAt *time.Time          `bson:"finished_at,omitempty"`
	DurationMS *int64              `bson:"duration_ms,omitempty"`
	Batch      int                 `bson:"batch"`
	By         *runtime.Identity   `bson:"by,omitempty"`
	Operations *runtime.Operations `bson:"operations,omitempty"`
	Log        []string            `bson:"log,omitempty"`
	Error      *runtime.Failure    `bson:"error,omitempty"`
	Journal    *runtime.Journal    `bson:"journal,omitempty"`
	Aborted    bool                `bson:"aborted,omitempty"`
	Rollback   *runtime.Attempt    `bson:"rollback,omitempty"`
	Database   string              `bson:"database,omitempty"` // registry.of
	// Rest are the fields that this version does not know.
	Rest map[string]bson.RawValue `bson:",inline"`
}

func (r *registry) List(ctx context.Context) ([]runtime.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	cursor, err := r.collection.Find(ctx, bson.D{}, options.Find().SetProjection(bson.D{{Key: "source", Value: 0}, {Key: "log", Value: 0}}))
	if err != nil {
		return nil, explain(err, "read the registry")
	}
	var raws []bson.Raw
	if err := cursor.All(ctx, &raws); err != nil {
		return nil, explain(err, "read the registry")
	}
	records := make([]runtime.Record, 0, len(raws))
	for _, raw := range raws {
		d, err := r.decode(raw)
		if err != nil {
			return nil, err
		}
		if d.Name != "" {
			records = append(records, d.record())
		}
	}
	return records, nil
}

// decode reads a document, and names it where it is none that a migrator wrote.
func (r *registry) decode(raw bson.Raw) (d document, err error) {
	if err := bson.Unmarshal(raw, &d); err != nil {
		return document{}, fault.Wrap(fault.Failed, err, "look at it with `migrator eval`, and mend or remove it",
			"read the document %s of the collection %s", raw.Lookup("_id"), r.collection.Name())
	}
	if d.Database != "" && r.of != "" && d.Database != r.of {
		return document{}, fault.New(fault.Usage,
			"give each database a registry of its own: leave registry.database out of migrator.yaml, or set it to another for this environment",
			"the registry in %s.%s is that of the database %s, and not of %s", r.collection.Database().Name(), r.collection.Name(), d.Database, r.of)
	}
	if d.Name == "" && d.State != "" {
		d.Name, _ = d.ID.(string) // what lost its name by hand still stands as it stood
	}
	return d, nil
}

func (r *registry) Get(ctx context.Context, name string) (runtime.Record, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	for _, filter := range []bson.D{{{Key: "_id", Value: name}}, {{Key: "name", Value: name}}} {
		raw, err := r.collection.FindOne(ctx, filter).Raw()
		if err == nil {
			d, err := r.decode(raw)
			return d.record(), err == nil, err
		}
		if !errors.Is(err, mongo.ErrNoDocuments) {
			return runtime.Record{}, false, explain(err, "read the registry")
		}
	}
	return runtime.Record{}, false, nil
}

func (r *registry) Put(ctx context.Context, record runtime.Record) error {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	byID := bson.D{{Key: "_id", Value: record.Name}}
	d := documentOf(record)
	d.Database = r.of
	if _, err := r.collection.ReplaceOne(ctx, byID, d, options.Replace().SetUpsert(true)); err != nil {
		return explain(err, "write the registry")
	}
	if !record.Foreign {
		return nil
	}
	other := bson.D{{Key: "name", Value: record.Name}, {Key: "_id", Value: bson.D{{Key: "$ne", Value: record.Name}}}}
	_, err := r.collection.DeleteMany(ctx, other)
	return explain(err, "write the registry")
}

// Journal finds the record by the state and the start of its run too, so that a write that comes late finds nothing.
func (r *registry) Journal(ctx context.Context, record runtime.Record, j runtime.Journal) error {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	started := bson.E{Key: "started_at", Value: record.StartedAt}
	if record.Rollback != nil {
		started = bson.E{Key: "rollback.started_at", Value: record.Rollback.StartedAt}
	}
	inFlight := bson.D{{Key: "_id", Value: record.Name}, {Key: "state", Value: record.State}, started}
	_, err := r.collection.UpdateOne(ctx, inFlight, bson.D{{Key: "$set", Value: bson.D{{Key: "journal", Value: maskedJournal(&j)}}}})
	return explain(err, "write the registry")
}

func (r *registry) Remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	_, err := r.collection.DeleteMany(ctx, bson.D{{Key: "name", Value: name}})
	return explain(err, "write the registry")
}

// record is the document as the runner sees it.
func (d document) record() runtime.Record {
	r := runtime.Record{
		Name: d.Name, Number: d.Number, State: d.State, Direction: d.Direction, Checksum: d.Checksum, Source: d.Source, Files: d.Files,
		Batch: d.Batch, Log: d.Log, Error: d.Error, Journal: d.Journal, Aborted: d.Aborted, Rollback: d.Rollback,
	}
	if len(d.Rest) > 0 {
		r.Rest = d.Rest
	}
	if d.State == "" {
		r.State, r.Foreign = runtime.Executed, true
	}
	if d.StartedAt != nil {
		r.StartedAt = *d.StartedAt
	}
	if d.FinishedAt != nil {
		r.FinishedAt = *d.FinishedAt
	}
	if d.DurationMS != nil {
		r.Duration = max(time.Duration(*d.DurationMS)*time.Millisecond, 1) // known, and less than a millisecond
	}
	if d.By != nil {
		r.By = *d.By
	}
	if d.Operations != nil {
		r.Operations = *d.Operations
	}
	return r
}

// documentOf is the record as it is stored.
func documentOf(r runtime.Record) document {
	d := document{
		ID: r.Name, Name: r.Name, Number: r.Number, State: r.State, Direction: r.Direction, Checksum: r.Checksum, Source: r.Source, Files: r.Files,
		Batch: r.Batch, By: &r.By, Operations: &r.Operations, Log: maskedLines(r.Log), Error: maskedFailure(r.Error),
		Journal: maskedJournal(r.Journal), Aborted: r.Aborted, Rollback: r.Rollback,
	}
	if !r.StartedAt.IsZero() {
		d.StartedAt = &r.StartedAt
	}
	if !r.FinishedAt.IsZero() {
		d.FinishedAt = &r.FinishedAt
	}
	if r.Duration > 0 {
		ms := runtime.Milliseconds(r.Duration)
		d.DurationMS = &ms
	}
	d.Rest, _ = r.Rest.(map[string]bson.RawValue)
	return d
}
