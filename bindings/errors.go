package bindings

import (
	"context"
	"errors"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"migrator/bindings/funnel"
	"migrator/bindings/funnel/ferretdb"
	"migrator/runtime/fault"
	"migrator/runtime/script"
)

// OperationError is an error that an operation of a script ended with.
type OperationError struct {
	Operation *funnel.Operation
	Err       error
}

// Error names the operation.
func (e *OperationError) Error() string { return e.Operation.String() + ": " + e.Err.Error() }

// Unwrap returns the error of the driver, or of a Doer.
func (e *OperationError) Unwrap() error { return e.Err }

// throwError throws the JavaScript error that the Node driver would throw for err, with the same properties. The Go
// error stays behind it. It does not return.
func (s *scope) throwError(op *funnel.Operation, result *funnel.Result, err error) {
	f := factsOf(op, err)
	object := s.newError(f.class, f.message)
	s.setFacts(object, f)
	if f.class == "MongoBulkWriteError" {
		s.setBulkFacts(object, op, result, err)
	}
	s.raise(object, op.String(), &OperationError{Operation: op, Err: withCode(f, err)})
}

// hintInFlight is for a connection that broke while an operation was in flight.
const hintInFlight = "check that the server runs, and the network; " +
	"whether it has carried out the operation in flight, only the data can show"

// withCode gives the exit code to errors that are the database's fault and not the script's.
func withCode(f facts, err error) error {
	if f.meaning.Code != fault.Unreachable {
		return err
	}
	return &fault.Error{Code: f.meaning.Code, Hint: f.meaning.Hint, Err: err}
}

// newError makes an error of one of the classes of errors.js.
func (s *scope) newError(class, message string) *goja.Object {
	object, err := s.rt.New(s.errorClasses().Get(class), s.rt.ToValue(message))
	if err != nil {
		script.Rethrow(err)
		panic(err)
	}
	return object
}

// fail throws an error of one of the classes of errors.js.
func (s *scope) fail(operation, class, message string) {
	s.raise(s.newError(class, message), operation, errors.New(message))
}

// maxTimeExpired is the server's code for an operation that has used up its maxTimeMS.
const maxTimeExpired = 50

// facts are what a script can read of an error.
type facts struct {
	class    string
	message  string
	code     int
	codeName string
	labels   []string
	raw      bson.Raw      // of the server
	index    int           // of the write that failed; -1 where there is none
	meaning  fault.Meaning // of an error that is the server's or the network's; zero for others
}

func factsOf(op *funnel.Operation, err error) facts {
	f := facts{class: "MongoDriverError", message: err.Error(), index: -1}
	var bulk mongo.BulkWriteException
	var command mongo.CommandError
	var selection topology.ServerSelectionError
	var unsupported *ferretdb.Unsupported
	switch {
	case errors.As(err, &unsupported):
		f.class = "MongoCompatibilityError"
	case errors.As(err, &bulk):
		f.ofBulk(op, bulk)
	case errors.As(err, &selection):
		f.class, f.meaning = "MongoServerSelectionError", unselected(selection)
		f.message = f.meaning.Text
	case mongo.IsNetworkError(err):
		f.class, f.meaning = "MongoNetworkError", fault.Broken("the server", err)
		f.message, f.meaning.Hint = f.meaning.Text, hintInFlight
	case errors.As(err, &command):
		f.ofCommand(command)
	case errors.Is(err, context.DeadlineExceeded):
		f.class, f.code, f.codeName = "MongoOperationTimeoutError", maxTimeExpired, "MaxTimeMSExpired"
	}
	if labeled := mongo.LabeledError(nil); f.labels == nil && errors.As(err, &labeled) {
		for _, label := range []string{funnel.TransientTransaction, funnel.UnknownCommit, funnel.RetryableWrite} {
			if labeled.HasErrorLabel(label) {
				f.labels = append(f.labels, label)
			}
		}
	}
	if m, ok := fault.Refusal("the server", f.code, f.message); ok {
		f.meaning = m
	}
	return f
}

// unselected is why no server can be used, without the driver's picture of all of them.
func unselected(err topology.ServerSelectionError) fault.Meaning {
	s := fault.Selection{Set: err.Desc.SetName, Incompatible: err.Desc.CompatibilityErr}
	for _, server := range err.Desc.Servers {
		s.Tried(server.Addr.String(), server.LastError)
	}
	return s.Meaning()
}

func (f *facts) ofCommand(e mongo.CommandError) {
	f.class, f.code, f.codeName, f.labels, f.raw = "MongoServerError", int(e.Code), e.Name, e.Labels, e.Raw
	if e.Message != "" {
		f.message = fault.WithoutPlaces(e.Message)
	}
}

// ofBulk takes the first error; methods that write once throw it as a plain server error, as the Node driver does.
func (f *facts) ofBulk(op *funnel.Operation, e mongo.BulkWriteException) {
	f.class, f.labels = "MongoServerError", e.Labels
	if isBulkMethod(op.Method) {
		f.class = "MongoBulkWriteError"
	}
	switch {
	case len(e.WriteErrors) > 0:
		first := e.WriteErrors[0]
		f.message, f.code, f.raw, f.index = first.Message, first.Code, first.Raw, first.Index
	case e.WriteConcernError != nil:
		if f.class == "MongoServerError" {
			f.class = "MongoWriteConcernError"
		}
		f.message, f.code, f.codeName, f.raw = e.WriteConcernError.Message, e.WriteConcernError.Code,
			e.WriteConcernError.Name, e.WriteConcernError.Raw
	}
	if f.codeName == "" && f.code == funnel.DuplicateKey {
		f.codeName = "DuplicateKey"
	}
}

// isBulkMethod reports whether a method can write more than once.
func isBulkMethod(method string) bool {
	switch method {
	case "insertMany", "bulkWrite", "execute", "insert":
		return true
	}
	return false
}

func (s *scope) setFacts(object *goja.Object, f facts) {
	if f.code != 0 {
		s.set(object, "code", f.code)
	}
	if f.codeName != "" {
		s.set(object, "codeName", f.codeName)
	}
	if f.index >= 0 {
		s.set(object, "index", f.index)
	}
	if len(f.labels) > 0 {
		s.set(object, "errorLabels", s.array(len(f.labels), func(i int) any { return f.labels[i] }))
	}
	if f.class == "MongoServerError" || f.class == "MongoBulkWriteError" || f.class == "MongoWriteConcernError" {
		s.set(object, "errmsg", f.message)
	}
	for _, name := range []string{"keyPattern", "keyValue", "errInfo"} {
		if v, err := f.raw.LookupErr(name); err == nil {
			s.set(object, name, s.realm.ToJS(v))
		}
	}
}

// setBulkFacts adds what was done and what failed.
func (s *scope) setBulkFacts(object *goja.Object, op *funnel.Operation, result *funnel.Result, err error) {
	var bulk mongo.BulkWriteException
	errors.As(err, &bulk)
	s.set(object, "writeErrors", s.array(len(bulk.WriteErrors), func(i int) any {
		return s.writeError(op, bulk.WriteErrors[i])
	}))
	request, ok := op.Request.(*funnel.Bulk)
	if !ok {
		return
	}
	s.set(object, "result", s.bulkResult(request, result.Written))
	s.set(object, "insertedCount", result.Written.Inserted)
	s.set(object, "matchedCount", result.Written.Matched)
	s.set(object, "modifiedCount", result.Written.Modified)
	s.set(object, "deletedCount", result.Written.Deleted)
	s.set(object, "upsertedCount", result.Written.Upserted)
}

func (s *scope) writeError(op *funnel.Operation, e mongo.BulkWriteError) *goja.Object {
	object := s.rt.NewObject()
	s.set(object, "index", e.Index)
	s.set(object, "code", e.Code)
	s.set(object, "errmsg", e.Message)
	for _, name := range []string{"keyPattern", "keyValue", "errInfo"} {
		if v, err := e.Raw.LookupErr(name); err == nil {
			s.set(object, name, s.realm.ToJS(v))
		}
	}
	if request, ok := op.Request.(*funnel.Bulk); ok && e.Index < len(request.Writes) {
		if raw, err := request.Writes[e.Index].Statement(); err == nil {
			s.set(object, "op", s.realm.Document(raw))
		}
	}
	// The Node driver keeps the same facts under err, too.
	s.hide(object, "err", object)
	operation := s.rt.ToValue(func(goja.FunctionCall) goja.Value { return object.Get("op") }).ToObject(s.rt)
	s.hide(object, "getOperation", s.named(operation, "getOperation"))
	return object
}
