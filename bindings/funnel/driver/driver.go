// Package driver carries operations out: each becomes a call of the MongoDB driver.
package driver

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/bindings/funnel"
)

// driver is the last Doer of the chain: it makes an operation into the MongoDB driver's own call, so that what that
// does for its callers (retryable reads and writes, splitting of large batches) is done for scripts too. Documents pass
// as raw BSON.
type driver struct {
	client *mongo.Client
}

// New makes the Doer that sends operations to the client's server.
func New(client *mongo.Client) funnel.Doer { return driver{client} }

// Do sends op to the server.
func (d driver) Do(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
	if op.Session != nil {
		ctx = mongo.NewSessionContext(ctx, op.Session)
	}
	result := &funnel.Result{}
	if op.Spelled != nil {
		return result, d.send(ctx, op, op.Spelled, result) // a limit of time is in the command
	}
	if op.Concern.MaxTime > 0 {
		// The driver sends what is left of the deadline as maxTimeMS, but with find and aggregate: see limitedCursor.
		limited, cancel := context.WithTimeout(ctx, op.Concern.MaxTime)
		defer cancel()
		ctx = limited
	}
	if r, isBulk := op.Request.(*funnel.Bulk); op.WholeReply || isBulk && r.Namespaced() {
		return result, d.sendEncoded(ctx, op, result)
	}
	return result, d.call(ctx, op, result)
}

// call makes the driver's call of the request.
func (d driver) call(ctx context.Context, op *funnel.Operation, result *funnel.Result) error {
	db, err := d.database(op)
	if err != nil {
		return err
	}
	switch r := op.Request.(type) {
	case *funnel.Find:
		if op.Concern.MaxTime > 0 {
			result.Cursor, err = d.limitedCursor(ctx, op, r.BatchSize)
			break
		}
		result.Cursor, err = find(ctx, db.Collection(op.Collection), r)
	case *funnel.Aggregate:
		if op.Concern.MaxTime > 0 && !op.Changes() {
			result.Cursor, err = d.limitedCursor(ctx, op, r.BatchSize)
			break
		}
		result.Cursor, err = aggregate(ctx, db, op.Collection, r)
	case *funnel.Count:
		result.N, err = count(ctx, db.Collection(op.Collection), r)
	case *funnel.Distinct:
		result.Values, err = distinct(ctx, db.Collection(op.Collection), r)
	case *funnel.Bulk:
		result.Written, err = bulkWrite(ctx, db.Collection(op.Collection), r)
	case *funnel.FindAndModify:
		result.Document, err = findAndModify(ctx, db.Collection(op.Collection), r)
		if err == nil {
			result.Written = funnel.WrittenByModify(r, result.Document != nil)
		}
	case *funnel.Explain:
		err = d.sendEncoded(ctx, op, result)
	case *funnel.Command:
		var command bson.Raw
		if command, err = withWriteConcern(r.Document, op.Concern.Write); err != nil {
			break
		}
		if r.Cursor {
			result.Cursor, err = d.cursor(ctx, op, command, 0)
			break
		}
		err = d.send(ctx, op, command, result)
	default:
		err = fmt.Errorf("carry out %s: unknown request %T", op, op.Request)
	}
	return err
}

// sendEncoded sends the command of a request.
func (d driver) sendEncoded(ctx context.Context, op *funnel.Operation, result *funnel.Result) error {
	command, err := encode(op)
	if err != nil {
		return err
	}
	return d.send(ctx, op, command, result)
}

// encode makes the command of a request, without its limit of time: the driver sends what is left of that.
func encode(op *funnel.Operation) (bson.Raw, error) {
	unlimited := *op
	unlimited.Concern.MaxTime = 0
	return funnel.EncodeOne(&unlimited)
}

// send sends a command as it stands, and reads what it did from the reply, which the server gives also where some of
// the writes in it have failed. Nothing of the client's settings is added.
func (d driver) send(ctx context.Context, op *funnel.Operation, command bson.Raw, result *funnel.Result) error {
	o, err := runOptions(op)
	if err != nil {
		return err
	}
	result.Document, err = d.client.Database(op.Database).RunCommand(ctx, command, o).Raw()
	result.Written = funnel.WrittenBy(op, result.Document)
	var failed mongo.WriteException
	if errors.As(err, &failed) {
		return asBulk(failed)
	}
	return err
}

// asBulk is the error of a command whose writes have failed as the driver has it for the writes of its own calls.
func asBulk(failed mongo.WriteException) error {
	bulk := mongo.BulkWriteException{WriteConcernError: failed.WriteConcernError, Labels: failed.Labels}
	for _, e := range failed.WriteErrors {
		bulk.WriteErrors = append(bulk.WriteErrors, mongo.BulkWriteError{WriteError: e})
	}
	return bulk
}

// cursor sends a command whose reply is a cursor, with so many documents in each of its batches; 0 leaves it to the
// server.
func (d driver) cursor(
	ctx context.Context, op *funnel.Operation, command bson.Raw, batch int32,
) (funnel.Cursor, error) {
	o, err := runOptions(op)
	if err != nil {
		return nil, err
	}
	c, err := d.client.Database(op.Database).RunCommandCursor(ctx, command, o)
	if err == nil && batch > 0 {
		c.SetBatchSize(batch)
	}
	return stream(c, err)
}

func runOptions(op *funnel.Operation) (*options.RunCmdOptionsBuilder, error) {
	o := options.RunCmd()
	p, err := ReadPreference(op.Concern.Preference)
	if err == nil && p != nil {
		o.SetReadPreference(p)
	}
	return o, err
}

// database is the operation's database with its concerns.
func (d driver) database(op *funnel.Operation) (*mongo.Database, error) {
	o := options.Database()
	if w, err := WriteConcern(op.Concern.Write); err != nil {
		return nil, err
	} else if w != nil {
		o.SetWriteConcern(w)
	}
	if r := ReadConcern(op.Concern.ReadLevel); r != nil {
		o.SetReadConcern(r)
	}
	if p, err := ReadPreference(op.Concern.Preference); err != nil {
		return nil, err
	} else if p != nil {
		o.SetReadPreference(p)
	}
	return d.client.Database(op.Database, o), nil
}

func find(ctx context.Context, coll *mongo.Collection, r *funnel.Find) (funnel.Cursor, error) {
	o := options.Find()
	if r.Skip != 0 {
		o.SetSkip(r.Skip)
	}
	if r.Limit != 0 {
		o.SetLimit(r.Limit)
	}
	if r.BatchSize != 0 {
		o.SetBatchSize(r.BatchSize)
	}
	if r.AllowDiskUse != nil {
		o.SetAllowDiskUse(*r.AllowDiskUse)
	}
	if c, err := collation(r.Collation); err != nil {
		return nil, err
	} else if c != nil {
		o.SetCollation(c)
	}
	setDocument(r.Projection, func(v any) { o.SetProjection(v) })
	setDocument(r.Sort, func(v any) { o.SetSort(v) })
	setDocument(r.Min, func(v any) { o.SetMin(v) })
	setDocument(r.Max, func(v any) { o.SetMax(v) })
	setDocument(r.Let, func(v any) { o.SetLet(v) })
	setValue(r.Hint, func(v any) { o.SetHint(v) })
	setValue(r.Comment, func(v any) { o.SetComment(v) })
	setFlag(r.AllowPartialResults, func(v bool) { o.SetAllowPartialResults(v) })
	setFlag(r.NoCursorTimeout, func(v bool) { o.SetNoCursorTimeout(v) })
	setFlag(r.ReturnKey, func(v bool) { o.SetReturnKey(v) })
	setFlag(r.ShowRecordID, func(v bool) { o.SetShowRecordID(v) })
	return stream(coll.Find(ctx, r.Filter, o))
}

func aggregate(ctx context.Context, db *mongo.Database, collection string, r *funnel.Aggregate) (funnel.Cursor, error) {
	o := options.Aggregate()
	if r.BatchSize != 0 {
		o.SetBatchSize(r.BatchSize)
	}
	if r.AllowDiskUse != nil {
		o.SetAllowDiskUse(*r.AllowDiskUse)
	}
	if c, err := collation(r.Collation); err != nil {
		return nil, err
	} else if c != nil {
		o.SetCollation(c)
	}
	setDocument(r.Let, func(v any) { o.SetLet(v) })
	setValue(r.Hint, func(v any) { o.SetHint(v) })
	setValue(r.Comment, func(v any) { o.SetComment(v) })
	setFlag(r.Bypass, func(v bool) { o.SetBypassDocumentValidation(v) })
	pipeline := r.Pipeline
	if pipeline == nil {
		pipeline = []bson.Raw{}
	}
	if collection == "" {
		return stream(db.Aggregate(ctx, pipeline, o))
	}
	return stream(db.Collection(collection).Aggregate(ctx, pipeline, o))
}

func count(ctx context.Context, coll *mongo.Collection, r *funnel.Count) (int64, error) {
	if r.Filter == nil {
		o := options.EstimatedDocumentCount()
		setValue(r.Comment, func(v any) { o.SetComment(v) })
		return coll.EstimatedDocumentCount(ctx, o)
	}
	o := options.Count()
	if r.Skip != 0 {
		o.SetSkip(r.Skip)
	}
	if r.Limit != 0 {
		o.SetLimit(r.Limit)
	}
	if c, err := collation(r.Collation); err != nil {
		return 0, err
	} else if c != nil {
		o.SetCollation(c)
	}
	setValue(r.Hint, func(v any) { o.SetHint(v) })
	setValue(r.Comment, func(v any) { o.SetComment(v) })
	return coll.CountDocuments(ctx, r.Filter, o)
}

func distinct(ctx context.Context, coll *mongo.Collection, r *funnel.Distinct) ([]bson.RawValue, error) {
	o := options.Distinct()
	if c, err := collation(r.Collation); err != nil {
		return nil, err
	} else if c != nil {
		o.SetCollation(c)
	}
	setValue(r.Hint, func(v any) { o.SetHint(v) })
	setValue(r.Comment, func(v any) { o.SetComment(v) })
	values, err := coll.Distinct(ctx, r.Field, r.Filter, o).Raw()
	if err != nil {
		return nil, err
	}
	return values.Values()
}

// limitedCursor sends a find or aggregate as a command: the driver's own calls leave out maxTimeMS, and a server would
// work on when the script has given up. The server counts the time that it spends on the cursor. As a command it is not
// retried, and reads as the options of the script say, without those of the connection string.
func (d driver) limitedCursor(ctx context.Context, op *funnel.Operation, batch int32) (funnel.Cursor, error) {
	command, err := encode(op)
	if err != nil {
		return nil, err
	}
	return d.cursor(ctx, op, command, batch)
}

// cursor streams from the driver's.
type cursor struct{ c *mongo.Cursor }

func stream(c *mongo.Cursor, err error) (funnel.Cursor, error) {
	if err != nil {
		return nil, err
	}
	return cursor{c}, nil
}

// Next copies the document: the driver's stays valid only until the next call, and it would keep its whole batch alive.
func (c cursor) Next(ctx context.Context) (bson.Raw, error) {
	if !c.c.Next(ctx) {
		return nil, c.c.Err()
	}
	return append(bson.Raw(nil), c.c.Current...), nil
}

func (c cursor) Buffered() int { return c.c.RemainingBatchLength() }

func (c cursor) Close(ctx context.Context) error {
	err := c.c.Close(ctx)
	var command mongo.CommandError
	if errors.As(err, &command) && command.Code == funnel.CursorNotFound {
		return nil
	}
	return err
}
