package bsonjs

import (
	"slices"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// table is a document with all its fields at hand: those of the bytes by their position in the shape, and those that a
// script added. Elements that share a name are set and removed together; the first of them is the one that is read.
type table struct {
	shape  *shape
	at     []uint32     // where each element starts in the bytes; one more: where they end
	values []goja.Value // nil until it is read
	states []state      // nil until something is set or removed
	added  []field      // in the order of their coming
	where  map[string]int
}

// state is what became of an element of the bytes.
type state byte

const (
	kept state = iota
	replaced
	removed
)

// element gives the bytes of the i-th element.
func (t *table) element(raw []byte, i int) bsoncore.Value {
	e, _ := elementAt(raw, int(t.at[i]))
	return e.of()
}

// base finds the element that a name stands for.
func (t *table) base(name string) (int, bool) {
	i, ok := t.shape.index[name]
	if ok && t.states != nil && t.states[i] == removed {
		return 0, false
	}
	return i, ok
}

func (t *table) has(name string) bool {
	if _, ok := t.base(name); ok {
		return true
	}
	_, ok := t.where[name]
	return ok
}

func (t *table) get(name string, d *document) goja.Value {
	if i, ok := t.base(name); ok {
		return t.value(i, d)
	}
	if i, ok := t.where[name]; ok {
		return t.added[i].value
	}
	return nil
}

// value is the i-th element's value, decoded once.
func (t *table) value(i int, d *document) goja.Value {
	if t.values[i] == nil {
		t.values[i] = d.realm.decode(t.element(d.raw, i), d.boxed)
	}
	return t.values[i]
}

func (t *table) set(name string, v goja.Value) {
	if i, ok := t.base(name); ok {
		t.mark(name, removed)
		t.states[i], t.values[i] = replaced, v
		return
	}
	if i, ok := t.where[name]; ok {
		t.added[i].value = v
		return
	}
	if t.where == nil {
		t.where = map[string]int{}
	}
	t.where[name] = len(t.added)
	t.added = append(t.added, field{name, v})
}

func (t *table) remove(name string) {
	if _, ok := t.base(name); ok {
		t.mark(name, removed)
		return
	}
	i, ok := t.where[name]
	if !ok {
		return
	}
	t.added = slices.Delete(t.added, i, i+1)
	delete(t.where, name)
	for ; i < len(t.added); i++ {
		t.where[t.added[i].name] = i
	}
}

// mark sets the state of every element of that name.
func (t *table) mark(name string, s state) {
	if t.states == nil {
		t.states = make([]state, len(t.values))
	}
	if !t.shape.twice() {
		t.states[t.shape.index[name]] = s
		return
	}
	for i, n := range t.shape.names {
		if n == name {
			t.states[i] = s
		}
	}
}

// keys are the names that a script sees, in order.
func (t *table) keys() []string {
	if t.states == nil && t.added == nil {
		return t.shape.keys
	}
	keys := make([]string, 0, len(t.shape.keys)+len(t.added))
	for _, name := range t.shape.keys {
		if _, ok := t.base(name); ok {
			keys = append(keys, name)
		}
	}
	for _, f := range t.added {
		keys = append(keys, f.name)
	}
	return keys
}
