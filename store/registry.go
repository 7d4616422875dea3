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

// registry keeps a document for each migration that is registered, in flight or rolled back, under its name as _id.
// None is ever deleted, and each write names what it expects to find: a write that comes late, or twice, finds
// something else.
type registry struct {
	collection *mongo.Collection
	patience   time.Duration
	// of is the database that the migrations work on, where that is not the registry's own; else "".
	of string
}

var _ runtime.Registry = (*registry)(nil)

const (
	readRegistry  = "read the registry"
	writeRegistry = "write the registry"
)

func (r *registry) List(ctx context.Context) ([]runtime.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	small := options.Find().SetProjection(bson.D{{Key: "source", Value: 0}, {Key: "log", Value: 0}})
	cursor, err := r.collection.Find(ctx, bson.D{}, small)
	if err != nil {
		return nil, explain(err, readRegistry)
	}
	var raws []bson.Raw
	if err := cursor.All(ctx, &raws); err != nil {
		return nil, explain(err, readRegistry)
	}
	var ours, foreign []runtime.Record
	has := map[string]bool{}
	for _, raw := range raws {
		d, err := r.decode(raw)
		switch {
		case err != nil:
			return nil, err
		case d.State != "":
			ours = append(ours, d.record())
			has[d.Name] = true
		case d.Name != "":
			foreign = append(foreign, d.record())
		}
	}
	for _, record := range foreign {
		if !has[record.Name] { // else ours has taken its place, and its removal has not come yet
			ours = append(ours, record)
		}
	}
	return ours, nil
}

func (r *registry) Get(ctx context.Context, name string) (runtime.Record, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	record, found, err := r.find(ctx, bson.D{{Key: "_id", Value: name}})
	if found || err != nil {
		return record, found, err
	}
	return r.find(ctx, bson.D{{Key: "name", Value: name}}) // migopy's
}

// find reads the one record that the filter matches.
func (r *registry) find(ctx context.Context, filter bson.D) (runtime.Record, bool, error) {
	raw, err := r.collection.FindOne(ctx, filter).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return runtime.Record{}, false, nil
	}
	if err != nil {
		return runtime.Record{}, false, explain(err, readRegistry)
	}
	d, err := r.decode(raw)
	if err != nil || d.Name == "" {
		return runtime.Record{}, false, err
	}
	return d.record(), true, nil
}

func (r *registry) Take(ctx context.Context, was, next runtime.Record) error {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	send := r.replace(asRead(was), next)
	if wasAbsent(was) {
		send = r.insert(next, was.Foreign)
	}
	if err := r.write(ctx, was, next, send); err != nil {
		return err
	}
	// What is claimed or set right by hand is cleared of what an earlier removal has missed, too.
	if was.Foreign || was.Name != "" && !next.State.InFlight() {
		return r.removeForeign(ctx, next.Name)
	}
	return nil
}

func (r *registry) End(ctx context.Context, begun, next runtime.Record) error {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	return r.write(ctx, begun, next, r.replace(asRead(begun), next))
}

func (r *registry) Journal(ctx context.Context, begun runtime.Record, j runtime.Journal) error {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	set := bson.D{{Key: "$set", Value: bson.D{{Key: "journal", Value: keptJournal(&j)}}}}
	updated, err := r.collection.UpdateOne(ctx, asRead(begun), set)
	if err != nil || updated.MatchedCount > 0 {
		return explain(err, writeRegistry)
	}
	now, found, err := r.find(ctx, bson.D{{Key: "_id", Value: begun.Name}})
	if err != nil {
		return err
	}
	return &runtime.Superseded{Name: begun.Name, Now: now, Found: found}
}

// asRead matches the record as long as nobody has written it since it was read. In what an older release has written,
// generation and start are absent.
func asRead(was runtime.Record) bson.D {
	var generation, start any = was.Generation, was.Start
	if was.Generation == 0 {
		generation = bson.D{{Key: "$in", Value: bson.A{int64(0), nil}}}
	}
	if was.Start == "" {
		start = bson.D{{Key: "$in", Value: bson.A{"", nil}}}
	}
	return bson.D{
		{Key: "_id", Value: was.Name}, {Key: "state", Value: was.State},
		{Key: "generation", Value: generation}, {Key: "start", Value: start},
	}
}

// noState is a condition that only migopy's documents meet.
func noState() bson.E { return bson.E{Key: "state", Value: bson.D{{Key: "$exists", Value: false}}} }

// wasAbsent reports whether there was no document of ours: none at all, or migopy's.
func wasAbsent(was runtime.Record) bool {
	return was.Name == "" || was.Foreign && was.Generation == 0
}

// replace puts a record in the place of the one that the filter matches, and never inserts it.
func (r *registry) replace(filter bson.D, next runtime.Record) func(context.Context) (bool, error) {
	d := documentOf(next, r.of)
	return func(ctx context.Context) (bool, error) {
		updated, err := r.collection.ReplaceOne(ctx, filter, d)
		return err == nil && updated.MatchedCount > 0, err
	}
}

// insert adds a record where there is none of ours. migopy's has an _id of its own, as a rule; where that is the
// name, ours is put in its place, if it was seen.
func (r *registry) insert(next runtime.Record, overForeign bool) func(context.Context) (bool, error) {
	d := documentOf(next, r.of)
	replace := r.replace(bson.D{{Key: "_id", Value: next.Name}, noState()}, next)
	return func(ctx context.Context) (bool, error) {
		_, err := r.collection.InsertOne(ctx, d)
		if !mongo.IsDuplicateKeyError(err) {
			return err == nil, err
		}
		if !overForeign {
			return false, nil
		}
		return replace(ctx)
	}
}

// write sends a compare-and-set that puts next in the place of was. Where it matched nothing, or had no answer, the
// record is read back, which says what has become of it.
func (r *registry) write(
	ctx context.Context, was, next runtime.Record, send func(context.Context) (bool, error),
) error {
	if next.Generation < was.Generation {
		return fault.New(fault.Locked, "type `migrator status` to see where things stand",
			"the record of %s was written under generation %d of the lock, and this run has %d: another runner has it",
			next.Name, was.Generation, next.Generation)
	}
	matched := false
	err := settled(ctx, func(ctx context.Context) (err error) {
		matched, err = send(ctx)
		return err
	})
	if matched || err != nil && !isUnanswered(err) {
		return explain(err, writeRegistry)
	}
	now, found, readErr := r.find(ctx, bson.D{{Key: "_id", Value: next.Name}})
	switch {
	case readErr == nil && found && stands(now, next):
		return nil
	case err != nil && (readErr != nil || found && stands(now, was) || !found && wasAbsent(was)):
		return explain(err, writeRegistry) // the record is as it was, and the write may still arrive
	case readErr != nil:
		return readErr
	}
	return &runtime.Superseded{Name: next.Name, Now: now, Found: found}
}

// stands reports whether two records are of the same write.
func stands(now, r runtime.Record) bool {
	return now.Generation == r.Generation && now.Start == r.Start && now.State == r.State
}

// removeForeign removes what migopy has stored of a name, each document by its own _id, so that a removal which comes
// late or twice hits nothing else.
func (r *registry) removeForeign(ctx context.Context, name string) error {
	foreign := bson.D{{Key: "name", Value: name}, noState()}
	cursor, err := r.collection.Find(ctx, foreign, options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return explain(err, readRegistry)
	}
	var found []struct {
		ID any `bson:"_id"`
	}
	if err := cursor.All(ctx, &found); err != nil {
		return explain(err, readRegistry)
	}
	for _, d := range found {
		own := append(bson.D{{Key: "_id", Value: d.ID}}, foreign...)
		err := settled(ctx, func(ctx context.Context) error {
			_, err := r.collection.DeleteOne(ctx, own)
			return err
		})
		if err != nil {
			return explain(err, writeRegistry)
		}
	}
	return nil
}
