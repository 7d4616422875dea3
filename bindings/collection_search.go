package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// searchMethods are the methods for the indexes of Atlas Search, which are commands and a stage of aggregate.
func searchMethods() table[*collection] {
	list := func(c *collection, a *args) goja.Value {
		stage := bson.D{}
		if a.given(0) && !a.isObject(a.at(0)) {
			stage = bson.D{{Key: "name", Value: a.text(0, "the name of the index")}}
		}
		r := &funnel.Aggregate{Pipeline: []bson.Raw{a.encode(bson.D{{Key: "$listSearchIndexes", Value: stage}})}}
		return c.s.newCursor(c.operation(a, r))
	}
	return table[*collection]{
		"createSearchIndex":   (*collection).createSearchIndex,
		"createSearchIndexes": (*collection).createSearchIndexes,
		"updateSearchIndex": func(c *collection, a *args) goja.Value {
			return c.database.reply(c.command(a, bson.D{
				{Key: "updateSearchIndex", Value: c.name}, {Key: "name", Value: a.text(0, "the name of the index")},
				{Key: "definition", Value: a.document(1, "the definition")},
			}))
		},
		"dropSearchIndex": func(c *collection, a *args) goja.Value {
			return c.database.reply(c.command(a, bson.D{
				{Key: "dropSearchIndex", Value: c.name}, {Key: "name", Value: a.text(0, "the name of the index")},
			}))
		},
		"listSearchIndexes": list,
		"getSearchIndexes":  list,
	}
}

// createSearchIndex({name, type, definition}), or (name, definition) and (name, type, definition) as the shell has them.
func (c *collection) createSearchIndex(a *args) goja.Value {
	if a.isObject(a.at(0)) {
		return c.createSearch(a, []bson.Raw{a.searchIndex(a.at(0))})[0]
	}
	index := bson.D{{Key: "name", Value: a.text(0, "the name of the index")}}
	definition := 1
	if a.given(2) {
		index, definition = append(index, bson.E{Key: "type", Value: a.text(1, "the type of the index")}), 2
	}
	index = append(index, bson.E{Key: "definition", Value: a.document(definition, "the definition")})
	return c.createSearch(a, []bson.Raw{a.encode(index)})[0]
}

// createSearchIndexes([{name, type, definition}, …]) returns the names.
func (c *collection) createSearchIndexes(a *args) goja.Value {
	var indexes []bson.Raw
	for _, v := range a.elements(a.at(0), "the indexes") {
		indexes = append(indexes, a.searchIndex(v))
	}
	if len(indexes) == 0 {
		a.fail("the list of indexes is empty")
	}
	names := c.createSearch(a, indexes)
	return c.s.array(len(names), func(i int) any { return names[i] })
}

// searchIndex is a description of an index; one without a definition is the definition itself.
func (a *args) searchIndex(v goja.Value) bson.Raw {
	raw := a.marshal(v, "the index")
	if _, err := raw.LookupErr("definition"); err == nil {
		return raw
	}
	return a.encode(bson.D{{Key: "definition", Value: raw}})
}

func (c *collection) createSearch(a *args, indexes []bson.Raw) []goja.Value {
	reply := c.s.do(c.command(a, bson.D{{Key: "createSearchIndexes", Value: c.name}, {Key: "indexes", Value: indexes}})).Document
	names := make([]goja.Value, len(indexes))
	created := funnel.DocumentsOf(reply.Lookup("indexesCreated"))
	for i := range names {
		names[i] = goja.Undefined()
		if i < len(created) {
			names[i] = c.s.realm.ToJS(created[i].Lookup("name"))
		}
	}
	return names
}
