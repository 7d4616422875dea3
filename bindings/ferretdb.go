package bindings

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// The embedded database is FerretDB 1.24 on SQLite. The files ferretdb_*.go stand between it and scripts, so that
// nothing wrong comes back as if it were right: what it is known to answer wrongly, to ignore, or to answer by cutting the
// connection is refused (ferretdb_filter.go, _arrays.go, _update.go, _pipeline.go, _values.go, _command.go); filters are
// written in its own way (ferretdb_spread.go); updates are sent in pieces that it cannot hang on (ferretdb_bulk.go); and few
// of its cursors are kept open (ferretdb_cursors.go).

// Unsupported is an operation that the embedded database cannot do, or would do wrongly.
type Unsupported struct {
	// What it cannot do: "array filters".
	What string
	// Err is what the server said, where it was asked.
	Err error
}

// Error says what to use instead.
func (u *Unsupported) Error() string {
	return "the embedded database cannot do " + u.What + "; use a MongoDB server (--uri mongodb://…)"
}

// Unwrap returns the server's error.
func (u *Unsupported) Unwrap() error { return u.Err }

func unsupported(format string, args ...any) error {
	return &Unsupported{What: fmt.Sprintf(format, args...)}
}

// ferretdb are the middlewares for a FerretDB server, outermost first.
func ferretdb() []Middleware {
	return []Middleware{refuseUnsupported, explainRefusals, spreadConditions, boundCursors(), splitUpdates}
}

// refuseUnsupported stops what FerretDB would get wrong.
func refuseUnsupported(next Doer) Doer {
	return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
		if err := unsupportedIn(op.Request); err != nil {
			return &Result{}, fmt.Errorf("%s: %w", op, err)
		}
		return next.Do(ctx, op)
	})
}

// Codes of the server, and what FerretDB means by them.
const (
	internalError   = 1   // among others, an update that would break a unique index
	commandNotFound = 59  // a command that it does not know
	notImplemented  = 238 // something that it knows and does not do
)

// explainRefusals says of what FerretDB refuses by itself that it is the embedded database that cannot do it.
func explainRefusals(next Doer) Doer {
	return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
		result, err := next.Do(ctx, op)
		var command mongo.CommandError
		if errors.As(err, &command) && (command.Code == notImplemented || command.Code == commandNotFound) {
			err = fmt.Errorf("%s: %w", op, &Unsupported{What: "this (" + command.Message + ")", Err: err})
		}
		return result, err
	})
}

// unsupportedIn finds what of a request FerretDB would get wrong; nil where there is nothing.
func unsupportedIn(r Request) error {
	switch r := r.(type) {
	case *Find:
		return firstError(
			noOptions(option{"hint", r.Hint.Type != 0}, option{"min", r.Min != nil}, option{"max", r.Max != nil},
				option{"collation", r.Collation != nil}, option{"let", r.Let != nil}, option{"returnKey", r.ReturnKey},
				option{"showRecordId", r.ShowRecordID}, option{"noCursorTimeout", r.NoCursorTimeout},
				option{"allowPartialResults", r.AllowPartialResults}),
			checkValue(r.Comment), checkFilter(r.Filter), checkProjection(r.Projection), checkSort(r.Sort))
	case *Aggregate:
		return firstError(
			noOptions(option{"hint", r.Hint.Type != 0}, option{"collation", r.Collation != nil}, option{"let", r.Let != nil}),
			checkValue(r.Comment), checkPipeline(r.Pipeline))
	case *Count:
		return firstError(noOptions(option{"hint", r.Hint.Type != 0}, option{"collation", r.Collation != nil}), checkValue(r.Comment), checkFilter(r.Filter))
	case *Distinct:
		return firstError(noOptions(option{"hint", r.Hint.Type != 0}, option{"collation", r.Collation != nil}), checkValue(r.Comment), checkFilter(r.Filter))
	case *Bulk:
		return checkBulk(r)
	case *FindAndModify:
		return checkFindAndModify(r)
	case *Command:
		return checkCommand(r.Document)
	}
	return nil
}

func checkBulk(r *Bulk) error {
	if err := firstError(noOptions(option{"let", r.Let != nil}), checkValue(r.Comment)); err != nil {
		return err
	}
	for i := range r.Writes {
		if err := checkWrite(&r.Writes[i]); err != nil {
			return err
		}
	}
	return nil
}

func checkWrite(w *WriteModel) error {
	return firstError(
		noOptions(option{"arrayFilters", len(w.ArrayFilters) > 0}, option{"hint", w.Hint.Type != 0},
			option{"collation", w.Collation != nil}, option{"sort", w.Sort != nil}),
		checkFilter(w.Filter), checkUpsert(w.Upsert, w.Filter), checkDocument(w.Document), checkUpdate(w.Update))
}

func checkFindAndModify(r *FindAndModify) error {
	return firstError(
		noOptions(option{"arrayFilters", len(r.ArrayFilters) > 0}, option{"hint", r.Hint.Type != 0}, option{"collation", r.Collation != nil},
			option{"let", r.Let != nil}, option{"projection", r.Projection != nil}),
		checkValue(r.Comment), checkFilter(r.Filter), checkUpsert(r.Upsert, r.Filter), checkSort(r.Sort), checkDocument(r.Replacement), checkUpdate(r.Update))
}

// option is an option of a method that FerretDB ignores or does not know, and whether it was given.
type option struct {
	name  string
	given bool
}

// noOptions refuses the options that were given.
func noOptions(list ...option) error {
	for _, o := range list {
		if o.given {
			return unsupported("the option %s", o.name)
		}
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkSort refuses what is no plain order: {$natural: 1} and {score: {$meta: …}}.
func checkSort(sort bson.Raw) error {
	return eachField(sort, func(key string, v bson.RawValue) error {
		if key == "$natural" || !v.IsNumber() {
			return unsupported("the sort order %s: %s", key, v)
		}
		return nil
	})
}

// eachField calls f with each field of a document, which may be nil.
func eachField(d bson.Raw, f func(key string, v bson.RawValue) error) error {
	if d == nil {
		return nil
	}
	elements, err := d.Elements()
	if err != nil {
		return fmt.Errorf("read a document: %w", err)
	}
	for _, e := range elements {
		if err := f(e.Key(), e.Value()); err != nil {
			return err
		}
	}
	return nil
}
