package funnel

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// EachField calls f with each field of a document, which may be nil, until f returns an error.
func EachField(d bson.Raw, f func(key string, v bson.RawValue) error) error {
	if d == nil {
		return nil
	}
	elements, err := d.Elements()
	if err != nil {
		return fmt.Errorf("read a document: %w", err)
	}
	for _, e := range elements {
		if err := f(e.Key(), e.Value()); err != nil {
			return err
		}
	}
	return nil
}

// FirstKey is the name of a document's first field, or "". The first field of a command is the command's name, that of
// a stage or an update is an operator: "$match", "$set".
func FirstKey(d bson.Raw) string {
	if e, err := d.IndexErr(0); err == nil {
		return e.Key()
	}
	return ""
}

// ElementsOf are the elements of an array; nil for any other value.
func ElementsOf(v bson.RawValue) []bson.RawValue {
	array, ok := v.ArrayOK()
	if !ok {
		return nil
	}
	values, err := array.Values()
	if err != nil {
		return nil
	}
	return values
}

// DocumentsOf are the documents among the elements of an array: the stages of a pipeline, the statements of an update.
func DocumentsOf(v bson.RawValue) []bson.Raw {
	var documents []bson.Raw
	for _, value := range ElementsOf(v) {
		if document, ok := value.DocumentOK(); ok {
			documents = append(documents, document)
		}
	}
	return documents
}

// DocumentAt is the document in a field of another, or nil.
func DocumentAt(d bson.Raw, key string) bson.Raw {
	document, _ := d.Lookup(key).DocumentOK()
	return document
}

// Below is the path of a field within the one at path: below("lines", "sku") is "lines.sku".
func Below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// EmptyDocument is {}.
func EmptyDocument() bson.Raw { return bson.Raw{5, 0, 0, 0, 0} }

// orEmpty is the document, or {} for one that was not given.
func orEmpty(d bson.Raw) bson.Raw {
	if d == nil {
		return EmptyDocument()
	}
	return d
}
