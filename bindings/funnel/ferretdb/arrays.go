package ferretdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// arrays is the middleware that refuses a comparison with null, as {'lines.sku': null} and {'lines.sku': {$ne: null}},
// and a sort by a path, if the path leads through an array in any document of the collection: FerretDB overlooks the
// elements that lack the field, and does not sort by the least or greatest of them. Both are common, and right where
// there are no arrays, so the data is asked. That costs a scan of the collection, so the answer is remembered
// (memory.go).
type arrays struct {
	next   funnel.Doer
	memory memory
}

func refuseArrays(alone func() bool) funnel.Middleware {
	return func(next funnel.Doer) funnel.Doer {
		return &arrays{next: next, memory: newMemory(alone)}
	}
}

func (a *arrays) Do(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
	a.memory.begin()
	if err := a.check(ctx, op); err != nil {
		return &funnel.Result{}, err
	}
	result, err := a.next.Do(ctx, op)
	a.memory.written(op)
	return result, err
}

func (a *arrays) check(ctx context.Context, op *funnel.Operation) error {
	for _, use := range usesOf(op.Request) {
		for i, c := range use.path {
			if c != '.' {
				continue
			}
			found, err := a.anyArray(ctx, op, use.path[:i])
			if err != nil {
				return err
			}
			if found {
				what := fmt.Sprintf(use.what, use.path)
				err := unsupported("%s, since %s is an array in some documents", what, use.path[:i])
				return fmt.Errorf("%s: %w", op, err)
			}
		}
	}
	return nil
}

// use is what is done with a path that must not lead through an array.
type use struct{ what, path string }

// usesOf are those of a request.
func usesOf(r funnel.Request) []use {
	switch r := r.(type) {
	case *funnel.Find:
		return usesIn(r.Filter, r.Sort)
	case *funnel.Count:
		return usesIn(r.Filter, nil)
	case *funnel.Distinct:
		return usesIn(r.Filter, nil)
	case *funnel.FindAndModify:
		return usesIn(r.Filter, r.Sort)
	case *funnel.Bulk:
		var uses []use
		for i := range r.Writes {
			uses = append(uses, usesIn(r.Writes[i].Filter, nil)...)
		}
		return uses
	case *funnel.Aggregate:
		return usesInPipeline(r.Pipeline)
	}
	return nil
}

// usesInPipeline looks at the stages that see documents as they are stored.
func usesInPipeline(pipeline []bson.Raw) (uses []use) {
	for _, stage := range pipeline {
		switch funnel.FirstKey(stage) {
		case "$match", "$sort", "$skip", "$limit":
			uses = append(uses, usesIn(funnel.DocumentAt(stage, "$match"), funnel.DocumentAt(stage, "$sort"))...)
		default:
			return uses
		}
	}
	return uses
}

func usesIn(filter, sort bson.Raw) (uses []use) {
	for _, path := range nullPaths(filter) {
		uses = append(uses, use{"a comparison of %s with null", path})
	}
	// A sort that cannot be read was refused by checkSort.
	_ = funnel.EachField(sort, func(path string, _ bson.RawValue) error {
		if strings.Contains(path, ".") {
			uses = append(uses, use{"a sort by %s", path})
		}
		return nil
	})
	return uses
}

// nullPaths are the paths that a filter compares with null, at any depth.
func nullPaths(filter bson.Raw) (paths []string) {
	// A filter that cannot be read was refused by checkFilter.
	_ = funnel.EachField(filter, func(key string, v bson.RawValue) error {
		switch {
		case isJunction(key):
			for _, part := range funnel.DocumentsOf(v) {
				paths = append(paths, nullPaths(part)...)
			}
		case strings.Contains(key, ".") && comparesNull(v):
			paths = append(paths, key)
		}
		return nil
	})
	return paths
}

// comparesNull reports whether null is what a value, or one of the conditions on it, looks for.
func comparesNull(v bson.RawValue) bool {
	conditions, ok := v.DocumentOK()
	if !ok {
		return v.Type == bson.TypeNull
	}
	found := false
	_ = funnel.EachField(conditions, func(operator string, operand bson.RawValue) error {
		switch operator {
		case "$eq", "$ne", "$gte", "$lte", "$not":
			found = found || comparesNull(operand)
		case "$in", "$nin", "$all":
			found = found || slices.ContainsFunc(funnel.ElementsOf(operand), comparesNull)
		}
		return nil
	})
	return found
}

// anyArray reports whether a path is an array in any document of the operation's collection.
func (a *arrays) anyArray(ctx context.Context, op *funnel.Operation, path string) (bool, error) {
	at := place{op.Database + "." + op.Collection, path}
	if found, known := a.memory.known[at]; known {
		return found, nil
	}
	filter, err := bson.Marshal(bson.D{{Key: path, Value: bson.D{{Key: "$type", Value: "array"}}}})
	if err != nil {
		return false, err
	}
	look := *op
	look.Request, look.WholeReply = &funnel.Find{Filter: filter, Limit: 1}, false
	result, err := a.next.Do(ctx, &look)
	if err != nil {
		return false, err
	}
	document, err := result.Cursor.Next(ctx)
	if err := errors.Join(err, result.Cursor.Close(ctx)); err != nil {
		return false, err
	}
	a.memory.known[at] = document != nil
	return document != nil, nil
}
