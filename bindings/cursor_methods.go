package bindings

import (
	"github.com/dop251/goja"

	"migrator/bindings/funnel"
	"migrator/runtime/script"
)

// cursorMethods are the methods that read a cursor. forEach is in boot.js.
func cursorMethods() table[*cursorObject] {
	next := func(c *cursorObject, a *args) goja.Value {
		if v, ok := c.next(); ok {
			return v
		}
		return goja.Null()
	}
	hasNext := func(c *cursorObject, a *args) goja.Value { return c.s.rt.ToValue(c.hasNext()) }
	toArray := func(c *cursorObject, a *args) goja.Value { return c.toArray() }
	closed := func(c *cursorObject, a *args) goja.Value { return c.s.rt.ToValue(c.ended) }
	return table[*cursorObject]{
		"next":    next,
		"tryNext": next,
		"hasNext": hasNext,
		"toArray": toArray,
		// A cursor that is given as a value, {$in: cursor.map(…)}, stands for what it yields.
		"toBSON":          toArray,
		"map":             (*cursorObject).addMap,
		"count":           (*cursorObject).count,
		"size":            (*cursorObject).size,
		"itcount":         (*cursorObject).itcount,
		"length":          (*cursorObject).itcount,
		"explain":         (*cursorObject).explain,
		"objsLeftInBatch": (*cursorObject).buffered,
		"bufferedCount":   (*cursorObject).buffered,
		"isClosed":        closed,
		"isExhausted": func(c *cursorObject, a *args) goja.Value {
			return c.s.rt.ToValue(c.ended && c.ahead == nil)
		},
		"close": func(c *cursorObject, a *args) goja.Value {
			c.close()
			c.ahead = nil
			return goja.Undefined()
		},
		"clone": func(c *cursorObject, a *args) goja.Value {
			op := *c.op
			op.Request = funnel.Clone(op.Request)
			return c.s.newCursor(&op)
		},
		"rewind": func(c *cursorObject, a *args) goja.Value {
			c.close()
			c.begun, c.ended, c.open, c.ahead, c.places = false, false, nil, nil, 0
			return goja.Undefined()
		},
	}
}

func (c *cursorObject) hasNext() bool {
	if c.ahead != nil {
		return true
	}
	v, ok := c.next()
	if ok {
		c.ahead = v
	}
	return ok
}

func (c *cursorObject) addMap(a *args) goja.Value {
	c.maps = append(c.maps, a.function(0, "the callback"))
	// The function may return promises, for which `for await` has to wait.
	must(c.object.SetSymbol(script.SyncIterator, false))
	return c.object
}

func (c *cursorObject) buffered(*args) goja.Value {
	n := 0
	if c.open != nil && !c.ended {
		n = c.open.Buffered()
	}
	if c.ahead != nil {
		n++
	}
	return c.s.rt.ToValue(n)
}

// itcount reads the cursor to its end and counts.
func (c *cursorObject) itcount(*args) goja.Value {
	n := 0
	for _, ok := c.next(); ok; _, ok = c.next() {
		n++
	}
	return c.s.rt.ToValue(n)
}

// count() counts what the filter matches, in a shell without skip and limit and in the Node driver with them; size()
// counts with them.
func (c *cursorObject) count(a *args) goja.Value {
	return c.counted(a, a.at(0).ToBoolean() || c.driver && !a.given(0))
}

func (c *cursorObject) size(a *args) goja.Value { return c.counted(a, true) }

func (c *cursorObject) counted(a *args, limits bool) goja.Value {
	find, ok := c.op.Request.(*funnel.Find)
	if !ok {
		a.fail("only the cursors of find can be counted this way; use itcount(), or a stage {$count: 'n'}")
	}
	r := &funnel.Count{Filter: find.Filter, Hint: find.Hint, Collation: find.Collation, Comment: find.Comment}
	if limits {
		r.Skip, r.Limit = find.Skip, find.Limit
	}
	op := *c.op
	op.Method, op.Target, op.Request = a.method, a.target, r
	return c.s.rt.ToValue(c.s.do(&op).N)
}
