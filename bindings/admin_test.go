package bindings

import (
	"strings"
	"testing"
)

func TestIndexesAndCollections(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, c := range []struct{ name, code, want string }{
		{"createIndex returns the name", `db.a.createIndex({n: 1, m: -1})`, `"n_1_m_-1"`},
		{"createIndex takes a name and options", `db.a.createIndex({email: 1}, {unique: true, name: 'mail', background: true})`, `"mail"`},
		{"createIndex takes a field", `db.a.createIndex('x')`, `"x_1"`},
		{"createIndex takes pairs", `db.a.createIndex([['y', 1], ['z', -1]])`, `"y_1_z_-1"`},
		{"createIndex takes fields", `db.a.createIndex(['v', 'w'])`, `"v_1_w_1"`},
		{"createIndexes takes specifications", `db.b.createIndexes([{key: {n: 1}, name: 'by_n'}, {key: {m: 1}, unique: true}])`, `["by_n","m_1"]`},
		{"createIndexes takes keys", `db.b.createIndexes([{p: 1}, {q: -1}])`, `["p_1","q_-1"]`},
		{"getIndexes lists", `db.b.getIndexes().map(i => i.name)`, `["_id_","by_n","m_1","p_1","q_-1"]`},
		{"indexes and listIndexes list", `[db.b.indexes().length, db.b.listIndexes().toArray().length]`, `[5,5]`},
		{"indexExists tells", `[db.b.indexExists('by_n'), db.b.indexExists(['by_n', 'no']), db.none.indexExists('x')]`, `[true,false,false]`},
		{"dropIndex by name", `db.b.dropIndex('by_n'); db.b.indexExists('by_n')`, `false`},
		{"dropIndex by keys", `db.b.dropIndex({m: 1}); db.b.indexExists('m_1')`, `false`},
		{"dropIndexes drops the rest", `db.b.dropIndexes(); db.b.getIndexes().length`, `1`},
		{"createCollection returns the collection", `db.createCollection('made').insertOne({_id: 1}).insertedId`, `1`},
		{"getCollectionNames lists", `db.getCollectionNames().sort()`, `["a","b","made"]`},
		{"listCollections takes a filter", `db.listCollections({name: 'made'}, {nameOnly: true}).toArray().map(c => c.name)`, `["made"]`},
		{"getCollectionInfos lists", `db.getCollectionInfos({name: 'made'})[0].type`, `"collection"`},
		{"collections gives objects", `(await db.collections()).map(c => c.collectionName).sort()`, `["a","b","made"]`},
		{"exists tells", `[db.made.exists().name, db.none.exists()]`, `["made",null]`},
		{"isCapped tells", `db.made.isCapped()`, `false`},
		{"stats and dataSize", `[db.made.stats().ns.endsWith('.made'), typeof db.made.dataSize()]`, `[true,"number"]`},
		{"rename returns the collection", `db.made.rename('renamed').collectionName`, `"renamed"`},
		{"renameCollection returns the reply", `db.renamed.renameCollection('made').ok`, `1`},
		{"db.renameCollection renames", `db.renameCollection('made', 'again').countDocuments()`, `1`},
		{"drop of nothing is no error", `db.again.drop(); db.again.drop(); db.getCollectionNames().includes('again')`, `false`},
		{"dropCollection drops", `[db.dropCollection('b'), db.getCollectionNames().includes('b')]`, `[true,false]`},
		{"names of all kinds", `db['2024'].insertOne({_id: 1}); db['with.dot'].insertOne({_id: 1}); db.deep.er.insertOne({_id: 1}); db.getCollection('stats').insertOne({_id: 1});
			db.getCollectionNames().sort()`, `["2024","a","deep.er","stats","with.dot"]`},
		{"one object for a collection", `db.users === db.users && db.users === db.collection('users')`, `true`},
		{"names of a collection", `[db.a.getName(), db.a.collectionName, db.a.getFullName() === db.a.namespace, db.a.getDB() === db]`, `["a","a",true,true]`},
		{"a method may be taken off", `const {countDocuments} = db.a; countDocuments({})`, `0`},
		{"another database", `const o = db.getSiblingDB(db.getName() + '_x'); o.a.insertOne({_id: 1}); const r = [o.a.countDocuments({}), db.a.countDocuments({})]; o.dropDatabase(); r`, `[1,0]`},
		{"use changes the global db", `use('other'); db.getName()`, `"other"`},
		{"db can be assigned", `db = db.getSiblingDB('other'); db.getName()`, `"other"`},
		{"who is the primary", `[db.hello().isWritablePrimary, db.isMaster().ismaster, rs.isMaster().ismaster]`, `[true,true,true]`},
		{"the version", `typeof db.version()`, `"string"`},
		{"no then anywhere", `[db.then, db.a.then, db.getMongo().then, db.getMongo().startSession().then]`, `[null,null,null,null]`},
		{"names with an underscore in front", `[db._x, db.a._x, db.getCollection('_x').getName()]`, `[null,null,"_x"]`},
	} {
		if got := b.eval(c.code); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestLegacyMethods(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	got := b.eval(`
		db.a.insert({_id: 1, n: 1}); db.a.insert([{_id: 2, n: 1}, {_id: 3, n: 1}])
		const r = [
			db.a.update({_id: 1}, {$set: {n: 2}}).nModified,
			db.a.update({}, {$inc: {n: 1}}, {multi: true}).nMatched,
			db.a.update({}, {$inc: {n: 1}}, false, true).nMatched,
			db.a.update({_id: 9}, {n: 9}, {upsert: true}).nUpserted,
			db.a.remove({_id: 9}).nRemoved,
			db.a.remove({}, true).nRemoved,
			db.a.count(),
		]
		db.a.save({_id: 3, saved: true}); db.a.save({saved: true}); db.a.ensureIndex({n: 1})
		r.push(db.a.countDocuments({saved: true})); r`)
	if want := `[1,3,3,1,1,1,2,2]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	notices := strings.Join(b.printed, "\n")
	wantIn(t, notices, "notice: db.a.insert is an old name: insertOne or insertMany", "notice: db.a.update is an old name", "db.a.ensureIndex is an old name: createIndex")
	if n := strings.Count(notices, "db.a.update "); n != 1 {
		t.Errorf("the notice for update came %d times, want once", n)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, c := range []struct{ name, code, want string }{
		{"a method with a typing mistake", `db.users.updatOne({}, {})`, "TypeError: db.users.updatOne is not a function, did you mean updateOne?"},
		{"a method of the database with one", `db.createColection('x')`, "TypeError: db.createColection is not a function, did you mean createCollection?"},
		{"a call of a collection", `db.users()`, "TypeError: db.users is not a function"},
		{"a method that is no more", `db.users.mapReduce()`, "db.users.mapReduce is not a function: use aggregate with a stage $group"},
		{"a change stream", `db.watch()`, "db.watch is not a function: a change stream never ends"},
		{"an assignment to a collection", `db.users = 1`, "db.users cannot be assigned to; to store data call db.users.insertOne(…)"},
		{"an assignment to a member of a collection", `db.users.name = 1`, "db.users.name cannot be assigned to; to store data call db.users.insertOne(…)"},
		{"undefined in a filter", `db.users.deleteMany({owner: undefined})`, "db.users.deleteMany: the filter: owner is undefined"},
		{"undefined in a document", `db.users.insertOne({a: {b: undefined}})`, "db.users.insertOne: the document: a.b is undefined"},
		{"no filter for deleteMany", `db.users.deleteMany()`, "db.users.deleteMany: the filter is missing"},
		{"an update without operators", `db.users.updateOne({}, {name: 'x'})`, "the update needs operators: write {$set: {name: …}}"},
		{"an empty update", `db.users.updateOne({}, {})`, "the update is empty"},
		{"operators in a replacement", `db.users.replaceOne({}, {$set: {a: 1}})`, "a replacement has no operators like $set"},
		{"an unknown option", `db.users.updateOne({}, {$set: {a: 1}}, {upsrt: true})`, "unknown option upsrt, did you mean upsert?"},
		{"an unknown kind of write", `db.users.bulkWrite([{updatOne: {}}])`, "writes[0]: unknown kind of write updatOne, did you mean updateOne?"},
		{"a write without its update", `db.users.bulkWrite([{updateOne: {filter: {}}}])`, "writes[0].updateOne has no update"},
		{"an ambiguous second argument", `db.users.find({}, {limit: 1})`, "{limit} can be a projection and options"},
		{"an array for insertOne", `db.users.insertOne([{}])`, "use insertMany for an array"},
		{"nothing for insertMany", `db.users.insertMany([])`, "the list of documents is empty"},
		{"a function in a document", `db.users.insertOne({f() {}})`, "the document: f "},
		{"a session from elsewhere", `db.users.find({}, {session: {}})`, "the option session must come from client.startSession()"},
		{"MongoClient", `new (require('mongodb').MongoClient)('mongodb://x')`, "MongoClient cannot be used here"},
		{"a bulk executed twice", `const k = db.users.initializeOrderedBulkOp(); k.insert({}); k.execute(); k.execute()`, "the bulk has been executed already"},
		{"a fraction for a limit", `db.users.find().limit(1.5)`, "the limit must be a whole number"},
		{"a collection without a name", `db.collection('')`, "the name of the collection is empty"},
	} {
		if err := b.evalError(c.code); !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, c.want)
		}
	}
}
