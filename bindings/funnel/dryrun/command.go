package dryrun

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/runtime"
)

// command simulates a command that no typed request stands for: it is said that it has succeeded, with the fields of
// the reply that scripts and their methods look at.
func (d *simulation) command(ctx context.Context, op *funnel.Operation, r *funnel.Command) (bson.Raw, error) {
	entry := &runtime.Planned{Operation: op.Name(), Command: withoutSecrets(r.Document), Indexes: indexKeys(r.Document)}
	op = concerned(op)
	reply, documents, err := d.reply(ctx, op, r)
	if err != nil {
		return nil, err
	}
	if documents != nil {
		entry.Matches = documents
		d.plan.add(op, entry, *documents)
	} else {
		d.plan.add(op, entry, 0)
	}
	d.changed(op, r)
	return bson.Marshal(append(reply, bson.E{Key: "ok", Value: 1.0}))
}

// concerned is the operation with the collection that it is about, where a command names that in a way of its own:
// {renameCollection: "app.users", …} on admin is about users of app.
func concerned(op *funnel.Operation) *funnel.Operation {
	within := *op
	if name := op.Request.(*funnel.Command).Subject(op.Database); name != "" {
		within.Database, within.Collection, _ = strings.Cut(name, ".")
	}
	return &within
}

// reply makes up the reply of a command but for its ok, with how many documents would go, if it drops any.
func (d *simulation) reply(ctx context.Context, op *funnel.Operation, r *funnel.Command) (bson.D, *int64, error) {
	switch r.Name() {
	case "drop":
		n, err := d.estimate(ctx, op)
		if err != nil {
			return nil, nil, err
		}
		return bson.D{{Key: "ns", Value: op.Database + "." + op.Collection}}, &n, nil
	case "dropDatabase":
		return bson.D{{Key: "dropped", Value: op.Database}}, nil, nil
	case "createIndexes":
		n, err := d.indexes(ctx, op)
		more := int32(len(funnel.DocumentsOf(r.Document.Lookup("indexes"))))
		return bson.D{{Key: "numIndexesBefore", Value: n}, {Key: "numIndexesAfter", Value: n + more}}, nil, err
	case "dropIndexes", "deleteIndexes":
		n, err := d.indexes(ctx, op)
		return bson.D{{Key: "nIndexesWas", Value: n}}, nil, err
	case "createSearchIndexes":
		var created bson.A
		for _, index := range funnel.DocumentsOf(r.Document.Lookup("indexes")) {
			name, ok := index.Lookup("name").StringValueOK()
			if !ok {
				name = "default"
			}
			created = append(created, bson.D{{Key: "id", Value: bson.NewObjectID().Hex()}, {Key: "name", Value: name}})
		}
		return bson.D{{Key: "indexesCreated", Value: created}}, nil, nil
	case "dropAllUsersFromDatabase", "dropAllRolesFromDatabase":
		return bson.D{{Key: "n", Value: int32(0)}}, nil, nil
	}
	return bson.D{}, nil, nil
}

// estimate is how many documents a collection has; a view has 0 of its own.
func (d *simulation) estimate(ctx context.Context, op *funnel.Operation) (int64, error) {
	result, err := d.ask(ctx, op, &funnel.Count{})
	if ctx.Err() == nil && hasNothing(err) {
		return 0, nil
	}
	return result.N, err
}

// hasNothing reports whether an error is that of a collection that is not there, or that is a view.
func hasNothing(err error) bool {
	return funnel.HasCode(err, funnel.NamespaceNotFound) || funnel.HasCode(err, funnel.CommandNotSupportedOnView)
}

// indexes is how many indexes a collection has; 0 where it is not there.
func (d *simulation) indexes(ctx context.Context, op *funnel.Operation) (int32, error) {
	list, err := bson.Marshal(bson.D{{Key: "listIndexes", Value: op.Collection}, {Key: "cursor", Value: bson.D{}}})
	if err != nil {
		return 0, err
	}
	result, err := d.ask(ctx, op, &funnel.Command{Document: list, Cursor: true})
	if err != nil {
		if ctx.Err() == nil && hasNothing(err) {
			err = nil
		}
		return 0, err
	}
	for n := int32(0); ; n++ {
		document, err := result.Cursor.Next(ctx)
		if document == nil || err != nil {
			return n, errors.Join(err, result.Cursor.Close(ctx))
		}
	}
}

// changed remembers what a command would have changed.
func (d *simulation) changed(op *funnel.Operation, r *funnel.Command) {
	d.plan.wrote(metaOf(op.Database, op.Collection), op.Where)
	switch r.Name() {
	case "createIndexes", "dropIndexes", "deleteIndexes", "collMod", "reIndex", "compact", "createSearchIndexes":
		return // the documents stay
	case "create", "drop":
		d.plan.wrote(listOf(op.Database), op.Where)
	case "renameCollection":
		d.plan.wrote(listOf(op.Database), op.Where)
		if to, ok := r.Document.Lookup("to").StringValueOK(); ok {
			d.plan.wrote(to, op.Where)
		}
	case "dropDatabase":
		d.plan.wrote(wholeOf(op.Database), op.Where)
	}
	if op.Collection != "" {
		d.plan.wrote(op.Database+"."+op.Collection, op.Where)
	}
}

// secret reports whether nobody may read the value of a command's field in a plan.
func secret(field string) bool {
	return slices.Contains([]string{"pwd", "password", "passwd", "payload", "nonce"}, field)
}

// withoutSecrets is a command without its name and with its passwords masked.
func withoutSecrets(command bson.Raw) json.RawMessage {
	var d bson.D
	if err := bson.Unmarshal(command, &d); err != nil || len(d) < 2 {
		return nil
	}
	name := d[0].Key
	switch name {
	case "createIndexes":
		return nil // its keys are shown
	case "collMod", "create", "createSearchIndexes":
		return asJSON(d[1:]) // a field of that name is one of the documents'
	}
	return asJSON(masked(d[1:]))
}

func masked(v any) any {
	switch v := v.(type) {
	case bson.D:
		d := make(bson.D, len(v))
		for i, e := range v {
			d[i] = bson.E{Key: e.Key, Value: masked(e.Value)}
			if secret(e.Key) {
				d[i].Value = "***"
			}
		}
		return d
	case bson.A:
		a := make(bson.A, len(v))
		for i, element := range v {
			a[i] = masked(element)
		}
		return a
	}
	return v
}

// indexKeys are the keys of the indexes that a command would create, with their options.
func indexKeys(command bson.Raw) []json.RawMessage {
	if funnel.FirstKey(command) != "createIndexes" {
		return nil
	}
	var keys []json.RawMessage
	for _, index := range funnel.DocumentsOf(command.Lookup("indexes")) {
		keys = append(keys, asJSON(index))
	}
	return keys
}
