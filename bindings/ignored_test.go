package bindings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// TestIgnoredOptions runs what other hosts pass over in silence: it works, and one line says what has no effect, where.
func TestIgnoredOptions(t *testing.T) {
	t.Parallel()
	const at = " (mongomigrations/001_test.js:3:"
	for _, c := range []struct {
		name, code string
		sent       string // the first command
		want       []string
	}{
		{"multi of updateMany", `db.a.updateMany({}, {$set: {n: 1}}, {multi: true})`,
			`{"update":"a","ordered":true,"updates":[{"q":{},"u":{"$set":{"n":1}},"multi":true}]}`,
			[]string{"notice: db.a.updateMany ignores the option multi: updateMany changes all that match anyway" + at + "6)"}},
		{"multi of updateOne", `db.a.updateOne({}, {$set: {n: 1}}, {multi: true, upsert: true})`,
			`{"update":"a","ordered":true,"txnNumber":"some","updates":[{"q":{},"u":{"$set":{"n":1}},"upsert":true}]}`,
			[]string{"notice: db.a.updateOne ignores the option multi: it changes one document all the same; updateMany changes all that match" + at + "6)"}},
		{"background and dropDups of createIndex", `db.a.createIndex({n: 1}, {background: true, dropDups: true, unique: true})`,
			`{"createIndexes":"a","indexes":[{"key":{"n":1},"unique":true,"name":"n_1"}]}`,
			[]string{
				"notice: db.a.createIndex ignores the option background: servers build indexes without blocking the collection since version 4.2" + at + "6)",
				"notice: db.a.createIndex ignores the option dropDups: servers refuse to build a unique index over duplicates since version 3.0: remove them before" + at + "6)",
			}},
		{"the options of an index where it is dropped", `db.a.dropIndex({n: 1}, {unique: true, background: true})`,
			`{"dropIndexes":"a","index":{"n":1}}`,
			[]string{
				"notice: db.a.dropIndex ignores the option unique: an index is found by its name or its keys" + at + "6)",
				"notice: db.a.dropIndex ignores the option background: an index is found by its name or its keys" + at + "6)",
			}},
		{"safe of update, beside the old name", `db.a.update({}, {$set: {n: 1}}, {safe: true})`,
			`{"update":"a","ordered":true,"txnNumber":"some","updates":[{"q":{},"u":{"$set":{"n":1}}}]}`,
			[]string{
				"notice: db.a.update is an old name: updateOne, updateMany or replaceOne" + at + "6)",
				"notice: db.a.update ignores the option safe: writes are acknowledged anyway" + at + "6)",
			}},
		{"promoteValues of aggregate", `db.a.aggregate([], {promoteValues: false}).toArray()`,
			`{"aggregate":"a","cursor":{"batchSize":1000},"pipeline":[]}`,
			[]string{"notice: db.a.aggregate ignores the option promoteValues: values keep their types here, and an integer that a number cannot hold reads as a Long" + at + "6)"}},
		{"an option of mongoose", `db.a.updateOne({}, {$set: {n: 1}}, {runValidators: true, new: true})`,
			`{"update":"a","ordered":true,"txnNumber":"some","updates":[{"q":{},"u":{"$set":{"n":1}}}]}`,
			[]string{
				"notice: db.a.updateOne ignores the option runValidators: it is an option of mongoose, and there are no models here" + at + "6)",
				"notice: db.a.updateOne ignores the option new: the result has counts; findOneAndUpdate returns the document" + at + "6)",
			}},
		{"a loop says it once", `for (let i = 0; i < 3; i++) db.a.updateMany({}, {$set: {n: 1}}, {multi: true})`,
			`{"update":"a","ordered":true,"updates":[{"q":{},"u":{"$set":{"n":1}},"multi":true}]}`,
			[]string{"notice: db.a.updateMany ignores the option multi: updateMany changes all that match anyway" + at + "34)"}},
		{"a write concern among the options is followed", `db.a.insertOne({_id: 1}, {w: 1})`,
			`{"insert":"a","ordered":true,"writeConcern":{"w":1},"txnNumber":"some","documents":[{"_id":1}]}`, nil},
		{"but for its limit", `db.a.insertOne({_id: 1}, {w: 1, wtimeout: 5})`,
			`{"insert":"a","ordered":true,"writeConcern":{"w":1},"txnNumber":"some","documents":[{"_id":1}]}`,
			[]string{"notice: db.a.insertOne ignores the option wtimeout: the driver waits for a write concern without a limit of its own: write maxTimeMS" + at + "6)"}},
		{"a bare projection of a shell is followed", `db.a.find({}, {n: 1}).toArray()`,
			`{"find":"a","filter":{},"batchSize":1000,"projection":{"n":1}}`, nil},
		{"one in the driver's spelling too, and said", `await db.collection('a').find({}, {n: 1}).toArray()`,
			`{"find":"a","filter":{},"batchSize":1000,"projection":{"n":1}}`,
			[]string{"notice: db.a.find: a bare projection is the shell's spelling; it is followed here, and ignored by the Node driver: write {projection: {…}}" + at + "26)"}},
		{"returnNewDocument in the driver's spelling", `await db.collection('a').findOneAndUpdate({}, {$set: {n: 1}}, {returnNewDocument: true})`,
			`{"findAndModify":"a","query":{},"new":true,"update":{"$set":{"n":1}},"upsert":false,"txnNumber":"some"}`,
			[]string{"notice: db.a.findOneAndUpdate: returnNewDocument is the shell's spelling; it is followed here, and ignored by the Node driver: write returnDocument: 'after'" + at + "26)"}},
		{"snapshot of a cursor", `db.a.find().snapshot().toArray()`, `{"find":"a","filter":{},"batchSize":1000}`,
			[]string{"notice: db.a.find(…).snapshot has no effect: servers have no snapshot of a query since version 4.0: sort by _id to see each document once" + at + "13)"}},
		{"ignoreUndefined drops what is stored", `db.a.updateOne({_id: 1}, {$set: {n: undefined, m: 1}}, {ignoreUndefined: true})`,
			`{"update":"a","ordered":true,"txnNumber":"some","updates":[{"q":{"_id":1},"u":{"$set":{"m":1}}}]}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, b := newReplicaSet(t, nil)
			b.mustRun("\nexport async function up(db) {\n" + c.code + "\n}")
			var want bson.D
			if err := bson.UnmarshalExtJSON([]byte(c.sent), false, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(inOrder(want), inOrder(server.first(t))); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.want, b.printed); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUndefinedInAFilterIsNeverDropped(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	err := b.evalError(`db.a.updateMany({owner: undefined}, {$set: {n: 1}}, {ignoreUndefined: true})`)
	wantIn(t, err.Error(), "the filter: owner is undefined")
	err = b.evalError(`db.a.deleteMany({owner: undefined}, {ignoreUndefined: true})`)
	wantIn(t, err.Error(), "the filter: owner is undefined")
}

// TestSettings looks at what a database and a collection with settings of their own send.
func TestSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, code, want string }{
		{"a collection with a read concern and a collation", `db.collection('a', {readConcern: {level: 'majority'}, collation: {locale: 'de'}}).findOne({n: 1})`,
			`{"find":"a","filter":{"n":1},"collation":{"locale":"de"},"limit":1,"readConcern":{"level":"majority"},"singleBatch":true}`},
		{"withOptions", `db.a.withOptions({writeConcern: {w: 2}, collation: {locale: 'de'}}).updateOne({}, {$set: {n: 1}})`,
			`{"update":"a","ordered":true,"txnNumber":"some","updates":[{"q":{},"u":{"$set":{"n":1}},"collation":{"locale":"de"}}],"writeConcern":{"w":2}}`},
		{"the operation's own options win", `db.a.withOptions({writeConcern: {w: 2}}).deleteMany({}, {writeConcern: {w: 1}})`,
			`{"delete":"a","deletes":[{"q":{},"limit":0}],"ordered":true,"writeConcern":{"w":1}}`},
		{"a database hands them on", `db.getMongo().db('x', {writeConcern: {w: 2}}).collection('a').insertOne({_id: 1})`,
			`{"insert":"a","ordered":true,"writeConcern":{"w":2},"txnNumber":"some","documents":[{"_id":1}]}`},
		{"a shell's setWriteConcern", `db.getMongo().setWriteConcern('majority'); db.a.createIndex({n: 1})`,
			`{"createIndexes":"a","indexes":[{"key":{"n":1},"name":"n_1"}],"writeConcern":{"w":"majority"}}`},
		{"nothing is added to a command of the script's own", `db.getMongo().setWriteConcern('majority'); db.runCommand({collMod: 'a', validator: {}})`, `{"collMod":"a","validator":{}}`},
		{"nor to one that reads", `db.getMongo().setWriteConcern('majority'); db.getCollectionNames()`, `{"listCollections":1,"filter":{},"nameOnly":true,"cursor":{}}`},
		{"nor in a transaction", `db.getMongo().setWriteConcern({w: 2}); db.getMongo().startSession().withTransaction(() => { db.createCollection('b') })`, `{"create":"b","startTransaction":true,"autocommit":false,"txnNumber":"some"}`},
		{"a shell's setReadConcern", `db.getMongo().setReadConcern('local'); db.a.distinct('n')`, `{"distinct":"a","key":"n","query":{},"readConcern":{"level":"local"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, b := newReplicaSet(t, nil)
			// The server of the test answers no lists; what is sent is what counts.
			_, _ = b.engine.Eval(t.Context(), b.call(), "eval", c.code)
			var want bson.D
			if err := bson.UnmarshalExtJSON([]byte(c.want), false, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(inOrder(want), inOrder(server.first(t))); diff != "" {
				t.Error(diff)
			}
		})
	}
	server, b := newReplicaSet(t, nil)
	b.eval(`const before = db.getMongo().getReadPrefMode(); db.getMongo().setReadPref('secondaryPreferred'); db.a.findOne(); before + db.getMongo().getReadPrefMode()`)
	wantIn(t, server.sent[0].String(), `"$readPreference": {"mode": "secondaryPreferred"}`)
	if a, b := b.eval(`db.collection('a') === db.a`), b.eval(`db.a.withOptions({}) === db.a`); a != "true" || b != "true" {
		t.Error("a collection without settings is another object")
	}
}

func TestMongoose(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.mustRun(`
		import mongoose, {Types, isValidObjectId} from 'mongoose'
		const check = (ok, what) => { if (!ok) throw new Error('wrong: ' + what) }
		export function up(db) {
			const id = new mongoose.Types.ObjectId('0123456789abcdef01234567')
			check(id instanceof ObjectId && Types.ObjectId === ObjectId, 'the class')
			check(Types.Decimal128.fromString('1.5').toString() === '1.5', 'a decimal')
			check(isValidObjectId('0123456789abcdef01234567') && !mongoose.isValidObjectId('x'), 'isValidObjectId')
			db.users.insertOne({_id: id, parent: mongoose.Types.ObjectId('0123456789abcdef01234568')})
		}`)
	if got := b.eval(`const {Types} = require('mongoose'); db.users.countDocuments({_id: new Types.ObjectId('0123456789abcdef01234567')})`); got != `1` {
		t.Errorf("got %s", got)
	}
	for code, want := range map[string]string{
		`mongoose.model('User', {}).find()`:                 "User.find: there are no models here: write the update itself, as in db.collection('users').updateMany(",
		`const User = mongoose.model('User'); new User({})`: "new User: there are no models here",
		`mongoose.model('User').collection.drop()`:          "User.collection.drop: there are no models here",
		`mongoose.model('User')()`:                          "User: there are no models here",
		`mongoose.Query()`:                                  "mongoose.Query: there are no models here",
		`mongoose.connect('mongodb://x')`:                   "mongoose.connect: migrator is connected already: db is the first argument of up and down",
		`mongoose.connection.collection()`:                  "mongoose.connection: migrator is connected already",
	} {
		err := b.evalError(`const mongoose = require('mongoose'); ` + code)
		wantIn(t, err.Error(), want)
	}
}

// What files of an application declare where they are loaded does nothing, until a model is used.
func TestModelsOfMongooseAreDeclared(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.mustRun(`
		const mongoose = require('mongoose')
		const { Schema, model } = mongoose
		const address = mongoose.Schema({ city: String }, { _id: false })
		const schema = new Schema({ address, owner: { type: Schema.Types.ObjectId, ref: 'User' }, any: Schema.Types.Mixed }, { timestamps: true })
		schema.index({ owner: 1 }).index({ any: 1 })
		schema.pre('save', function (next) { next() }).post('save', () => {})
		schema.virtual('full').get(function () { return 1 }).set(function () {})
		schema.methods.greet = function () {}
		schema.statics.find2 = function () {}
		schema.plugin(() => {})
		class Own extends Schema { constructor() { super({}) } }
		class Base extends mongoose.Model {}
		const User = mongoose.models.User || mongoose.model('User', schema)
		const Dog = model('Dog', new Own())
		const check = (ok, what) => { if (!ok) throw new Error('wrong: ' + what) }
		exports.up = async db => {
			check(mongoose.models.User === User && mongoose.model('User') === User && User.modelName === 'User', 'the register')
			check(schema.greetings !== schema && schema.statics.find2.length === 0, 'what was set')
			check(await Dog === Dog && new Schema.Types.ObjectId() instanceof ObjectId, 'the types')
			db.users.insertOne({ _id: 1 })
		}`)
	if got := b.eval(`db.users.countDocuments()`); got != `1` {
		t.Errorf("got %s", got)
	}
	err := b.evalError(`const mongoose = require('mongoose'); db.users.insertOne({schema: new mongoose.Schema({})})`)
	wantIn(t, err.Error(), "schema is a function")
}

// TestWorkThatNobodyAwaits has everything done by the time that the migration counts as executed.
func TestWorkThatNobodyAwaits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, code string }{
		{"a write neither awaited nor returned", `db.b.insertMany([{_id: 1}, {_id: 2}, {_id: 3}])`},
		{"an async function", `(async () => { for (const _id of [1, 2, 3]) { await null; await db.b.insertOne({_id}) } })()`},
		{"array.forEach with an async callback", `[1, 2, 3].forEach(async _id => { await db.a.findOne(); await db.b.insertOne({_id}) })`},
		{"cursor.forEach with an async callback", `db.a.find().forEach(async d => { await null; await db.b.insertOne(d) })`},
		{"toArray and then", `db.a.find().toArray().map(async d => { await null; db.b.insertOne(d) })`},
		{"a chain of then", `Promise.resolve([1, 2, 3]).then(list => list.forEach(_id => db.b.insertOne({_id})))`},
		{"a timer", `setTimeout(() => db.b.insertMany([{_id: 1}, {_id: 2}, {_id: 3}]), 1)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.eval(`db.a.insertMany([{_id: 1}, {_id: 2}, {_id: 3}])`)
			report := b.mustRun("export async function up(db) {\n" + c.code + "\n}")
			if report.Operations.Inserted != 3 {
				t.Errorf("%d inserted when the migration counts as executed, want 3", report.Operations.Inserted)
			}
			if got := b.eval(`db.b.countDocuments({})`); got != `3` {
				t.Errorf("%s documents are there, want 3", got)
			}
		})
	}
	b := newBench(t)
	if _, err := b.run(t.Context(), `export function up(db) { [1, 1].forEach(async _id => { await null; await db.b.insertOne({_id}) }) }`); err == nil {
		t.Error("an error in a callback that nobody awaits is lost")
	}
}

func TestOlderNamesOfResults(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, c := range []struct{ name, code, want string }{
		{"of insertOne", `const r = db.a.insertOne({_id: 1}); [r.result.ok, r.insertedCount, r.result.n]`, `[1,1,1]`},
		{"of insertMany", `const r = db.a.insertMany([{_id: 2}, {_id: 3}]); [r.result.insertedIds, r.result.n, r.ok]`, `[[{"index":0,"_id":2},{"index":1,"_id":3}],2,1]`},
		{"of updateMany", `const r = db.a.updateMany({}, {$set: {n: 1}}); [r.nModified, r.result.nModified, r.n, r.ok]`, `[3,3,3,1]`},
		{"of deleteOne", `const r = db.a.deleteOne({_id: 3}); [r.nRemoved, r.result.n]`, `[1,1]`},
		{"of bulkWrite", `const r = db.a.bulkWrite([{insertOne: {document: {_id: 4}}}, {updateOne: {filter: {_id: 9}, update: {$set: {n: 1}}, upsert: true}}]);
			[r.nInserted, r.nUpserted, r.result.insertedIds, r.getUpsertedIds(), r.hasWriteErrors(), r.isOk()]`, `[1,1,[{"index":0,"_id":4}],[{"index":1,"_id":9}],false,true]`},
		{"of a builder", `const k = db.a.initializeUnorderedBulkOp(); k.insert({_id: 5}); k.find({_id: 9}).removeOne(); const r = k.execute(); [r.nInserted, r.nRemoved, r.ok]`, `[1,1,1]`},
		{"they are not shown", `db.a.deleteMany({_id: 5})`, `{"acknowledged":true,"deletedCount":1}`},
		{"nor stored", `db.b.insertOne({_id: 1, r: db.a.deleteMany({_id: 5})}); db.b.findOne().r`, `{"acknowledged":true,"deletedCount":0}`},
		{"nor copied", `Object.keys({...db.a.deleteMany({_id: 5})})`, `["acknowledged","deletedCount"]`},
		{"nor in a loop over the keys", `const keys = []; for (const key in db.a.deleteMany({_id: 5})) keys.push(key); keys`, `["acknowledged","deletedCount"]`},
		{"what a result never had is undefined", `db.a.deleteMany({_id: 5}).someThing === undefined`, `true`},
	} {
		if got := b.eval(c.code); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestToArrayOfManyDocumentsWarns(t *testing.T) {
	t.Parallel()
	documents := func(n int) func(*Options) {
		raw, err := bson.Marshal(bson.D{{Key: "_id", Value: 1}})
		if err != nil {
			t.Fatal(err)
		}
		return func(o *Options) {
			o.Middlewares = []funnel.Middleware{discard(func() funnel.Cursor { return &canned{document: raw, left: n} })}
		}
	}
	b := newBench(t, documents(many-1))
	b.eval(`db.a.find().toArray().length`)
	if b.printed != nil {
		t.Errorf("%d documents: got %q", many-1, b.printed)
	}
	b = newBench(t, documents(2*many))
	b.eval(`db.a.find().toArray().length`)
	if diff := cmp.Diff([]string{"warning: db.a.find: toArray holds all documents in memory, 50000 so far: walk the cursor with for (const document of cursor) (eval:1:13)"}, b.printed); diff != "" {
		t.Error(diff)
	}
}
