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
)

// lockDocument is one generation of the lock.
type lockDocument struct {
	Generation int64     `bson:"_id"`
	Owner      string    `bson:"owner"` // unique to one acquisition
	User       string    `bson:"user"`
	Host       string    `bson:"host"`
	Boot       string    `bson:"boot,omitempty"`
	Space      string    `bson:"pid_space,omitempty"`
	PID        int       `bson:"pid"`
	PIDStart   string    `bson:"pid_start,omitempty"`
	Version    string    `bson:"version"`
	Since      time.Time `bson:"since"`
	Expires    time.Time `bson:"expires"`
	Released   bool      `bson:"released"`
	// Asked is who wants the holder to stop, by `migrator unlock --force`.
	Asked *asked `bson:"asked,omitempty"`
	// Before is when the last lease ended that nobody released, of the generations before this one.
	Before *time.Time `bson:"before,omitempty"`
}

type asked struct {
	By runtime.Identity `bson:"by"`
	At time.Time        `bson:"at"`
}

func (d lockDocument) identity() runtime.Identity {
	return runtime.Identity{User: d.User, Host: d.Host, PID: d.PID, Version: d.Version}
}

func (d lockDocument) process() process {
	return process{Host: d.Host, Boot: d.Boot, Space: d.Space, PID: d.PID, Start: d.PIDStart}
}

// isOwn matches the document of this generation as long as it is this owner's.
func (d lockDocument) isOwn() bson.D {
	return bson.D{{Key: "_id", Value: d.Generation}, {Key: "owner", Value: d.Owner}}
}

// is reports whether two documents are of one acquisition.
func (d lockDocument) is(other lockDocument) bool {
	return d.Generation == other.Generation && d.Owner == other.Owner
}

// takenFrom says how the lock went to this generation, for the runner that had the one before.
func (d lockDocument) takenFrom() error {
	switch {
	case d.Generation == 0:
		return errors.New("its document is gone")
	case d.User == "" && d.PID == 0:
		return errors.New("it was freed by `migrator unlock`")
	}
	return fmt.Errorf("it was taken by %s", runtime.Holder{By: d.identity(), Since: d.Since})
}

// highest is the newest generation; the zero document where there is none.
func (l *locker) highest(ctx context.Context) (d lockDocument, found bool, err error) {
	raw, err := l.collection.FindOne(ctx, bson.D{}, options.FindOne().SetSort(bson.D{{Key: "_id", Value: -1}})).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return lockDocument{}, false, nil
	}
	if err != nil {
		return lockDocument{}, false, explain(err, "read the lock")
	}
	if err := unmarshal(raw, &d, l.collection); err != nil {
		return lockDocument{}, false, err
	}
	if d.Generation >= maxGeneration {
		return lockDocument{}, false, unreadable(raw, l.collection, errNoneAbove)
	}
	return d, true, nil
}

// insert adds a generation and reports whether it is now the highest. One that is there already may be our own: an
// insert is sent again when it had no answer. One that comes late, when others have been taken and removed in the
// meantime, is below the highest, and means nothing.
//
// Older generations are removed. A removal that comes late removes only what is below this one, never the highest.
func (l *locker) insert(ctx context.Context, next lockDocument) (won bool, err error) {
	err = settled(ctx, func(ctx context.Context) error {
		_, err := l.collection.InsertOne(ctx, next)
		return err
	})
	if err != nil && !mongo.IsDuplicateKeyError(err) {
		return false, explain(err, "take the lock")
	}
	var highest lockDocument
	err = both(func() (err error) {
		highest, _, err = l.highest(ctx)
		return err
	}, func() error {
		older := bson.D{{Key: "_id", Value: bson.D{{Key: "$lt", Value: next.Generation}}}}
		_, err := l.collection.DeleteMany(ctx, older)
		return explain(err, "clear old locks")
	})
	if err != nil {
		return false, errors.Join(err, l.release(ctx, next))
	}
	return highest.is(next), nil
}

// release marks a generation as released. It is kept, so that the next one is higher.
func (l *locker) release(ctx context.Context, d lockDocument) error {
	released := bson.D{{Key: "$set", Value: bson.D{{Key: "released", Value: true}}}}
	err := settled(ctx, func(ctx context.Context) error {
		_, err := l.collection.UpdateOne(ctx, d.isOwn(), released)
		return err
	})
	return explain(err, "release the lock")
}

// both calls two functions at the same time and waits for them.
func both(f, g func() error) error {
	other := make(chan error, 1)
	go func() { other <- g() }()
	return errors.Join(f(), <-other)
}
