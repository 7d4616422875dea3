package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// lease is the lock while this process holds it.
type lease struct {
	locker   *locker
	document lockDocument
	context  context.Context
	cancel   context.CancelCauseFunc
	lost     atomic.Bool
	// until is when the lease ends unless it is renewed, on this process's monotonic clock, counted from before the
	// server was asked: it is never later than what the server thinks.
	until atomic.Pointer[time.Time]
	stop  context.CancelFunc
	done  sync.WaitGroup
}

var _ runtime.Lease = (*lease)(nil)

var errLost = errors.New("the lease ran out, and another runner may have the lock")

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
	if h.lost.Load() || !time.Now().Before(*h.until.Load()) {
		return fault.Wrap(fault.Locked, errLost, "type `migrator status` to see where things stand", "this run lost its lock")
	}
	return nil
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
		kept := h.renew(ctx)
		if ctx.Err() != nil {
			return
		}
		if !kept || h.Valid() != nil {
			h.lost.Store(true)
			h.cancel(h.Valid())
			return
		}
	}
}

// renew moves the expiry. It tells whether the lock is still ours; while the server does not answer, it is until the
// lease runs out.
func (h *lease) renew(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, h.locker.lease/3)
	defer cancel()
	asked := time.Now()
	now, err := h.locker.clock(ctx)
	if err != nil {
		return true
	}
	ours := bson.D{{Key: "_id", Value: h.document.Generation}, {Key: "owner", Value: h.document.Owner}}
	later := bson.D{{Key: "$set", Value: bson.D{{Key: "expires", Value: now.Add(h.locker.lease)}}}}
	result, err := h.locker.collection.UpdateOne(ctx, ours, later)
	if err != nil {
		return true
	}
	if result.MatchedCount == 0 {
		return false
	}
	highest, _, err := h.locker.highest(ctx)
	if err != nil {
		return true
	}
	if highest.Owner != h.document.Owner {
		return false
	}
	h.extend(asked)
	return true
}

// Release stops the heartbeat and marks the generation as released. It is kept, so that the next one is higher.
func (h *lease) Release(ctx context.Context) error {
	h.stop()
	h.done.Wait()
	h.cancel(nil)
	if h.Valid() != nil {
		return nil // another runner may have it, and its lock is not ours to touch
	}
	h.lost.Store(true)
	ours := bson.D{{Key: "_id", Value: h.document.Generation}, {Key: "owner", Value: h.document.Owner}}
	_, err := h.locker.collection.UpdateOne(ctx, ours, bson.D{{Key: "$set", Value: bson.D{{Key: "released", Value: true}}}})
	return explain(err, "release the lock")
}
