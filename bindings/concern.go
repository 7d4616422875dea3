package bindings

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// settings reads {readPreference, readConcern, writeConcern, collation}.
func (r *reader) settings() funnel.Settings {
	set := funnel.Settings{Concern: r.concern(true), Collation: r.document("collation")}
	r.done()
	return set
}

// inheritSettings is the middleware that fills in what an operation does not say itself. Nothing is added to a command
// that the script spelled out.
func inheritSettings(next funnel.Doer) funnel.Doer {
	return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
		if !op.Settings.Given() {
			return next.Do(ctx, op)
		}
		of := *op
		of.Concern = op.Settings.Concern
		command, isCommand := op.Request.(*funnel.Command)
		if op.Spelled != nil || isCommand && (!takesWriteConcern(command.Name()) || op.Session != nil) {
			of.Concern.Write = nil
		}
		of.Concern.Override(op.Concern)
		if op.Settings.Collation != nil && op.Spelled == nil {
			of.Request = collated(op.Request, op.Settings.Collation)
		}
		return next.Do(ctx, &of)
	})
}

// takesWriteConcern reports whether a command of our methods is one that a server lets wait for others.
func takesWriteConcern(command string) bool {
	switch command {
	case "create", "drop", "dropDatabase", "createIndexes", "dropIndexes", "collMod", "renameCollection",
		"convertToCapped", "createUser", "updateUser", "dropUser", "grantRolesToUser", "revokeRolesFromUser",
		"createRole", "updateRole", "dropRole":
		return true
	}
	return false
}

// collated is the request with a collation where it has none.
func collated(r funnel.Request, collation bson.Raw) funnel.Request {
	set := func(own *bson.Raw) {
		if *own == nil {
			*own = collation
		}
	}
	switch r := funnel.Clone(r).(type) {
	case *funnel.Find:
		set(&r.Collation)
		return r
	case *funnel.Aggregate:
		set(&r.Collation)
		return r
	case *funnel.Count:
		set(&r.Collation)
		return r
	case *funnel.Distinct:
		set(&r.Collation)
		return r
	case *funnel.FindAndModify:
		set(&r.Collation)
		return r
	case *funnel.Bulk:
		for i := range r.Writes {
			if r.Writes[i].Kind != funnel.Insert {
				set(&r.Writes[i].Collation)
			}
		}
		return r
	case *funnel.Explain:
		r.Request = collated(r.Request, collation)
		return r
	}
	return r
}
