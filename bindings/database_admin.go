package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// databaseAdminMethods are the methods that work on the database itself: its collections, its settings.
func databaseAdminMethods() table[*database] {
	rename := func(d *database, a *args) goja.Value {
		return d.collection(a.text(0, "the name of the collection")).renameTo(a, a.text(1, "the new name"), 2)
	}
	drop := func(d *database, a *args) goja.Value {
		return d.collection(a.text(0, "the name of the collection")).drop(a, 1)
	}
	return table[*database]{
		"createCollection":   (*database).createCollection,
		"createView":         (*database).createView,
		"dropCollection":     drop,
		"renameCollection":   rename,
		"listCollections":    (*database).listCollections,
		"collections":        (*database).collectionObjects,
		"getCollectionNames": (*database).getCollectionNames,
		"getCollectionInfos": (*database).getCollectionInfos,
		"getLastError":       func(d *database, a *args) goja.Value { return d.lastError(a, goja.Null()) },
		"getLastErrorObj":    func(d *database, a *args) goja.Value { return d.lastError(a, d.s.rt.NewObject()) },
	}
}

// createCollection(name, options). Options that are not ours go to the server, which knows them.
func (d *database) createCollection(a *args) goja.Value {
	name := a.text(0, "the name of the collection")
	o := a.optionsAt(1)
	op := d.operation(a, nil)
	op.Collection = name
	o.common(op)
	o.ignored("strict", "autoIndexId", "safe", "promoteValues", "serializeFunctions", "raw")
	op.Request = &funnel.Command{Document: a.encode(o.appendRest(bson.D{{Key: "create", Value: name}}))}
	d.s.do(op)
	return d.collection(name).object
}

// createView(name, source, pipeline, options).
func (d *database) createView(a *args) goja.Value {
	name := a.text(0, "the name of the view")
	c := bson.D{
		{Key: "create", Value: name},
		{Key: "viewOn", Value: a.text(1, "the name of the collection")},
		{Key: "pipeline", Value: a.pipeline(2)},
	}
	o := a.optionsAt(3)
	op := d.operation(a, nil)
	op.Collection = name
	o.common(op)
	op.Request = &funnel.Command{Document: a.encode(o.appendRest(c))}
	d.s.do(op)
	return d.collection(name).object
}

// infos lists the collections, by the server's command.
func (d *database) infos(a *args, nameOnly bool) *funnel.Operation {
	o := a.optionsAt(1)
	c := bson.D{
		{Key: "listCollections", Value: int32(1)},
		{Key: "filter", Value: a.documentOr(0, "the filter")},
		{Key: "nameOnly", Value: o.flag("nameOnly") || nameOnly},
		{Key: "cursor", Value: bson.D{}},
	}
	if o.flag("authorizedCollections") {
		c = append(c, bson.E{Key: "authorizedCollections", Value: true})
	}
	op := d.operation(a, nil)
	o.known("batchSize")
	o.common(op)
	o.done()
	op.Request = &funnel.Command{Document: a.encode(c), Cursor: true}
	return op
}

func (d *database) listCollections(a *args) goja.Value { return d.s.newCursor(d.infos(a, false)) }

func (d *database) getCollectionInfos(a *args) goja.Value { return d.s.all(d.infos(a, false)) }

// collectionNames lists the names, without the system's own collections.
func (d *database) collectionNames(a *args) []string {
	op := d.infos(&args{s: a.s, target: a.target, method: a.method}, true)
	list, err := d.s.list(op)
	if err != nil {
		d.s.throw(op, &funnel.Result{}, err)
	}
	names := make([]string, len(list))
	for i, info := range list {
		names[i], _ = info.Lookup("name").StringValueOK()
	}
	return names
}

func (d *database) getCollectionNames(a *args) goja.Value {
	names := d.collectionNames(a)
	return d.s.array(len(names), func(i int) any { return names[i] })
}

// collectionObjects is collections() of the Node driver.
func (d *database) collectionObjects(a *args) goja.Value {
	names := d.collectionNames(a)
	return d.s.array(len(names), func(i int) any { return d.collection(names[i]).object })
}

// lastError is for scripts of the time when writes were not acknowledged: a write that fails throws, so there is never
// an error to ask for.
func (d *database) lastError(a *args, none goja.Value) goja.Value {
	d.s.notice("old "+a.method, "%s is of no use: a write that fails throws", a)
	return none
}
