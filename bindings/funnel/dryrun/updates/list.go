package updates

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// list is what an operator on arrays makes of a field.
func (s step) list(old any, found bool) (value any, write bool, err error) {
	array, isArray := old.(bson.A)
	if found && !isArray {
		return nil, false, fmt.Errorf("the server refuses %s on what is no array", s.operator)
	}
	switch s.operator {
	case "$push":
		more, err := each(s.operator, s.argument)
		return append(array[:len(array):len(array)], more...), err == nil, err
	case "$addToSet":
		more, err := each(s.operator, s.argument)
		if err != nil {
			return nil, false, err
		}
		return union(array, more), true, nil
	}
	if !found {
		return nil, false, nil // there is nothing to take away
	}
	switch s.operator {
	case "$pop":
		return s.pop(array)
	case "$pullAll":
		values, ok := s.argument.(bson.A)
		if !ok {
			return nil, false, fmt.Errorf("the server refuses $pullAll without an array")
		}
		return without(array, values), true, nil
	}
	switch s.argument.(type) {
	case bson.D, bson.A, bson.Regex:
		return nil, false, fmt.Errorf("$pull with a condition")
	}
	return without(array, bson.A{s.argument}), true, nil
}

// each is the list of values to add: those of $each, or the one.
func each(operator string, argument any) (bson.A, error) {
	modifiers, ok := argument.(bson.D)
	if !ok || indexOf(modifiers, "$each") < 0 {
		return bson.A{argument}, nil
	}
	for _, m := range modifiers {
		if m.Key != "$each" {
			return nil, fmt.Errorf("%s with %s", operator, m.Key)
		}
	}
	values, ok := find(modifiers, "$each").(bson.A)
	if !ok {
		return nil, fmt.Errorf("the server refuses $each without an array")
	}
	return values, nil
}

// union adds the values that are not there yet.
func union(array, more bson.A) bson.A {
	result := append(bson.A{}, array...)
	for _, v := range more {
		if !contains(result, v) {
			result = append(result, v)
		}
	}
	return result
}

func contains(array bson.A, v any) bool {
	for _, other := range array {
		if same(other, v) {
			return true
		}
	}
	return false
}

// without is the array without what is the same as one of the values.
func without(array, values bson.A) bson.A {
	result := bson.A{}
	for _, v := range array {
		if !contains(values, v) {
			result = append(result, v)
		}
	}
	return result
}

func (s step) pop(array bson.A) (any, bool, error) {
	order, ok := compare(s.argument, int32(0))
	first, _ := compare(s.argument, int32(-1))
	last, _ := compare(s.argument, int32(1))
	switch {
	case !ok || order == 0 || first != 0 && last != 0:
		return nil, false, fmt.Errorf("the server refuses this $pop")
	case len(array) == 0:
		return nil, false, nil
	case first == 0:
		return array[1:], true, nil
	}
	return array[:len(array)-1], true, nil
}
