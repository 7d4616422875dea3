package store

import (
	"context"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/store/connect"
	"migrator/store/connect/connecttest"
)

// An index may be built for longer than a lease. With maxPoolSize=1 the data has no other connection meanwhile.
func TestHeartbeatDoesNotWaitForAConnectionOfTheData(t *testing.T) {
	t.Parallel()
	building, built, beats := make(chan struct{}), make(chan struct{}), make(chan struct{}, 100)
	build := sync.OnceFunc(func() { close(built) })
	dir := t.TempDir()
	embedded := connect.Target{URI: "embedded:" + dir, Database: "app"}
	server, err := connect.Open(t.Context(), embedded, connect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNow(t, server) })
	wire := connecttest.NewWire(t, connecttest.Socket(t, dir), func(m connecttest.Message) connecttest.Verdict {
		switch {
		case m.Name == "createIndexes" && m.Moment == connecttest.Asked:
			close(building)
			<-built
		case m.Name == "update" && m.To() == DefaultCollection+lockSuffix && m.Moment == connecttest.Answered:
			beats <- struct{}{}
		}
		return connecttest.Verdict{}
	})
	target := connect.Target{URI: "mongodb://" + wire.Addr + "/app?directConnection=true&maxPoolSize=1"}
	c, err := connect.Open(t.Context(), target, connect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		build()
		closeNow(t, c)
	})
	locker := New(c, Options{Database: c.Database, Lease: 3 * time.Second}).Locker()
	lease, err := locker.Acquire(t.Context(), runtime.Acquisition{By: ada})
	if err != nil {
		t.Fatal(err)
	}
	index := make(chan error)
	go func() {
		command := bson.D{{Key: "createIndexes", Value: "c"}, {Key: "indexes", Value: bson.A{
			bson.D{{Key: "key", Value: bson.D{{Key: "a", Value: 1}}}, {Key: "name", Value: "a_1"}},
		}}}
		index <- c.Client.Database(c.Database).RunCommand(t.Context(), command).Err()
	}()
	<-building
	for range 2 {
		select {
		case <-beats:
		case <-lease.Context().Done():
			t.Fatal(lease.Valid())
		}
	}
	build()
	if err := <-index; err != nil {
		t.Error(err)
	}
	if err := lease.Release(t.Context()); err != nil {
		t.Errorf("release the lock: %v", err)
	}
}

func closeNow(t *testing.T, c *connect.Connection) {
	t.Helper()
	if err := c.Close(context.Background()); err != nil {
		t.Errorf("close: %v", err)
	}
}
