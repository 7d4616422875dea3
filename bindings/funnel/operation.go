package funnel

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime/fault"
)

// Operation is one call of a script on its way through the funnel.
type Operation struct {
	// Method is the method as the script spelled it: "updateMany".
	Method string
	// Target is what the script called the method on, for messages: "db.users".
	Target string
	// Where is the place in the script.
	Where fault.Place
	// Database and Collection are what it works on. Collection is "" for an operation on a database.
	Database   string
	Collection string
	// Session is the session that it takes part in, or nil.
	Session *mongo.Session
	// Concern is how safely it reads and writes.
	Concern Concern
	// Settings are those of the database and the collection that the method was called on.
	Settings Settings
	// Request is what is asked of the server.
	Request Request
	// WholeReply asks for the server's reply in Result.Document, where the request alone would give a part of it.
	WholeReply bool
	// Spelled is the command of a script that wrote one, by runCommand and its like: it is sent as it stands, and the
	// reply is in Result.Document. Request says what it asks for. nil for every other method.
	Spelled bson.Raw
}

// String is the call as the script wrote it, without arguments: "db.users.updateMany".
func (op *Operation) String() string { return op.Target + "." + op.Method }

// Name is what people call what is done: the command that a script spelled out, or else the method.
func (op *Operation) Name() string {
	if op.Spelled != nil {
		return FirstKey(op.Spelled)
	}
	return op.Method
}

// Changes reports whether the operation may change anything.
func (op *Operation) Changes() bool { return op.Access() != Read }

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

// Override takes over what the other one says.
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
