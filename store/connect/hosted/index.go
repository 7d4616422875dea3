//go:build !noembedded

package hosted

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"sync"

	"go.mongodb.org/mongo-driver/v2/event"
)

// indexer sees to it that the table of every collection that a client writes to has its index (see addIndex). It
// watches the client's commands: once one that can create a collection has succeeded, and before its caller goes on,
// the collection's table is given its index. This happens once for each collection.
type indexer struct {
	dir    string
	logger *slog.Logger

	mu      sync.Mutex
	indexed map[namespace]bool
	pending map[int64]namespace // by the number of the command in flight
}

type namespace struct{ database, collection string }

// indexMonitor is an indexer for the files in dir, as a monitor of a client's commands.
func indexMonitor(dir string, logger *slog.Logger) *event.CommandMonitor {
	return newIndexer(dir, logger).monitor()
}

func newIndexer(dir string, logger *slog.Logger) *indexer {
	return &indexer{
		dir:     dir,
		logger:  logger,
		indexed: map[namespace]bool{},
		pending: map[int64]namespace{},
	}
}

func (x *indexer) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{Started: x.started, Succeeded: x.succeeded, Failed: x.failed}
}

// started notes the collection of a command that may create it, or that may have it created anew later.
func (x *indexer) started(_ context.Context, e *event.CommandStartedEvent) {
	n := namespace{database: e.DatabaseName}
	switch e.CommandName {
	case "insert", "update", "findAndModify", "findandmodify", "create", "createIndexes":
		n.collection, _ = e.Command.Lookup(e.CommandName).StringValueOK()
		x.mu.Lock()
		defer x.mu.Unlock()
		if !x.indexed[n] {
			x.pending[e.RequestID] = n
		}
	case "drop":
		n.collection, _ = e.Command.Lookup(e.CommandName).StringValueOK()
		x.forget(func(other namespace) bool { return other == n })
	case "dropDatabase", "renameCollection":
		x.forget(func(other namespace) bool { return other.database == n.database || n.database == "admin" })
	}
}

// succeeded indexes the collection of a command that started has noted.
func (x *indexer) succeeded(ctx context.Context, e *event.CommandSucceededEvent) {
	n, ok := x.take(e.RequestID)
	if !ok {
		return
	}
	found, err := x.index(ctx, n)
	if err != nil {
		// The collection works without, slowly.
		x.logger.Debug("cannot index a collection of the embedded database",
			slog.String("database", n.database), slog.String("collection", n.collection), slog.Any("error", err))
		return
	}
	if found {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.indexed[n] = true
	}
}

// failed drops what started has noted.
func (x *indexer) failed(_ context.Context, e *event.CommandFailedEvent) { x.take(e.RequestID) }

func (x *indexer) take(request int64) (namespace, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	n, ok := x.pending[request]
	delete(x.pending, request)
	return n, ok
}

func (x *indexer) forget(gone func(namespace) bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for n := range x.indexed {
		if gone(n) {
			delete(x.indexed, n)
		}
	}
}

// index gives the table of a collection its index; found is false when there is no such collection.
func (x *indexer) index(ctx context.Context, n namespace) (found bool, err error) {
	err = withFile(ctx, filepath.Join(x.dir, n.database+fileExtension), func(tx *sql.Tx) error {
		tables, err := queryStrings(ctx, tx, "SELECT table_name FROM "+metadataTable+" WHERE name = ?", n.collection)
		if err != nil || len(tables) == 0 {
			return err
		}
		found = true
		return addIndex(ctx, tx, tables[0])
	})
	return found, err
}
