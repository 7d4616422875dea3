package bindings

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// settings reads {readPreference, readConcern, writeConcern, collation}.
func (r *reader) settings() funnel.Settings {
	set := funnel.Settings{Concern: r.concern(true), Collation: r.document("collation")}
	r.done()
	return set
}

// inherit fills in what the operation does not say itself.
func inherit(op *funnel.Operation) {
	concern := op.Settings.Concern
	if c, ok := op.Request.(*funnel.Command); ok && (isRaw(op) || !takesWriteConcern(c.Name()) || op.Session != nil) {
		concern.Write = nil
	}
	concern.Override(op.Concern)
	op.Concern = concern
	if op.Settings.Collation != nil {
		collate(op.Request, op.Settings.Collation)
	}
}

// isRaw reports whether a script has written the command itself: nothing is then added to it.
func isRaw(op *funnel.Operation) bool {
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
func collate(r funnel.Request, collation bson.Raw) {
	set := func(own *bson.Raw) {
		if *own == nil {
			*own = collation
		}
	}
	switch r := r.(type) {
	case *funnel.Find:
		set(&r.Collation)
	case *funnel.Aggregate:
		set(&r.Collation)
	case *funnel.Count:
		set(&r.Collation)
	case *funnel.Distinct:
		set(&r.Collation)
	case *funnel.FindAndModify:
		set(&r.Collation)
	case *funnel.Bulk:
		for i := range r.Writes {
			if r.Writes[i].Kind != funnel.Insert {
				set(&r.Writes[i].Collation)
			}
		}
	}
}
