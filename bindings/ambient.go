package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime/fault"
)

// ambient is a transaction that operations join without naming its session: that of withTransaction for all that its
// callback does, or that of a migration which runs in one as a whole.
//
// Which one is current follows the script's own course, not the clock: what a callback goes on with after an await has
// the transaction of the callback, and what the caller does meanwhile, because it has not awaited withTransaction or
// because it runs beside it in Promise.all, has not. The interpreter tells of each change, see asyncContexts.
type ambient struct {
	session *mongo.Session
	// opened is where the script called withTransaction.
	opened fault.Place
	// ended is true once it was committed or aborted.
	ended bool
}

// asyncContexts carries the ambient transaction over to the continuations of promises.
type asyncContexts struct{ s *scope }

var _ goja.AsyncContextTracker = asyncContexts{}

// Grab is called when something is to go on later, as by await.
func (c asyncContexts) Grab() any { return c.s.ambient }

// Resumed is called when it goes on.
func (c asyncContexts) Resumed(grabbed any) {
	if a, ok := grabbed.(*ambient); ok {
		c.s.ambient = a
	}
}

// Exited is called when it has done so.
func (c asyncContexts) Exited() { c.s.ambient = c.s.base }

// chooseSession puts an operation that names no session into the ambient transaction, and warns of one that is probably
// meant to be in a transaction and cannot be.
func (s *scope) chooseSession(op *Operation) {
	if op.Session != nil {
		return
	}
	if a := s.ambient; a != nil {
		if !a.ended {
			op.Session = a.session
			return
		}
		s.warn("late "+op.Where.String(), "%s comes after the transaction of withTransaction (%s) has ended, and is not part of it: await all that the callback starts", op, a.opened)
		return
	}
	for session := range s.sessions {
		if !session.session.TransactionRunning() {
			continue
		}
		if within := session.within; within != nil && !within.ended {
			s.warn("outside "+op.Where.String(), "%s runs outside the transaction of withTransaction (%s), which is still open: await it", op, within.opened)
			return
		}
		s.warn("outside "+op.Where.String(), "%s runs outside the open transaction: pass {session} to operations that belong to it", op)
		return
	}
}

// enterSession(session) makes the session's transaction the ambient one, until leave() is called on what it returns.
// What has begun in between keeps it, until end() is called.
func (s *scope) enterSession(call goja.FunctionCall) goja.Value {
	x, ok := s.native(call.Argument(0)).(*sessionObject)
	if !ok {
		panic(s.rt.NewTypeError("withTransaction must be called on a session"))
	}
	entered, before := &ambient{session: x.session, opened: s.vm.Where()}, s.ambient
	if entered.opened.File == "" && x.within != nil {
		entered.opened = x.within.opened // another attempt, which no line of the script has called
	}
	x.within, s.ambient = entered, entered
	guard := s.rt.NewObject()
	s.set(guard, "leave", func(goja.FunctionCall) goja.Value {
		s.ambient = before
		return goja.Undefined()
	})
	s.set(guard, "end", func(goja.FunctionCall) goja.Value {
		entered.ended = true
		return goja.Undefined()
	})
	return guard
}
