package bindings

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/runtime/fault"
)

// transaction runs a whole script in one transaction: every operation that names no session of its own takes part. It
// is committed when run returns nil and aborted otherwise. What was counted is then taken back where nothing of it can
// have stayed.
func (s *scope) transaction(ctx context.Context, run func() error) error {
	if err := s.requireTransactions(ctx); err != nil {
		s.tally.undone()
		return refuseTransaction(s.call.Migration.Name, err)
	}
	session, err := s.engine.options.Client.StartSession()
	if err == nil {
		defer session.EndSession(context.WithoutCancel(ctx))
		err = session.StartTransaction()
	}
	if err != nil {
		s.tally.undone()
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
	s.ambient, s.tally.within = s.base, session
	defer func() { s.ambient, s.base = nil, nil }()
	return run()
}

// mayCommit is what the fence asks of operations: a run that lost its lease commits nothing.
func (s *scope) mayCommit(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if s.call.Check == nil {
		return nil
	}
	return s.call.Check()
}

// abort undoes a transaction that no commit was sent for. Nothing of it can stay then, even if the server does not hear
// that it is to be aborted: it aborts by itself what is never committed.
func (s *scope) abort(ctx context.Context, session *mongo.Session, cause error) error {
	if !s.tally.escaped {
		s.tally.undone()
	}
	if !session.TransactionRunning() {
		return cause
	}
	if err := session.AbortTransaction(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(cause, fmt.Errorf("abort the transaction: %w", err))
	}
	return cause
}

// commitFor bounds how long a commit whose outcome is not known is tried again, as in the drivers.
const commitFor = 2 * time.Minute

// commit ends the transaction. Of a commit that fails it is certain that nothing stays only where the server says so at
// the first attempt (TransientTransactionError). Otherwise it may have been committed: what was counted is kept.
func (s *scope) commit(ctx context.Context, session *mongo.Session) error {
	deadline := time.Now().Add(commitFor)
	for attempt := 1; ; attempt++ {
		err := session.CommitTransaction(ctx)
		if err == nil {
			return nil
		}
		unknown := labeled(err, "UnknownTransactionCommitResult")
		if attempt == 1 && !unknown && labeled(err, "TransientTransactionError") {
			return s.abort(ctx, session, fmt.Errorf("commit the transaction: %w", err))
		}
		if !unknown || ctx.Err() != nil || time.Now().After(deadline) {
			return fmt.Errorf("commit the transaction, which may have been committed all the same: %w", err)
		}
	}
}

func labeled(err error, label string) bool {
	var e mongo.LabeledError
	return errors.As(err, &e) && e.HasErrorLabel(label)
}

func refuseTransaction(name string, err error) error {
	return fault.Wrap(fault.Script, err, "use a replica set (one member is enough), or take `transaction` out of the file",
		"run %s in a transaction", name)
}
