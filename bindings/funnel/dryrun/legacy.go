package dryrun

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// writeCommand simulates the commands insert, update and delete, which a script has spelled out for the server.
func (d *simulation) writeCommand(ctx context.Context, op *funnel.Operation, r *funnel.Command) (bson.Raw, error) {
	c := r.Document
	bulk := &funnel.Bulk{}
	bulk.Let, _ = c.Lookup("let").DocumentOK()
	for _, document := range funnel.DocumentsOf(c.Lookup("documents")) {
		bulk.Writes = append(bulk.Writes, funnel.WriteModel{Kind: funnel.Insert, Document: document})
	}
	for _, statement := range funnel.DocumentsOf(c.Lookup("updates")) {
		bulk.Writes = append(bulk.Writes, updateStatement(statement))
	}
	for _, statement := range funnel.DocumentsOf(c.Lookup("deletes")) {
		w := statementOf(statement, funnel.DeleteMany)
		if limit, _ := statement.Lookup("limit").AsInt64OK(); limit == 1 {
			w.Kind = funnel.DeleteOne
		}
		bulk.Writes = append(bulk.Writes, w)
	}
	named := *op
	named.Method = commandName(op, r)
	w, err := d.bulk(ctx, &named, bulk)
	if err != nil {
		return nil, err
	}
	reply := bson.D{{Key: "n", Value: int32(w.Inserted + w.Matched + w.Deleted + w.Upserted)}}
	if r.Name() == "update" {
		reply = append(reply, bson.E{Key: "nModified", Value: int32(w.Modified)})
	}
	if len(w.UpsertedIDs) > 0 {
		var upserted bson.A
		for i := range bulk.Writes {
			if id, ok := w.UpsertedIDs[int64(i)]; ok {
				upserted = append(upserted, bson.D{{Key: "index", Value: int32(i)}, {Key: "_id", Value: id}})
			}
		}
		reply = append(reply, bson.E{Key: "upserted", Value: upserted})
	}
	return bson.Marshal(append(reply, bson.E{Key: "ok", Value: 1.0}))
}

// statementOf reads what the statements of updates and deletes have in common.
func statementOf(statement bson.Raw, kind funnel.WriteKind) funnel.WriteModel {
	w := funnel.WriteModel{Kind: kind, Hint: statement.Lookup("hint")}
	if w.Filter, _ = statement.Lookup("q").DocumentOK(); w.Filter == nil {
		w.Filter = funnel.EmptyDocument()
	}
	w.Collation, _ = statement.Lookup("collation").DocumentOK()
	return w
}

func updateStatement(statement bson.Raw) funnel.WriteModel {
	w := statementOf(statement, funnel.UpdateOne)
	w.Upsert, _ = statement.Lookup("upsert").BooleanOK()
	w.Sort, _ = statement.Lookup("sort").DocumentOK()
	w.ArrayFilters = funnel.DocumentsOf(statement.Lookup("arrayFilters"))
	if multi, _ := statement.Lookup("multi").BooleanOK(); multi {
		w.Kind = funnel.UpdateMany
	}
	setChange(&w, statement.Lookup("u"))
	return w
}

// setChange gives a write its update, or the replacement that stands where an update may.
func setChange(w *funnel.WriteModel, v bson.RawValue) {
	if document, ok := v.DocumentOK(); ok {
		if key := funnel.FirstKey(document); key == "" || key[0] != '$' {
			w.Kind, w.Document = funnel.Replace, document
			return
		}
	}
	w.Update = v
}

// modifyCommand simulates the command findAndModify and makes up its whole reply.
func (d *simulation) modifyCommand(ctx context.Context, op *funnel.Operation, c bson.Raw) (bson.Raw, error) {
	r := &funnel.FindAndModify{Hint: c.Lookup("hint"), ArrayFilters: funnel.DocumentsOf(c.Lookup("arrayFilters"))}
	if r.Filter, _ = c.Lookup("query").DocumentOK(); r.Filter == nil {
		r.Filter = funnel.EmptyDocument()
	}
	r.Remove, _ = c.Lookup("remove").BooleanOK()
	r.Upsert, _ = c.Lookup("upsert").BooleanOK()
	r.ReturnNew, _ = c.Lookup("new").BooleanOK()
	r.Sort, _ = c.Lookup("sort").DocumentOK()
	r.Projection, _ = c.Lookup("fields").DocumentOK()
	r.Collation, _ = c.Lookup("collation").DocumentOK()
	r.Let, _ = c.Lookup("let").DocumentOK()
	var w funnel.WriteModel
	setChange(&w, c.Lookup("update"))
	r.Replacement, r.Update = w.Document, w.Update

	value, what, err := d.modify(ctx, op, r)
	if err != nil {
		return nil, err
	}
	last := bson.D{{Key: "n", Value: int32(what.Deleted + what.Matched + what.Upserted)}}
	if !r.Remove {
		last = append(last, bson.E{Key: "updatedExisting", Value: what.Matched > 0})
	}
	if id, ok := what.UpsertedIDs[0]; ok {
		last = append(last, bson.E{Key: "upserted", Value: id})
	}
	reply := bson.D{{Key: "lastErrorObject", Value: last}, {Key: "value", Value: nil}, {Key: "ok", Value: 1.0}}
	if value != nil {
		reply[1].Value = value
	}
	return bson.Marshal(reply)
}
