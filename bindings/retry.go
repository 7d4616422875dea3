package bindings

import (
	"context"
	"errors"
	"time"

	"migrator/bindings/funnel"
)

// The drivers' specification of transactions: for how long one is tried again, and how long to wait between two tries.
const (
	retryFor   = 2 * time.Minute
	firstPause = 5 * time.Millisecond
	maxPause   = 500 * time.Millisecond
)

// tries paces what may have to be done again: the pauses between two tries double up to a limit, and there is an end.
// For example, a server that answers at once is asked after 0, 5, 15, 35, 75 ms and so on, later twice a second.
type tries struct {
	deadline time.Time
	pause    time.Duration // before the next try
}

func newTries() *tries {
	return &tries{deadline: time.Now().Add(retryFor), pause: firstPause}
}

// again waits until the next try may be made. It reports whether there is to be one: not once the time is over, nor
// once ctx has ended.
func (t *tries) again(ctx context.Context) bool {
	if ctx.Err() != nil || time.Now().Add(t.pause).After(t.deadline) {
		return false
	}
	timer := time.NewTimer(t.pause)
	defer timer.Stop()
	t.pause = min(2*t.pause, maxPause)
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// commit commits a transaction, and again while nobody knows whether the last attempt has arrived. It returns how
// often that was, and the error of the last attempt.
func (t *tries) commit(ctx context.Context, attempt func(context.Context) error) (attempts int, err error) {
	for {
		attempts++
		if err = attempt(ctx); !mayHaveCommitted(err) || !t.again(ctx) {
			return attempts, err
		}
	}
}

// mayHaveCommitted reports whether the outcome of a commit is unknown and worth another attempt. One that has used up
// the time that the script gave it is not.
func mayHaveCommitted(err error) bool {
	return funnel.HasLabel(err, funnel.UnknownCommit) && !funnel.HasLabel(err, funnel.TransientTransaction) &&
		!funnel.HasCode(err, maxTimeExpired) && !errors.Is(err, context.DeadlineExceeded)
}
