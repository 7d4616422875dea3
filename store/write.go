package store

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

const (
	// tries bounds how often a write is sent that has no answer.
	tries = 4
	// breath is the pause before it is sent again.
	breath = 50 * time.Millisecond
)

// settled sends a write until it has an answer, a few times and within the deadline of ctx; each try may take half of
// the time that is left. Only a write that may be carried out twice, or come late, is sent this way: one that names
// what it expects to find, or inserts under its own _id.
//
// The answer to a repeated write counts for the first one too: a server that has acknowledged it by a majority has
// acknowledged all that it did before.
func settled(ctx context.Context, send func(context.Context) error) error {
	for n := 1; ; n++ {
		err := sendOnce(ctx, send)
		if !isUnanswered(err) || n == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(breath):
		}
	}
}

func sendOnce(ctx context.Context, send func(context.Context) error) error {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/2)
		defer cancel()
	}
	return send(ctx)
}

// isUnanswered reports whether an error of the driver leaves open if a write was carried out, and will stay: no answer
// came, or the server has it and cannot say that a majority has.
func isUnanswered(err error) bool {
	if err == nil {
		return false
	}
	var write mongo.WriteException
	if errors.As(err, &write) && write.WriteConcernError != nil {
		return true
	}
	var answer mongo.ServerError
	if errors.As(err, &answer) && answer.HasErrorLabel("RetryableWriteError") {
		return true
	}
	return mongo.IsNetworkError(err) || mongo.IsTimeout(err) || errors.Is(err, context.DeadlineExceeded)
}
