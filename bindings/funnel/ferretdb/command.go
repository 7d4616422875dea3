package ferretdb

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// maxUpdates is how many updates one command may hold. FerretDB keeps a connection to SQLite for each until the command
// ends, and hangs for good when it has used up all hundred of them.
const maxUpdates = 50

// checkCommand looks into a command as a script sends it, so that runCommand is no way round the checks.
func checkCommand(d bson.Raw) error {
	r := &funnel.Command{Document: d}
	switch r.Name() {
	case "insert":
		return eachDocument(d, "documents", checkDocument)
	case "update":
		if updates := funnel.DocumentsOf(d.Lookup("updates")); len(updates) > maxUpdates {
			return unsupported("more than %d updates in one command; use bulkWrite", maxUpdates)
		}
		return eachDocument(d, "updates", func(u bson.Raw) error { return firstError(refuseOptions(u), checkRawUpdate(u, "q", "u")) })
	case "delete":
		return eachDocument(d, "deletes", func(u bson.Raw) error { return firstError(refuseOptions(u), checkRawFilter(funnel.DocumentAt(u, "q"))) })
	case "findAndModify", "findandmodify":
		return firstError(refuseOptions(d, "fields"), checkRawSort(funnel.DocumentAt(d, "sort")), checkRawUpdate(d, "query", "update"))
	case "find":
		return firstError(refuseOptions(d, "min", "max"), checkRawFilter(funnel.DocumentAt(d, "filter")), checkProjection(funnel.DocumentAt(d, "projection")), checkRawSort(funnel.DocumentAt(d, "sort")))
	case "count", "distinct":
		return firstError(refuseOptions(d), checkRawFilter(funnel.DocumentAt(d, "query")))
	case "aggregate":
		return firstError(refuseOptions(d), checkPipeline(funnel.DocumentsOf(d.Lookup("pipeline"))), eachDocument(d, "pipeline", func(stage bson.Raw) error {
			return firstError(checkRawFilter(funnel.DocumentAt(stage, "$match")), checkRawSort(funnel.DocumentAt(stage, "$sort")))
		}))
	case "explain":
		return checkCommand(funnel.DocumentAt(d, "explain"))
	case "create":
		return checkCreate(d)
	case "createIndexes":
		return eachDocument(d, "indexes", checkIndex)
	case "collMod":
		return unsupported("collMod: changes of a collection or an index")
	case "renameCollection":
		if drop, _ := d.Lookup("dropTarget").BooleanOK(); drop {
			return unsupported("the option dropTarget")
		}
	}
	return checkSent(bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: d}, "")
}

// checkCreate refuses all options but those of a plain and of a capped collection: FerretDB ignores what it does not
// know, a typing mistake too.
func checkCreate(d bson.Raw) error {
	return funnel.EachField(d, func(name string, v bson.RawValue) error {
		switch name {
		case "create", "capped", "size", "comment", "writeConcern", "flags", "lsid", "$db", "$readPreference", "$clusterTime":
			return nil
		}
		if v.Type == bson.TypeNull {
			return nil
		}
		return unsupported("the option %s", name)
	})
}

// refuseOptions refuses the options that no command of FerretDB does anything with, and those named.
func refuseOptions(d bson.Raw, more ...string) error {
	for _, name := range append([]string{"hint", "collation", "let", "arrayFilters"}, more...) {
		if v, err := d.LookupErr(name); err == nil && v.Type != bson.TypeNull {
			return unsupported("the option %s", name)
		}
	}
	return nil
}

func eachDocument(d bson.Raw, key string, check func(bson.Raw) error) error {
	v, err := d.LookupErr(key)
	if err != nil {
		return nil
	}
	for _, document := range funnel.DocumentsOf(v) {
		if err := check(document); err != nil {
			return err
		}
	}
	return nil
}

// checkRawUpdate checks a filter and an update or a replacement.
func checkRawUpdate(d bson.Raw, filter, update string) error {
	upsert, _ := d.Lookup("upsert").BooleanOK()
	if err := firstError(checkRawFilter(funnel.DocumentAt(d, filter)), checkUpsert(upsert, funnel.DocumentAt(d, filter))); err != nil {
		return err
	}
	v, err := d.LookupErr(update)
	if err != nil {
		return nil
	}
	if document, ok := v.DocumentOK(); ok && !strings.HasPrefix(funnel.FirstKey(document), "$") {
		return checkDocument(document)
	}
	return checkUpdate(v)
}

// checkIndex refuses indexes that FerretDB cannot make. Its unique indexes are plain: it knows only whole fields.
func checkIndex(index bson.Raw) error {
	return funnel.EachField(index, func(key string, v bson.RawValue) error {
		switch key {
		case "key":
			fields, _ := v.DocumentOK()
			return funnel.EachField(fields, func(field string, kind bson.RawValue) error {
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
