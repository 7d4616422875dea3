package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect/connecttest"
)

// A process that stood still finds its lease run out. Although nobody has taken the lock yet, somebody may be about to.
func TestALeaseThatRanOutIsNotRenewed(t *testing.T) {
	t.Parallel()
	l, _ := testLocker(t, time.Hour)
	h := acquire(t, l).(*lease)
	past := time.Now().Add(-time.Second)
	h.until.Store(&past)
	if err := h.renew(t.Context()); err == nil || !strings.Contains(err.Error(), "stood still for longer than the lease of 1h0m0s") {
		t.Errorf("renewed: %v", err)
	}
	if err := h.Valid(); fault.CodeOf(err) != fault.Locked {
		t.Errorf("it is valid again: %v", err)
	}
}

func TestALostLeaseSaysWhy(t *testing.T) {
	t.Parallel()
	down := fault.New(fault.Unreachable, "", "connection refused")
	cases := []struct {
		name string
		lose func(t *testing.T, l *locker, h *lease)
		says string
		code fault.Code
	}{
		{"the server has not answered", func(t *testing.T, l *locker, h *lease) {
			l.clock = func(context.Context) (time.Time, error) { return time.Time{}, down }
			if err := h.renew(t.Context()); err != nil {
				t.Errorf("lost while it lasts: %v", err)
			}
			past := time.Now().Add(-time.Second)
			h.until.Store(&past)
		}, "the server has not answered since 20", fault.Unreachable},
		{"the process stood still", func(t *testing.T, l *locker, h *lease) {
			past := time.Now().Add(-time.Second)
			h.until.Store(&past)
		}, "stood still", fault.Locked},
		{"unlock freed it", func(t *testing.T, l *locker, h *lease) {
			if _, _, err := l.Break(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			h.lose(h.renew(t.Context()))
		}, "freed by `migrator unlock`", fault.Locked},
		{"another runner took it", func(t *testing.T, l *locker, h *lease) {
			next := lockDocument{Generation: 2, Owner: "x", User: "bob", Host: "web-2", PID: 7}
			if _, err := l.collection.InsertOne(t.Context(), next); err != nil {
				t.Fatal(err)
			}
			h.lose(h.renew(t.Context()))
		}, "it was taken by bob@web-2, pid 7", fault.Locked},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, _ := testLocker(t, time.Hour)
			h := acquire(t, l).(*lease)
			c.lose(t, l, h)
			err := h.Valid()
			if err == nil || !strings.Contains(err.Error(), "this run lost its lock: ") || !strings.Contains(err.Error(), c.says) || fault.CodeOf(err) != c.code {
				t.Errorf("it says %v, with code %d", err, fault.CodeOf(err))
			}
			if !strings.Contains(fault.HintOf(err), "migrator status") {
				t.Error("it does not say what to type")
			}
		})
	}
}

// A server that takes a command and never answers must not hold anybody up.
func TestASilentServerIsGivenUp(t *testing.T) {
	t.Parallel()
	c := connecttest.Open(t)
	s := New(c, Options{Database: c.Database, Patience: time.Nanosecond})
	calls := map[string]func() error{
		"list":    func() error { _, err := s.Registry().List(t.Context()); return err },
		"get":     func() error { _, _, err := s.Registry().Get(t.Context(), "x"); return err },
		"put":     func() error { return s.Registry().Put(t.Context(), whole()) },
		"remove":  func() error { return s.Registry().Remove(t.Context(), "x") },
		"append":  func() error { return s.History().Append(t.Context(), runtime.Event{}) },
		"events":  func() error { _, err := s.History().Events(t.Context(), "", 0); return err },
		"holder":  func() error { _, _, err := s.Locker().Holder(t.Context()); return err },
		"acquire": func() error { _, err := s.Locker().Acquire(t.Context(), ada, 0, nil); return err },
		"break":   func() error { _, _, err := s.Locker().Break(t.Context(), true); return err },
	}
	for name, call := range calls {
		err := call()
		if fault.CodeOf(err) != fault.Unreachable || !strings.Contains(err.Error(), "did not answer in time") && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, with code %d", name, err, fault.CodeOf(err))
		}
	}
	if n, err := c.Client.Database(c.Database).Collection(DefaultCollection).CountDocuments(t.Context(), bson.D{}); n != 0 || err != nil {
		t.Errorf("%d documents, %v", n, err)
	}
}

// TestALockWhoseDocumentIsGoneIsLost: the next generation may then be anybody's.
func TestALockWhoseDocumentIsGoneIsLost(t *testing.T) {
	t.Parallel()
	l, _ := testLocker(t, 300*time.Millisecond)
	lease, err := l.Acquire(t.Context(), ada, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.collection.Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-lease.Context().Done()
	if err := lease.Valid(); err == nil || !strings.Contains(err.Error(), "its document is gone") {
		t.Errorf("got %v", err)
	}
}
