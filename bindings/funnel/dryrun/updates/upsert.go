package updates

import (
	"errors"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Upsert is the document that an upsert inserts where the filter matches nothing: with update's operators, or as a
// replacement. made is true where its _id is a new one, which the server would make itself.
func Upsert(filter, change bson.Raw, now time.Time) (document bson.Raw, made bool, err error) {
	conditions, err := decode(filter)
	if err != nil {
		return nil, false, err
	}
	fields, err := decode(change)
	if err != nil {
		return nil, false, err
	}
	equal := bson.D{}
	if err := equalities(conditions, &equal); err != nil {
		return nil, false, err
	}
	d := fields
	if len(fields) > 0 && strings.HasPrefix(fields[0].Key, "$") {
		d, err = operate(equal, change, now, true)
	} else if id := indexOf(equal, "_id"); id >= 0 && indexOf(fields, "_id") < 0 {
		d = append(bson.D{equal[id]}, fields...)
	}
	if err != nil {
		return nil, false, err
	}
	d, made = withID(d)
	document, err = bson.Marshal(d)
	return document, made, err
}

// withID puts the _id first, a new one where it lacks one.
func withID(d bson.D) (bson.D, bool) {
	i := indexOf(d, "_id")
	if i < 0 {
		return append(bson.D{{Key: "_id", Value: bson.NewObjectID()}}, d...), true
	}
	sorted := bson.D{d[i]}
	sorted = append(sorted, d[:i]...)
	return append(sorted, d[i+1:]...), false
}

// equalities are the fields that a filter wants to have one value.
func equalities(filter bson.D, to *bson.D) error {
	for _, e := range filter {
		if e.Key == "$and" {
			parts, _ := e.Value.(bson.A)
			for _, part := range parts {
				if inner, ok := part.(bson.D); ok {
					if err := equalities(inner, to); err != nil {
						return err
					}
				}
			}
			continue
		}
		if strings.HasPrefix(e.Key, "$") {
			if e.Key == "$or" || e.Key == "$expr" {
				return errors.New("an upsert by " + e.Key)
			}
			continue
		}
		value, ok, err := equality(e.Value)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if *to, err = set(*to, strings.Split(e.Key, "."), value); err != nil {
			return err
		}
	}
	return nil
}

// equality is the one value that a condition wants, if it wants one.
func equality(condition any) (any, bool, error) {
	d, ok := condition.(bson.D)
	if _, isRegex := condition.(bson.Regex); isRegex {
		return nil, false, nil
	}
	if !ok || len(d) == 0 || !strings.HasPrefix(d[0].Key, "$") || d[0].Key == "$ref" || d[0].Key == "$id" {
		return condition, true, nil
	}
	if i := indexOf(d, "$eq"); i >= 0 {
		return d[i].Value, true, nil
	}
	for _, operator := range []string{"$in", "$all"} {
		if i := indexOf(d, operator); i >= 0 {
			if values, ok := d[i].Value.(bson.A); ok && len(values) == 1 {
				return nil, false, errors.New("an upsert by " + operator)
			}
		}
	}
	return nil, false, nil
}
