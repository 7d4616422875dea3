// Package dryrun is the dry run: the middleware that carries out nothing and writes down what would be done. Reads go
// to the server (dryrun.go); each kind of write is simulated by what it would find there (write.go, after.go,
// command.go); plan.go holds what the run would do, bounded whatever the script does.
package dryrun

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
	"migrator/runtime"
)

// Middleware puts the plan before next. An operation that may change something is never sent: it is written down in the
// plan, with what the server says about the documents that it would touch, and gets a result of the shape that it would
// have had. Reads pass, outside any transaction, since the server has not begun one.
func (p *Plan) Middleware(next funnel.Doer) funnel.Doer {
	d := &simulation{next: next, plan: p}
	return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
		if !op.Changes() {
			p.read(op)
			return next.Do(ctx, outsideTransaction(op))
		}
		if err := p.refuse(op); err != nil {
			return &funnel.Result{}, fmt.Errorf("%s: %w", op, err)
		}
		return d.do(ctx, op)
	})
}

// outsideTransaction is the operation without the transaction of its session.
func outsideTransaction(op *funnel.Operation) *funnel.Operation {
	if op.Session == nil || !op.Session.TransactionRunning() {
		return op
	}
	read := *op
	read.Session = nil
	return &read
}

// simulation carries out operations without changing anything.
type simulation struct {
	next funnel.Doer
	plan *Plan
}

func (d *simulation) do(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
	result := &funnel.Result{}
	var err error
	switch r := op.Request.(type) {
	case *funnel.Bulk:
		result.Written, err = d.bulk(ctx, op, r)
	case *funnel.FindAndModify:
		result.Document, result.Written, err = d.modify(ctx, op, r)
	case *funnel.Aggregate:
		result.Cursor, err = empty{}, d.aggregate(ctx, op, r)
	case *funnel.Command:
		result.Document, err = d.command(ctx, op, r)
		if r.Cursor {
			result.Cursor = empty{}
		}
		return result, err
	default:
		err = errors.New("this operation cannot be simulated in a dry run")
	}
	if err == nil && (op.Spelled != nil || op.WholeReply) {
		result.Document, err = funnel.Reply(op, result)
	}
	return result, err
}

// ask reads from the server for an operation that is not sent. What it asks for is made of what a script wrote, so it
// is looked at once more: an update by a pipeline that ends in $out, say, would be a read that writes.
func (d *simulation) ask(ctx context.Context, op *funnel.Operation, r funnel.Request) (*funnel.Result, error) {
	read := &funnel.Operation{
		Method: op.Method, Target: op.Target, Where: op.Where, Database: op.Database, Collection: op.Collection,
		Concern: funnel.Concern{MaxTime: op.Concern.MaxTime}, Request: r,
	}
	if read.Changes() {
		return &funnel.Result{}, errors.New("what would write is not sent in a dry run")
	}
	return d.next.Do(ctx, read)
}

// find reads up to limit documents.
func (d *simulation) find(ctx context.Context, op *funnel.Operation, f funnel.Find) ([]bson.Raw, error) {
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
func (d *simulation) count(ctx context.Context, op *funnel.Operation, f funnel.Find, limit int64) (int64, error) {
	if f.Let == nil {
		r := &funnel.Count{Filter: f.Filter, Limit: limit, Hint: f.Hint, Collation: f.Collation}
		result, err := d.ask(ctx, op, r)
		var refused mongo.CommandError
		if err == nil || !errors.As(err, &refused) || ctx.Err() != nil {
			return result.N, err
		}
	}
	// Conditions that cannot be counted, such as $where and $near, can be found. Another mistake fails here again.
	f.Projection, f.Sort, f.Limit, f.BatchSize = idOnly(), nil, limit, funnel.DefaultBatch
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

// aggregate counts what a pipeline would write: the documents before the stage that writes.
func (d *simulation) aggregate(ctx context.Context, op *funnel.Operation, r *funnel.Aggregate) error {
	n, err := bson.Marshal(bson.D{{Key: "$count", Value: "n"}})
	if err != nil {
		return err
	}
	counting := *r
	counting.Pipeline = append(slices.Clone(r.Pipeline[:slices.IndexFunc(r.Pipeline, funnel.Writes)]), n)
	result, err := d.ask(ctx, op, &counting)
	if err != nil {
		return err
	}
	document, err := result.Cursor.Next(ctx)
	if err := errors.Join(err, result.Cursor.Close(ctx)); err != nil {
		return err
	}
	matches, _ := document.Lookup("n").AsInt64OK()
	entry := &runtime.Planned{
		Operation: op.Name(), Matches: &matches, Update: asJSON(r.Pipeline), Unseen: d.plan.unseen(op),
	}
	d.plan.add(op, entry, matches)
	for _, name := range funnel.Names(op) {
		d.plan.wrote(name, op.Where)
	}
	return nil
}

// acknowledged reports whether the server would answer with what it did.
func acknowledged(c funnel.Concern) bool {
	w, given := c.Write.Lookup("w").AsInt64OK()
	return !given || w != 0
}
