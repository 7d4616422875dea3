package bindings

import (
	"context"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/runtime/script"
)

// cursorObject is the Go side of a cursor. It asks the server when it is first read; until then its methods change
// what will be asked.
type cursorObject struct {
	s      *scope
	op     *funnel.Operation
	object *goja.Object
	driver bool // it is of a collection that was asked for in the Node driver's way

	open   funnel.Cursor
	begun  bool
	ended  bool
	maps   []goja.Callable
	ahead  goja.Value // what hasNext has read; nil where nothing
	places int        // of the documents given to map
}

func (c *cursorObject) target() string { return c.op.String() + "(…)" }

// newCursor makes the object of a cursor for the script. An operation that writes is carried out at once.
func (s *scope) newCursor(op *funnel.Operation) goja.Value {
	c := &cursorObject{s: s, op: op}
	proto := prototype(s, "cursor", s.engine.tables.cursor, s.boot.Get("cursor"))
	if proto.GetSymbol(goja.SymIterator) == nil {
		s.makeIterable(proto)
		s.makeUncountable(proto)
	}
	c.object = s.wrap(c, proto)
	if op.Changes() {
		c.begin()
	}
	return c.object
}

func setBatch(r funnel.Request) {
	switch r := r.(type) {
	case *funnel.Find:
		if r.BatchSize == 0 {
			r.BatchSize = funnel.DefaultBatch
		}
	case *funnel.Aggregate:
		if r.BatchSize == 0 {
			r.BatchSize = funnel.DefaultBatch
		}
	}
}

// openCursor carries out the operation for a method that reads the cursor itself.
func (s *scope) openCursor(op *funnel.Operation) *cursorObject {
	c := &cursorObject{s: s, op: op}
	c.ask()
	return c
}

func (c *cursorObject) begin() {
	if c.begun {
		return
	}
	setBatch(c.op.Request)
	c.ask()
}

func (c *cursorObject) ask() {
	c.begun = true
	c.open = c.s.do(c.op).Cursor
	c.s.cursors[c] = struct{}{}
}

// raw is the next document of the server, or nil at the end.
func (c *cursorObject) raw() bson.Raw {
	if c.ended {
		return nil
	}
	c.begin()
	ctx := c.s.ctx()
	document, err := c.open.Next(ctx)
	if err != nil {
		c.close()
		c.s.throw(c.op, &funnel.Result{}, err)
	}
	if document == nil {
		c.close()
	}
	return document
}

// next is the next value, with the functions of map applied; ok is false at the end.
func (c *cursorObject) next() (v goja.Value, ok bool) {
	if c.ahead != nil {
		v, c.ahead = c.ahead, nil
		return v, true
	}
	document := c.raw()
	if document == nil {
		return nil, false
	}
	v = c.s.realm.Document(document)
	for _, f := range c.maps {
		mapped, err := f(goja.Undefined(), v, c.s.rt.ToValue(c.places))
		if err != nil {
			c.close()
			script.Rethrow(err)
			panic(err)
		}
		v = mapped
	}
	c.places++
	return v, true
}

// close frees the cursor on the server, also where the run has been ended.
func (c *cursorObject) close() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.s.ctx()), closeTimeout)
	defer cancel()
	c.free(ctx)
}

// free is close with a bound of the caller's. The answer does not matter: the server ends cursors by itself, too.
func (c *cursorObject) free(ctx context.Context) {
	c.ended = true
	delete(c.s.cursors, c)
	if c.open != nil {
		_ = c.open.Close(ctx)
	}
}

// many documents in one array are worth a warning.
const many = 50_000

// toArray reads what is left.
func (c *cursorObject) toArray() *goja.Object {
	var list []any
	for v, ok := c.next(); ok; v, ok = c.next() {
		if list = append(list, v); len(list) == many {
			c.s.warn("many", "%s: toArray holds all documents in memory, %d so far: "+
				"walk the cursor with for (const document of cursor)", c.op, many)
		}
	}
	return c.s.rt.NewArray(list...)
}

// advance(cursor) is the step of the loops in boot.js: {value, done}.
func (s *scope) advance(call goja.FunctionCall) goja.Value {
	c, ok := s.native(call.Argument(0)).(*cursorObject)
	if !ok {
		panic(s.rt.NewTypeError("forEach must be called on a cursor"))
	}
	return s.step(c)
}

func (s *scope) closeCursor(call goja.FunctionCall) goja.Value {
	if c, ok := s.native(call.Argument(0)).(*cursorObject); ok {
		c.close()
	}
	return goja.Undefined()
}

// step is one result of the iterator protocol.
func (s *scope) step(c *cursorObject) goja.Value {
	v, ok := c.next()
	if !ok {
		v = goja.Undefined()
	}
	result := s.rt.NewObject()
	s.set(result, "value", v)
	s.set(result, "done", !ok)
	return result
}

// makeIterable gives cursors their iterator. A loop that is left early closes the cursor.
func (s *scope) makeIterable(proto *goja.Object) {
	iterate := func(call goja.FunctionCall) goja.Value {
		c, ok := s.native(call.This).(*cursorObject)
		if !ok {
			panic(s.rt.NewTypeError("only a cursor can be iterated over this way"))
		}
		iterator := s.rt.NewObject()
		s.set(iterator, "next", func(goja.FunctionCall) goja.Value { return s.step(c) })
		s.set(iterator, "return", func(goja.FunctionCall) goja.Value {
			c.close()
			result := s.rt.NewObject()
			s.set(result, "value", goja.Undefined())
			s.set(result, "done", true)
			return result
		})
		return iterator
	}
	must(proto.SetSymbol(goja.SymIterator, iterate))
	must(proto.SetSymbol(script.SyncIterator, true))
}

// makeUncountable refuses the methods that count where they are not called: in `i < cursor.length`, written for an
// array that toArray() was forgotten for, a function is compared as NaN, and a loop is passed over without a word.
func (s *scope) makeUncountable(proto *goja.Object) {
	for _, name := range []string{"length", "count", "size"} {
		refuse := func(call goja.FunctionCall) goja.Value {
			if call.Argument(0).String() == "string" {
				return s.rt.ToValue("[Function: " + name + "]")
			}
			s.refuse("cursor."+name,
				"cursor."+name+" is a method of the cursor, and no number: call it, or take toArray() before")
			return nil
		}
		must(proto.Get(name).ToObject(s.rt).SetSymbol(goja.SymToPrimitive, refuse))
	}
}

// must is for setting up our own objects, which cannot fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// notBegun refuses a setting that comes too late.
func (c *cursorObject) notBegun(a *args) {
	if c.begun {
		a.fail("the cursor has been read already")
	}
}
