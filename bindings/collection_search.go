package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// listSearchIndexes(name) is a stage of aggregate.
func (c *collection) listSearchIndexes(a *args) goja.Value {
	stage := bson.D{}
	if a.given(0) && !a.isObject(a.at(0)) {
		stage = bson.D{{Key: "name", Value: a.text(0, "the name of the index")}}
	}
	r := &funnel.Aggregate{Pipeline: []bson.Raw{a.encode(bson.D{{Key: "$listSearchIndexes", Value: stage}})}}
	return c.s.newCursor(c.operation(a, r))
}

// searchIndex is what createSearchIndex takes, {name, type, definition}, or as the shell has it (name, definition) and
// (name, type, definition), as a list of one.
func searchIndex(field string) part {
	return func(b *commandBuilder) {
		a := b.a
		if a.isObject(a.at(0)) {
			b.add(field, []bson.Raw{a.searchIndex(a.at(0))})
			return
		}
		index := bson.D{{Key: "name", Value: a.text(0, "the name of the index")}}
		definition := 1
		if a.given(2) {
			index, definition = append(index, bson.E{Key: "type", Value: a.text(1, "the type of the index")}), 2
		}
		index = append(index, bson.E{Key: "definition", Value: a.document(definition, "the definition")})
		b.add(field, []bson.D{index})
	}
}

// searchIndexes is what createSearchIndexes takes: [{name, type, definition}, …].
func searchIndexes(field string) part {
	return func(b *commandBuilder) {
		var indexes []bson.Raw
		for _, v := range b.a.elements(b.a.at(0), "the indexes") {
			indexes = append(indexes, b.a.searchIndex(v))
		}
		if len(indexes) == 0 {
			b.a.fail("the list of indexes is empty")
		}
		b.add(field, indexes)
	}
}

// searchIndex is a description of an index; one without a definition is the definition itself.
func (a *args) searchIndex(v goja.Value) bson.Raw {
	raw := a.marshal(v, "the index")
	if _, err := raw.LookupErr("definition"); err == nil {
		return raw
	}
	return a.encode(bson.D{{Key: "definition", Value: raw}})
}
