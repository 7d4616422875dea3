package bindings

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/bsonjs"
	"migrator/bindings/funnel"
	"migrator/bindings/funnel/dryrun"
	"migrator/runtime"
	"migrator/runtime/script"
)

// scope is everything that belongs to one interpreter: what the methods of its objects share. Like the interpreter it
// belongs to one goroutine.
type scope struct {
	engine *Engine
	vm     *script.VM
	rt     *goja.Runtime
	realm  *bsonjs.Realm
	call   runtime.Call
	tally  *funnel.Tally
	plan   *dryrun.Plan // of a dry run; else nil
	funnel funnel.Doer

	// loading is true while the top level of a file is evaluated: it may name collections and not use them.
	loading bool
	// takesDB is true while a function of the migration runs that has db as a parameter.
	takesDB bool
	// shell is true for evaluated code, which may end itself.
	shell bool
	// ambient is the transaction that operations without a session of their own join; nil outside of one. base is what
	// it is at the top level of the script.
	ambient, base *ambient
	// settings are what db.getMongo().setReadPref() and its like have set.
	settings funnel.Settings

	programs programs
	bridge   *goja.Object // what the parts in JavaScript need of Go
	boot     *goja.Object // the methods in boot.js, by the kind of their object
	older    *goja.Object // what legacy.js makes; nil until something of it is used
	classes  *goja.Object // nil until an error class is needed
	results  *goja.Object // the prototype of results; nil until there is one
	driver   *goja.Object // the module mongodb; nil until it is imported
	// natives finds the Go side of database and collection objects, which are proxies.
	natives   map[*goja.Object]any
	databases map[string]*database
	client    *goja.Object
	protos    map[string]*goja.Object
	cursors   map[*cursorObject]struct{}
	sessions  map[*sessionObject]struct{}
	noticed   map[string]bool
	caught    *catches
	bulks     []*bulkObject // those that have not been executed
}

// newScope prepares the Go side of an interpreter. It puts nothing into it, see Engine.setUp.
func newScope(e *Engine, vm *script.VM, call runtime.Call) *scope {
	rt := vm.Runtime()
	s := &scope{
		engine:    e,
		vm:        vm,
		rt:        rt,
		call:      call,
		realm:     bsonjs.New(rt),
		natives:   map[*goja.Object]any{},
		databases: map[string]*database{},
		protos:    map[string]*goja.Object{},
		cursors:   map[*cursorObject]struct{}{},
		sessions:  map[*sessionObject]struct{}{},
		noticed:   map[string]bool{},
	}
	s.realm.Describe = s.describe
	rt.SetAsyncContextTracker(asyncContexts{s})
	s.begin()
	return s
}

// begin sets up the funnel for one run of the script.
func (s *scope) begin() {
	s.tally, s.caught = funnel.NewTally(s.call.Journal), &catches{}
	if s.plan = nil; s.call.DryRun {
		s.plan = dryrun.New(s.engine.refuse)
	}
	s.funnel = s.chain()
}

// report is what was done in a run that ended with err, which may be nil.
func (s *scope) report(err error) runtime.Report {
	if err == nil {
		s.warnUnexecuted()
	}
	report := s.tally.Report()
	report.Caught = s.caught.report(err)
	if s.plan != nil {
		report.Plan = s.plan.Report()
	}
	return report
}

// ctx is the context of the call from Go that the interpreter is carrying out.
func (s *scope) ctx() context.Context { return s.vm.Context() }

// do sends an operation through the funnel. An error is thrown into the script.
func (s *scope) do(op *funnel.Operation) *funnel.Result {
	result, err := s.attempt(op)
	if err != nil {
		s.throw(op, result, err)
	}
	return result
}

// attempt is do for those who can do something about an error.
func (s *scope) attempt(op *funnel.Operation) (*funnel.Result, error) {
	s.refuseWhileLoading(op)
	op.Where = s.vm.Where()
	return s.funnel.Do(s.ctx(), op)
}

// refuseWhileLoading throws for a use of the database, by name, at the top level of a file.
func (s *scope) refuseWhileLoading(what fmt.Stringer) {
	if s.loading {
		panic(s.rt.NewTypeError("%s: the database cannot be used while a file is being loaded; "+
			"use it inside up(db) or down(db)", what))
	}
}

// throw raises an error of an operation in the script. It does not return.
func (s *scope) throw(op *funnel.Operation, result *funnel.Result, err error) {
	if s.interruptFor(s.ctx(), err) {
		panic(s.newError("MongoDriverError", err.Error()))
	}
	s.throwError(op, result, err)
}

// list sends an operation whose result is a cursor and reads it to its end.
func (s *scope) list(op *funnel.Operation) ([]bson.Raw, error) {
	result, err := s.attempt(op)
	if err != nil {
		return nil, err
	}
	var list []bson.Raw
	for {
		document, err := result.Cursor.Next(s.ctx())
		if document == nil || err != nil {
			return list, errors.Join(err, result.Cursor.Close(s.ctx()))
		}
		list = append(list, document)
	}
}

// all is list for the script: an array of documents.
func (s *scope) all(op *funnel.Operation) goja.Value {
	list, err := s.list(op)
	if err != nil {
		s.throw(op, &funnel.Result{}, err)
	}
	return s.array(len(list), func(i int) any { return s.realm.Document(list[i]) })
}

// interruptFor ends the script for an error that it must not be able to catch: the end of its context, or a refusal to
// let it go on; it reports whether it did. The interrupt has to be set before the error is thrown, or a catch would
// run first.
func (s *scope) interruptFor(ctx context.Context, err error) bool {
	var stop *funnel.Stopped
	switch {
	case errors.As(err, &stop):
		s.vm.Interrupt(stop.Cause)
	case ctx.Err() != nil:
		s.vm.Interrupt(context.Cause(ctx))
	default:
		return false
	}
	return true
}

// notice prints a line, with the place in the script, once for each key.
func (s *scope) notice(key, format string, args ...any) { s.tell("notice", key, format, args...) }

// warn is notice for what is probably not meant.
func (s *scope) warn(key, format string, args ...any) { s.tell("warning", key, format, args...) }

func (s *scope) tell(kind, key, format string, args ...any) {
	if s.noticed[key] || s.call.Print == nil {
		return
	}
	s.noticed[key] = true
	line := kind + ": " + fmt.Sprintf(format, args...)
	if at := s.vm.Where().String(); at != "" {
		line += " (" + at + ")"
	}
	s.call.Print(line)
}

// closeTimeout bounds what close does on the server, which may be gone.
const closeTimeout = 5 * time.Second

// close ends the use of the interpreter, and frees what the script left open on the server.
func (s *scope) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	for c := range s.cursors {
		c.free(ctx)
	}
	for session := range s.sessions {
		session.session.EndSession(ctx)
	}
	clear(s.sessions)
	s.vm.Close()
}

// box keeps a Go value from reflection, so that a script cannot see into it.
type box struct{ value any }

// boxed is the hidden property in which an object of this package keeps its Go side.
var boxed = goja.NewSymbol("boxed")

// wrap makes an object with the prototype that holds value.
func (s *scope) wrap(value any, proto *goja.Object) *goja.Object {
	object := s.rt.CreateObject(proto)
	must(object.DefineDataPropertySymbol(boxed, s.rt.ToValue(&box{value}), goja.FLAG_FALSE, goja.FLAG_FALSE,
		goja.FLAG_FALSE))
	return object
}

// native is the Go value behind an object of this package, or nil.
func (s *scope) native(v goja.Value) any {
	object, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	if n, ok := s.natives[object]; ok {
		return n
	}
	if kept := object.GetSymbol(boxed); kept != nil {
		if b, ok := kept.Export().(*box); ok {
			return b.value
		}
	}
	return nil
}

// show is how a value is printed.
func (s *scope) show(v goja.Value) string {
	if o, ok := v.(*goja.Object); ok {
		if text := s.describe(o); text != "" {
			return text
		}
	}
	return s.realm.Show(v)
}

// describe is how an object of this package is printed; "" for any other, and for those that a script may look into.
func (s *scope) describe(o *goja.Object) string {
	switch n := s.native(o).(type) {
	case *collection:
		return n.database.name + "." + n.name
	case *database:
		return n.name
	case *cursorObject:
		return "[cursor of " + n.op.String() + "]"
	case *sessionObject:
		return "[session]"
	case *clientObject:
		return "[client]"
	case *bulkObject, *bulkFindObject:
		return "[bulk]"
	case *adminObject:
		return "[" + n.name + "]"
	}
	return ""
}
