package funnel

import (
	"go.mongodb.org/mongo-driver/v2/bson"
)

// Decode makes an operation of a command that is sent to a database: its collection, its concerns and its typed
// request. It is false for a command that no typed request stands for, and for one that does not look as the server
// wants it: twice the same field, say, or a filter that is no document. A field that the request has no place for is
// passed over.
func Decode(database string, command bson.Raw) (*Operation, bool) {
	op := &Operation{Database: database}
	wrong := false
	d := newDecoder(command, &wrong)
	name := FirstKey(command)
	d.on(op, name)
	switch name {
	case "find":
		r := &Find{}
		op.Request = r
		r.fields(d)
	case "aggregate":
		r := &Aggregate{}
		op.Request = r
		r.fields(d)
	case "count":
		r := &Count{}
		op.Request = r
		r.fields(d)
	case "distinct":
		r := &Distinct{}
		op.Request = r
		r.fields(d)
	case "findAndModify", "findandmodify":
		r := &FindAndModify{}
		op.Request = r
		r.fields(d)
	case "insert", "update", "delete":
		r := &Bulk{}
		op.Request = r
		r.fields(d, name)
	case "bulkWrite":
		r := &Bulk{}
		op.Request = r
		r.namespacedFields(d, nil)
		d.expect(database == "admin")
	case "explain":
		op.Request = d.explain(op)
	default:
		return nil, false
	}
	op.concerns(d, op.Request.access())
	_, elsewhere := d.get("$db") // it would lead somewhere else than to the operation's database
	d.expect(!elsewhere)
	return op, !wrong
}

// on reads what the command is on, which is the value of its name.
func (d decoder) on(op *Operation, name string) {
	v, _ := d.get(name)
	switch name {
	case "explain", "bulkWrite":
		return
	case "aggregate":
		if v.IsNumber() {
			return // on the database
		}
	}
	op.Collection, _ = v.StringValueOK()
	d.expect(op.Collection != "")
}

// explain reads what is explained. It has no concerns of its own for Encode.
func (d decoder) explain(op *Operation) *Explain {
	r := &Explain{}
	var command bson.Raw
	d.must().document("explain", &command)
	r.fields(d)
	inner, ok := Decode(op.Database, command)
	d.expect(ok)
	if ok {
		r.Request, op.Collection = inner.Request, inner.Collection
	}
	return r
}
