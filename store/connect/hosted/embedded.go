//go:build !noembedded

package hosted

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"sync"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// EmbeddedBuilt reports whether this binary has the embedded database inside.
const EmbeddedBuilt = true

// embedded is FerretDB on SQLite inside this process.
func embedded() engine {
	return engine{name: "embedded database", start: startEmbedded, monitor: indexMonitor}
}

// pragmas are SQLite's settings beside those that FerretDB makes. With a write-ahead log, "normal" spares a wait for
// the disk at every write: a process that is killed still loses nothing that it has acknowledged; a machine that loses
// power may lose its last writes, but never a part of one, nor one before another.
const pragmas = "_pragma=synchronous(normal)"

// starting guards a variable of FerretDB's own, the same for the whole process, which New writes.
var starting sync.Mutex

// startEmbedded starts FerretDB, and the turnstile before it. Both listen when this returns, so there is nothing to
// wait for.
func startEmbedded(ctx context.Context, d socketDir, o Options) (running, error) {
	if err := prepareFiles(ctx, d.data, o.Logger); err != nil {
		return running{}, err
	}
	starting.Lock()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: d.inner},
		Logger:    slog.New(slog.DiscardHandler),
		Handler:   "sqlite",
		SQLiteURL: (&url.URL{Scheme: "file", Path: d.data + "/", RawQuery: pragmas}).String(),
	})
	starting.Unlock()
	if err != nil {
		return running{}, err
	}
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stopped := make(chan error, 1)
	go func() { stopped <- server.Run(serving) }()
	t, err := openTurnstile(serving, d.socket, d.inner)
	if err != nil {
		cancel()
		return running{}, errors.Join(err, <-stopped)
	}
	return running{
		pid: os.Getpid(),
		// The turnstile lets go of every client that waits for no answer, so that FerretDB ends at once; to those that
		// wait for one it gives three seconds. A command that hangs there ends with it.
		stop: func(context.Context) error {
			cancel()
			err := <-stopped
			t.wait()
			return err
		},
	}, nil
}
