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

// driver is the last Doer of the chain: it makes an operation into the MongoDB driver's own call, so that what that does
// for its callers (retryable reads and writes, splitting of large batches) is done for scripts too. Documents pass as raw
// BSON.
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
	if op.Concern.MaxTime > 0 {
		// The driver sends what is left of the deadline as maxTimeMS, but with find and aggregate: see limitedCursor.
		limited, cancel := context.WithTimeout(ctx, op.Concern.MaxTime)
		defer cancel()
		ctx = limited
	}
	result := &funnel.Result{}
	db, err := d.database(op)
	if err != nil {
		return result, err
	}
	switch r := op.Request.(type) {
	case *funnel.Find:
		if op.Concern.MaxTime > 0 {
			result.Cursor, err = limitedCursor(ctx, db, op, r.BatchSize)
			break
		}
		result.Cursor, err = find(ctx, db.Collection(op.Collection), r)
	case *funnel.Aggregate:
		if op.Concern.MaxTime > 0 && op.Access == funnel.Read {
			result.Cursor, err = limitedCursor(ctx, db, op, r.BatchSize)
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
	case *funnel.Command:
		err = runCommand(ctx, db, op.Concern, r, result)
	default:
		err = fmt.Errorf("carry out %s: unknown request %T", op, op.Request)
	}
	return result, err
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
	if r.Estimated {
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

// runCommand sends a command as it is, with the write concern that the script's options had. The concerns of the client
// are not added.
func runCommand(ctx context.Context, db *mongo.Database, c funnel.Concern, r *funnel.Command, result *funnel.Result) error {
	o := options.RunCmd()
	if p, err := ReadPreference(c.Preference); err != nil {
		return err
	} else if p != nil {
		o.SetReadPreference(p)
	}
	command, err := withWriteConcern(r.Document, c.Write)
	if err != nil {
		return err
	}
	if r.Cursor {
		result.Cursor, err = stream(db.RunCommandCursor(ctx, command, o))
		return err
	}
	result.Document, err = db.RunCommand(ctx, command, o).Raw()
	return err
}

// limitedCursor sends a find or aggregate as a command: the driver's own calls leave out maxTimeMS, and a server would work
// on when the script has given up. The server counts the time that it spends on the cursor. As a command it is not retried,
// and reads as the options of the script say, without those of the connection string.
func limitedCursor(ctx context.Context, db *mongo.Database, op *funnel.Operation, batch int32) (funnel.Cursor, error) {
	command, err := funnel.Encode(op)
	if err != nil {
		return nil, err
	}
	if level := op.Concern.ReadLevel; level != "" && op.Session == nil { // a transaction has a level of its own
		command = append(command, bson.E{Key: "readConcern", Value: bson.D{{Key: "level", Value: level}}})
	}
	o := options.RunCmd()
	if p, err := ReadPreference(op.Concern.Preference); err != nil {
		return nil, err
	} else if p != nil {
		o.SetReadPreference(p)
	}
	c, err := db.RunCommandCursor(ctx, command, o)
	if err == nil && batch > 0 {
		c.SetBatchSize(batch)
	}
	return stream(c, err)
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
