package connect

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/event"
)

// both is a monitor that passes each event to first and then to second; either may be nil, and have nil functions.
func both(first, second *event.CommandMonitor) *event.CommandMonitor {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	}
	return &event.CommandMonitor{
		Started:   inTurn(first.Started, second.Started),
		Succeeded: inTurn(first.Succeeded, second.Succeeded),
		Failed:    inTurn(first.Failed, second.Failed),
	}
}

// inTurn calls those of its functions that are not nil.
func inTurn[E any](fs ...func(context.Context, E)) func(context.Context, E) {
	return func(ctx context.Context, e E) {
		for _, f := range fs {
			if f != nil {
				f(ctx, e)
			}
		}
	}
}
