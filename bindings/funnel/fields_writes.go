package funnel

import (
	"cmp"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// verb is the command that does writes of that kind.
func (k WriteKind) verb() string {
	switch k {
	case Insert:
		return "insert"
	case DeleteOne, DeleteMany:
		return "delete"
	}
	return "update"
}

// statements is the field with the writes of a command: "documents", "updates" or "deletes".
func statements(verb string) string {
	if verb == "insert" {
		return "documents"
	}
	return verb + "s"
}

// fields are those of the commands insert, update and delete; all writes are of the one verb.
func (r *Bulk) fields(c codec, verb string) {
	if verb == "insert" {
		r.inserts(c)
	} else {
		c.must().list(statements(verb), len(r.Writes), func(i int, c codec) {
			if i == len(r.Writes) {
				r.Writes = append(r.Writes, WriteModel{})
			}
			r.Writes[i].statement(c, verb)
		})
	}
	r.options(c)
}

func (r *Bulk) inserts(c codec) {
	documents := make([]bson.Raw, len(r.Writes))
	for i := range r.Writes {
		documents[i] = r.Writes[i].Document
	}
	c.must().documents(statements("insert"), &documents)
	r.Writes = make([]WriteModel, len(documents))
	for i, document := range documents {
		r.Writes[i] = WriteModel{Kind: Insert, Document: document}
	}
}

// options are what holds for all writes of a command.
func (r *Bulk) options(c codec) {
	var ordered *bool
	if r.Unordered {
		ordered = new(bool)
	}
	c.choice("ordered", &ordered)
	r.Unordered = ordered != nil && !*ordered
	c.flag("bypassDocumentValidation", &r.Bypass)
	c.document("let", &r.Let)
	c.value("comment", &r.Comment)
	c.expect(len(r.Writes) > 0)
}

// statement is an update or delete as it stands in its command: {q, u, multi, …} or {q, limit, …}.
func (w *WriteModel) statement(c codec, verb string) {
	c.must().document("q", &w.Filter)
	many := w.Kind == UpdateMany || w.Kind == DeleteMany
	if verb == "update" {
		update := eitherOf(w.Update, w.Document)
		c.must().value("u", &update)
		c.flag("multi", &many)
		w.setChange(c, update, many)
	} else {
		limit := int64(1)
		if many {
			limit = 0
		}
		c.must().number("limit", &limit)
		c.expect(limit == 0 || limit == 1)
		w.setDelete(limit == 0)
	}
	w.options(c, verb)
}

// namespacedFields are those of the client's bulkWrite, in which each write has the place of its collection in a list.
// names are the collections that are known already.
func (r *Bulk) namespacedFields(c codec, names []string) {
	c.must().list("nsInfo", len(names), func(i int, c codec) {
		if i == len(names) {
			names = append(names, "")
		}
		c.must().text("ns", &names[i])
	})
	c.must().list("ops", len(r.Writes), func(i int, c codec) {
		if i == len(r.Writes) {
			r.Writes = append(r.Writes, WriteModel{})
		}
		r.Writes[i].namespaced(c, names)
	})
	r.options(c)
}

// namespaced is a write as it stands in bulkWrite: {update: place, filter, updateMods, multi, …}.
func (w *WriteModel) namespaced(c codec, names []string) {
	verb := cmp.Or(c.first(), w.Kind.verb())
	place := int64(slices.Index(names, w.Namespace))
	c.must().number(verb, &place)
	if place >= 0 && place < int64(len(names)) {
		w.Namespace = names[place]
	}
	c.expect(w.Namespace != "")
	if verb == "insert" {
		c.must().document("document", &w.Document)
		w.Kind = Insert
		return
	}
	c.must().document("filter", &w.Filter)
	many := w.Kind == UpdateMany || w.Kind == DeleteMany
	c.flag("multi", &many)
	switch verb {
	case "update":
		update := eitherOf(w.Update, w.Document)
		c.must().value("updateMods", &update)
		w.setChange(c, update, many)
	case "delete":
		w.setDelete(many)
	default:
		c.expect(false)
	}
	w.options(c, verb)
}

// options are what may go with a write that looks for documents.
func (w *WriteModel) options(c codec, verb string) {
	if verb == "update" {
		c.flag("upsert", &w.Upsert)
		c.documents("arrayFilters", &w.ArrayFilters)
		c.document("sort", &w.Sort)
	}
	c.value("hint", &w.Hint)
	c.document("collation", &w.Collation)
}

// eitherOf is the update or the replacement, which stand at the same place in a command.
func eitherOf(update bson.RawValue, replacement bson.Raw) bson.RawValue {
	if replacement != nil {
		return bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: replacement}
	}
	return update
}

// replacementIn is the document of a value that is no update: its first field is no operator.
func replacementIn(update bson.RawValue) (bson.Raw, bool) {
	document, ok := update.DocumentOK()
	if key := FirstKey(document); !ok || key != "" && key[0] == '$' {
		return nil, false
	}
	return document, true
}

// setChange takes apart again what eitherOf has joined.
func (w *WriteModel) setChange(c codec, update bson.RawValue, many bool) {
	c.expect(update.Type == bson.TypeEmbeddedDocument || update.Type == bson.TypeArray)
	replacement, replaces := replacementIn(update)
	switch {
	case many:
		w.Kind, w.Update, w.Document = UpdateMany, update, nil
	case replaces:
		w.Kind, w.Update, w.Document = Replace, bson.RawValue{}, replacement
	default:
		w.Kind, w.Update, w.Document = UpdateOne, update, nil
	}
}

func (w *WriteModel) setDelete(many bool) {
	w.Kind = DeleteOne
	if many {
		w.Kind = DeleteMany
	}
}

func (r *FindAndModify) fields(c codec) {
	c.document("query", &r.Filter)
	r.Filter = orEmpty(r.Filter)
	c.flag("remove", &r.Remove)
	update := eitherOf(r.Update, r.Replacement)
	c.value("update", &update)
	if replacement, ok := replacementIn(update); ok {
		r.Replacement, r.Update = replacement, bson.RawValue{}
	} else {
		r.Replacement, r.Update = nil, update
	}
	c.flag("upsert", &r.Upsert)
	c.flag("new", &r.ReturnNew)
	c.document("sort", &r.Sort)
	c.document("fields", &r.Projection)
	c.documents("arrayFilters", &r.ArrayFilters)
	c.value("hint", &r.Hint)
	c.document("collation", &r.Collation)
	c.document("let", &r.Let)
	c.value("comment", &r.Comment)
	c.flag("bypassDocumentValidation", &r.Bypass)
}
