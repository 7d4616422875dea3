package ferretdb

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// check refuses a value that the embedded database would get wrong. at is the name of the field that it stands in.
type check func(v bson.RawValue, at string) error

// fields are what a command may have: each with the check of its value.
type fields map[string]check

// allowed are the fields of a command that the embedded database understands as MongoDB does; nil for a command that it
// answers rightly whatever its fields, or refuses by itself, as those that it does not have.
//
// This is the list of what passes. What is found to be needed, and right, is one row more.
func allowed(command string) fields {
	switch command {
	case "find":
		return fields{
			"filter": filter, "projection": projection, "sort": order, "skip": plain, "limit": plain,
			"singleBatch": plain, "batchSize": plain, "allowDiskUse": plain,
		}
	case "aggregate":
		return fields{
			"pipeline": pipeline, "cursor": plain, "allowDiskUse": plain, "bypassDocumentValidation": plain,
		}
	case "count":
		return fields{"query": filter, "skip": plain, "limit": plain}
	case "distinct":
		return fields{"key": plain, "query": filter}
	case "insert":
		return fields{"documents": each(stored), "ordered": plain, "bypassDocumentValidation": plain}
	case "update":
		return fields{
			"ordered": plain, "bypassDocumentValidation": plain,
			"updates": each(statement(fields{"q": filter, "u": change, "multi": plain, "upsert": plain})),
		}
	case "delete":
		return fields{"ordered": plain, "deletes": each(statement(fields{"q": filter, "limit": plain}))}
	case "findAndModify", "findandmodify":
		return fields{
			"query": filter, "remove": plain, "update": change, "upsert": plain, "new": plain, "sort": order,
			"fields": no("projection"), "bypassDocumentValidation": plain,
		}
	case "explain":
		return fields{"explain": explained, "verbosity": plain}
	case "create":
		return fields{"capped": plain, "size": plain, "flags": plain}
	case "createIndexes":
		return fields{"indexes": each(index), "commitQuorum": plain}
	case "dropIndexes":
		return fields{"index": plain}
	case "drop", "dropDatabase":
		return fields{}
	case "renameCollection":
		return fields{"to": plain, "dropTarget": onlyFalse}
	}
	return nil
}

// common are the fields that any command may have.
func common(name string) bool {
	switch name {
	case "comment", "writeConcern", "readConcern", "maxTimeMS", "lsid", "$db", "$readPreference", "$clusterTime":
		return true
	}
	return false
}

// checkCommand refuses a command with a field that is not allowed, or with a value that is not.
func checkCommand(command bson.Raw) error {
	name := funnel.FirstKey(command)
	if name == "collMod" {
		return unsupported("collMod: changes of a collection or an index")
	}
	list := allowed(name)
	if list == nil {
		return plain(bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: command}, "")
	}
	return list.check(command, func(field string) bool { return field == name || common(field) })
}

// check refuses the fields of a document that are not in the list and for which besides is false. A field that is there
// and null counts as absent. Which fields there are is looked at first, and then their values.
func (f fields) check(d bson.Raw, besides func(field string) bool) error {
	err := funnel.EachField(d, func(field string, v bson.RawValue) error {
		if f[field] == nil && !besides(field) && v.Type != bson.TypeNull {
			return unsupported("the option %s", field)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return funnel.EachField(d, func(field string, v bson.RawValue) error {
		if c := f[field]; c != nil {
			return c(v, field)
		}
		return plain(v, "")
	})
}

// statement is the check of a document that may have these fields.
func statement(f fields) check {
	return func(v bson.RawValue, _ string) error {
		return f.check(documentOf(v), func(string) bool { return false })
	}
}

// plain is the check of a value that has no meaning of its own: it only has to be one that can be sent.
func plain(v bson.RawValue, _ string) error { return checkSent(v, "") }

func filter(v bson.RawValue, _ string) error     { return checkFilter(documentOf(v)) }
func projection(v bson.RawValue, _ string) error { return checkProjection(documentOf(v)) }
func order(v bson.RawValue, _ string) error      { return checkSort(documentOf(v)) }
func stored(v bson.RawValue, _ string) error     { return checkDocument(documentOf(v)) }
func index(v bson.RawValue, _ string) error      { return checkIndex(documentOf(v)) }
func explained(v bson.RawValue, _ string) error  { return checkCommand(documentOf(v)) }
func pipeline(v bson.RawValue, _ string) error   { return checkPipeline(funnel.DocumentsOf(v)) }

func documentOf(v bson.RawValue) bson.Raw {
	document, _ := v.DocumentOK()
	return document
}

// change is the check of an update, or of a whole document that takes the place of another.
func change(v bson.RawValue, _ string) error {
	if document, ok := v.DocumentOK(); ok && !strings.HasPrefix(funnel.FirstKey(document), "$") {
		return checkDocument(document)
	}
	return checkUpdate(v)
}

// no refuses what is known to be wrong, by the name that methods have for it.
func no(option string) check {
	return func(bson.RawValue, string) error { return unsupported("the option %s", option) }
}

func onlyFalse(v bson.RawValue, at string) error {
	if given, _ := v.BooleanOK(); given {
		return unsupported("the option %s", at)
	}
	return nil
}

// each is the check of an array by one of its elements.
func each(c check) check {
	return func(v bson.RawValue, at string) error {
		for _, element := range funnel.ElementsOf(v) {
			if err := c(element, at); err != nil {
				return err
			}
		}
		return nil
	}
}

// checkIndex refuses indexes that FerretDB cannot make. Its unique indexes are plain: it knows only whole fields.
func checkIndex(spec bson.Raw) error {
	return funnel.EachField(spec, func(key string, v bson.RawValue) error {
		switch key {
		case "key":
			return funnel.EachField(documentOf(v), func(field string, kind bson.RawValue) error {
				if !kind.IsNumber() || strings.Contains(field, "$") {
					return unsupported("the kind of index {%s: %s}", field, kind)
				}
				return nil
			})
		case "name", "unique", "sparse", "background":
			return nil
		}
		return unsupported("the index option %s", key)
	})
}
