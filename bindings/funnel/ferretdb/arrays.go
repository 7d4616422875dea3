package ferretdb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// checkArrays refuses a comparison with null, as {'lines.sku': null} and {'lines.sku': {$ne: null}}, and a sort by a path, if
// the path leads through an array in any document of the collection: FerretDB overlooks the elements that lack the field, and
// does not sort by the least or greatest of them. Both are common, and right where there are no arrays, so the data is asked.
func checkArrays(ctx context.Context, next funnel.Doer, op *funnel.Operation) error {
	asked := map[string]bool{}
	for _, use := range usesOf(op.Request) {
		for i, c := range use.path {
			if c != '.' || asked[use.path[:i]] {
				continue
			}
			asked[use.path[:i]] = true
			found, err := anyArray(ctx, next, op, use.path[:i])
			if err != nil {
				return err
			}
			if found {
				return fmt.Errorf("%s: %w", op, unsupported("%s, since %s is an array in some documents", fmt.Sprintf(use.what, use.path), use.path[:i]))
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
	_ = funnel.EachField(sort, func(path string, _ bson.RawValue) error { // one that cannot be read was refused by checkSort
		if strings.Contains(path, ".") {
			uses = append(uses, use{"a sort by %s", path})
		}
		return nil
	})
	return uses
}

// nullPaths are the paths that a filter compares with null, at any depth.
func nullPaths(filter bson.Raw) (paths []string) {
	_ = funnel.EachField(filter, func(key string, v bson.RawValue) error { // one that cannot be read was refused by checkFilter
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

// comparesNull tells whether null is what a value, or one of the conditions on it, looks for.
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

// anyArray tells whether a path is an array in any document of the operation's collection.
func anyArray(ctx context.Context, next funnel.Doer, op *funnel.Operation, path string) (bool, error) {
	filter, err := bson.Marshal(bson.D{{Key: path, Value: bson.D{{Key: "$type", Value: "array"}}}})
	if err != nil {
		return false, err
	}
	look := *op
	look.Access, look.Request = funnel.Read, &funnel.Find{Filter: filter, Limit: 1}
	result, err := next.Do(ctx, &look)
	if err != nil {
		return false, err
	}
	document, err := result.Cursor.Next(ctx)
	if closing := result.Cursor.Close(ctx); err == nil {
		err = closing
	}
	return document != nil, err
}
