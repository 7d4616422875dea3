package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/store/connect/connecttest"
)

// A server that takes a command and never answers must not hold anybody up.
func TestASilentServerIsGivenUp(t *testing.T) {
	t.Parallel()
	c := connecttest.Open(t)
	s := New(c, Options{Database: c.Database, Patience: time.Nanosecond})
	acquisition := runtime.Acquisition{By: ada}
	calls := map[string]func() error{
		"list":    func() error { _, err := s.Registry().List(t.Context()); return err },
		"get":     func() error { _, _, err := s.Registry().Get(t.Context(), "x"); return err },
		"take":    func() error { return s.Registry().Take(t.Context(), runtime.Record{}, whole()) },
		"end":     func() error { return s.Registry().End(t.Context(), whole(), whole()) },
		"journal": func() error { return s.Registry().Journal(t.Context(), whole(), *wholeJournal()) },
		"append":  func() error { return s.History().Append(t.Context(), runtime.Event{Start: "s"}) },
		"has":     func() error { _, err := s.History().Has(t.Context(), "s"); return err },
		"events":  func() error { _, err := s.History().Events(t.Context(), "", 0); return err },
		"holder":  func() error { _, _, err := s.Locker().Holder(t.Context()); return err },
		"acquire": func() error { _, err := s.Locker().Acquire(t.Context(), acquisition); return err },
		"break": func() error {
			_, _, err := s.Locker().Break(t.Context(), runtime.Unlock{By: ada, Force: true})
			return err
		},
	}
	for name, call := range calls {
		err := call()
		if fault.CodeOf(err) != fault.Unreachable {
			t.Fatalf("%s: %v, with code %d", name, err, fault.CodeOf(err))
		}
		if !strings.Contains(err.Error(), "did not answer in time") && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := documents(t, s); n != 0 {
		t.Errorf("%d documents", n)
	}
}
