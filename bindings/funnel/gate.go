package funnel

import "context"

// Gate asks refuse before each operation that may change something. Its error ends the script, which cannot catch it.
func Gate(refuse func(ctx context.Context, op *Operation) error) Middleware {
	return func(next Doer) Doer {
		return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
			if op.Changes() {
				if err := refuse(ctx, op); err != nil {
					return &Result{}, &Stopped{Cause: err, Operation: op.String()}
				}
			}
			return next.Do(ctx, op)
		})
	}
}
