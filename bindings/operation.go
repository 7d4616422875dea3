package bindings

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime/fault"
)

// Access is what an operation may do to the data.
type Access int

const (
	// Read leaves everything as it is.
	Read Access = iota
	// Write changes documents.
	Write
	// Admin changes anything else: collections, indexes, users, settings. A command that is not known counts as one.
	Admin
)

// String names the access.
func (a Access) String() string {
	return [...]string{"read", "write", "admin"}[a]
}

// Operation is one call of a script on its way through the funnel.
type Operation struct {
	// Method is the method as the script spelled it: "updateMany".
	Method string
	// Database and Collection are what it works on. Collection is "" for an operation on a database.
	Database   string
	Collection string
	// Target is what the script called the method on, for messages: "db.users".
	Target string
	// Where is the place in the script.
	Where fault.Place
	// Access tells what the request may change.
	Access Access
	// Session is the session that it takes part in, or nil.
	Session *mongo.Session
	// Concern holds the settings that apply to any request.
	Concern Concern
	// Request is what is asked of the server.
	Request Request

	settings settings // of the database and the collection
}

// String is the call as the script wrote it, without arguments: "db.users.updateMany".
func (op *Operation) String() string { return op.Target + "." + op.Method }

// Concern is how safely an operation reads and writes. Zero values leave it to the client's settings.
type Concern struct {
	Write      bson.Raw // {w, j, wtimeout}
	ReadLevel  string   // of the read concern
	Preference string   // the mode of the read preference
	// MaxTime bounds the operation; 0 does not.
	MaxTime time.Duration
}

// override takes what the other one says.
func (c *Concern) override(by Concern) {
	if by.Write != nil {
		c.Write = by.Write
	}
	if by.ReadLevel != "" {
		c.ReadLevel = by.ReadLevel
	}
	if by.Preference != "" {
		c.Preference = by.Preference
	}
	if by.MaxTime != 0 {
		c.MaxTime = by.MaxTime
	}
}

// Request is one of Find, Aggregate, Count, Distinct, Bulk, FindAndModify and Command.
type Request interface{ request() }

// Find reads documents of a collection. Documents and values that a script did not give are nil, or zero.
type Find struct {
	Filter     bson.Raw
	Projection bson.Raw
	Sort       bson.Raw
	Skip       int64
	Limit      int64
	BatchSize  int32
	Hint       bson.RawValue
	Min, Max   bson.Raw
	Collation  bson.Raw
	Let        bson.Raw
	Comment    bson.RawValue

	AllowDiskUse        *bool
	AllowPartialResults bool
	NoCursorTimeout     bool
	ReturnKey           bool
	ShowRecordID        bool
}

// Aggregate runs a pipeline on a collection, or on a database where Operation.Collection is "".
type Aggregate struct {
	Pipeline     []bson.Raw
	BatchSize    int32
	Hint         bson.RawValue
	Collation    bson.Raw
	Let          bson.Raw
	Comment      bson.RawValue
	AllowDiskUse *bool
	Bypass       bool // document validation, for $out and $merge
}

// Count counts documents: those that match the filter, or all by the collection's own statistics if Estimated.
type Count struct {
	Filter      bson.Raw
	Estimated   bool
	Skip, Limit int64
	Hint        bson.RawValue
	Collation   bson.Raw
	Comment     bson.RawValue
}

// Distinct lists the different values of a field.
type Distinct struct {
	Field     string
	Filter    bson.Raw
	Hint      bson.RawValue
	Collation bson.Raw
	Comment   bson.RawValue
}

// Bulk is a list of writes. The methods that write once (insertOne, updateMany, …) are a Bulk of one.
type Bulk struct {
	Writes    []WriteModel
	Unordered bool
	Bypass    bool // document validation
	Let       bson.Raw
	Comment   bson.RawValue
}

// WriteKind tells the writes of a Bulk apart.
type WriteKind int

const (
	// Insert stores Document, which has an _id.
	Insert WriteKind = iota
	// UpdateOne changes the first document that matches.
	UpdateOne
	// UpdateMany changes every document that matches.
	UpdateMany
	// Replace puts Document in the place of the first that matches.
	Replace
	// DeleteOne removes the first document that matches.
	DeleteOne
	// DeleteMany removes every document that matches.
	DeleteMany
)

// String is the name of the kind in bulkWrite.
func (k WriteKind) String() string {
	return [...]string{"insertOne", "updateOne", "updateMany", "replaceOne", "deleteOne", "deleteMany"}[k]
}

// WriteModel is one write of a Bulk.
type WriteModel struct {
	Kind     WriteKind
	Document bson.Raw      // of Insert and Replace
	Filter   bson.Raw      // of all but Insert
	Update   bson.RawValue // of UpdateOne and UpdateMany: a document, or an array that is a pipeline

	Upsert       bool
	ArrayFilters []bson.Raw
	Sort         bson.Raw // of UpdateOne and Replace
	Hint         bson.RawValue
	Collation    bson.Raw
}

// FindAndModify changes, replaces or removes one document and returns it.
type FindAndModify struct {
	Filter       bson.Raw
	Update       bson.RawValue // a document or a pipeline
	Replacement  bson.Raw
	Remove       bool
	Sort         bson.Raw
	Projection   bson.Raw
	Upsert       bool
	ReturnNew    bool
	ArrayFilters []bson.Raw
	Hint         bson.RawValue
	Collation    bson.Raw
	Let          bson.Raw
	Comment      bson.RawValue
	Bypass       bool
}

// Command is any other command, as it is sent.
type Command struct {
	Document bson.Raw
	// Cursor is true if the reply is to be read as a cursor.
	Cursor bool
}

// Name is the command's name: its first key.
func (c *Command) Name() string {
	if e, err := c.Document.IndexErr(0); err == nil {
		return e.Key()
	}
	return ""
}

func (*Find) request()          {}
func (*Aggregate) request()     {}
func (*Count) request()         {}
func (*Distinct) request()      {}
func (*Bulk) request()          {}
func (*FindAndModify) request() {}
func (*Command) request()       {}

// Result is what came of an operation; which fields are set depends on the request.
type Result struct {
	Cursor   Cursor          // Find, Aggregate, a Command with Cursor
	N        int64           // Count
	Values   []bson.RawValue // Distinct
	Document bson.Raw        // FindAndModify: nil where nothing matched; Command: the reply
	Written  Written         // Bulk, also when it failed half-way
}

// Written is what a Bulk did.
type Written struct {
	Acknowledged bool
	Inserted     int64
	Matched      int64
	Modified     int64
	Deleted      int64
	Upserted     int64
	// UpsertedIDs are by the place of the write in the Bulk.
	UpsertedIDs map[int64]bson.RawValue
}

// add sums up the parts of a Bulk that was done in pieces; offset is the place of the part's first write.
func (w *Written) add(part Written, offset int64) {
	w.Acknowledged = part.Acknowledged
	w.Inserted += part.Inserted
	w.Matched += part.Matched
	w.Modified += part.Modified
	w.Deleted += part.Deleted
	w.Upserted += part.Upserted
	for i, id := range part.UpsertedIDs {
		if w.UpsertedIDs == nil {
			w.UpsertedIDs = map[int64]bson.RawValue{}
		}
		w.UpsertedIDs[offset+i] = id
	}
}
