package funnel

import "go.mongodb.org/mongo-driver/v2/bson"

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

func (*Find) request() {}

func (*Aggregate) request() {}

func (*Count) request() {}

func (*Distinct) request() {}

func (*Bulk) request() {}

func (*FindAndModify) request() {}

func (*Command) request() {}

// DefaultBatch is how many documents the server sends at once to a script that does not say. The server's own default
// fills 16 MiB, which costs memory and gains nothing.
const DefaultBatch = 1000
