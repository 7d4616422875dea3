package bindings

import (
	"bytes"
	"regexp"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// warnLiterals says what of a document or an update is stored as it stands, though it looks as if it were meant to be
// worked out: Extended JSON that nobody has read, and expressions in an update that is no pipeline. Servers take both
// without a word.
func (a *args) warnLiterals(stored bson.RawValue) {
	document, ok := stored.DocumentOK()
	switch {
	case !ok || bytes.IndexByte(document, '$') < 0:
	case !strings.HasPrefix(firstKey(document), "$"):
		a.check(a.warnMarks(document, "", false))
	default:
		for _, operator := range []string{"$set", "$setOnInsert"} {
			fields, ok := document.Lookup(operator).DocumentOK()
			if ok && bytes.IndexByte(fields, '$') >= 0 {
				a.check(a.warnMarks(fields, "", true))
				a.check(a.warnReferences(operator, fields))
			}
		}
	}
}

// fieldReference is a text that in an expression is the value of a field.
var fieldReference = regexp.MustCompile(`^\$[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$`)

func (a *args) warnReferences(operator string, fields bson.Raw) error {
	return eachField(fields, func(path string, v bson.RawValue) error {
		if text, ok := v.StringValueOK(); ok && fieldReference.MatchString(text) {
			a.s.warn("literal reference", "%s stores the text '%s' in %s: fields are referred to in a pipeline alone, [{%s: …}]", a, text, path, operator)
		}
		return nil
	})
}

// warnMarks looks for documents whose first field begins with $, at any depth.
func (a *args) warnMarks(d bson.Raw, path string, update bool) error {
	return eachField(d, func(key string, v bson.RawValue) error {
		inner, ok := v.DocumentOK()
		if array, isArray := v.ArrayOK(); isArray {
			inner, ok = bson.Raw(array), true
		}
		if !ok || bytes.IndexByte(inner, '$') < 0 {
			return nil
		}
		at, mark := below(path, key), firstKey(inner)
		switch {
		case isExtendedJSON(mark):
			a.s.warn("literal EJSON", "%s stores {%s: …} in %s as it stands: EJSON.deserialize(…) makes values of Extended JSON", a, mark, at)
		case update && strings.HasPrefix(mark, "$") && mark != "$ref" && mark != "$id":
			a.s.warn("literal expression", "%s stores {%s: …} in %s as it stands: expressions are worked out in a pipeline alone, [{$set: …}]", a, mark, at)
		default:
			return a.warnMarks(inner, at, update)
		}
		return nil
	})
}

// isExtendedJSON tells the fields that stand for a type in Extended JSON.
func isExtendedJSON(name string) bool {
	switch name {
	case "$oid", "$date", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$binary", "$uuid", "$timestamp",
		"$regularExpression", "$minKey", "$maxKey":
		return true
	}
	return false
}
