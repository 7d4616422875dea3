package bsonjs

import (
	"slices"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

var _ goja.DynamicArray = (*array)(nil)

// array is the lazy array over the bytes of one. To JavaScript it is an Array.
type array struct {
	realm *Realm
	raw   bson.Raw
	boxed bool
	dirty bool   // an item was set, or the length
	items []item // nil until it is first used
}

// item is one place of an array.
type item struct {
	value goja.Value     // nil until it is read, and in a hole
	from  bsoncore.Value // the bytes that it is read from; without a type where a script has set it
}

func (r *Realm) array(raw bson.Raw, boxed bool) *goja.Object {
	return r.rt.NewDynamicArray(&array{realm: r, raw: raw, boxed: boxed})
}

// open finds the items in the bytes, the first time.
func (a *array) open() []item {
	if a.items != nil {
		return a.items
	}
	a.items = make([]item, 0, 8)
	pos := lengthSize
	for {
		e, ok := elementAt(a.raw, pos)
		if !ok {
			break
		}
		a.items = append(a.items, item{from: e.of()})
		pos = e.end
	}
	if !wellEnded(a.raw, pos) {
		a.realm.throwDamaged()
	}
	return a.items
}

// Len is the number of items.
func (a *array) Len() int { return len(a.open()) }

// Get returns an item, the same value each time, or nil for a place behind the last.
func (a *array) Get(i int) goja.Value {
	items := a.open()
	if i < 0 || i >= len(items) {
		return nil
	}
	it := &items[i]
	if it.value == nil && it.from.Type != 0 {
		it.value = a.realm.decode(it.from, a.boxed)
	}
	return it.value
}

// Set changes an item; beyond the end it leaves holes in between.
func (a *array) Set(i int, v goja.Value) bool {
	if i < 0 || i >= len(a.open()) && !a.SetLen(i+1) {
		return false
	}
	a.dirty = true
	a.items[i] = item{value: v}
	return true
}

// maxGrowth bounds the holes that one assignment makes: list[4294967294] = 1 is a mistake, and would not fit into a
// document.
const maxGrowth = 1 << 20

// SetLen cuts the array, or adds holes.
func (a *array) SetLen(n int) bool {
	have := len(a.open())
	if n < 0 || n-have > maxGrowth {
		return false
	}
	a.dirty = true
	if n <= have {
		clear(a.items[n:])
		a.items = a.items[:n]
		return true
	}
	a.items = slices.Grow(a.items, n-have)[:n]
	return true
}

// changed is as document.changed.
func (a *array) changed() bool {
	if a.dirty {
		return true
	}
	for _, it := range a.items {
		if altered(it.value, it.from) {
			return true
		}
	}
	return false
}
