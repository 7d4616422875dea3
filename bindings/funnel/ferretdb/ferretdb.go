// Package ferretdb stands between the embedded database, FerretDB 1.24 on SQLite, and scripts, so that nothing wrong comes
// back as if it were right. What that database is known to answer wrongly, to ignore, or to answer by cutting the connection
// is refused (filter.go, arrays.go, update.go, pipeline.go, values.go, command.go); filters are written in its own way
// (spread.go); updates are sent in pieces that it cannot hang on (bulk.go); and few of its cursors are kept open
// (cursors.go). It is frozen: a need or a wrong answer that is found is one more row, and nothing is emulated.
package ferretdb

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"migrator/bindings/funnel"
)

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

// Middlewares are those for a FerretDB server, outermost first.
func Middlewares() []funnel.Middleware {
	return []funnel.Middleware{refuseUnsupported, explainRefusals, spreadConditions, boundCursors(), splitUpdates}
}

// refuseUnsupported stops what FerretDB would get wrong.
func refuseUnsupported(next funnel.Doer) funnel.Doer {
	return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
		if err := Check(op.Request); err != nil {
			return &funnel.Result{}, fmt.Errorf("%s: %w", op, err)
		}
		return next.Do(ctx, op)
	})
}

// explainRefusals says of what FerretDB refuses by itself that it is the embedded database that cannot do it.
func explainRefusals(next funnel.Doer) funnel.Doer {
	return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
		result, err := next.Do(ctx, op)
		var command mongo.CommandError
		if errors.As(err, &command) && (command.Code == funnel.NotImplemented || command.Code == funnel.CommandNotFound) {
			err = fmt.Errorf("%s: %w", op, &Unsupported{What: "this (" + command.Message + ")", Err: err})
		}
		return result, err
	})
}

// Check refuses what of a request FerretDB would get wrong.
func Check(r funnel.Request) error {
	switch r := r.(type) {
	case *funnel.Find:
		return firstError(
			noOptions(option{"hint", r.Hint.Type != 0}, option{"min", r.Min != nil}, option{"max", r.Max != nil},
				option{"collation", r.Collation != nil}, option{"let", r.Let != nil}, option{"returnKey", r.ReturnKey},
				option{"showRecordId", r.ShowRecordID}, option{"noCursorTimeout", r.NoCursorTimeout},
				option{"allowPartialResults", r.AllowPartialResults}),
			checkValue(r.Comment), checkFilter(r.Filter), checkProjection(r.Projection), checkSort(r.Sort))
	case *funnel.Aggregate:
		return firstError(
			noOptions(option{"hint", r.Hint.Type != 0}, option{"collation", r.Collation != nil}, option{"let", r.Let != nil}),
			checkValue(r.Comment), checkPipeline(r.Pipeline))
	case *funnel.Count:
		return firstError(noOptions(option{"hint", r.Hint.Type != 0}, option{"collation", r.Collation != nil}), checkValue(r.Comment), checkFilter(r.Filter))
	case *funnel.Distinct:
		return firstError(noOptions(option{"hint", r.Hint.Type != 0}, option{"collation", r.Collation != nil}), checkValue(r.Comment), checkFilter(r.Filter))
	case *funnel.Bulk:
		return checkBulk(r)
	case *funnel.FindAndModify:
		return checkFindAndModify(r)
	case *funnel.Command:
		return checkCommand(r.Document)
	}
	return nil
}

func checkBulk(r *funnel.Bulk) error {
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

func checkWrite(w *funnel.WriteModel) error {
	return firstError(
		noOptions(option{"arrayFilters", len(w.ArrayFilters) > 0}, option{"hint", w.Hint.Type != 0},
			option{"collation", w.Collation != nil}, option{"sort", w.Sort != nil}),
		checkFilter(w.Filter), checkUpsert(w.Upsert, w.Filter), checkDocument(w.Document), checkUpdate(w.Update))
}

func checkFindAndModify(r *funnel.FindAndModify) error {
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
	return funnel.EachField(sort, func(key string, v bson.RawValue) error {
		if key == "$natural" || !v.IsNumber() {
			return unsupported("the sort order %s: %s", key, v)
		}
		return nil
	})
}
