package funnel

import (
	"context"
	"time"
)

// Trace calls ended with each operation when it has ended, and how long it took.
func Trace(ended func(op *Operation, took time.Duration, err error)) Middleware {
	return func(next Doer) Doer {
		return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
			begun := time.Now()
			result, err := next.Do(ctx, op)
			ended(op, time.Since(begun), err)
			return result, err
		})
	}
}
