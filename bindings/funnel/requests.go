package funnel

import (
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Request is what an operation asks of the server: one of Find, Aggregate, Count, Distinct, Bulk, FindAndModify,
// Explain and Command. Encode makes the server's command of it, and Decode makes it of a command.
type Request interface {
	access() Access
	encode(op *Operation) ([]bson.Raw, error)
}

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

// Count counts the documents that match the filter, one by one: MongoDB's driver makes an aggregation of it. Without a
// filter the server answers by the collection's own statistics.
type Count struct {
	Filter      bson.Raw
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

// WriteKind is what one write of a Bulk does.
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
	Kind WriteKind
	// Namespace is the "database.collection" of a write of the client's bulkWrite; "" is the operation's own.
	Namespace string

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

// Explain asks how the server would carry out another request.
type Explain struct {
	Request   Request
	Verbosity string // "" leaves it to the server
	Comment   bson.RawValue
}

// Command is any other command, as it is sent.
type Command struct {
	Document bson.Raw
	// Cursor is true if the reply is to be read as a cursor.
	Cursor bool
}

// Name is the command's name: its first key.
func (c *Command) Name() string { return FirstKey(c.Document) }

// DefaultBatch is how many documents the server sends at once to a script that does not say. The server's own default
// fills 16 MiB, which costs memory and gains nothing.
const DefaultBatch = 1000

// Clone is a request of its own with the same in it, down to the single writes.
func Clone(r Request) Request {
	switch r := r.(type) {
	case *Find:
		return clone(r)
	case *Aggregate:
		return clone(r)
	case *Count:
		return clone(r)
	case *Distinct:
		return clone(r)
	case *FindAndModify:
		return clone(r)
	case *Explain:
		return clone(r)
	case *Command:
		return clone(r)
	case *Bulk:
		of := clone(r)
		of.Writes = slices.Clone(r.Writes)
		return of
	}
	return r
}

func clone[T any](of *T) *T {
	copied := *of
	return &copied
}
