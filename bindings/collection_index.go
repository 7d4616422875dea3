package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// indexMethods are the methods of a collection that have to do with its indexes.
func indexMethods() table[*collection] {
	list := func(c *collection, a *args) goja.Value { return c.s.all(c.listOperation(a)) }
	return table[*collection]{
		"createIndex":       (*collection).createIndex,
		"createIndexes":     (*collection).createIndexes,
		"dropIndex":         (*collection).dropIndex,
		"dropIndexes":       (*collection).dropIndexes,
		"getIndexes":        list,
		"indexes":           list,
		"listIndexes":       func(c *collection, a *args) goja.Value { return c.s.newCursor(c.listOperation(a)) },
		"getIndexKeys":      (*collection).indexKeys,
		"indexExists":       (*collection).indexExists,
		"getIndices":        list,
		"getIndexSpecs":     list,
		"listSearchIndexes": (*collection).listSearchIndexes,
		"getSearchIndexes":  (*collection).listSearchIndexes,
	}
}

// createIndex(keys, options) returns the name of the index. Options that are not ours are the server's.
func (c *collection) createIndex(a *args) goja.Value {
	if !a.given(0) {
		a.fail("the keys of the index are missing")
	}
	o := a.optionsAt(1)
	op := c.operation(a, nil)
	quorum := o.indexCommon(op)
	if a.given(2) {
		quorum = a.value(a.at(2), "the commit quorum")
	}
	spec := a.indexSpec(a.keys(a.at(0), "the keys"), o)
	c.createAll(a, op, []bson.D{spec}, quorum)
	return c.s.rt.ToValue(nameOf(spec))
}

// createIndexes(list, options) returns the names. An element is {key, name, …}, or the keys alone, for which the
// options then hold.
func (c *collection) createIndexes(a *args) goja.Value {
	list := a.elements(a.at(0), "the indexes")
	if len(list) == 0 {
		a.fail("the list of indexes is empty")
	}
	o := a.optionsAt(1)
	op := c.operation(a, nil)
	quorum := o.indexCommon(op)
	specs := make([]bson.D, len(list))
	for i, v := range list {
		if object, ok := v.(*goja.Object); ok && a.isObject(v) && a.isObject(object.Get("key")) {
			own := a.readOptions(v)
			own.known("key")
			specs[i] = a.indexSpec(a.keys(object.Get("key"), "the keys"), own)
			continue
		}
		specs[i] = a.indexSpec(a.keys(v, "the keys"), o)
	}
	c.createAll(a, op, specs, quorum)
	return c.s.array(len(specs), func(i int) any { return nameOf(specs[i]) })
}

// indexCommon reads the options that belong to the command; the others belong to the index.
func (r *reader) indexCommon(op *funnel.Operation) bson.RawValue {
	quorum := r.value("commitQuorum")
	r.ignored("promoteValues", "promoteLongs", "checkKeys", "retryWrites", "safe")
	r.common(op)
	return quorum
}

// indexSpec is an index as the server takes it. One without a name gets the name that the server would give it.
func (a *args) indexSpec(keys bson.D, o *reader) bson.D {
	if len(keys) == 0 {
		a.fail("the keys of the index are empty")
	}
	o.ignored("background", "dropDups", "safe")
	spec := o.appendRest(bson.D{{Key: "key", Value: keys}})
	if nameOf(spec) == "" {
		spec = append(spec, bson.E{Key: "name", Value: indexName(keys)})
	}
	return spec
}

// nameOf is the name in an index specification, or "".
func nameOf(spec bson.D) string {
	for _, e := range spec {
		if e.Key != "name" {
			continue
		}
		switch v := e.Value.(type) {
		case string:
			return v
		case bson.RawValue:
			name, _ := v.StringValueOK()
			return name
		}
	}
	return ""
}

func (c *collection) createAll(a *args, op *funnel.Operation, specs []bson.D, quorum bson.RawValue) {
	d := bson.D{{Key: "createIndexes", Value: c.name}, {Key: "indexes", Value: specs}}
	if quorum.Type != 0 {
		d = append(d, bson.E{Key: "commitQuorum", Value: quorum})
	}
	op.Request = &funnel.Command{Document: a.encode(d)}
	c.s.do(op)
}

// dropIndex(name or keys).
func (c *collection) dropIndex(a *args) goja.Value {
	if !a.given(0) {
		a.fail("the index is missing")
	}
	if name, ok := a.at(0).Export().(string); ok && name == "*" {
		a.fail("it drops one index; use dropIndexes() for all of them")
	}
	return c.dropNamed(a, a.indexArgument(0))
}

// dropIndexes() drops all but the one on _id; dropIndexes(name, keys or names) those.
func (c *collection) dropIndexes(a *args) goja.Value {
	if !a.given(0) {
		return c.dropNamed(a, "*")
	}
	return c.dropNamed(a, a.indexArgument(0))
}

// indexArgument is an index by its name or its keys, or several by their names.
func (a *args) indexArgument(i int) any {
	v := a.at(i)
	if name, ok := v.Export().(string); ok {
		return name
	}
	if a.isArray(v) {
		return a.value(v, "the names of the indexes")
	}
	return a.keys(v, "the keys of the index")
}

func (c *collection) dropNamed(a *args, index any) goja.Value {
	op := c.command(a, bson.D{{Key: "dropIndexes", Value: c.name}, {Key: "index", Value: index}})
	o := a.optionsAt(1)
	o.common(op)
	o.done()
	return c.database.reply(op)
}

func (c *collection) listOperation(a *args) *funnel.Operation {
	op := c.operation(a, &funnel.Command{
		Document: a.encode(bson.D{{Key: "listIndexes", Value: c.name}, {Key: "cursor", Value: bson.D{}}}),
		Cursor:   true,
	})
	o := a.optionsAt(0)
	o.known("batchSize")
	o.common(op)
	o.done()
	return op
}

// indexes lists the indexes as the server has them; the list is empty where the collection does not exist.
func (c *collection) indexes(a *args) []bson.Raw {
	op := c.listOperation(&args{s: a.s, target: a.target, method: a.method})
	list, err := c.s.list(op)
	if err != nil && !funnel.HasCode(err, funnel.NamespaceNotFound) {
		c.s.throw(op, &funnel.Result{}, err)
	}
	return list
}

func (c *collection) indexKeys(a *args) goja.Value {
	list := c.indexes(a)
	return c.s.array(len(list), func(i int) any { return c.s.realm.ToJS(list[i].Lookup("key")) })
}

// indexExists(name or names).
func (c *collection) indexExists(a *args) goja.Value {
	wanted := []goja.Value{a.at(0)}
	if a.isArray(a.at(0)) {
		wanted = a.elements(a.at(0), "the names")
	}
	there := map[string]bool{}
	for _, index := range c.indexes(a) {
		name, _ := index.Lookup("name").StringValueOK()
		there[name] = true
	}
	for _, name := range wanted {
		if !there[name.String()] {
			return c.s.rt.ToValue(false)
		}
	}
	return c.s.rt.ToValue(true)
}

// indexToHide is what hideIndex(name or keys) and unhideIndex change of an index.
func indexToHide(field string, hidden bool) part {
	return func(b *commandBuilder) {
		which, by := b.a.indexArgument(b.take()), "keyPattern"
		if _, isName := which.(string); isName {
			by = "name"
		}
		b.add(field, bson.D{{Key: by, Value: which}, {Key: "hidden", Value: hidden}})
	}
}
