package funnel

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"migrator/runtime/fault"
)

// Keep refuses what would change collections that are not the script's to change: those that hold the lock under which it
// runs and the registry that says what was done. The option, if there is one, is named as the way to do it all the same.
func Keep(database string, collections []string, option string) Middleware {
	k := kept{database: database, collections: collections}
	if option != "" {
		option = "if it is migrator's, and that is what you mean, add " + option
	}
	return func(next Doer) Doer {
		return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
			if err := k.refuse(op); err != nil {
				return &Result{}, fault.Then(fmt.Errorf("%s: %w", op, err), option)
			}
			return next.Do(ctx, op)
		})
	}
}

type kept struct {
	database    string
	collections []string
}

func (k kept) refuse(op *Operation) error {
	if !Changes(op) {
		return nil
	}
	for _, namespace := range written(op) {
		database, collection, _ := strings.Cut(namespace, ".")
		switch {
		case database != k.database:
		case collection == "":
			return fault.New(fault.Script, "drop the collections that are meant, one by one, or keep the registry in another database (registry.database in migrator.yaml)",
				"the database %s holds the registry, and the lock of this run", database)
		case slices.Contains(k.collections, collection):
			return fault.New(fault.Script, "if it is one of the application's, keep the registry under another name (migrations.collection in migrator.yaml)",
				"the collection %s is that of migrator's registry, history or lock", collection)
		}
	}
	return nil
}

// written are the namespaces that an operation changes as a whole or in parts; a database that is dropped has no collection.
func written(op *Operation) []string {
	own := op.Database + "." + op.Collection
	switch r := op.Request.(type) {
	case *Bulk, *FindAndModify:
		return []string{own}
	case *Aggregate:
		return []string{Target(op, r.Pipeline[len(r.Pipeline)-1])}
	case *Command:
		switch name := r.Name(); name {
		case "dropDatabase":
			return []string{op.Database}
		case "renameCollection":
			from, _ := r.Document.Lookup(name).StringValueOK()
			to, _ := r.Document.Lookup("to").StringValueOK()
			return []string{from, to}
		case "aggregate":
			stages := DocumentsOf(r.Document.Lookup("pipeline"))
			return []string{Target(op, stages[len(stages)-1])}
		case "bulkWrite":
			var all []string
			for _, info := range DocumentsOf(r.Document.Lookup("nsInfo")) {
				namespace, _ := info.Lookup("ns").StringValueOK()
				all = append(all, namespace)
			}
			return all
		case "insert", "update", "delete", "findAndModify", "findandmodify", "drop", "convertToCapped", "create", "collMod":
			collection, _ := r.Document.Lookup(name).StringValueOK()
			return []string{op.Database + "." + collection}
		}
	}
	return nil
}
