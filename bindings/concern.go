package bindings

import "go.mongodb.org/mongo-driver/v2/bson"

// settings are what a database or a collection was asked for with: they hold for its operations that do not say
// otherwise.
type settings struct {
	concern   Concern
	collation bson.Raw
}

// settings reads {readPreference, readConcern, writeConcern, collation}.
func (r *reader) settings() settings {
	set := settings{concern: r.concern(true), collation: r.document("collation")}
	r.done()
	return set
}

// under are these settings where outer ones say nothing else.
func (inner settings) under(outer settings) settings {
	outer.concern.override(inner.concern)
	if inner.collation != nil {
		outer.collation = inner.collation
	}
	return outer
}

func (s settings) given() bool {
	return s.collation != nil || s.concern.Write != nil || s.concern.ReadLevel != "" || s.concern.Preference != ""
}

// inherit fills in what the operation does not say itself.
func (op *Operation) inherit() {
	concern := op.settings.concern
	if c, ok := op.Request.(*Command); ok && (op.isRaw() || !takesWriteConcern(c.Name()) || op.Session != nil) {
		concern.Write = nil
	}
	concern.override(op.Concern)
	op.Concern = concern
	if op.settings.collation != nil {
		collate(op.Request, op.settings.collation)
	}
}

// isRaw tells whether a script has written the command itself: nothing is then added to it.
func (op *Operation) isRaw() bool {
	return op.Method == "runCommand" || op.Method == "adminCommand" || op.Method == "command"
}

// takesWriteConcern tells the commands of our methods that a server lets wait for others.
func takesWriteConcern(command string) bool {
	switch command {
	case "create", "drop", "dropDatabase", "createIndexes", "dropIndexes", "collMod", "renameCollection", "convertToCapped",
		"createUser", "updateUser", "dropUser", "grantRolesToUser", "revokeRolesFromUser", "createRole", "updateRole", "dropRole":
		return true
	}
	return false
}

// collate gives a collation to a request that has none.
func collate(r Request, collation bson.Raw) {
	set := func(own *bson.Raw) {
		if *own == nil {
			*own = collation
		}
	}
	switch r := r.(type) {
	case *Find:
		set(&r.Collation)
	case *Aggregate:
		set(&r.Collation)
	case *Count:
		set(&r.Collation)
	case *Distinct:
		set(&r.Collation)
	case *FindAndModify:
		set(&r.Collation)
	case *Bulk:
		for i := range r.Writes {
			if r.Writes[i].Kind != Insert {
				set(&r.Writes[i].Collation)
			}
		}
	}
}
