package funnel

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Doer carries out operations. The chain of them is the funnel.
type Doer interface {
	// Do carries out op. The result is never nil, also not beside an error: it then holds what was done before it.
	Do(ctx context.Context, op *Operation) (*Result, error)
}

// Middleware puts a Doer before another one. Each run of a script has a chain of its own, used by one goroutine.
type Middleware func(next Doer) Doer

// Cursor is what a Find or an Aggregate streams from. A *mongo.Cursor is made into one by package driver.
type Cursor interface {
	// Next returns the next document, or nil at the end. The document stays valid.
	Next(ctx context.Context) (bson.Raw, error)
	// Buffered is how many documents Next can return without asking the server.
	Buffered() int
	// Close frees the cursor on the server. It may be called again.
	Close(ctx context.Context) error
}

// DoerFunc is a function that is a Doer.
type DoerFunc func(ctx context.Context, op *Operation) (*Result, error)

// Do calls f.
func (f DoerFunc) Do(ctx context.Context, op *Operation) (*Result, error) { return f(ctx, op) }

// Chain puts the middlewares before last, the first of them outermost.
func Chain(last Doer, middlewares ...Middleware) Doer {
	for i := len(middlewares) - 1; i >= 0; i-- {
		if middlewares[i] != nil {
			last = middlewares[i](last)
		}
	}
	return last
}
