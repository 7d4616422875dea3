package bindings

import (
	"context"
	"fmt"

	"migrator/runtime"
)

// stopped is a refusal to let the script go on, which it cannot catch.
type stopped struct {
	cause error
	op    string
}

func (s *stopped) Error() string { return fmt.Sprintf("%s was not sent: %v", s.op, s.cause) }
func (s *stopped) Unwrap() error { return s.cause }

// fence asks call.Check before each operation, reads too: a run that has lost its lease may not even decide by what
// another run is just changing.
func fence(call runtime.Call) Middleware {
	if call.Check == nil {
		return nil
	}
	return func(next Doer) Doer {
		return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
			if err := call.Check(); err != nil {
				return &Result{}, &stopped{cause: err, op: op.String()}
			}
			return next.Do(ctx, op)
		})
	}
}
