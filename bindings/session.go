package bindings

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/bindings/funnel"
	"migrator/bindings/funnel/driver"
	"migrator/bindings/funnel/ferretdb"
)

// sessionObject is the Go side of a session. withTransaction is in boot.js.
type sessionObject struct {
	s       *scope
	session *mongo.Session
	object  *goja.Object
	ended   bool
	// refused is true once a transaction was asked for on a server without transactions. To abort it then, as a catch
	// does, must not fail, since that error would hide the first.
	refused bool
	// within is the latest transaction of withTransaction; nil before the first.
	within    *ambient
	settings  funnel.Settings
	databases map[string]*database
	// commitTime bounds the commit of the transaction; 0 does not. defaultCommitTime is that of transactions that say
	// nothing.
	commitTime, defaultCommitTime time.Duration
}

func (*sessionObject) target() string { return "session" }

// newSession starts a session for the script.
func (s *scope) newSession(a *args, o *reader) *sessionObject {
	s.refuseWhileLoading(a)
	causal, snapshot := o.choice("causalConsistency"), o.choice("snapshot")
	settings := options.Session()
	var commitTime time.Duration
	if v, given := o.get("defaultTransactionOptions"); given {
		transaction := a.readOptions(v)
		commitTime = transaction.commitTime()
		defaults, err := transactionOptions(transaction)
		a.check(err)
		settings.SetDefaultTransactionOptions(defaults)
	}
	set := o.settings()
	if causal != nil {
		settings.SetCausalConsistency(*causal)
	}
	if snapshot != nil {
		settings.SetSnapshot(*snapshot)
	}
	session, err := s.engine.options.Client.StartSession(settings)
	if err != nil {
		a.check(err)
	}
	made := &sessionObject{s: s, session: session, settings: set, databases: map[string]*database{},
		defaultCommitTime: commitTime}
	made.object = s.wrap(made, prototype(s, "session", s.engine.tables.session, s.boot.Get("session")))
	s.sessions[made] = struct{}{}
	return made
}

// mustLive refuses the use of a session that has ended.
func (x *sessionObject) mustLive(a *args) {
	if x.ended {
		x.s.fail(a.String(), "MongoExpiredSessionError", a.String()+": the session has ended")
	}
}

// database is a database whose operations take part in the session.
func (x *sessionObject) database(name string) *database {
	if d := x.databases[name]; d != nil {
		return d
	}
	d := newDatabase(x.s, name, "session.getDatabase('"+name+"')", x)
	d.settings = x.settings
	x.databases[name] = d
	return d
}

func sessionMethods() table[*sessionObject] {
	return table[*sessionObject]{
		"startTransaction":  (*sessionObject).startTransaction,
		"commitTransaction": (*sessionObject).commitTransaction,
		"abortTransaction":  (*sessionObject).abortTransaction,
		"endSession":        (*sessionObject).endSession,
		"inTransaction": func(x *sessionObject, a *args) goja.Value {
			return x.s.rt.ToValue(x.session.TransactionRunning())
		},
		"hasEnded": func(x *sessionObject, a *args) goja.Value { return x.s.rt.ToValue(x.ended) },
		"getDatabase": func(x *sessionObject, a *args) goja.Value {
			return x.database(a.text(0, "the name of the database")).object
		},
	}
}

func (x *sessionObject) startTransaction(a *args) goja.Value {
	x.mustLive(a)
	if x.s.ambient != nil && !x.s.ambient.ended {
		x.s.fail(a.String(), "MongoTransactionError", a.String()+": there is a transaction around it already")
	}
	o := a.optionsAt(0)
	x.commitTime = x.defaultCommitTime
	if limit := o.commitTime(); limit > 0 {
		x.commitTime = limit
	}
	settings, err := transactionOptions(o)
	a.check(err)
	if err := x.s.requireTransactions(); err != nil {
		x.refused = true
		x.throw(a, fmt.Errorf("%s: %w", a, err))
	}
	if err := x.session.StartTransaction(settings); err != nil {
		x.s.fail(a.String(), "MongoTransactionError", a.String()+": "+err.Error())
	}
	return goja.Undefined()
}

func transactionOptions(o *reader) (*options.TransactionOptionsBuilder, error) {
	settings := options.Transaction()
	if w, err := driver.WriteConcern(o.writeConcern()); err != nil {
		return nil, err
	} else if w != nil {
		settings.SetWriteConcern(w)
	}
	if r := driver.ReadConcern(o.named("readConcern", "level")); r != nil {
		settings.SetReadConcern(r)
	}
	if p, err := driver.ReadPreference(o.named("readPreference", "mode")); err != nil {
		return nil, err
	} else if p != nil {
		settings.SetReadPreference(p)
	}
	o.done()
	return settings, nil
}

// commitTime is how long the commit of a transaction may take; 0 where there is no limit.
func (r *reader) commitTime() time.Duration {
	return time.Duration(r.integer("maxCommitTimeMS")) * time.Millisecond
}

func (x *sessionObject) commitTransaction(a *args) goja.Value {
	x.mustLive(a)
	if err := x.commit(x.s.ctx()); err != nil {
		x.throw(a, err)
	}
	return goja.Undefined()
}

// commit is one attempt, within the time that the script has given it. Like any other operation it asks the fence
// first.
func (x *sessionObject) commit(ctx context.Context) error {
	if err := x.s.mayCommit(ctx); err != nil {
		return &funnel.Stopped{Cause: err, Operation: "session.commitTransaction"}
	}
	if x.commitTime > 0 {
		limited, cancel := context.WithTimeout(ctx, x.commitTime)
		defer cancel()
		ctx = limited
	}
	return x.session.CommitTransaction(ctx)
}

// newTries() is for withTransaction in boot.js: {again(), commit(session)}. commit reports whether the whole
// transaction has to be run again, and throws where it has failed for good.
func (s *scope) newTries(goja.FunctionCall) goja.Value {
	t, object := newTries(), s.rt.NewObject()
	s.set(object, "again", func(goja.FunctionCall) goja.Value { return s.rt.ToValue(t.again(s.ctx())) })
	s.set(object, "commit", func(call goja.FunctionCall) goja.Value {
		x, a := s.sessionArgument(call), &args{s: s, target: "session", method: "commitTransaction"}
		x.mustLive(a)
		_, err := t.commit(s.ctx(), x.commit)
		if err == nil {
			return s.rt.ToValue(false)
		}
		if funnel.HasLabel(err, funnel.TransientTransaction) && t.again(s.ctx()) {
			return s.rt.ToValue(true)
		}
		x.throw(a, err)
		return nil
	})
	return object
}

// sessionArgument is the session that boot.js works on, which may be anything that withTransaction was called on.
func (s *scope) sessionArgument(call goja.FunctionCall) *sessionObject {
	x, ok := s.native(call.Argument(0)).(*sessionObject)
	if !ok {
		panic(s.rt.NewTypeError("withTransaction must be called on a session"))
	}
	return x
}

func (x *sessionObject) abortTransaction(a *args) goja.Value {
	x.mustLive(a)
	if x.refused {
		return goja.Undefined()
	}
	if err := x.session.AbortTransaction(context.WithoutCancel(x.s.ctx())); err != nil {
		x.throw(a, err)
	}
	return goja.Undefined()
}

// endSession aborts a transaction that is open, and may be called again.
func (x *sessionObject) endSession(*args) goja.Value {
	if !x.ended {
		x.ended = true
		x.session.EndSession(context.WithoutCancel(x.s.ctx()))
		delete(x.s.sessions, x)
	}
	return goja.Undefined()
}

// throw raises an error of the session's own commands.
func (x *sessionObject) throw(a *args, err error) {
	x.s.throw(&funnel.Operation{Method: a.method, Target: a.target, Where: x.s.vm.Where()}, &funnel.Result{}, err)
}

// errNoTransactions is for servers without transactions.
var errNoTransactions = errors.New("transactions need a replica set or a sharded cluster, and this server is neither")

// requireTransactions fails where the server has no transactions. A dry run, which begins no transaction, warns
// instead.
func (s *scope) requireTransactions() error {
	var err error
	switch {
	case s.engine.options.FerretDB:
		err = &ferretdb.Unsupported{What: "transactions"}
	case !s.engine.options.Transactions:
		err = errNoTransactions
	}
	if err != nil && s.plan != nil {
		s.warn("transactions", "a real run fails here: %v", err)
		return nil
	}
	return err
}
