package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect"
)

// lease is the lock while this process holds it.
type lease struct {
	locker   *locker
	document lockDocument
	context  context.Context
	cancel   context.CancelCauseFunc
	// until is when the lease ends unless it is renewed, on this process's monotonic clock, counted from before the
	// server was asked: it is never later than what the server thinks.
	until atomic.Pointer[time.Time]
	// loss is why the lease is over, once that is known; silence is why the last renewal had no answer.
	loss, silence atomic.Pointer[error]
	stop          context.CancelFunc
	done          sync.WaitGroup
}

var _ runtime.Lease = (*lease)(nil)

var errReleased = errors.New("it has been released")

func newLease(ctx context.Context, l *locker, d lockDocument, asked time.Time) *lease {
	h := &lease{locker: l, document: d}
	h.context, h.cancel = context.WithCancelCause(ctx)
	h.extend(asked)
	var beat context.Context
	beat, h.stop = context.WithCancel(context.WithoutCancel(ctx))
	h.done.Go(func() { h.heartbeat(beat) })
	return h
}

func (h *lease) extend(asked time.Time) {
	until := asked.Add(h.locker.lease)
	h.until.Store(&until)
}

func (h *lease) Context() context.Context { return h.context }

func (h *lease) Valid() error {
	why := h.loss.Load()
	if why == nil && time.Now().Before(*h.until.Load()) {
		return nil
	}
	if why == nil {
		ranOut := h.ranOut()
		why = &ranOut
	}
	return fault.Then(fault.Wrap(fault.Locked, *why, "", "this run lost its lock"), "type `migrator status` to see where things stand")
}

// ranOut says why nobody has renewed the lease: the server did not answer, or this process stood still.
func (h *lease) ranOut() error {
	length := h.locker.lease
	if silence := h.silence.Load(); silence != nil { // which has the code of a server that cannot be reached
		since := h.until.Load().Add(-length).UTC().Format("2006-01-02 15:04:05 UTC")
		return fmt.Errorf("the server has not answered since %s, and the lease of %s ran out (%w)", since, length, *silence)
	}
	return fmt.Errorf("this process stood still for longer than the lease of %s, and another runner may have the lock", length)
}

// lose ends the lease, and the run with it.
func (h *lease) lose(why error) {
	h.loss.CompareAndSwap(nil, &why)
	h.cancel(h.Valid())
}

// heartbeat renews the lease, silently, until it is stopped or the lease is lost.
func (h *lease) heartbeat(ctx context.Context) {
	ticker := time.NewTicker(h.locker.beat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		why := h.renew(ctx)
		if ctx.Err() != nil {
			return
		}
		if why != nil {
			h.lose(why)
			return
		}
	}
}

// renew moves the expiry. The error says why the lock is not ours any more; while the server does not answer, it is until
// the lease runs out. An answer that comes later than that counts for nothing: another runner may have seen the lease run
// out, and be about to take the lock.
func (h *lease) renew(ctx context.Context) error {
	asked := time.Now()
	limit := min(h.locker.lease/3, time.Until(*h.until.Load()))
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	why, err := h.extendOnServer(limited)
	switch {
	case why != nil:
		return why
	case err != nil && time.Since(asked) < 2*limit: // else it is we who have not listened
		h.silence.Store(&err)
	}
	if !time.Now().Before(*h.until.Load()) {
		return h.ranOut()
	}
	if err == nil {
		h.silence.Store(nil)
		h.extend(asked)
	}
	return nil
}

// extendOnServer moves the expiry that others see. It tells why the lock is not ours any more, or why there is no telling.
func (h *lease) extendOnServer(ctx context.Context) (why, err error) {
	now, err := h.locker.clock(ctx)
	if err != nil {
		return nil, err
	}
	ours := bson.D{{Key: "_id", Value: h.document.Generation}, {Key: "owner", Value: h.document.Owner}}
	later := bson.D{{Key: "$set", Value: bson.D{{Key: "expires", Value: now.Add(h.locker.lease)}}}}
	updated, err := h.locker.collection.UpdateOne(ctx, ours, later)
	if err != nil {
		return nil, connect.Explain(err)
	}
	highest, _, err := h.locker.highest(ctx)
	if err == nil && (updated.MatchedCount == 0 || highest.Generation > h.document.Generation) {
		return highest.takenFrom(), nil
	}
	return nil, err
}

// Release stops the heartbeat and marks the generation as released. It is kept, so that the next one is higher.
func (h *lease) Release(ctx context.Context) error {
	h.stop()
	h.done.Wait()
	h.cancel(nil)
	if h.Valid() != nil {
		return nil // another runner may have it, and its lock is not ours to touch
	}
	why := errReleased
	h.loss.Store(&why)
	ours := bson.D{{Key: "_id", Value: h.document.Generation}, {Key: "owner", Value: h.document.Owner}}
	_, err := h.locker.collection.UpdateOne(ctx, ours, bson.D{{Key: "$set", Value: bson.D{{Key: "released", Value: true}}}})
	return explain(err, "release the lock")
}
