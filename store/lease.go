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
	// passed is how much time has passed since the server was asked for what the lease was renewed by last, the time
	// counted in which this machine slept. So the lease ends here never later than the server thinks.
	passed atomic.Pointer[func() time.Duration]
	// loss is why the lease is over, once that is known; silence is why the last renewal had no answer.
	loss, silence atomic.Pointer[error]
	stop          context.CancelFunc
	done          sync.WaitGroup
}

var _ runtime.Lease = (*lease)(nil)

var errReleased = errors.New("it has been released")

func newLease(ctx context.Context, l *locker, d lockDocument, passed func() time.Duration) *lease {
	h := &lease{locker: l, document: d}
	h.context, h.cancel = context.WithCancelCause(ctx)
	h.passed.Store(&passed)
	var beat context.Context
	beat, h.stop = context.WithCancel(context.WithoutCancel(ctx))
	h.done.Go(func() { h.heartbeat(beat) })
	return h
}

func (h *lease) Context() context.Context { return h.context }

func (h *lease) Generation() int64 { return h.document.Generation }

func (h *lease) Before() time.Time {
	if h.document.Before == nil {
		return time.Time{}
	}
	return *h.document.Before
}

func (h *lease) Valid() error {
	if why := h.loss.Load(); why != nil {
		return lost(*why)
	}
	if h.left() > 0 {
		return nil
	}
	return lost(h.ranOut())
}

// left is how long the lease lasts unless it is renewed.
func (h *lease) left() time.Duration { return h.locker.lease - (*h.passed.Load())() }

// lost is the error of a run that has no lock any more.
func lost(why error) error {
	err := fault.Wrap(fault.Locked, why, "", "this run lost its lock")
	return fault.Then(err, "type `migrator status` to see where things stand")
}

// ranOut says why nobody has renewed the lease: the server did not answer, or this process stood still.
func (h *lease) ranOut() error {
	length := h.locker.lease
	if silence := h.silence.Load(); silence != nil { // which has the code of a server that cannot be reached
		since := time.Now().Add(-(*h.passed.Load())()).UTC().Format("2006-01-02 15:04:05 UTC")
		return fmt.Errorf("the server has not answered since %s, and the lease of %s ran out (%w)",
			since, length, *silence)
	}
	return fmt.Errorf("this process stood still for longer than the lease of %s, and another runner may have the lock",
		length)
}

// heartbeat renews the lease, silently, until it is stopped, the lease is lost, or somebody asks for it back. Then it
// lasts for what is left of it, so that the run may record how it ended.
func (h *lease) heartbeat(ctx context.Context) {
	ticker := time.NewTicker(h.locker.beat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		askedBack, why := h.renew(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case askedBack != nil:
			h.cancel(lost(fmt.Errorf("%s asked it to stop with `migrator unlock --force`", askedBack.By)))
			return
		case why != nil:
			h.lose(why)
			return
		}
	}
}

// lose ends the lease, and the run with it.
func (h *lease) lose(why error) {
	h.loss.CompareAndSwap(nil, &why)
	h.cancel(h.Valid())
}

// renew moves the expiry, unless somebody has asked for the lease. The error says why the lock is not ours any more;
// while the server does not answer, it is until the lease runs out. An answer that comes later than that counts for
// nothing: another runner may have seen the lease run out, and be about to take the lock.
func (h *lease) renew(ctx context.Context) (askedBack *asked, why error) {
	passed := h.locker.stopwatch()
	limit := min(h.locker.lease/3, h.left())
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	now, why, err := h.renewOnServer(limited)
	switch {
	case why != nil:
		return nil, why
	case err != nil && passed() < 2*limit: // else it is we who have not listened
		h.silence.Store(&err)
	}
	if h.left() <= 0 {
		return nil, h.ranOut()
	}
	if err == nil {
		h.silence.Store(nil)
		if now.Asked == nil {
			h.passed.Store(&passed)
		}
	}
	return now.Asked, nil
}

// renewOnServer moves the expiry that others see, and reads the lock then. It returns why the lock is not ours any
// more, or why that cannot be said.
func (h *lease) renewOnServer(ctx context.Context) (now lockDocument, why, err error) {
	at, err := h.locker.clock(ctx)
	if err != nil {
		return now, nil, err
	}
	notAsked := append(h.document.isOwn(), bson.E{Key: "asked", Value: bson.D{{Key: "$exists", Value: false}}})
	later := bson.D{{Key: "$set", Value: bson.D{{Key: "expires", Value: at.Add(h.locker.lease)}}}}
	if _, err := h.locker.collection.UpdateOne(ctx, notAsked, later); err != nil {
		return now, nil, connect.Explain(err)
	}
	now, _, err = h.locker.highest(ctx)
	if err == nil && !now.is(h.document) {
		return now, now.takenFrom(), nil
	}
	return now, nil, err
}

func (h *lease) Confirm(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, h.locker.patience)
	defer cancel()
	now, _, err := h.locker.highest(ctx)
	if err != nil {
		return err
	}
	if !now.is(h.document) {
		h.lose(now.takenFrom())
	}
	return h.Valid()
}

func (h *lease) Release(ctx context.Context) error {
	h.stop()
	h.done.Wait()
	h.cancel(nil)
	if h.Valid() != nil {
		return nil // another runner may have it, and its lock is not ours to touch
	}
	why := errReleased
	h.loss.Store(&why)
	ctx, cancel := context.WithTimeout(ctx, h.locker.patience)
	defer cancel()
	return h.locker.release(ctx, h.document)
}
