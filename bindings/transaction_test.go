package bindings

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
)

// TestWhatStaysOfATransaction has migrations in a transaction that fail. Only where nothing can have stayed for certain
// may the runner run them again by itself.
func TestWhatStaysOfATransaction(t *testing.T) {
	t.Parallel()
	const insert, interrupt = `db.a.insertOne({})`, "interrupt"
	for _, c := range []struct {
		name, code string
		commit     func(nth int) bson.D // the answer to commitTransaction
		call       func(*runtime.Call)
		log        string
		aborted    bool
		message    string
	}{
		{name: "the script throws", code: insert + `; throw new Error('half-way')`,
			log: "insert^ abortTransaction*", aborted: true, message: "half-way"},
		{name: "the lease is lost before the commit", code: insert + `; print('lose')`, call: loseAfterPrint,
			log: "insert^ abortTransaction*", aborted: true, message: "the lease is lost"},
		{name: "the commit is refused for certain", code: insert,
			commit: func(int) bson.D { return failed(251, "TransientTransactionError") },
			log:    "insert^ commitTransaction*", aborted: true, message: "commit the transaction: "},
		{name: "the commit fails and nobody knows how", code: insert,
			commit: func(int) bson.D { return failed(8000) },
			log:    "insert^ commitTransaction*", message: "which may have been committed all the same"},
		{name: "the outcome of the commit stays unknown", code: insert + `; print('` + interrupt + `')`,
			commit: func(int) bson.D { return failed(91, "UnknownTransactionCommitResult") },
			log:    "insert^ commitTransaction*", message: "which may have been committed all the same"},
		{name: "refused at the second attempt, when the first may have been heard", code: insert,
			commit: func(nth int) bson.D {
				if nth == 1 {
					return failed(91, "UnknownTransactionCommitResult")
				}
				return failed(251, "TransientTransactionError")
			},
			log: "insert^ commitTransaction* commitTransaction*", message: "which may have been committed all the same"},
		{name: "something was done in a session of the script's own", code: insert + `; db.b.insertOne({}, {session: client.startSession()}); throw new Error('half-way')`,
			log: "insert^ insert abortTransaction*", message: "half-way"},
		{name: "the script commits by itself", code: insert + `; db.adminCommand({commitTransaction: 1}); throw new Error('half-way')`,
			log: "insert^ commitTransaction* abortTransaction*", message: "half-way"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			interrupted := strings.Contains(c.code, interrupt)
			server, b := newReplicaSet(t, func(command string, nth int) bson.D {
				if command != "commitTransaction" || c.commit == nil {
					return nil
				}
				if interrupted {
					defer cancel()
				}
				return c.commit(nth)
			})
			if c.call == nil {
				c.call = func(*runtime.Call) {}
			}
			report, err := b.run(ctx, `export const transaction = true
				export function up(db, client) { `+c.code+` }`, c.call)
			if err == nil || !strings.Contains(err.Error(), c.message) {
				t.Errorf("got %v, want %q", err, c.message)
			}
			if log := strings.Join(server.log(), " "); log != c.log {
				t.Errorf("got  %s\nwant %s", log, c.log)
			}
			if report.Journal.Aborted != c.aborted {
				t.Errorf("aborted for certain: %v, want %v", report.Journal.Aborted, c.aborted)
			}
			if counted := report.Operations != (runtime.Operations{}); counted == c.aborted {
				t.Errorf("what was counted is %v", report.Operations)
			}
		})
	}
}

// loseAfterPrint refuses everything from the first line printed on.
func loseAfterPrint(c *runtime.Call) {
	lost := false
	c.Print = func(string) { lost = true }
	c.Check = func() error {
		if lost {
			return errLost
		}
		return nil
	}
}

func TestStepsTellOfTransactions(t *testing.T) {
	t.Parallel()
	_, b := newReplicaSet(t, nil)
	report, err := b.run(t.Context(), `export function up(db, client) {
		db.a.insertOne({})
		client.startSession().withTransaction(() => { db.a.insertOne({}) })
	}`)
	if err != nil {
		t.Fatal(err)
	}
	const file = "(mongomigrations/001_test.js:"
	want := []string{"1. insertOne a: 1 inserted " + file + "2:8)", "2. insertOne a: 1 inserted, in a transaction " + file + "3:54)"}
	if diff := cmp.Diff(want, report.Journal.Lines()); diff != "" {
		t.Error(diff)
	}
}
