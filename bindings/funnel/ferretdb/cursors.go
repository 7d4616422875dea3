package ferretdb

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// maxCursors is how many cursors of one script FerretDB has to keep open. Each holds one of its hundred connections to
// SQLite, and without a free one it hangs.
const maxCursors = 20

// boundCursors reads the oldest open cursor into memory when a script opens one too many.
func boundCursors() funnel.Middleware {
	open := &openCursors{}
	return func(next funnel.Doer) funnel.Doer {
		return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
			if readsCursor(op.Request) {
				if err := open.makeRoom(ctx); err != nil {
					return &funnel.Result{}, err
				}
			}
			result, err := next.Do(ctx, op)
			if err == nil && result.Cursor != nil {
				result.Cursor = open.track(result.Cursor)
			}
			return result, err
		})
	}
}

func readsCursor(r funnel.Request) bool {
	switch r := r.(type) {
	case *funnel.Find, *funnel.Aggregate:
		return true
	case *funnel.Command:
		return r.Cursor
	}
	return false
}

// openCursors are the cursors that hold something on the server, the oldest first.
type openCursors struct{ list []*boundCursor }

func (o *openCursors) track(c funnel.Cursor) *boundCursor {
	bound := &boundCursor{cursor: c, among: o}
	o.list = append(o.list, bound)
	return bound
}

func (o *openCursors) forget(c *boundCursor) {
	for i, other := range o.list {
		if other == c {
			o.list = append(o.list[:i], o.list[i+1:]...)
			return
		}
	}
}

func (o *openCursors) makeRoom(ctx context.Context) error {
	for len(o.list) >= maxCursors {
		if err := o.list[0].drain(ctx); err != nil {
			return err
		}
	}
	return nil
}

// boundCursor is a cursor that can be read into memory ahead of its reader.
type boundCursor struct {
	cursor funnel.Cursor
	among  *openCursors
	memory []bson.Raw
	read   bool // nothing is left on the server
}

// drain reads all that is left and frees the cursor on the server.
func (c *boundCursor) drain(ctx context.Context) error {
	defer c.among.forget(c)
	c.read = true
	for {
		document, err := c.cursor.Next(ctx)
		if document == nil || err != nil {
			return errors.Join(err, c.cursor.Close(ctx))
		}
		c.memory = append(c.memory, document)
	}
}

func (c *boundCursor) Next(ctx context.Context) (bson.Raw, error) {
	if len(c.memory) > 0 {
		document := c.memory[0]
		c.memory = c.memory[1:]
		return document, nil
	}
	if c.read {
		return nil, nil
	}
	document, err := c.cursor.Next(ctx)
	if document == nil {
		c.read = true
		c.among.forget(c)
	}
	return document, err
}

func (c *boundCursor) Buffered() int {
	if c.read {
		return len(c.memory)
	}
	return c.cursor.Buffered()
}

func (c *boundCursor) Close(ctx context.Context) error {
	c.read, c.memory = true, nil
	c.among.forget(c)
	return c.cursor.Close(ctx)
}
