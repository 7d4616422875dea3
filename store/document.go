package store

import (
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// document is a record as it is stored. A document with a name and no state is migopy's, and means executed.
type document struct {
	ID         any                 `bson:"_id"`
	Name       string              `bson:"name"`
	Number     int64               `bson:"number"`
	State      runtime.State       `bson:"state,omitempty"`
	Direction  runtime.Direction   `bson:"direction,omitempty"`
	Generation int64               `bson:"generation"`
	Start      string              `bson:"start"`
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
	Baseline   bool                `bson:"baseline,omitempty"`
	QuietAfter *time.Time          `bson:"quiet_after,omitempty"`
	Database   string              `bson:"database,omitempty"`  // registry.of
	Migration  string              `bson:"migration,omitempty"` // of a tombstone
	// Rest are the fields that this version does not know.
	Rest map[string]bson.RawValue `bson:",inline"`
}

// tombstone is what stays of a record that was rolled back. It has no name, so that migopy does not read it as
// executed.
type tombstone struct {
	ID         string                   `bson:"_id"`
	State      runtime.State            `bson:"state"`
	Migration  string                   `bson:"migration"`
	Generation int64                    `bson:"generation"`
	Start      string                   `bson:"start"`
	Rest       map[string]bson.RawValue `bson:",inline"`
}

// decode reads a document of the registry, and names it where it is not as a migrator would have written it.
func (r *registry) decode(raw bson.Raw) (d document, err error) {
	if err := unmarshal(raw, &d, r.collection); err != nil {
		return document{}, err
	}
	if d.State == "" {
		return d, nil // migopy's, or nothing of a migration tool
	}
	id, ok := d.ID.(string)
	if d.Name == "" {
		d.Name = id // it was rolled back, or lost its name by hand
	}
	if !ok || d.Name != id {
		return document{}, unreadable(raw, r.collection, errors.New("its _id is not the name of its migration"))
	}
	if d.Generation >= maxGeneration {
		return document{}, unreadable(raw, r.collection, errNoneAbove)
	}
	if d.Database != "" && r.of != "" && d.Database != r.of {
		return document{}, fault.New(fault.Usage,
			"give each database a registry of its own: leave registry.database out of migrator.yaml, "+
				"or set it to another for this environment",
			"the registry in %s.%s is that of the database %s, and not of %s",
			r.collection.Database().Name(), r.collection.Name(), d.Database, r.of)
	}
	return d, nil
}

// maxGeneration is far above every generation that a lock comes to. There has to be one above each that is stored.
const maxGeneration = 1 << 53

var errNoneAbove = errors.New("there is no generation above it")

// unmarshal reads a document of one of the collections, and names it where it has another shape.
func unmarshal(raw bson.Raw, into any, c *mongo.Collection) error {
	if err := bson.Unmarshal(raw, into); err != nil {
		return unreadable(raw, c, err)
	}
	return nil
}

// unreadable is the error for a document that no migrator wrote.
func unreadable(raw bson.Raw, c *mongo.Collection, why error) error {
	id := raw.Lookup("_id").String() // as Extended JSON has it
	find := fmt.Sprintf("db.getSiblingDB(\"%s\").getCollection(\"%s\").find({_id: EJSON.parse(`%s`)})",
		c.Database().Name(), c.Name(), id)
	return fault.Wrap(fault.Failed, why,
		"look at it with `migrator eval '"+find+"'`, and mend or remove it with `eval --write-registry`",
		"read the document %s of the collection %s", id, c.Name())
}

// record is the document as the runner sees it.
func (d document) record() runtime.Record {
	r := runtime.Record{
		Name: d.Name, Number: d.Number, State: d.State, Direction: d.Direction,
		Generation: d.Generation, Start: d.Start, Checksum: d.Checksum, Source: d.Source, Files: d.Files,
		Batch: d.Batch, Log: d.Log,
		Error: d.Error, Journal: d.Journal, Aborted: d.Aborted, Rollback: d.Rollback, Baseline: d.Baseline,
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
	if d.QuietAfter != nil {
		r.QuietAfter = *d.QuietAfter
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

// documentOf is the record as it is stored; of is the database that the registry is of, or "".
func documentOf(r runtime.Record, of string) any {
	rest, _ := r.Rest.(map[string]bson.RawValue)
	if r.State == runtime.Pending {
		return tombstone{
			ID: r.Name, State: r.State, Migration: r.Name, Generation: r.Generation, Start: r.Start, Rest: rest,
		}
	}
	d := document{
		ID: r.Name, Name: r.Name, Number: r.Number, State: r.State, Direction: r.Direction,
		Generation: r.Generation, Start: r.Start, Checksum: r.Checksum, Source: r.Source, Files: r.Files,
		StartedAt: known(r.StartedAt), FinishedAt: known(r.FinishedAt), Batch: r.Batch, By: &r.By,
		Operations: &r.Operations, Log: keptLines(r.Log), Error: keptFailure(r.Error), Journal: keptJournal(r.Journal),
		Aborted: r.Aborted, Rollback: r.Rollback, Baseline: r.Baseline, QuietAfter: known(r.QuietAfter),
		Database: of, Rest: rest,
	}
	if r.Duration > 0 {
		ms := runtime.Milliseconds(r.Duration)
		d.DurationMS = &ms
	}
	return d
}

// known is a time as an optional field; the zero time is left out.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
