package bindings

import (
	"context"
	"errors"
	"fmt"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
	"migrator/runtime/fault"
)

// transaction runs a whole script in one transaction: every operation that names no session of its own takes part. It
// is committed when run returns nil and aborted otherwise. What was counted is then taken back where nothing of it can
// have stayed.
func (s *scope) transaction(ctx context.Context, run func() error) error {
	if err := s.requireTransactions(); err != nil {
		s.tally.Undo()
		return refuseTransaction(s.call.Migration.Name, err)
	}
	session, err := s.engine.options.Client.StartSession()
	if err == nil {
		defer session.EndSession(context.WithoutCancel(ctx))
		err = session.StartTransaction()
	}
	if err != nil {
		s.tally.Undo()
		return fmt.Errorf("start the transaction: %w", err)
	}
	if err := s.runWithin(session, run); err != nil {
		return s.abort(ctx, session, err)
	}
	if err := s.mayCommit(ctx); err != nil {
		return s.abort(ctx, session, err)
	}
	return s.commit(ctx, session)
}

func (s *scope) runWithin(session *mongo.Session, run func() error) error {
	s.base = &ambient{session: session}
	s.ambient = s.base
	s.tally.Within(session)
	defer func() { s.ambient, s.base = nil, nil }()
	return run()
}

// mayCommit asks what the fence asks before an operation: a run that has lost its lease commits nothing.
func (s *scope) mayCommit(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if s.call.Check == nil {
		return nil
	}
	return s.call.Check()
}

// abort undoes a transaction that no commit was sent for. Nothing of it can stay then, even if the server does not
// hear that it is to be aborted: it aborts by itself what is never committed.
func (s *scope) abort(ctx context.Context, session *mongo.Session, cause error) error {
	if !s.tally.Escaped() {
		s.tally.Undo()
	}
	if !session.TransactionRunning() {
		return cause
	}
	if err := session.AbortTransaction(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(cause, fmt.Errorf("abort the transaction: %w", err))
	}
	return cause
}

// commit ends the transaction. Of a commit that fails it is certain that nothing stays only where the server says so
// at the first attempt (TransientTransactionError). Otherwise it may have been committed: what was counted is kept.
func (s *scope) commit(ctx context.Context, session *mongo.Session) error {
	attempts, err := newTries().commit(ctx, session.CommitTransaction)
	switch {
	case err == nil:
		return nil
	case attempts == 1 && funnel.HasLabel(err, funnel.TransientTransaction):
		return s.abort(ctx, session, fmt.Errorf("commit the transaction: %w", err))
	}
	return fmt.Errorf("commit the transaction, which may have been committed all the same: %w", err)
}

func refuseTransaction(name string, err error) error {
	return fault.Wrap(fault.Script, err,
		"use a replica set (one member is enough), or take `transaction` out of the file",
		"run %s in a transaction", name)
}

// ambient is a transaction that operations join without naming its session: that of withTransaction for all that its
// callback does, or that of a migration which runs in one as a whole.
//
// Which one is current follows the script's own course, not the clock: what a callback goes on with after an await has
// the transaction of the callback, and what the caller does meanwhile, because it has not awaited withTransaction or
// because it runs beside it in Promise.all, has not. The interpreter reports each change, see asyncContexts.
type ambient struct {
	session *mongo.Session
	// opened is where the script called withTransaction.
	opened fault.Place
	// ended is true once it was committed or aborted.
	ended bool
}

// asyncContexts carries the ambient transaction over to the continuations of promises. For example, in
//
//	await session.withTransaction(async () => { await db.a.insertOne({}); db.b.insertOne({}) })
//
// the second insert joins the transaction as well: Grab is called at the await, and Resumed before what follows it.
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

// joinTransaction is the middleware that puts an operation which names no session into the ambient transaction.
func (s *scope) joinTransaction(next funnel.Doer) funnel.Doer {
	return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
		if op.Session == nil {
			if session := s.ambientSession(op); session != nil {
				joined := *op
				joined.Session, op = session, &joined
			}
		}
		return next.Do(ctx, op)
	})
}

// ambientSession is the session of the ambient transaction, or nil. It warns of an operation that is probably meant to
// be in a transaction and cannot be.
func (s *scope) ambientSession(op *funnel.Operation) *mongo.Session {
	if a := s.ambient; a != nil {
		if !a.ended {
			return a.session
		}
		s.warn("late "+op.Where.String(),
			"%s comes after the transaction of withTransaction (%s) has ended, and is not part of it: "+
				"await all that the callback starts",
			op, a.opened)
		return nil
	}
	for session := range s.sessions {
		if !session.session.TransactionRunning() {
			continue
		}
		if within := session.within; within != nil && !within.ended {
			s.warn("outside "+op.Where.String(),
				"%s runs outside the transaction of withTransaction (%s), which is still open: await it", op,
				within.opened)
		} else {
			s.warn("outside "+op.Where.String(),
				"%s runs outside the open transaction: pass {session} to operations that belong to it", op)
		}
		return nil
	}
	return nil
}

// enterSession(session) makes the session's transaction the ambient one, until leave() is called on what it returns.
// What has begun in between keeps it, until end() is called.
func (s *scope) enterSession(call goja.FunctionCall) goja.Value {
	x := s.sessionArgument(call)
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
