package funnel

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
	// Settings are those of the database and the collection that the method was called on.
	Settings Settings
	// Request is what is asked of the server.
	Request Request
}

// String is the call as the script wrote it, without arguments: "db.users.updateMany".
func (op *Operation) String() string { return op.Target + "." + op.Method }

// Settings are what a database or a collection was asked for with: they hold for its operations that say nothing else.
type Settings struct {
	Concern   Concern
	Collation bson.Raw
}

// Under returns these settings, with those of outer where these say nothing.
func (inner Settings) Under(outer Settings) Settings {
	outer.Concern.Override(inner.Concern)
	if inner.Collation != nil {
		outer.Collation = inner.Collation
	}
	return outer
}

// Given reports whether the settings say anything.
func (s Settings) Given() bool {
	return s.Collation != nil || s.Concern.Write != nil || s.Concern.ReadLevel != "" || s.Concern.Preference != ""
}

// Concern is how safely an operation reads and writes. Zero values leave it to the client's settings.
type Concern struct {
	Write      bson.Raw // {w, j, wtimeout}
	ReadLevel  string   // of the read concern
	Preference string   // the mode of the read preference
	// MaxTime bounds the operation; 0 does not.
	MaxTime time.Duration
}

// Override takes what the other one says.
func (c *Concern) Override(by Concern) {
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

// Changes tells whether an operation may change something. What a request is counts for more than what it says to be.
func Changes(op *Operation) bool {
	if op.Access != Read {
		return true
	}
	switch r := op.Request.(type) {
	case *Bulk, *FindAndModify:
		return true
	case *Aggregate:
		return PipelineAccess(r.Pipeline) != Read
	case *Command:
		return CommandAccess(r.Document) == Write
	}
	return false
}
