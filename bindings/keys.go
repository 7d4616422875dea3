package bindings

import (
	"fmt"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// keyList reads a list of fields with a direction or a kind each, as sort orders and indexes have them, in the
// spellings that the drivers take:
//
//	{a: 1, b: -1}   'a'   ['a', -1]   ['a', 'b']   [['a', 1], ['b', -1]]   [{a: 1}, {b: -1}]   new Map([['a', 1]])
func (a *args) keyList(v goja.Value, what string) bson.Raw {
	return a.encode(a.keys(v, what))
}

func (a *args) keys(v goja.Value, what string) bson.D {
	if name, ok := v.Export().(string); ok {
		return bson.D{{Key: name, Value: int32(1)}}
	}
	if !a.isArray(v) {
		return a.directions(a.marshal(v, what), what)
	}
	list := a.elements(v, what)
	if len(list) == 2 && isText(list[0]) && isDirection(list[1]) {
		return bson.D{{Key: list[0].String(), Value: a.direction(a.value(list[1], what), what)}}
	}
	var keys bson.D
	for _, element := range list {
		keys = append(keys, a.keys(element, what)...)
	}
	return keys
}

func (a *args) directions(raw bson.Raw, what string) bson.D {
	elements, err := raw.Elements()
	a.check(err)
	keys := make(bson.D, len(elements))
	for i, e := range elements {
		keys[i] = bson.E{Key: e.Key(), Value: a.direction(e.Value(), what)}
	}
	return keys
}

// direction makes the words for a direction into numbers, and leaves all else as it is: numbers, kinds of index,
// $meta.
func (a *args) direction(v bson.RawValue, what string) any {
	word, ok := v.StringValueOK()
	if !ok {
		return v
	}
	switch strings.ToLower(word) {
	case "asc", "ascending", "1":
		return int32(1)
	case "desc", "descending", "-1":
		return int32(-1)
	}
	return v
}

func isText(v goja.Value) bool {
	_, ok := v.Export().(string)
	return ok
}

// isDirection reports whether the second of two elements is the direction of the first: a number or a word.
func isDirection(v goja.Value) bool {
	switch d := v.Export().(type) {
	case int64:
		return d == 1 || d == -1
	case string:
		switch strings.ToLower(d) {
		case "asc", "ascending", "desc", "descending", "1", "-1", "text", "2d", "2dsphere", "hashed":
			return true
		}
	}
	return false
}

// indexName is the name that the server gives an index: a_1_b_-1.
func indexName(keys bson.D) string {
	parts := make([]string, 0, 2*len(keys))
	for _, key := range keys {
		parts = append(parts, key.Key, indexKind(key.Value))
	}
	return strings.Join(parts, "_")
}

func indexKind(v any) string {
	raw, ok := v.(bson.RawValue)
	if !ok {
		return fmt.Sprint(v)
	}
	if text, ok := raw.StringValueOK(); ok {
		return text
	}
	if n, ok := raw.AsInt64OK(); ok {
		return fmt.Sprint(n)
	}
	return raw.String()
}
