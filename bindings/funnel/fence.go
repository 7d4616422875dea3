package funnel

import (
	"context"
	"fmt"
)

// Stopped is a refusal to let the script go on, which it cannot catch.
type Stopped struct {
	// Cause is why.
	Cause error
	// Operation is what was not sent: "db.users.updateMany".
	Operation string
}

// Error names the operation and the cause.
func (s *Stopped) Error() string { return fmt.Sprintf("%s was not sent: %v", s.Operation, s.Cause) }

// Unwrap returns the cause.
func (s *Stopped) Unwrap() error { return s.Cause }

// Fence asks check before each operation, reads too: a run that has lost its lease may not even decide by what another
// run is just changing. A nil check allows everything.
func Fence(check func() error) Middleware {
	if check == nil {
		return nil
	}
	return func(next Doer) Doer {
		return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
			if err := check(); err != nil {
				return &Result{}, &Stopped{Cause: err, Operation: op.String()}
			}
			return next.Do(ctx, op)
		})
	}
}
