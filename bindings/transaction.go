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
// is committed when run returns nil and aborted otherwise; what was counted is then forgotten, since nothing of it stays.
func (s *scope) transaction(ctx context.Context, run func() error) error {
	if err := s.requireTransactions(ctx); err != nil {
		return refuseTransaction(s.call.Migration.Name, err)
	}
	session, err := s.engine.options.Client.StartSession()
	if err != nil {
		return fmt.Errorf("start the transaction: %w", err)
	}
	defer session.EndSession(context.WithoutCancel(ctx))
	if err := session.StartTransaction(); err != nil {
		return fmt.Errorf("start the transaction: %w", err)
	}
	s.base = &ambient{session: session}
	s.ambient = s.base
	err = run()
	s.ambient, s.base = nil, nil
	if err == nil {
		err = commit(ctx, session)
	}
	if err != nil {
		s.tally.forget()
		return s.abort(ctx, session, err)
	}
	return nil
}

// abort undoes the transaction and says so.
func (s *scope) abort(ctx context.Context, session *mongo.Session, cause error) error {
	if !session.TransactionRunning() {
		return cause
	}
	if err := session.AbortTransaction(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(cause, fmt.Errorf("abort the transaction: %w", err))
	}
	s.tally.note("the transaction was aborted: nothing of it stays")
	return cause
}

// commitFor bounds how long a commit whose outcome is not known is tried again, as in the drivers.
const commitFor = 2 * time.Minute

func commit(ctx context.Context, session *mongo.Session) error {
	deadline := time.Now().Add(commitFor)
	for {
		err := session.CommitTransaction(ctx)
		if err == nil {
			return nil
		}
		var labeled mongo.LabeledError
		again := errors.As(err, &labeled) && labeled.HasErrorLabel("UnknownTransactionCommitResult")
		if !again || ctx.Err() != nil || time.Now().After(deadline) {
			return fmt.Errorf("commit the transaction: %w", err)
		}
	}
}

func refuseTransaction(name string, err error) error {
	return fault.Wrap(fault.Script, err, "use a replica set (one member is enough), or take `transaction` out of the file",
		"run %s in a transaction", name)
}
