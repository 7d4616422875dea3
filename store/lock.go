package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// DefaultLease is how long a lock outlives its last heartbeat: long enough for a server to elect a new primary, short
// enough that nobody waits long for a runner that was killed.
const DefaultLease = 30 * time.Second

// beats is how many times a lease is renewed in its length.
const beats = 6

// poll is how often a waiting runner looks whether the lock is free.
const poll = 250 * time.Millisecond

// locker takes the lock by inserting the next generation: of several runners that try, the server lets one insert that
// _id. The document with the highest generation tells who holds the lock, or that it was released. Documents below it
// are removed by whoever takes the lock next; the highest is always kept, so that a generation never comes twice.
//
// All times in it are the server's, so that a wrong clock on a client changes nothing.
type locker struct {
	collection *mongo.Collection
	clock      func(context.Context) (time.Time, error)
	// born is when this process started the server itself; ok is false when it did not.
	born  func() (at time.Time, ok bool)
	lease time.Duration
	// beat is how often a lease is renewed, and so how soon a holder notices that its lock was broken.
	beat time.Duration
	// patience bounds an exchange with the server.
	patience time.Duration
}

var _ runtime.Locker = (*locker)(nil)

// lockDocument is one generation of the lock.
type lockDocument struct {
	Generation int64     `bson:"_id"`
	Owner      string    `bson:"owner"` // unique to one acquisition
	User       string    `bson:"user"`
	Host       string    `bson:"host"`
	PID        int       `bson:"pid"`
	Version    string    `bson:"version"`
	Since      time.Time `bson:"since"`
	Expires    time.Time `bson:"expires"`
	Released   bool      `bson:"released"`
}

func (d lockDocument) holder(now time.Time) runtime.Holder {
	return runtime.Holder{
		By:    runtime.Identity{User: d.User, Host: d.Host, PID: d.PID, Version: d.Version},
		Since: d.Since, Expires: d.Expires, Expired: !d.Expires.After(now), Generation: d.Generation,
	}
}

// takenFrom says how the lock went to this generation, for the runner that had the one before.
func (d lockDocument) takenFrom() error {
	switch {
	case d.Generation == 0:
		return errors.New("its document is gone")
	case d.User == "" && d.PID == 0:
		return errors.New("it was freed by `migrator unlock`")
	}
	return fmt.Errorf("it was taken by %s", d.holder(d.Since))
}

func (l *locker) Acquire(ctx context.Context, by runtime.Identity, wait time.Duration, held func(runtime.Holder)) (runtime.Lease, error) {
	deadline := time.Now().Add(wait)
	var told int64
	for {
		lease, holder, err := l.try(ctx, by)
		if err != nil || lease != nil {
			return lease, err
		}
		if held != nil && wait > 0 && holder.Generation != told {
			told = holder.Generation
			held(holder)
		}
		if !time.Now().Add(poll).Before(deadline) {
			return nil, lockedError(holder)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the lock: %w", context.Cause(ctx))
		case <-time.After(poll):
		}
	}
}

// try takes the lock if it is free. Otherwise the lease is nil, and it tells who holds it.
func (l *locker) try(ctx context.Context, by runtime.Identity) (runtime.Lease, runtime.Holder, error) {
	asked := time.Now()
	current, found, now, err := l.look(ctx)
	if err != nil {
		return nil, runtime.Holder{}, err
	}
	if found && l.live(current, now) {
		return nil, current.holder(now), nil
	}
	next := lockDocument{
		Generation: current.Generation + 1, Owner: bson.NewObjectID().Hex(), User: by.User, Host: by.Host, PID: by.PID, Version: by.Version,
		Since: now, Expires: now.Add(l.lease),
	}
	// An insert whose answer an interrupt kept from us would hold the lock for nobody, so it is waited for.
	whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.lease/2)
	defer cancel()
	won, err := l.insert(whole, next)
	if err != nil {
		return nil, runtime.Holder{}, err
	}
	if !won {
		return l.try(ctx, by) // somebody was quicker, and is the holder now
	}
	lease := newLease(ctx, l, next, asked)
	if ctx.Err() != nil {
		return nil, runtime.Holder{}, errors.Join(context.Cause(ctx), lease.Release(whole))
	}
	return lease, runtime.Holder{}, nil
}

// look reads the newest generation and the server's clock, in one round trip.
func (l *locker) look(ctx context.Context) (d lockDocument, found bool, now time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	err = both(func() (err error) {
		d, found, err = l.highest(ctx)
		return err
	}, func() (err error) {
		if now, err = l.clock(ctx); err != nil {
			err = fmt.Errorf("read the server's clock: %w", err)
		}
		return err
	})
	return d, found, now, err
}

// both calls two functions at the same time and waits for them.
func both(f, g func() error) error {
	other := make(chan error, 1)
	go func() { other <- g() }()
	return errors.Join(f(), <-other)
}

// live tells whether the lock is held. A lease from before this process started the server itself is not: whoever held it
// died with the server of then.
func (l *locker) live(d lockDocument, now time.Time) bool {
	if born, ours := l.born(); ours && d.Since.Before(born) {
		return false
	}
	return !d.Released && d.Expires.After(now)
}

// insert adds a generation and tells whether it is now the highest. A generation that comes late, when others have been
// taken, released and removed in the meantime, is not, and is taken back.
func (l *locker) insert(ctx context.Context, next lockDocument) (bool, error) {
	if _, err := l.collection.InsertOne(ctx, next); mongo.IsDuplicateKeyError(err) {
		return false, nil
	} else if err != nil {
		return false, explain(err, "take the lock")
	}
	var highest lockDocument
	err := both(func() (err error) {
		highest, _, err = l.highest(ctx)
		return err
	}, func() error {
		_, err := l.collection.DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$lt", Value: next.Generation}}}})
		return explain(err, "clear old locks")
	})
	if err != nil || highest.Generation <= next.Generation {
		return err == nil, err
	}
	_, err = l.collection.DeleteOne(ctx, bson.D{{Key: "_id", Value: next.Generation}, {Key: "owner", Value: next.Owner}})
	return false, explain(err, "take the generation back")
}

// highest is the newest generation; the zero document where there is none.
func (l *locker) highest(ctx context.Context) (d lockDocument, found bool, err error) {
	err = l.collection.FindOne(ctx, bson.D{}, options.FindOne().SetSort(bson.D{{Key: "_id", Value: -1}})).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return lockDocument{}, false, nil
	}
	return d, err == nil, explain(err, "read the lock")
}

func (l *locker) Holder(ctx context.Context) (runtime.Holder, bool, error) {
	d, found, now, err := l.look(ctx)
	if err != nil || !found || d.Released {
		return runtime.Holder{}, false, err
	}
	holder := d.holder(now)
	holder.Expired = !l.live(d, now)
	return holder, true, nil
}

func (l *locker) Break(ctx context.Context, force bool) (runtime.Holder, bool, error) {
	holder, held, err := l.Holder(ctx)
	if err != nil || !held {
		return runtime.Holder{}, false, err
	}
	if !holder.Expired && !force {
		return holder, true, fault.New(fault.Locked, "if that process is gone for certain, type `migrator unlock --force`",
			"the lock is alive: it is held by %s, and was renewed for %s", holder, time.Until(holder.Expires).Round(time.Second))
	}
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	now, err := l.clock(ctx)
	if err != nil {
		return holder, true, fmt.Errorf("read the server's clock: %w", err)
	}
	free := lockDocument{Generation: holder.Generation + 1, Owner: bson.NewObjectID().Hex(), Since: now, Expires: now, Released: true}
	won, err := l.insert(ctx, free)
	if err == nil && !won {
		err = fault.New(fault.Locked, "type `migrator status` to see by whom", "the lock was taken by another runner just now")
	}
	return holder, true, err
}

func lockedError(h runtime.Holder) error {
	return fault.WithFields(fault.New(fault.Locked,
		"wait for it with --wait-lock 1m; if that process is gone, its lease ends by itself, or type `migrator unlock`",
		"another runner holds the lock: %s", h),
		map[string]any{"lock": h})
}
