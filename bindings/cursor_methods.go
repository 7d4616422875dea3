package bindings

import (
	"errors"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

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
		"isExhausted":     func(c *cursorObject, a *args) goja.Value { return c.s.rt.ToValue(c.ended && c.ahead == nil) },
		"close": func(c *cursorObject, a *args) goja.Value {
			c.close(c.s.ctx())
			c.ahead = nil
			return goja.Undefined()
		},
		"clone": func(c *cursorObject, a *args) goja.Value {
			op := *c.op
			return c.s.newCursor(&op)
		},
		"rewind": func(c *cursorObject, a *args) goja.Value {
			c.close(c.s.ctx())
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

// count() counts what the filter matches, without skip and limit; size() counts with them.
func (c *cursorObject) count(a *args) goja.Value { return c.counted(a, a.at(0).ToBoolean()) }
func (c *cursorObject) size(a *args) goja.Value  { return c.counted(a, true) }

func (c *cursorObject) counted(a *args, limits bool) goja.Value {
	find, ok := c.op.Request.(*Find)
	if !ok {
		a.fail("only the cursors of find can be counted this way; use itcount(), or a stage {$count: 'n'}")
	}
	r := &Count{Filter: find.Filter, Hint: find.Hint, Collation: find.Collation, Comment: find.Comment}
	if limits {
		r.Skip, r.Limit = find.Skip, find.Limit
	}
	op := *c.op
	op.Method, op.Target, op.Request = a.method, a.target, r
	return c.s.rt.ToValue(c.s.do(&op).N)
}

// explain asks the server how it would carry out the operation.
func (c *cursorObject) explain(a *args) goja.Value {
	verbosity := "queryPlanner"
	if a.given(0) {
		verbosity = a.at(0).String()
		if b, ok := a.at(0).Export().(bool); ok {
			verbosity = map[bool]string{true: "allPlansExecution", false: "queryPlanner"}[b]
		}
	}
	command, err := explained(c.op)
	a.check(err)
	op := *c.op
	op.Method, op.Target, op.Access = a.method, a.target, Read
	op.Request = &Command{Document: a.encode(bson.D{{Key: "explain", Value: command}, {Key: "verbosity", Value: verbosity}})}
	return c.s.documentOrNull(c.s.do(&op).Document)
}

// explained is the operation as the command that the server can explain.
func explained(op *Operation) (bson.D, error) {
	var d bson.D
	add := func(key string, value bson.Raw) {
		if value != nil {
			d = append(d, bson.E{Key: key, Value: value})
		}
	}
	switch r := op.Request.(type) {
	case *Find:
		d = bson.D{{Key: "find", Value: op.Collection}}
		add("filter", r.Filter)
		add("projection", r.Projection)
		add("sort", r.Sort)
		add("collation", r.Collation)
		if r.Skip != 0 {
			d = append(d, bson.E{Key: "skip", Value: r.Skip})
		}
		if r.Limit != 0 {
			d = append(d, bson.E{Key: "limit", Value: r.Limit})
		}
		if r.Hint.Type != 0 {
			d = append(d, bson.E{Key: "hint", Value: r.Hint})
		}
	case *Aggregate:
		d = bson.D{{Key: "aggregate", Value: op.Collection}, {Key: "pipeline", Value: r.Pipeline}, {Key: "cursor", Value: bson.D{}}}
		add("collation", r.Collation)
	default:
		return nil, errors.New("only the cursors of find and aggregate can be explained")
	}
	return d, nil
}
