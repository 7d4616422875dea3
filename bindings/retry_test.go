package bindings

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
)

// TestACommitIsTriedAgainWithPauses looks at when the attempts are made, on a clock of its own.
func TestACommitIsTriedAgainWithPauses(t *testing.T) {
	t.Parallel()
	unknown := fmt.Errorf("lost: %w", mongo.CommandError{Code: 91, Labels: []string{funnel.UnknownCommit}})
	for _, c := range []struct {
		name     string
		attempt  func(nth int) error
		want     error
		attempts int
		took     time.Duration
	}{
		{name: "one that arrives is made once", attempt: func(int) error { return nil }, attempts: 1},
		{name: "one that is lost twice is made three times", attempts: 3, took: (5 + 10) * time.Millisecond,
			attempt: func(nth int) error {
				if nth < 3 {
					return unknown
				}
				return nil
			}},
		{name: "one that is refused is not made again", attempts: 1, want: mongo.ErrNilDocument,
			attempt: func(int) error { return mongo.ErrNilDocument }},
		{name: "nor one that has used up its time", attempts: 1, want: context.DeadlineExceeded,
			attempt: func(int) error { return errors.Join(unknown, context.DeadlineExceeded) }},
		{name: "one that is lost for ever is made for two minutes", attempts: 246, want: unknown,
			took:    (5+10+20+40+80+160+320)*time.Millisecond + 238*maxPause,
			attempt: func(int) error { return unknown }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun, nth := time.Now(), 0
				attempts, err := newTries().commit(t.Context(), func(context.Context) error {
					nth++
					return c.attempt(nth)
				})
				if attempts != c.attempts || nth != c.attempts || time.Since(begun) != c.took {
					t.Errorf("got %d attempts in %s, want %d in %s", attempts, time.Since(begun), c.attempts, c.took)
				}
				if !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
			})
		})
	}
}

func TestACommitIsNotTriedAgainOnceTheRunHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		unknown := mongo.CommandError{Code: 91, Labels: []string{funnel.UnknownCommit}}
		attempts, err := newTries().commit(ctx, func(context.Context) error { return unknown })
		if took := time.Since(begun); took != time.Second || attempts < 2 {
			t.Errorf("got %d attempts in %s, want some in the second that there was", attempts, took)
		}
		if !funnel.HasLabel(err, funnel.UnknownCommit) {
			t.Errorf("got %v, want the error of the last attempt", err)
		}
	})
}

// TestNoCommitAfterTheLease has a run that loses its lease while a transaction of the script is open.
func TestNoCommitAfterTheLease(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"by hand":         `session.startTransaction(); db.a.insertOne({}, {session}); print('lose'); session.commitTransaction()`,
		"withTransaction": `session.withTransaction(() => { db.a.insertOne({}); print('lose') })`,
		"an async one":    `await session.withTransaction(async () => { await db.a.insertOne({}); print('lose') })`,
		"in a try":        `session.startTransaction(); db.a.insertOne({}, {session}); print('lose'); try { session.commitTransaction() } catch { }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, b := newReplicaSet(t, nil)
			_, err := b.run(t.Context(), `export async function up(db, client) { const session = client.startSession(); `+code+` }`, loseAfterPrint)
			if !errors.Is(err, errLost) {
				t.Errorf("got %v", err)
			}
			if slices.Contains(server.log(), "commitTransaction*") {
				t.Errorf("it was committed all the same: %v", server.log())
			}
		})
	}
}
