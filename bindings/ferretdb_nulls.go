package bindings

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// checkNulls refuses a comparison with null on a path, as {'lines.sku': null} and {'lines.sku': {$ne: null}}, if the path
// leads through an array in any document of the collection: FerretDB overlooks the elements that lack the field. Such
// comparisons are common, and right where there are no arrays, so the data is asked.
func checkNulls(ctx context.Context, next Doer, op *Operation) error {
	asked := map[string]bool{}
	for _, filter := range filtersOf(op.Request) {
		for _, path := range nullPaths(filter) {
			for i, c := range path {
				if c != '.' || asked[path[:i]] {
					continue
				}
				asked[path[:i]] = true
				found, err := anyArray(ctx, next, op, path[:i])
				if err != nil {
					return err
				}
				if found {
					return fmt.Errorf("%s: %w", op, unsupported("a comparison of %s with null, since %s is an array in some documents", path, path[:i]))
				}
			}
		}
	}
	return nil
}

// filtersOf are the filters of a request. Of a pipeline it is that of the first stage: behind others, documents may have
// another shape.
func filtersOf(r Request) []bson.Raw {
	switch r := r.(type) {
	case *Find:
		return []bson.Raw{r.Filter}
	case *Count:
		return []bson.Raw{r.Filter}
	case *Distinct:
		return []bson.Raw{r.Filter}
	case *FindAndModify:
		return []bson.Raw{r.Filter}
	case *Bulk:
		filters := make([]bson.Raw, len(r.Writes))
		for i := range r.Writes {
			filters[i] = r.Writes[i].Filter
		}
		return filters
	case *Aggregate:
		if len(r.Pipeline) > 0 {
			return []bson.Raw{documentIn(r.Pipeline[0], "$match")}
		}
	}
	return nil
}

// nullPaths are the paths that a filter compares with null, at any depth.
func nullPaths(filter bson.Raw) (paths []string) {
	_ = eachField(filter, func(key string, v bson.RawValue) error { // one that cannot be read was refused by checkFilter
		switch {
		case isJunction(key):
			for _, part := range stagesOf(v) {
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
	_ = eachField(conditions, func(operator string, operand bson.RawValue) error {
		switch operator {
		case "$eq", "$ne", "$gte", "$lte", "$not":
			found = found || comparesNull(operand)
		case "$in", "$nin", "$all":
			found = found || slices.ContainsFunc(elementsOf(operand), comparesNull)
		}
		return nil
	})
	return found
}

// anyArray tells whether a path is an array in any document of the operation's collection.
func anyArray(ctx context.Context, next Doer, op *Operation, path string) (bool, error) {
	filter, err := bson.Marshal(bson.D{{Key: path, Value: bson.D{{Key: "$type", Value: "array"}}}})
	if err != nil {
		return false, err
	}
	look := *op
	look.Access, look.Request = Read, &Find{Filter: filter, Limit: 1}
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
