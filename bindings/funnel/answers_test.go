package funnel

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"
)

func TestNoAnswer(t *testing.T) {
	t.Parallel()
	network := mongo.CommandError{Labels: []string{"NetworkError"}, Message: "connection reset"}
	for _, c := range []struct {
		name string
		err  error
		want bool
	}{
		{"an operation that succeeded", nil, false},
		{"a connection that broke", network, true},
		{"one that broke in a transaction as well", fmt.Errorf("db.a.insertOne: %w", network), true},
		{"an interrupt while it was waited for", fmt.Errorf("insert: %w", context.Canceled), true},
		{"a limit of time of the caller", context.DeadlineExceeded, true},
		{"a limit of time that the server has kept", mongo.CommandError{Code: 50, Name: "MaxTimeMSExpired"}, false},
		{"a refusal of the server", mongo.CommandError{Code: 13, Name: "Unauthorized"}, false},
		{"a duplicate key", mongo.WriteException{WriteErrors: mongo.WriteErrors{{Code: 11000}}}, false},
		{"no server to send it to", topology.ServerSelectionError{Wrapped: context.DeadlineExceeded}, false},
		{"a lost lease, so that it was not sent", &Stopped{Cause: context.Canceled}, false},
		{"an error of our own", errors.New("the filter holds undefined"), false},
	} {
		if got := NoAnswer(c.err); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestTheLastUnansweredWriteIsReported although whoever sent it has caught its error. Reads, and what is part of a
// transaction, are not.
func TestTheLastUnansweredWriteIsReported(t *testing.T) {
	t.Parallel()
	broken := mongo.CommandError{Labels: []string{"NetworkError"}}
	tally := NewTally(nil)
	chain := Chain(DoerFunc(func(_ context.Context, op *Operation) (*Result, error) {
		if op.Method == "insertOne" {
			return &Result{}, nil
		}
		return &Result{}, broken
	}), Counting(tally))
	do := func(op *Operation) { _, _ = chain.Do(t.Context(), op) }
	do(&Operation{Method: "find", Request: &Find{}})
	do(&Operation{Method: "insertOne", Request: &Bulk{}})
	if got := tally.Report().Unanswered; got != nil {
		t.Errorf("got %v", got)
	}
	do(&Operation{Method: "updateMany", Request: &Bulk{}})
	do(&Operation{Method: "insertOne", Request: &Bulk{}})
	if got := tally.Report().Unanswered; got == nil || got.Number != 2 || got.Operation != "updateMany" {
		t.Errorf("got %v", got)
	}
}
