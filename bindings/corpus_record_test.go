package bindings

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
	"migrator/runtime"
)

// recorder writes down the operations that reach the funnel. Behind it is a server that has an answer for everything.
type recorder struct {
	bench *bench
	exact bool // what is written down has the types of numbers

	mu       sync.Mutex // the server, too, writes things down
	recorded []recorded
	sessions []*mongo.Session
}

// recorded is one operation: for people, and with the type of every number.
type recorded struct{ text, exact string }

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{}
	_, b := newReplicaSet(t, func(command string, _ int) bson.D {
		switch command {
		case "commitTransaction", "abortTransaction":
			r.add(recorded{command, command}) // no operation: the session sends it
		}
		return answerAnything(command)
	})
	r.bench = b
	options := b.engine.options
	options.Middlewares = []funnel.Middleware{func(next funnel.Doer) funnel.Doer {
		return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
			r.add(recorded{r.line(op, false), r.line(op, true)})
			return next.Do(ctx, op)
		})
	}}
	b.engine = NewEngine(options)
	return r
}

func (r *recorder) add(one recorded) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recorded = append(r.recorded, one)
}

// take empties the recorder.
func (r *recorder) take() []recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.recorded
	r.recorded, r.sessions = nil, nil
	return all
}

// answerAnything has three documents for every read.
func answerAnything(command string) bson.D {
	users := bson.A{
		bson.D{{Key: "_id", Value: int32(1)}, {Key: "name", Value: "Ada"}, {Key: "n", Value: int32(1)}, {Key: "tags", Value: bson.A{"a", "b"}}, {Key: "address", Value: bson.D{{Key: "city", Value: "Ulm"}}}},
		bson.D{{Key: "_id", Value: int32(2)}, {Key: "name", Value: "Bob"}, {Key: "n", Value: int32(2)}},
		bson.D{{Key: "_id", Value: int32(3)}, {Key: "name", Value: "Cyd"}, {Key: "n", Value: int32(2)}, {Key: "active", Value: true}},
	}
	cursor := func(documents bson.A) bson.D {
		return bson.D{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: "app.users"}, {Key: "firstBatch", Value: documents}}}}
	}
	switch command {
	case "find", "aggregate":
		return cursor(users)
	case "listCollections":
		return cursor(bson.A{bson.D{{Key: "name", Value: "users"}, {Key: "type", Value: "collection"}, {Key: "options", Value: bson.D{}}}})
	case "listIndexes":
		return cursor(bson.A{bson.D{{Key: "key", Value: bson.D{{Key: "_id", Value: 1}}}, {Key: "name", Value: "_id_"}}, bson.D{{Key: "key", Value: bson.D{{Key: "name", Value: 1}}}, {Key: "name", Value: "name_1"}}})
	case "distinct":
		return bson.D{{Key: "ok", Value: 1}, {Key: "values", Value: bson.A{int32(1), int32(2)}}}
	case "count":
		return bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 3}}
	case "findAndModify":
		return bson.D{{Key: "ok", Value: 1}, {Key: "value", Value: users[0]}, {Key: "lastErrorObject", Value: bson.D{{Key: "n", Value: 1}, {Key: "updatedExisting", Value: true}}}}
	case "listDatabases":
		return bson.D{{Key: "ok", Value: 1}, {Key: "databases", Value: bson.A{bson.D{{Key: "name", Value: "app"}}}}}
	}
	return nil
}

// sends runs each spelling of a snippet and returns what the first of them has sent. The driver's spelling runs as the up
// of a file for migrate-mongo.
func (r *recorder) sends(t *testing.T, s *snippet) []string {
	t.Helper()
	var first []recorded
	for _, spelling := range spellings {
		code := s.code(spelling)
		if code == "" {
			continue
		}
		var err error
		if spelling == "driver" {
			err = r.runUp(t, "module.exports = { async up(db, client) {\n"+code+"\n} }")
		} else {
			_, err = r.bench.engine.Eval(t.Context(), r.bench.call(), "eval", code)
		}
		if err != nil && !strings.HasPrefix(strings.Join(s.lines["gives"], ""), "throws") && !*update {
			t.Errorf("%s: %v\n%s", spelling, err, detail(err))
		}
		got := r.take()
		if spelling == spellings[0] {
			first = got
		} else if diff := cmp.Diff(first, got, cmp.AllowUnexported(recorded{})); diff != "" {
			t.Errorf("%s and %s send different things:\n%s", spellings[0], spelling, diff)
		}
	}
	if len(first) == 0 {
		return []string{"nothing"}
	}
	var lines []string
	for _, one := range first {
		if r.exact {
			one.text = one.exact
		}
		lines = append(lines, one.text)
	}
	return lines
}

func (r *recorder) runUp(t *testing.T, code string) error {
	t.Helper()
	unit, err := r.bench.engine.Restore(t.Context(), runtime.Migration{Name: "001_test.js"}, runtime.Bundle{Files: []runtime.File{{Path: "001_test.js", Code: []byte(code)}}})
	if err != nil {
		return err
	}
	i, err := unit.Open(t.Context(), r.bench.call())
	if err != nil {
		return err
	}
	defer i.Close()
	_, err = i.Run(t.Context())
	return err
}

// line is an operation as text: what it is, on which collection, the parts that were given, and what holds beside it.
func (r *recorder) line(op *funnel.Operation, exact bool) string {
	kind, parts := partsOf(op.Request)
	if command := commandOf(op); command != nil {
		kind, parts = partsOf(&funnel.Command{Document: command})
	}
	where := op.Collection
	if op.Database != "app" {
		where = op.Database + "." + where
	}
	text := kind + " " + where
	if where == "" {
		text = kind
	}
	raw, err := bson.MarshalExtJSON(parts, exact, false)
	if err != nil {
		return err.Error()
	}
	text += " " + string(raw)
	if concern := fieldsOf(op.Concern); len(concern) > 0 {
		raw, err := bson.MarshalExtJSON(concern, exact, false)
		if err != nil {
			return err.Error()
		}
		text += " with " + string(raw)
	}
	return generatedIDs(text) + r.session(op.Session)
}

// commandOf is the command of an operation whose reply the script gets as it is; nil for all others.
func commandOf(op *funnel.Operation) bson.Raw {
	_, explains := op.Request.(*funnel.Explain)
	if op.Spelled != nil || !explains && !op.WholeReply {
		return op.Spelled
	}
	command, err := funnel.EncodeOne(op)
	if err != nil {
		panic(err)
	}
	return command
}

// session numbers the sessions in the order of their use.
func (r *recorder) session(s *mongo.Session) string {
	if s == nil {
		return ""
	}
	number := 0
	for i, other := range r.sessions {
		if other == s {
			number = i + 1
		}
	}
	if number == 0 {
		r.sessions = append(r.sessions, s)
		number = len(r.sessions)
	}
	if s.TransactionRunning() {
		return fmt.Sprintf(" in a transaction of session %d", number)
	}
	return fmt.Sprintf(" in session %d", number)
}

// partsOf is the kind of a request and what was given. A bulk of one is the write itself.
func partsOf(request funnel.Request) (string, bson.D) {
	switch r := request.(type) {
	case *funnel.Bulk:
		rest := *r
		rest.Writes = nil
		if len(r.Writes) == 1 {
			return r.Writes[0].Kind.String(), append(writeParts(r.Writes[0]), fieldsOf(rest)...)
		}
		var writes bson.A
		for _, w := range r.Writes {
			writes = append(writes, bson.D{{Key: w.Kind.String(), Value: writeParts(w)}})
		}
		return "bulk", append(bson.D{{Key: "writes", Value: writes}}, fieldsOf(rest)...)
	case *funnel.Command:
		var d bson.D
		if err := bson.Unmarshal(r.Document, &d); err != nil {
			d = bson.D{{Key: "error", Value: err.Error()}}
		}
		return "command", d
	}
	kind := reflect.TypeOf(request).Elem().Name()
	return strings.ToLower(kind[:1]) + kind[1:], fieldsOf(reflect.ValueOf(request).Elem().Interface())
}

func writeParts(w funnel.WriteModel) bson.D {
	w.Kind = 0
	return fieldsOf(w)
}

// fieldsOf are the fields of a struct that are not zero, but for the batch size that every cursor has.
func fieldsOf(of any) bson.D {
	d := bson.D{}
	v := reflect.ValueOf(of)
	for i := range v.NumField() {
		field := v.Field(i)
		name := v.Type().Field(i).Name
		if field.IsZero() || name == "BatchSize" && field.Int() == funnel.DefaultBatch {
			continue
		}
		value := field.Interface()
		if limit, ok := value.(time.Duration); ok {
			value = limit.String()
		}
		d = append(d, bson.E{Key: strings.ToLower(name[:1]) + name[1:], Value: value})
	}
	return d
}

var objectID = regexp.MustCompile(`\{"\$oid":"([0-9a-f]{24})"\}`)

// generatedIDs puts a word in the place of ids that were made just now.
func generatedIDs(text string) string {
	return objectID.ReplaceAllStringFunc(text, func(found string) string {
		id, err := bson.ObjectIDFromHex(objectID.FindStringSubmatch(found)[1])
		if err != nil || time.Since(id.Timestamp()).Abs() > 24*time.Hour {
			return found
		}
		return `"a new id"`
	})
}
