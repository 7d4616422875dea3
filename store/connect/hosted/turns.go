//go:build !noembedded

package hosted

import "sync"

// turns lets those who write to one collection take turns. The zero value is ready to use.
type turns struct {
	mu    sync.Mutex
	queue map[string]*turn // of those who write, or wait for it, by the name of the collection
}

type turn struct {
	sync.Mutex
	users int
}

// take waits for the turn at a collection. It ends when done is called.
func (t *turns) take(collection string) (done func()) {
	t.mu.Lock()
	if t.queue == nil {
		t.queue = map[string]*turn{}
	}
	q := t.queue[collection]
	if q == nil {
		q = &turn{}
		t.queue[collection] = q
	}
	q.users++
	t.mu.Unlock()

	q.Lock()
	return func() {
		q.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if q.users--; q.users == 0 {
			delete(t.queue, collection)
		}
	}
}
