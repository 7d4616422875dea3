package store

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/runtime/fault"
)

func (l *locker) Break(ctx context.Context, u runtime.Unlock) (holder runtime.Holder, held bool, err error) {
	var w watch
	var first sight // of the holder that is to go
	var waited func() time.Duration
	for {
		s, err := l.look(ctx)
		if err != nil {
			return holder, held, err
		}
		switch {
		case !s.isHeld():
			return holder, held, nil // nobody ever had it, or its holder has stopped
		case held && !s.is(first.lockDocument):
			return holder, held, takenJustNow()
		case !held:
			first, holder, held = s, l.holder(s), true
		}
		w.note(s, l.watched)
		switch {
		case l.isFree(s, &w):
			return holder, held, l.free(ctx, s)
		case w.isUndecided(s):
		case !u.Force:
			return holder, held, s.isAlive(holder)
		case waited == nil:
			if err := l.ask(ctx, s, u.By); err != nil {
				return holder, held, err
			}
			if u.Asked != nil {
				u.Asked(holder)
			}
			waited = l.stopwatch()
		case waited() > l.lease+l.watched: // an older release, which goes on renewing
			return holder, held, fault.New(fault.Locked, "end that process",
				"the holder of the lock, %s, does not stop although it was asked to", holder)
		case s.Asked == nil: // a server that does not make updates atomic has lost it to a renewal
			if err := l.ask(ctx, s, u.By); err != nil {
				return holder, held, err
			}
		}
		if err := l.pause(ctx); err != nil {
			return holder, held, err
		}
	}
}

// ask tells the holder to stop. It finds that at its next renewal, which it does not do then.
func (l *locker) ask(ctx context.Context, s sight, by runtime.Identity) error {
	limited, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	set := bson.D{{Key: "$set", Value: bson.D{{Key: "asked", Value: asked{By: by, At: s.now}}}}}
	err := settled(limited, func(ctx context.Context) error {
		_, err := l.collection.UpdateOne(ctx, s.isOwn(), set)
		return err
	})
	return explain(err, "ask the holder of the lock to stop")
}

// free ends the lock of a holder that is dead, by a generation above it that is released from its beginning.
func (l *locker) free(ctx context.Context, s sight) error {
	limited, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	free := l.next(s)
	free.Expires, free.Released = s.now, true
	won, err := l.insert(limited, free)
	if err == nil && !won {
		return takenJustNow()
	}
	return err
}

// isAlive is the refusal to free the lock.
func (s sight) isAlive(h runtime.Holder) error {
	const hint = "type `migrator unlock --force` to ask it to stop; if that process is gone, its lease ends by itself"
	return fault.New(fault.Locked, hint, "the lock is alive: it is held by %s, and was renewed for %s",
		h, max(0, s.Expires.Sub(s.now)).Round(time.Second))
}

func takenJustNow() error {
	const hint = "type `migrator status` to see by whom"
	return fault.New(fault.Locked, hint, "the lock was taken by another runner just now")
}
