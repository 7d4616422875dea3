package runtime

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"migrator/runtime/fault"
)

// memory is a registry, a history and a lock without a server, for what a server cannot be made to do at will.
type memory struct {
	mu      sync.Mutex
	records map[string]Record
	events  []Event
	stored  []Journal // each that was stored, in order
	at      []time.Time
	// generation is that of the lock; each acquisition raises it. over is true once its lease has run out.
	generation int64
	over       bool
	// fail is asked before each write: "take executing", "end pending", "append finished", "journal". A write that it
	// returns errNoAnswer for is under way, and arrives with arrive. What twice returns true for is done, and a copy of it
	// is under way.
	fail  func(what string) error
	twice func(what string) bool
	under []func()
}

// errNoAnswer is for a write that is under way while its sender waits no more.
var errNoAnswer = errors.New("no answer")

func (m *memory) write(what string, f func()) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		if err := m.fail(what); err != nil {
			if errors.Is(err, errNoAnswer) {
				m.under = append(m.under, f)
			}
			return err
		}
	}
	f()
	if m.twice != nil && m.twice(what) {
		m.under = append(m.under, f)
	}
	return nil
}

// arrive lets everything arrive that is under way.
func (m *memory) arrive() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.under {
		f()
	}
	m.under = nil
}

// state is that of a record now.
func (m *memory) state(name string) State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.records[name].State
}

// runOut ends the lease of whoever holds the lock.
func (m *memory) runOut() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.over = true
}

func (m *memory) List(context.Context) ([]Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Collect(maps.Values(m.records))
	for i := range list {
		list[i].Source, list[i].Log = nil, nil
	}
	return list, nil
}

func (m *memory) Get(_ context.Context, name string) (Record, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.records[name]
	return r, ok, nil
}

// swap puts next in the place of a record that is still as was was read.
func (m *memory) swap(what string, was, next Record) error {
	var superseded error
	err := m.write(what+" "+string(next.State), func() {
		now, found := m.records[next.Name]
		if found != (was.Name != "") || now.Generation != was.Generation || now.Start != was.Start || now.State != was.State {
			superseded = &Superseded{Name: next.Name, Now: now, Found: found}
			return
		}
		m.records[next.Name] = next
	})
	return errors.Join(err, superseded)
}

func (m *memory) Take(_ context.Context, was, next Record) error { return m.swap("take", was, next) }

func (m *memory) End(_ context.Context, begun, next Record) error { return m.swap("end", begun, next) }

func (m *memory) Journal(_ context.Context, r Record, j Journal) error {
	return m.write("journal", func() {
		r.Journal = &j
		m.records[r.Name] = r
		m.stored, m.at = append(m.stored, j), append(m.at, time.Now())
	})
}

func (m *memory) Append(_ context.Context, e Event) error {
	return m.write("append "+string(e.Event), func() { m.events = append(m.events, e) })
}

func (m *memory) Has(_ context.Context, start string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(m.events, func(e Event) bool { return e.Start == start }), nil
}

func (m *memory) Events(context.Context, string, int) ([]Event, error) { return m.events, nil }

func (m *memory) Acquire(ctx context.Context, a Acquisition) (Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.generation, m.over = max(m.generation, a.Above)+1, false
	return memoryLease{m, ctx, m.generation}, nil
}
func (m *memory) Holder(context.Context) (Holder, bool, error)        { return Holder{}, false, nil }
func (m *memory) Break(context.Context, Unlock) (Holder, bool, error) { return Holder{}, false, nil }

type memoryLease struct {
	m          *memory
	ctx        context.Context
	generation int64
}

func (l memoryLease) Generation() int64             { return l.generation }
func (l memoryLease) Before() time.Time             { return time.Time{} }
func (l memoryLease) Confirm(context.Context) error { return l.Valid() }

func (l memoryLease) Context() context.Context      { return l.ctx }
func (l memoryLease) Release(context.Context) error { return nil }
func (l memoryLease) Valid() error {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	if l.m.over || l.m.generation > l.generation {
		return fault.New(fault.Locked, "", "the lease is lost")
	}
	return nil
}

// calls are Go functions in place of scripts, by the name of the migration and the direction: "1_a.js up".
type calls map[string]func(Call) (Report, error)

func (c calls) Load(_ context.Context, m Migration) (Script, error) { return call{calls: c, m: m}, nil }
func (c calls) Restore(_ context.Context, m Migration, _ Bundle) (Script, error) {
	return call{calls: c, m: m}, nil
}

type call struct {
	calls calls
	m     Migration
	call  Call
}

func (c call) Bundle() Bundle { return NewBundle(File{Path: c.m.Name, Code: []byte("code")}, nil) }
func (c call) Open(_ context.Context, opened Call) (Instance, error) {
	c.call = opened
	if top, ok := c.calls[c.m.Name+" top level"]; ok {
		if _, err := top(opened); err != nil {
			return nil, err
		}
	}
	return c, nil
}
func (c call) Info() Info { return Info{HasUp: true, HasDown: true} }
func (c call) Close()     {}
func (c call) Run(context.Context) (Report, error) {
	return c.calls[c.m.Name+" "+string(c.call.Direction)](c.call)
}

// notices keeps what a run tells.
type notices struct{ told []string }

func (n *notices) Started(Migration, Direction) {}
func (n *notices) Printed(Migration, string)    {}
func (n *notices) Finished(Result)              {}
func (n *notices) Notice(text string)           { n.told = append(n.told, text) }

// runnerOn is a runner in memory, with a file for each migration that c has a function for.
func runnerOn(t *testing.T, m *memory, c calls) (*Runner, *notices) {
	t.Helper()
	if m.records == nil {
		m.records = map[string]Record{}
	}
	dir := t.TempDir()
	for what := range c {
		name, _, _ := strings.Cut(what, " ")
		if err := os.WriteFile(filepath.Join(dir, name), []byte("code"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	n := &notices{}
	return &Runner{
		Directory: Directory{Path: dir, Shown: "mongomigrations"}, Scripts: c, Registry: m, History: m, Locker: m, Observer: n,
		By: Identity{User: "ada", Host: "web-1", PID: 4711, Version: "v1"},
	}, n
}

// onAcquire does something while the lock is taken.
type onAcquire struct {
	Locker
	do func()
}

func (l onAcquire) Acquire(ctx context.Context, a Acquisition) (Lease, error) {
	l.do()
	return l.Locker.Acquire(ctx, a)
}

// behindAcquire does something once the lock is taken.
type behindAcquire struct {
	Locker
	do func()
}

func (l behindAcquire) Acquire(ctx context.Context, a Acquisition) (Lease, error) {
	lease, err := l.Locker.Acquire(ctx, a)
	l.do()
	return lease, err
}
