// Package ferretdb stands between the embedded database, FerretDB 1.24 on SQLite, and scripts, so that nothing wrong
// comes back as if it were right. What that database does as MongoDB would is on a list of commands and their fields
// (allow.go), with the checks of their values (filter.go, update.go, pipeline.go, values.go, arrays.go); what is not on
// it is refused. Filters are written in its own way (spread.go), updates are sent in pieces that it cannot hang on
// (bulk.go), and few of its cursors are kept open (cursors.go). A command that a script spelled out is sent as it
// stands or refused (spelled.go).
//
// It is frozen: a need or a wrong answer that is found is one more row, and nothing is emulated.
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

// Middlewares are those for one run of a script on a FerretDB server, outermost first. alone reports whether nobody but
// this process writes to the database; it may be nil where that is not known.
func Middlewares(alone func() bool) []funnel.Middleware {
	return []funnel.Middleware{
		refuseUnsupported, explainRefusals, refuseArrays(alone), spreadConditions, boundCursors(), splitUpdates,
	}
}

// refuseUnsupported stops what FerretDB would get wrong.
func refuseUnsupported(next funnel.Doer) funnel.Doer {
	return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
		if err := Check(op); err != nil {
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
		if !errors.As(err, &command) {
			return result, err
		}
		switch command.Code {
		case funnel.NotImplemented, funnel.CommandNotFound:
			err = fmt.Errorf("%s: %w", op, &Unsupported{What: "this (" + command.Message + ")", Err: err})
		}
		return result, err
	})
}

// Check refuses what of an operation FerretDB would get wrong: what is not on the list of allow.go.
func Check(op *funnel.Operation) error {
	commands := []bson.Raw{op.Spelled}
	if op.Spelled == nil {
		var err error
		if commands, err = funnel.Encode(op); err != nil {
			return err
		}
	}
	for _, command := range commands {
		if err := checkCommand(command); err != nil {
			return err
		}
	}
	return firstError(checkUpserts(op.Request), checkSpelled(op))
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

// checkUpserts refuses upserts for which MongoDB and FerretDB would not insert the same document.
func checkUpserts(r funnel.Request) error {
	switch r := r.(type) {
	case *funnel.FindAndModify:
		return checkUpsert(r.Upsert, r.Filter)
	case *funnel.Bulk:
		for i := range r.Writes {
			if err := checkUpsert(r.Writes[i].Upsert, r.Writes[i].Filter); err != nil {
				return err
			}
		}
	}
	return nil
}
