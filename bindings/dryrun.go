package bindings

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime"
)

// dryRun is the middleware of a dry run. An operation that may change something is never sent: it is written down in the
// plan, with what the server says about the documents that it would touch, and gets a result of the shape that it would
// have had. Reads pass, outside any transaction, since there is none on the server.
//
// refuse tells what the server is known not to do; such an operation fails as it would in a real run.
func dryRun(p *plan, refuse func(Request) error) Middleware {
	return func(next Doer) Doer {
		d := &simulation{next: next, plan: p}
		return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
			if !changes(op) {
				p.read(op)
				return next.Do(ctx, outsideTransaction(op))
			}
			if err := refuse(op.Request); err != nil {
				return &Result{}, fmt.Errorf("%s: %w", op, err)
			}
			return d.do(ctx, op)
		})
	}
}

// changes tells whether an operation may change something. What a request is counts for more than what it says to be.
func changes(op *Operation) bool {
	if op.Access != Read {
		return true
	}
	switch r := op.Request.(type) {
	case *Bulk, *FindAndModify:
		return true
	case *Aggregate:
		return accessOf(r.Pipeline) != Read
	case *Command:
		return commandAccess(r.Document) == Write
	}
	return false
}

// outsideTransaction is the operation without the transaction of its session.
func outsideTransaction(op *Operation) *Operation {
	if op.Session == nil || !op.Session.TransactionRunning() {
		return op
	}
	read := *op
	read.Session = nil
	return &read
}

// simulation carries out operations without changing anything.
type simulation struct {
	next Doer
	plan *plan
}

func (d *simulation) do(ctx context.Context, op *Operation) (*Result, error) {
	result := &Result{}
	var err error
	switch r := op.Request.(type) {
	case *Bulk:
		result.Written, err = d.bulk(ctx, op, r)
	case *FindAndModify:
		result.Document, _, err = d.modify(ctx, op, r)
	case *Aggregate:
		result.Cursor, err = empty{}, d.aggregate(ctx, op, r.Pipeline, r)
	case *Command:
		result.Document, err = d.command(ctx, op, r)
		if r.Cursor {
			result.Cursor = empty{}
		}
	default:
		err = errors.New("this operation cannot be simulated in a dry run")
	}
	return result, err
}

// ask reads from the server for an operation that is not sent. What it asks for is made of what a script wrote, so it is
// looked at once more: an update by a pipeline that ends in $out, say, would be a read that writes.
func (d *simulation) ask(ctx context.Context, op *Operation, r Request) (*Result, error) {
	read := &Operation{
		Method: op.Method, Target: op.Target, Where: op.Where, Database: op.Database, Collection: op.Collection,
		Access: Read, Concern: Concern{MaxTime: op.Concern.MaxTime}, Request: r,
	}
	if changes(read) {
		return &Result{}, errors.New("what would write is not sent in a dry run")
	}
	return d.next.Do(ctx, read)
}

// find reads up to limit documents.
func (d *simulation) find(ctx context.Context, op *Operation, f Find) ([]bson.Raw, error) {
	result, err := d.ask(ctx, op, &f)
	if err != nil {
		return nil, err
	}
	var list []bson.Raw
	for {
		document, err := result.Cursor.Next(ctx)
		if document == nil || err != nil || f.Limit > 0 && int64(len(list)) == f.Limit {
			return list, errors.Join(err, result.Cursor.Close(ctx))
		}
		list = append(list, document)
	}
}

// count counts what a write would find; limit 0 is all.
func (d *simulation) count(ctx context.Context, op *Operation, f Find, limit int64) (int64, error) {
	if f.Let == nil {
		result, err := d.ask(ctx, op, &Count{Filter: f.Filter, Limit: limit, Hint: f.Hint, Collation: f.Collation})
		var refused mongo.CommandError
		if err == nil || !errors.As(err, &refused) || ctx.Err() != nil {
			return result.N, err
		}
	}
	// Conditions that cannot be counted, such as $where and $near, can be found. Another mistake fails here again.
	f.Projection, f.Sort, f.Limit, f.BatchSize = idOnly(), nil, limit, defaultBatch
	result, err := d.ask(ctx, op, &f)
	if err != nil {
		return 0, err
	}
	for n := int64(0); ; n++ {
		document, err := result.Cursor.Next(ctx)
		if document == nil || err != nil {
			return n, errors.Join(err, result.Cursor.Close(ctx))
		}
	}
}

func idOnly() bson.Raw {
	raw, err := bson.Marshal(bson.D{{Key: "_id", Value: int32(1)}})
	if err != nil {
		panic(err) // a constant
	}
	return raw
}

// empty is a cursor without documents.
type empty struct{}

func (empty) Next(context.Context) (bson.Raw, error) { return nil, nil }
func (empty) Buffered() int                          { return 0 }
func (empty) Close(context.Context) error            { return nil }

// aggregate counts what a pipeline would write: the documents before its last stage. settings are those of the request,
// or nil.
func (d *simulation) aggregate(ctx context.Context, op *Operation, pipeline []bson.Raw, settings *Aggregate) error {
	counting := Aggregate{}
	if settings != nil {
		counting = *settings
	}
	n, err := marshalled(bson.D{{Key: "$count", Value: "n"}})
	if err != nil {
		return err
	}
	counting.Pipeline = append(append([]bson.Raw(nil), pipeline[:len(pipeline)-1]...), n)
	result, err := d.ask(ctx, op, &counting)
	if err != nil {
		return err
	}
	document, err := result.Cursor.Next(ctx)
	if err := errors.Join(err, result.Cursor.Close(ctx)); err != nil {
		return err
	}
	matches, _ := document.Lookup("n").AsInt64OK()
	entry := &runtime.Planned{Operation: op.Method, Matches: &matches, Update: asJSON(pipeline), Unseen: d.plan.unseen(op)}
	d.plan.add(op, entry, matches)
	d.plan.wrote(target(op, pipeline[len(pipeline)-1]), op.Where)
	return nil
}

// target is the collection that $out or $merge writes to.
func target(op *Operation, last bson.Raw) string {
	key := firstKey(last)
	database, v := op.Database, last.Lookup(key)
	if key == "$merge" {
		if into, err := last.LookupErr(key, "into"); err == nil {
			v = into
		}
	}
	if name, ok := v.StringValueOK(); ok {
		return database + "." + name
	}
	within, _ := v.DocumentOK()
	if name, ok := within.Lookup("db").StringValueOK(); ok {
		database = name
	}
	name, _ := within.Lookup("coll").StringValueOK()
	return database + "." + name
}

func marshalled(d bson.D) (bson.Raw, error) { return bson.Marshal(d) }

// acknowledged tells whether the server would answer with what it did.
func acknowledged(c Concern) bool {
	w, given := c.Write.Lookup("w").AsInt64OK()
	return !given || w != 0
}
