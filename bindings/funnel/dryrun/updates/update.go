package updates

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Apply is the document after an update with operators, as at the time now.
func Apply(document, update bson.Raw, now time.Time) (bson.Raw, error) {
	before, err := decode(document)
	if err != nil {
		return nil, err
	}
	after, err := operate(before, update, now, false)
	if err != nil {
		return nil, err
	}
	if id := find(before, "_id"); !same(id, find(after, "_id")) {
		return nil, errors.New("the server refuses to change an _id")
	}
	return bson.Marshal(after)
}

// Replace is the document after a replacement: its _id stays.
func Replace(document, replacement bson.Raw) (bson.Raw, error) {
	fields, err := decode(replacement)
	if err != nil {
		return nil, err
	}
	var id any = document.Lookup("_id")
	after := bson.D{{Key: "_id", Value: id}}
	for _, e := range fields {
		if e.Key != "_id" {
			after = append(after, e)
			continue
		}
		before, err := decode(document)
		if err != nil {
			return nil, err
		}
		if !same(find(before, "_id"), e.Value) {
			return nil, errors.New("the server refuses to change an _id")
		}
	}
	return bson.Marshal(after)
}

// step is one field of an operator.
type step struct {
	operator string
	path     []string
	argument any
}

// operate applies the operators, field by field in the order of their paths, as the server does.
func operate(before bson.D, update bson.Raw, now time.Time, insert bool) (bson.D, error) {
	steps, err := stepsOf(update)
	if err != nil {
		return nil, err
	}
	after := bson.D(copied(before).(bson.D))
	for _, s := range steps {
		if s.operator == "$setOnInsert" && !insert {
			continue
		}
		if s.operator == "$setOnInsert" {
			s.operator = "$set"
		}
		if s.operator == "$rename" {
			after, err = rename(before, after, s)
		} else {
			after, err = s.apply(after, now)
		}
		if err != nil {
			return nil, err
		}
	}
	return after, nil
}

// stepsOf sorts the fields of all operators, and refuses what the server would refuse, and what is not known here.
func stepsOf(update bson.Raw) ([]step, error) {
	operators, err := decode(update)
	if err != nil {
		return nil, err
	}
	var steps []step
	var paths [][]string
	for _, o := range operators {
		if !known(o.Key) {
			return nil, fmt.Errorf("the operator %s", o.Key)
		}
		fields, ok := o.Value.(bson.D)
		if !ok {
			return nil, fmt.Errorf("the server refuses %s without fields", o.Key)
		}
		for _, f := range fields {
			path, err := pathOf(f.Key)
			if err != nil {
				return nil, err
			}
			s := step{operator: o.Key, path: path, argument: f.Value}
			if o.Key == "$rename" {
				to, _ := f.Value.(string)
				if s.path, err = pathOf(to); err != nil {
					return nil, err
				}
				s.argument = path
				paths = append(paths, path)
			}
			steps, paths = append(steps, s), append(paths, s.path)
		}
	}
	if at, ok := conflict(paths); ok {
		return nil, fmt.Errorf("the server refuses two changes of %s at once", at)
	}
	sort.SliceStable(steps, func(i, j int) bool { return earlier(steps[i].path, steps[j].path) })
	return steps, nil
}

// known reports whether an operator is one of those that are worked out here.
func known(operator string) bool {
	switch operator {
	case "$set", "$setOnInsert", "$unset", "$inc", "$mul", "$min", "$max", "$rename", "$currentDate",
		"$push", "$addToSet", "$pull", "$pullAll", "$pop":
		return true
	}
	return false
}

// pathOf splits a path; a positional operator in it is an error.
func pathOf(name string) ([]string, error) {
	path := strings.Split(name, ".")
	for i, part := range path {
		switch {
		case part == "":
			return nil, fmt.Errorf("the server refuses the path %q", name)
		case part[0] == '$' && i > 0 && (part == "$" || strings.HasPrefix(part, "$[")):
			return nil, fmt.Errorf("the positional operator in %s", name)
		}
	}
	return path, nil
}

// conflict finds a path that is another one, or lies within it.
func conflict(paths [][]string) (string, bool) {
	for i, a := range paths {
		for j, b := range paths {
			if i != j && len(a) <= len(b) && strings.Join(a, ".") == strings.Join(b[:len(a)], ".") {
				return strings.Join(a, "."), true
			}
		}
	}
	return "", false
}

// earlier is the order in which the server applies fields: by name, numbers as numbers.
func earlier(a, b []string) bool {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		x, xErr := strconv.ParseUint(a[i], 10, 32)
		y, yErr := strconv.ParseUint(b[i], 10, 32)
		if xErr == nil && yErr == nil && x != y {
			return x < y
		}
		return a[i] < b[i]
	}
	return len(a) < len(b)
}

// apply does one step.
func (s step) apply(d bson.D, now time.Time) (bson.D, error) {
	if s.operator == "$unset" {
		return unset(d, s.path), nil
	}
	old, found := lookup(d, s.path)
	value, write, err := s.value(old, found, now)
	if err != nil || !write {
		return d, err
	}
	return set(d, s.path, value)
}

// value is what a field becomes; write is false where nothing is to be done.
func (s step) value(old any, found bool, now time.Time) (value any, write bool, err error) {
	switch s.operator {
	case "$set":
		return s.argument, true, nil
	case "$inc", "$mul":
		value, err = s.calculate(old, found)
		return value, true, err
	case "$min", "$max":
		if !found {
			return s.argument, true, nil
		}
		order, ok := compare(s.argument, old)
		if !ok {
			return nil, false, fmt.Errorf("%s of values that are not compared here", s.operator)
		}
		return s.argument, s.operator == "$min" && order < 0 || s.operator == "$max" && order > 0, nil
	case "$currentDate":
		value, err = currentDate(s.argument, now)
		return value, true, err
	}
	return s.list(old, found)
}

func currentDate(argument any, now time.Time) (any, error) {
	if asked, ok := argument.(bson.D); ok {
		switch find(asked, "$type") {
		case "timestamp":
			return bson.Timestamp{T: uint32(now.Unix()), I: 1}, nil
		case "date":
			return bson.NewDateTimeFromTime(now), nil
		}
		return nil, errors.New("the server refuses this $currentDate")
	}
	if _, ok := argument.(bool); !ok {
		return nil, errors.New("the server refuses this $currentDate")
	}
	return bson.NewDateTimeFromTime(now), nil
}

// rename moves a field: its value is the one before the update.
func rename(before, after bson.D, s step) (bson.D, error) {
	from, ok := s.argument.([]string)
	if !ok {
		return nil, errors.New("the server refuses this $rename")
	}
	for _, path := range [][]string{from, s.path} {
		if crossesArray(before, path) {
			return nil, errors.New("the server refuses to rename within an array")
		}
	}
	value, found := lookup(before, from)
	if !found {
		return after, nil
	}
	moved, err := set(after, s.path, value)
	if err != nil {
		return nil, err
	}
	return unset(moved, from), nil
}
