package funnel

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"migrator/runtime/fault"
)

// Keep refuses what would change collections that are not the script's to change: those that hold the lock under which
// it runs and the registry that says what was done. The option, if there is one, is named as the way to do it all the
// same.
func Keep(database string, collections []string, option string) Middleware {
	k := kept{database: database, collections: collections}
	if option != "" {
		option = "if it is migrator's, and that is what you mean, add " + option
	}
	return func(next Doer) Doer {
		return DoerFunc(func(ctx context.Context, op *Operation) (*Result, error) {
			for _, name := range Names(op) {
				if err := k.refuse(name); err != nil {
					return &Result{}, fault.Then(fmt.Errorf("%s: %w", op, err), option)
				}
			}
			return next.Do(ctx, op)
		})
	}
}

type kept struct {
	database    string
	collections []string
}

// refuse fails for a name, see Names, that is one of those kept or holds one.
func (k kept) refuse(name string) error {
	database, collection, _ := strings.Cut(name, ".")
	switch {
	case database != k.database && name != Everything:
	case collection == "":
		return fault.New(fault.Script,
			"drop the collections that are meant, one by one, "+
				"or keep the registry in another database (registry.database in migrator.yaml)",
			"the database %s holds the registry, and the lock of this run", k.database)
	case slices.Contains(k.collections, collection):
		return fault.New(fault.Script,
			"if it is one of the application's, "+
				"keep the registry under another name (migrations.collection in migrator.yaml)",
			"the collection %s is that of migrator's registry, history or lock", collection)
	}
	return nil
}
