package funnel

import (
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Encode makes the server's commands of an operation, with its concerns. There is one, but for a Bulk of several kinds
// of writes, which is one for each run of the same kind:
//
//	[{insertOne: …}, {insertOne: …}, {deleteOne: …}]   becomes   {insert: …, documents: [2]}, {delete: …, deletes: [1]}
//
// Decode is the way back.
func Encode(op *Operation) ([]bson.Raw, error) {
	of := *op
	commands, err := of.Request.encode(&of)
	if err != nil {
		return nil, fmt.Errorf("make a command of %s: %w", op, err)
	}
	return commands, nil
}

// EncodeOne is Encode for an operation that has to be one command.
func EncodeOne(op *Operation) (bson.Raw, error) {
	commands, err := Encode(op)
	if err == nil && len(commands) != 1 {
		err = fmt.Errorf("%s is not one command", op)
	}
	if err != nil {
		return nil, err
	}
	return commands[0], nil
}

// encodeFields makes one command: its name with what it is on, its fields, and the concerns of the operation, which is
// the caller's own copy.
func encodeFields(op *Operation, name string, on any, fields func(c codec)) ([]bson.Raw, error) {
	e := newEncoder()
	e.add(name, on, true)
	fields(e)
	op.concerns(e, op.Request.access())
	raw, err := bson.Marshal(*e.d)
	return []bson.Raw{raw}, err
}

func (r *Find) encode(op *Operation) ([]bson.Raw, error) {
	of := *r
	return encodeFields(op, "find", op.Collection, of.fields)
}

func (r *Aggregate) encode(op *Operation) ([]bson.Raw, error) {
	of := *r
	if op.Collection == "" {
		return encodeFields(op, "aggregate", int32(1), of.fields)
	}
	return encodeFields(op, "aggregate", op.Collection, of.fields)
}

func (r *Count) encode(op *Operation) ([]bson.Raw, error) {
	of := *r
	return encodeFields(op, "count", op.Collection, of.fields)
}

func (r *Distinct) encode(op *Operation) ([]bson.Raw, error) {
	of := *r
	return encodeFields(op, "distinct", op.Collection, of.fields)
}

func (r *FindAndModify) encode(op *Operation) ([]bson.Raw, error) {
	of := *r
	return encodeFields(op, "findAndModify", op.Collection, of.fields)
}

func (c *Command) encode(*Operation) ([]bson.Raw, error) { return []bson.Raw{c.Document}, nil }

// What is explained is not done, so it is not asked how safely.
func (r *Explain) encode(op *Operation) ([]bson.Raw, error) {
	inner := *op
	inner.Request, inner.Concern = r.Request, Concern{}
	command, err := EncodeOne(&inner)
	if err != nil {
		return nil, err
	}
	op.Concern = Concern{MaxTime: op.Concern.MaxTime}
	of := *r
	return encodeFields(op, "explain", command, of.fields)
}

func (r *Bulk) encode(op *Operation) ([]bson.Raw, error) {
	switch {
	case len(r.Writes) == 0:
		return nil, errors.New("it has no writes")
	case r.Namespaced():
		return r.encodeNamespaced(op)
	}
	var commands []bson.Raw
	for start := 0; start < len(r.Writes); {
		verb, end := r.Writes[start].Kind.verb(), start+1
		for end < len(r.Writes) && r.Writes[end].Kind.verb() == verb {
			end++
		}
		run := *r
		run.Writes = slices.Clone(r.Writes[start:end])
		command, err := encodeFields(op, verb, op.Collection, func(c codec) { run.fields(c, verb) })
		if err != nil {
			return nil, err
		}
		commands = append(commands, command...)
		start = end
	}
	return commands, nil
}

// encodeNamespaced makes the one command of writes to several collections.
func (r *Bulk) encodeNamespaced(op *Operation) ([]bson.Raw, error) {
	of := *r
	of.Writes = slices.Clone(r.Writes)
	for i := range of.Writes {
		of.Writes[i].Namespace = of.Writes[i].namespace(op)
	}
	return encodeFields(op, "bulkWrite", int32(1), func(c codec) { of.namespacedFields(c, r.names(op)) })
}

// Namespaced reports whether the writes name their collections, as those of the client's bulkWrite do.
func (r *Bulk) Namespaced() bool {
	return slices.ContainsFunc(r.Writes, func(w WriteModel) bool { return w.Namespace != "" })
}

// namespace is the "database.collection" of a write of the operation.
func (w *WriteModel) namespace(op *Operation) string {
	if w.Namespace != "" {
		return w.Namespace
	}
	return op.Database + "." + op.Collection
}

// Statement is a write as it stands in a command: the document of an insert, {q, u, …}, or {q, limit, …}.
func (w WriteModel) Statement() (bson.Raw, error) {
	if w.Kind == Insert {
		return w.Document, nil
	}
	e := newEncoder()
	w.statement(e, w.Kind.verb())
	return bson.Marshal(*e.d)
}
