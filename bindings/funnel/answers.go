package funnel

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"
)

// NoAnswer reports whether err leaves open what became of an operation: it was sent, or may have been, and the server has
// not said whether it carried it out. It may still arrive there. Examples: the connection broke before the reply; the
// caller gave up waiting (a limit of time, an interrupt).
func NoAnswer(err error) bool {
	var (
		unsent   topology.ServerSelectionError
		stopped  *Stopped
		answered mongo.ServerError
	)
	switch {
	case err == nil, errors.As(err, &stopped), errors.As(err, &unsent):
		return false
	case mongo.IsNetworkError(err):
		return true
	case errors.As(err, &answered):
		return false // the server's own words, a limit of time that it has kept among them
	}
	return mongo.IsTimeout(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
