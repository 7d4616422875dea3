package bindings

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// boundScript prints what an interpreter has, by the interface that declares it. It is asked for by a script, so that nothing that
// is defined in a way of its own escapes.
const boundScript = `
	const list = {}, used = [console.table, Buffer, URL, URLSearchParams, process, performance, crypto, TextEncoder, TextDecoder, atob, btoa, AbortController, AbortSignal, DOMException, Event, EventTarget]
	const own = object => Object.getOwnPropertyNames(object)
	const methods = object => own(Object.getPrototypeOf(object))
	const bulk = db.c.initializeOrderedBulkOp()
	list.Cursor = methods(db.c.find())
	list.Session = methods(client.startSession())
	list.Client = methods(client)
	list.Bulk = methods(bulk).concat(own(bulk))
	list.BulkFind = methods(bulk.find({}))
	list.Run = own(migration)
	list.Explain = own(db.c.explain())
	list.Progress = own(progress())
	list.EJSON = own(EJSON)
	list.Console = own(console)
	list.Sharding = methods(sh)
	list.Replication = methods(rs)
	list.Assert = own(assert).filter(member => member !== 'name' && member !== 'length')
	for (const name of ['ObjectId', 'Long', 'Int32', 'Double', 'Decimal128', 'Binary', 'UUID', 'Timestamp', 'MinKey', 'MaxKey', 'DBRef', 'Code', 'BSONRegExp', 'BSONSymbol']) {
		list[name] = own(globalThis[name].prototype).filter(member => member !== 'constructor')
		list[name + 'Constructor'] = own(globalThis[name]).filter(member => member !== 'name' && member !== 'length')
	}
	list["module 'mongodb'"] = Object.keys(require('mongodb'))
	list["module 'bson'"] = Object.keys(require('bson'))
	list.globals = own(globalThis)
	print(JSON.stringify(list))
`

// unbound are names that exist to say that there is no such thing, those of the language, and fields of documents.
func unbound(of string) []string {
	switch of {
	case "globals":
		return []string{"fetch", "XMLHttpRequest", "WebSocket", "WeakRef", "FinalizationRegistry"}
	case "module 'mongodb'":
		return []string{"MongoClient"}
	case "DBRef":
		return []string{"$ref", "$id", "$db"}
	}
	return nil
}

// TestWhatIsBoundIsDeclared compares the names in bindings/types with those that scripts find, both ways.
func TestWhatIsBoundIsDeclared(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.mustRun("export function up(db, client) {" + boundScript + "}")
	bound := map[string][]string{}
	if err := json.Unmarshal([]byte(strings.Join(b.printed, "\n")), &bound); err != nil {
		t.Fatal(err)
	}
	// Databases and collections are proxies: what they have is in their tables, and beside them a few properties.
	bound["DatabaseMethods"] = append(b.engine.tables.database.names(), "databaseName")
	bound["CollectionMethods"] = append(b.engine.tables.collection.names(), "collectionName", "dbName", "namespace")
	// A script's own globals, without the language's. The function require belongs to each module.
	language := goja.New().GlobalObject().GetOwnPropertyNames()
	bound["globals"] = append(without(bound["globals"], language), "require", "__filename", "__dirname")

	declared := readDeclarations(t)
	declared.members["Cursor"] = slices.Concat(declared.members["Cursor"], declared.members["FindCursor"], declared.members["AggregationCursor"])
	declared.members["module 'mongodb'"] = slices.Concat(declared.members["module 'mongodb'"], declared.members["module 'bson'"])
	for _, of := range slices.Sorted(maps.Keys(bound)) {
		for _, name := range without(bound[of], declared.members[of], unbound(of)) {
			t.Errorf("%s: %s is bound and not declared in bindings/types", of, name)
		}
		for _, name := range without(declared.members[of], bound[of], unbound(of)) {
			t.Errorf("%s: %s is declared in bindings/types and not bound", of, name)
		}
	}
}

// TestWhatIsDeclaredOfNodeIsThere finds what is declared of Node.js in the modules. They have more, for packages.
func TestWhatIsDeclaredOfNodeIsThere(t *testing.T) {
	t.Parallel()
	b, declared := newBench(t), readDeclarations(t)
	objects := map[string]string{"Process": "process", "BufferConstructor": "Buffer", "Buffer": "Buffer.prototype", "URLSearchParams": "URLSearchParams.prototype"}
	for _, name := range []string{"fs", "fs/promises", "crypto", "path", "util"} {
		objects["module '"+name+"'"] = "require('" + name + "')"
	}
	for of, object := range objects {
		if len(declared.members[of]) == 0 {
			t.Errorf("nothing is declared of %s", of)
		}
		for _, name := range declared.members[of] {
			if b.eval("'"+name+"' in "+object) != "true" {
				t.Errorf("%s: %s is declared in bindings/types and not there", of, name)
			}
		}
	}
}

// without are the names in none of the other lists, each once.
func without(names []string, others ...[]string) []string {
	known := map[string]bool{}
	for _, name := range slices.Concat(others...) {
		known[name] = true
	}
	var rest []string
	for _, name := range names {
		if !known[name] {
			known[name] = true
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	return rest
}

// optionCalls are calls that read the options of an interface.
func optionCalls() map[string]string {
	return map[string]string{
		"FindOptions":              "db.c.find({}, {a: 1}, options)",
		"AggregateOptions":         "db.c.aggregate([], options)",
		"CountOptions":             "db.c.countDocuments({}, options)",
		"EstimatedCountOptions":    "db.c.estimatedDocumentCount(options)",
		"DistinctOptions":          "db.c.distinct('a', {}, options)",
		"WriteOptions":             "db.c.insertOne({}, options)",
		"InsertManyOptions":        "db.c.insertMany([{}], options)",
		"UpdateOneOptions":         "db.c.updateOne({}, {$set: {a: 1}}, options)",
		"UpdateOptions":            "db.c.updateMany({}, {$set: {a: 1}}, options)",
		"ReplaceOptions":           "db.c.replaceOne({}, {a: 1}, options)",
		"DeleteOptions":            "db.c.deleteMany({}, options)",
		"BulkWriteOptions":         "db.c.bulkWrite([{insertOne: {document: {}}}], options)",
		"BulkUpdate":               "db.c.bulkWrite([{updateMany: options}])",
		"BulkDelete":               "db.c.bulkWrite([{deleteMany: options}])",
		"FindOneAndUpdateOptions":  "db.c.findOneAndUpdate({}, {$set: {a: 1}}, options)",
		"FindOneAndReplaceOptions": "db.c.findOneAndReplace({}, {a: 1}, options)",
		"FindOneAndDeleteOptions":  "db.c.findOneAndDelete({}, options)",
		"FindAndModifyOptions":     "db.c.findAndModify(options)",
		"ListCollectionsOptions":   "db.getCollectionInfos({}, options)",
		"CommandOptions":           "db.runCommand({ping: 1}, options)",
		"TransactionOptions":       "db.getMongo().startSession({defaultTransactionOptions: options})",
		"SessionOptions":           "db.getMongo().startSession(options)",
	}
}

// TestOptionsAreDeclared compares the options of the declarations with those that the methods read, both ways.
func TestOptionsAreDeclared(t *testing.T) {
	t.Parallel()
	// What a call cannot do without, and what is only read to be refused.
	const needed = "{filter: {}, update: {$set: {a: 1}}}"
	refused := []string{"tailable", "awaitData", "explain"}
	b, declared := newBench(t), readDeclarations(t)
	for of, call := range optionCalls() {
		var read []string
		text := b.eval(`{
			const read = [], needed = ` + needed + `
			const options = new Proxy({}, {get(_, name) { if (typeof name === 'string') read.push(name); return needed[name] }, ownKeys: () => []})
			` + call + `
			JSON.stringify(read)
		}`)
		if err := json.Unmarshal([]byte(text), &text); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(text), &read); err != nil || len(read) == 0 {
			t.Fatalf("%s reads %s (%v)", call, text, err)
		}
		options := declared.inherited(of)
		for _, name := range without(read, options, refused) {
			t.Errorf("%s: %s reads %s, which is not declared in bindings/types", of, call, name)
		}
		names, err := json.Marshal(options)
		if err != nil {
			t.Fatal(err)
		}
		// An option that nothing reads is refused as unknown, also when it is undefined.
		b.eval(`{
			const options = {}, needed = ` + needed + `
			for (const name of ` + string(names) + `) options[name] = needed[name]
			` + call + `
		}`)
	}
}
