package ferretdb

import (
	"maps"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// memory is what is known of paths in collections: whether they are an array in any document. It holds until a
// collection is written to in a way that can make an array, and, where somebody else may write to the database, for one
// operation.
type memory struct {
	// alone reports whether nobody but this process writes to the database; nil where that is not known.
	alone func() bool
	known map[place]bool
}

// place is a path in the documents of a collection.
type place struct{ namespace, path string }

func newMemory(alone func() bool) memory { return memory{alone: alone, known: map[place]bool{}} }

// begin is called before each operation.
func (m memory) begin() {
	if len(m.known) > 0 && (m.alone == nil || !m.alone()) {
		clear(m.known)
	}
}

// written is called after each operation.
func (m memory) written(op *funnel.Operation) {
	if len(m.known) == 0 || !op.Changes() {
		return
	}
	makes := makesArrays(op.Request)
	for _, name := range funnel.Names(op) {
		maps.DeleteFunc(m.known, func(at place, isArray bool) bool {
			within := name == funnel.Everything || at.namespace == name || strings.HasPrefix(at.namespace, name+".")
			return within && (makes || isArray) // an array may also have gone
		})
	}
}

// makesArrays reports whether a request may put an array where there was none. Updates that only set plain values and
// deletes, of which a migration can have thousands, may not.
func makesArrays(r funnel.Request) bool {
	switch r := r.(type) {
	case *funnel.FindAndModify:
		return holdsArray(r.Replacement) || updateMakesArrays(r.Update) || r.Upsert && holdsArray(r.Filter)
	case *funnel.Bulk:
		return slices.ContainsFunc(r.Writes, func(w funnel.WriteModel) bool {
			return holdsArray(w.Document) || updateMakesArrays(w.Update) || w.Upsert && holdsArray(w.Filter)
		})
	}
	return true
}

func updateMakesArrays(update bson.RawValue) bool {
	if update.Type == 0 {
		return false
	}
	operators, _ := update.DocumentOK()
	makes := operators == nil
	_ = funnel.EachField(operators, func(operator string, operand bson.RawValue) error { // checkUpdate has read it
		switch operator {
		case "$set", "$setOnInsert", "$unset", "$inc", "$mul", "$min", "$max", "$currentDate":
			makes = makes || holdsArray(documentOf(operand))
		default:
			makes = true
		}
		return nil
	})
	return makes
}

// holdsArray reports whether there is an array in a document, at any depth.
func holdsArray(d bson.Raw) bool {
	found := false
	_ = funnel.EachField(d, func(_ string, v bson.RawValue) error { // the checks have read it
		found = found || v.Type == bson.TypeArray || v.Type == bson.TypeEmbeddedDocument && holdsArray(v.Document())
		return nil
	})
	return found
}
