package funnel

import (
	"context"
	"time"
)

// Trace tells of each operation when it has ended, with how long it took.
func Trace(tell func(op *Operation, took time.Duration, err error)) Middleware {
	return func(next Doer) Doer {
		return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
			begun := time.Now()
			result, err := next.Do(ctx, op)
			tell(op, time.Since(begun), err)
			return result, err
		})
	}
}
