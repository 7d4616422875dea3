package ferretdb

import (
	"context"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// spreadConditions writes filters so that FerretDB means by them what MongoDB does. Where a path leads through an array
// of documents, as lines.sku may, MongoDB asks of each condition whether any element meets it, and of a negation
// whether none does. FerretDB asks one element for all conditions together, and calls a negation met as soon as one
// element meets it. So each condition is sent by itself, and a negation as $nor:
//
//	{'a.k': {$gt: 1, $lt: 9}}   becomes   {$and: [{'a.k': {$gt: 1}}, {'a.k': {$lt: 9}}]}
//	{'a.k': {$ne: 1}}           becomes   {$and: [{$nor: [{'a.k': {$eq: 1}}]}]}
//
// What cannot be said in another way is a null, which MongoDB finds in an element that lacks the field, and a sort: see
// arrays. A command that a script spelled out needs nothing of this, or checkSpelled has refused it.
func spreadConditions(next funnel.Doer) funnel.Doer {
	return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
		sent := *op
		var err error
		if sent.Request, err = mapFilters(op.Request, spread); err != nil {
			return &funnel.Result{}, err
		}
		return next.Do(ctx, &sent)
	})
}

// mapFilters is the request with each of its filters as f gives it back.
func mapFilters(r funnel.Request, f func(filter bson.Raw) (bson.Raw, error)) (funnel.Request, error) {
	var err error
	switch r := r.(type) {
	case *funnel.Find:
		sent := *r
		sent.Filter, err = f(r.Filter)
		return &sent, err
	case *funnel.Count:
		sent := *r
		sent.Filter, err = f(r.Filter)
		return &sent, err
	case *funnel.Distinct:
		sent := *r
		sent.Filter, err = f(r.Filter)
		return &sent, err
	case *funnel.FindAndModify:
		sent := *r
		sent.Filter, err = f(r.Filter)
		return &sent, err
	case *funnel.Bulk:
		sent := *r
		sent.Writes = slices.Clone(r.Writes)
		for i := range sent.Writes {
			if sent.Writes[i].Filter, err = f(r.Writes[i].Filter); err != nil {
				return nil, err
			}
		}
		return &sent, nil
	case *funnel.Aggregate:
		sent := *r
		sent.Pipeline = slices.Clone(r.Pipeline)
		for i, stage := range sent.Pipeline {
			if sent.Pipeline[i], err = mapStage(stage, f); err != nil {
				return nil, err
			}
		}
		return &sent, nil
	}
	return r, nil
}

func mapStage(stage bson.Raw, f func(filter bson.Raw) (bson.Raw, error)) (bson.Raw, error) {
	match := funnel.DocumentAt(stage, "$match")
	if match == nil {
		return stage, nil
	}
	match, err := f(match)
	if err != nil {
		return nil, err
	}
	return bson.Marshal(bson.D{{Key: "$match", Value: match}})
}

// spread is a filter by which FerretDB understands what MongoDB does by the one given.
func spread(filter bson.Raw) (bson.Raw, error) {
	if !needsSpread(filter) {
		return filter, nil
	}
	var s spreading
	if err := funnel.EachField(filter, s.field); err != nil {
		return nil, err
	}
	if len(s.all) > 0 {
		s.kept = append(s.kept, bson.E{Key: "$and", Value: s.all})
	}
	return bson.Marshal(s.kept)
}

// needsSpread reports whether a filter has conditions, at any depth, that FerretDB understands in its own way.
func needsSpread(filter bson.Raw) bool {
	found := false
	// A filter that cannot be read was refused by checkFilter.
	_ = funnel.EachField(filter, func(key string, v bson.RawValue) error {
		switch {
		case isJunction(key):
			found = found || slices.ContainsFunc(funnel.DocumentsOf(v), needsSpread)
		case strings.Contains(key, "."):
			found = found || ambiguous(v)
		}
		return nil
	})
	return found
}

// isJunction reports whether an operator takes a list of filters.
func isJunction(key string) bool { return key == "$and" || key == "$or" || key == "$nor" }

// ambiguous reports whether conditions mean something else to FerretDB on the elements of an array: several, or a
// negated one.
func ambiguous(v bson.RawValue) bool {
	conditions, ok := v.DocumentOK()
	if !ok || !strings.HasPrefix(funnel.FirstKey(conditions), "$") {
		return false
	}
	n, negated := 0, false
	_ = funnel.EachField(conditions, func(operator string, operand bson.RawValue) error {
		switch operator {
		case "$ne", "$nin", "$not":
			negated = true
		case "$all":
			n += len(funnel.ElementsOf(operand))
		case "$options":
		default:
			n++
		}
		return nil
	})
	return negated || n > 1
}

// spreading is a filter on its way: what stays at its place, where an upsert finds its fields, and what $and joins.
type spreading struct {
	kept bson.D
	all  bson.A
}

func (s *spreading) field(key string, v bson.RawValue) error {
	switch {
	case isJunction(key) && v.Type == bson.TypeArray:
		var parts bson.A
		for _, element := range funnel.ElementsOf(v) {
			part, ok := element.DocumentOK()
			if !ok {
				parts = append(parts, element)
				continue
			}
			part, err := spread(part)
			if err != nil {
				return err
			}
			parts = append(parts, part)
		}
		if key == "$and" {
			s.all = append(s.all, parts...)
		} else {
			s.kept = append(s.kept, bson.E{Key: key, Value: parts})
		}
		return nil
	case strings.Contains(key, ".") && ambiguous(v):
		return funnel.EachField(v.Document(), func(operator string, operand bson.RawValue) error {
			return s.condition(key, operator, operand, v.Document())
		})
	}
	s.kept = append(s.kept, bson.E{Key: key, Value: v})
	return nil
}

// condition adds one of the conditions on a path.
func (s *spreading) condition(path, operator string, operand bson.RawValue, among bson.Raw) error {
	one := bson.D{{Key: operator, Value: operand}}
	switch operator {
	case "$eq":
		s.kept = append(s.kept, bson.E{Key: path, Value: one})
		return nil
	case "$ne":
		return s.noElement(path, bson.D{{Key: "$eq", Value: operand}})
	case "$nin":
		return s.noElement(path, bson.D{{Key: "$in", Value: operand}})
	case "$not":
		return s.noElement(path, operand)
	case "$all":
		if elements := funnel.ElementsOf(operand); len(elements) > 0 { // an empty list finds nothing
			for _, element := range elements {
				s.all = append(s.all, bson.D{{Key: path, Value: bson.D{{Key: "$eq", Value: element}}}})
			}
			return nil
		}
	case "$regex":
		if options, err := among.LookupErr("$options"); err == nil {
			one = append(one, bson.E{Key: "$options", Value: options})
		}
	case "$options":
		if _, err := among.LookupErr("$regex"); err == nil {
			return nil
		}
	}
	s.all = append(s.all, bson.D{{Key: path, Value: one}})
	return nil
}

// noElement adds that no element meets a condition.
func (s *spreading) noElement(path string, condition any) error {
	filter, err := bson.Marshal(bson.D{{Key: path, Value: condition}})
	if err != nil {
		return err
	}
	if filter, err = spread(filter); err != nil {
		return err
	}
	s.all = append(s.all, bson.D{{Key: "$nor", Value: bson.A{bson.Raw(filter)}}})
	return nil
}
