package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect"
)

// tool is how another migration tool keeps its history.
type tool struct {
	name       string
	collection string // where it is kept unless the user says otherwise
	filter     bson.D
	record     func(bson.Raw) runtime.ForeignRecord
}

// tools lists those whose history can be read.
func tools() []tool {
	return []tool{
		// A document with a state is one of ours: the collection may be the registry itself.
		{"migopy", "migrations", bson.D{noState()}, fromMigopy},
		{"migrate-mongo", "changelog", bson.D{}, fromMigrateMongo},
		{"monarch", "mongo_migration_history", bson.D{}, fromMonarch},
	}
}

// Tools are the names of the tools that Foreign knows.
func Tools() []string {
	var names []string
	for _, t := range tools() {
		names = append(names, t.name)
	}
	return names
}

// Foreign is the history that another tool keeps in the database of a connection, in a collection of that name or,
// where it is "", in the tool's own. A tool that is not known is an error with code fault.Usage.
func Foreign(c *connect.Connection, name, collection string) (runtime.Foreign, error) {
	for _, t := range tools() {
		if t.name == name {
			database := c.Store.Database(c.Database)
			return &foreign{tool: t, collection: database.Collection(cmp.Or(collection, t.collection))}, nil
		}
	}
	return nil, fault.New(fault.Usage, "it knows "+strings.Join(Tools(), ", "), "import does not know a tool %q", name)
}

// foreign reads another tool's collection. It never writes to it.
type foreign struct {
	tool       tool
	collection *mongo.Collection
}

var _ runtime.Foreign = (*foreign)(nil)

func (f *foreign) Records(ctx context.Context) ([]runtime.ForeignRecord, error) {
	doing := "read the history of " + f.tool.name
	cursor, err := f.collection.Find(ctx, f.tool.filter)
	if err != nil {
		return nil, explain(err, doing)
	}
	var raws []bson.Raw
	if err := cursor.All(ctx, &raws); err != nil {
		return nil, explain(err, doing)
	}
	if len(raws) == 0 {
		return nil, f.refuseNothing(ctx)
	}
	var records []runtime.ForeignRecord
	for _, raw := range raws {
		if record := f.tool.record(raw); record.Name != "" {
			records = append(records, record)
		}
	}
	if len(records) == 0 {
		return nil, fault.New(fault.Usage, "name the right one with --collection",
			"the collection %s holds no history of %s", f.collection.Name(), f.tool.name)
	}
	slices.SortStableFunc(records, func(a, b runtime.ForeignRecord) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Name, b.Name))
	})
	return lastOfEach(records), nil
}

// lastOfEach keeps, of what a tool has run again, the last run.
func lastOfEach(records []runtime.ForeignRecord) []runtime.ForeignRecord {
	last := map[string]int{}
	for i, record := range records {
		last[record.Name] = i
	}
	var kept []runtime.ForeignRecord
	for i, record := range records {
		if last[record.Name] == i {
			kept = append(kept, record)
		}
	}
	return kept
}

// refuseNothing fails where the collection does not even exist: a wrong name must not pass for a history that is
// empty.
func (f *foreign) refuseNothing(ctx context.Context) error {
	database := f.collection.Database()
	names, err := database.ListCollectionNames(ctx, bson.D{{Key: "name", Value: f.collection.Name()}})
	if err != nil || len(names) > 0 {
		return explain(err, "look for the collection "+f.collection.Name())
	}
	return fault.New(fault.Usage, "name its collection with --collection, and its database with --database",
		"there is no history of %s: the database %s has no collection %s",
		f.tool.name, database.Name(), f.collection.Name())
}

// fromMigopy reads {_id, name: "001_x.py"}. The time is that of the _id.
func fromMigopy(raw bson.Raw) runtime.ForeignRecord {
	name, _ := raw.Lookup("name").StringValueOK()
	stem := strings.TrimSuffix(name, ".py")
	return runtime.ForeignRecord{Name: name, Stem: stem, State: runtime.Executed, At: written(raw)}
}

// fromMigrateMongo reads {fileName, appliedAt, fileHash?, migrationBlock?}.
func fromMigrateMongo(raw bson.Raw) runtime.ForeignRecord {
	name, _ := raw.Lookup("fileName").StringValueOK()
	hash, _ := raw.Lookup("fileHash").StringValueOK()
	block, _ := raw.Lookup("migrationBlock").AsInt64OK()
	stem := name
	for _, extension := range []string{".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"} {
		stem = strings.TrimSuffix(stem, extension)
	}
	return runtime.ForeignRecord{
		Name: name, Stem: stem, State: runtime.Executed, At: at(raw, "appliedAt"), Block: block, Hash: hash,
	}
}

// fromMonarch reads {key: "_201405290038_x_migration", state, processed_at?}.
func fromMonarch(raw bson.Raw) runtime.ForeignRecord {
	key, _ := raw.Lookup("key").StringValueOK()
	state, _ := raw.Lookup("state").StringValueOK()
	record := runtime.ForeignRecord{Name: key, At: at(raw, "processed_at")}
	record.Stem = strings.TrimSuffix(strings.TrimPrefix(key, "_"), "_migration")
	switch strings.ToLower(state) {
	case "completed":
		record.State = runtime.Executed
	case "new", "":
		record.State = runtime.Pending
	default: // "Failed", and "Processing" where it died
		record.State = runtime.Failed
	}
	return record
}

// at is a time of a document, or else when it was written.
func at(raw bson.Raw, field string) time.Time {
	if t, ok := raw.Lookup(field).TimeOK(); ok {
		return t.UTC()
	}
	return written(raw)
}

// written is when a document was made, by its ObjectId; zero where it has another _id.
func written(raw bson.Raw) time.Time {
	if id, ok := raw.Lookup("_id").ObjectIDOK(); ok {
		return id.Timestamp()
	}
	return time.Time{}
}
