package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime"
	"migrator/store/connect"
)

// DefaultCollection is the registry's collection where the configuration names no other.
const DefaultCollection = "migrations"

// Options says where a Store keeps its documents.
type Options struct {
	// Database holds the collections.
	Database string
	// Collection is the registry's, and the stem of the others' names; "" is DefaultCollection.
	Collection string
	// Lease is how long the lock outlives its last heartbeat; 0 is DefaultLease.
	Lease time.Duration
	// Patience is how long one exchange with the server may take; 0 is half of a lease, or leastPatience if that is
	// more. The exchanges are about documents that are small, few, and found by their _id, so a server that takes
	// longer does not answer. With DefaultLease it is 15 seconds, in which a replica set elects a new primary.
	Patience time.Duration
}

// leastPatience is for a server that is busy, where a lease is very short.
const leastPatience = 2 * time.Second

// Store keeps a project's registry, history and lock in one database.
type Store struct {
	client  *mongo.Client
	data    string // the database that migrations work on
	clock   func(context.Context) (time.Time, error)
	born    func() (time.Time, bool)
	options Options
}

// New makes a Store on a connection. It asks the server nothing.
func New(c *connect.Connection, o Options) *Store {
	if o.Collection == "" {
		o.Collection = DefaultCollection
	}
	if o.Lease == 0 {
		o.Lease = DefaultLease
	}
	if o.Patience == 0 {
		o.Patience = max(o.Lease/2, leastPatience)
	}
	return &Store{client: c.Store, data: c.Database, clock: c.ServerTime, born: c.ServerBorn, options: o}
}

// collection is one of the store's, by what follows the registry's name in its own.
func (s *Store) collection(suffix string) *mongo.Collection {
	return s.client.Database(s.options.Database).Collection(s.options.Collection + suffix)
}

// Collections are those that it keeps its documents in.
func (s *Store) Collections() []string {
	return []string{s.options.Collection, s.options.Collection + historySuffix, s.options.Collection + lockSuffix}
}

// What the collections of the history and the lock are called behind the name of the registry's.
const (
	historySuffix = "_history"
	lockSuffix    = "_lock"
)

// Registry keeps the records: those of the connection's database, and of no other.
func (s *Store) Registry() runtime.Registry {
	r := &registry{collection: s.collection(""), patience: s.options.Patience}
	if s.data != s.options.Database {
		r.of = s.data
	}
	return r
}

// History keeps the events.
func (s *Store) History() runtime.History {
	return &history{collection: s.collection(historySuffix), patience: s.options.Patience}
}

// Locker gives out the lock.
func (s *Store) Locker() runtime.Locker {
	lease := s.options.Lease
	return &locker{
		collection: s.collection(lockSuffix), clock: s.clock, born: s.born, stopwatch: stopwatch, self: thisProcess(),
		lease: lease, beat: lease / beats, watched: lease / watches, poll: min(longestPoll, lease/watches/looks),
		patience: s.options.Patience,
	}
}

// explain says what was being done when the driver failed, in the user's terms.
func explain(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, connect.Explain(err))
}
