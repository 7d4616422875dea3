package updates

import (
	"fmt"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// maxPadding is how far beyond the end of an array the server sets an element; what is between becomes null.
const maxPadding = 1_500_000

func decode(raw bson.Raw) (bson.D, error) {
	d := bson.D{}
	if err := bson.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("a document that cannot be read: %w", err)
	}
	return d, nil
}

// copied is a value that shares nothing that can be changed.
func copied(v any) any {
	switch v := v.(type) {
	case bson.D:
		d := make(bson.D, len(v))
		for i, e := range v {
			d[i] = bson.E{Key: e.Key, Value: copied(e.Value)}
		}
		return d
	case bson.A:
		a := make(bson.A, len(v))
		for i, element := range v {
			a[i] = copied(element)
		}
		return a
	}
	return v
}

// find is a field's value, or nil.
func find(d bson.D, key string) any {
	if i := indexOf(d, key); i >= 0 {
		return d[i].Value
	}
	return nil
}

func indexOf(d bson.D, key string) int {
	for i, e := range d {
		if e.Key == key {
			return i
		}
	}
	return -1
}

// element is a part of a path as a place in an array.
func element(part string) (int, bool) {
	n, err := strconv.ParseUint(part, 10, 31)
	return int(n), err == nil && (part == "0" || part[0] != '0')
}

// lookup is the value at a path.
func lookup(v any, path []string) (any, bool) {
	for _, part := range path {
		switch container := v.(type) {
		case bson.D:
			i := indexOf(container, part)
			if i < 0 {
				return nil, false
			}
			v = container[i].Value
		case bson.A:
			i, ok := element(part)
			if !ok || i >= len(container) {
				return nil, false
			}
			v = container[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// crossesArray reports whether a path leads through an array.
func crossesArray(v any, path []string) bool {
	for i := range path {
		if inner, ok := lookup(v, path[:i]); ok {
			if _, isArray := inner.(bson.A); isArray {
				return true
			}
		}
	}
	return false
}

// set gives the field at a path a value; what is missing on the way is made.
func set(d bson.D, path []string, value any) (bson.D, error) {
	changed, err := setIn(d, path, value)
	if err != nil {
		return nil, err
	}
	return changed.(bson.D), nil
}

func setIn(container any, path []string, value any) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	switch c := container.(type) {
	case bson.D:
		i := indexOf(c, path[0])
		if i < 0 {
			return append(c, bson.E{Key: path[0], Value: nested(path[1:], value)}), nil
		}
		inner, err := setIn(c[i].Value, path[1:], value)
		c[i].Value = inner
		return c, err
	case bson.A:
		i, ok := element(path[0])
		if !ok || i-len(c) > maxPadding {
			break
		}
		if i >= len(c) {
			for len(c) < i {
				c = append(c, nil)
			}
			return append(c, nested(path[1:], value)), nil
		}
		inner, err := setIn(c[i], path[1:], value)
		c[i] = inner
		return c, err
	}
	return nil, fmt.Errorf("the server refuses to create the field %s there", path[0])
}

// nested is the value with the documents that the rest of its path needs.
func nested(path []string, value any) any {
	for i := len(path) - 1; i >= 0; i-- {
		value = bson.D{{Key: path[i], Value: value}}
	}
	return value
}

// unset removes the field at a path; an element of an array becomes null.
func unset(d bson.D, path []string) bson.D {
	changed, ok := unsetIn(d, path).(bson.D)
	if !ok {
		return d
	}
	return changed
}

func unsetIn(container any, path []string) any {
	switch c := container.(type) {
	case bson.D:
		i := indexOf(c, path[0])
		if i < 0 {
			return c
		}
		if len(path) == 1 {
			return append(c[:i:i], c[i+1:]...)
		}
		c[i].Value = unsetIn(c[i].Value, path[1:])
		return c
	case bson.A:
		i, ok := element(path[0])
		if !ok || i >= len(c) {
			return c
		}
		if len(path) == 1 {
			c[i] = nil
			return c
		}
		c[i] = unsetIn(c[i], path[1:])
		return c
	}
	return container
}
