package bindings

import (
	"testing"
)

func TestCallsOfTheDatabaseMayBeTakenForPromises(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, code, prints, fails string }{
		{name: "an index that is not there", code: `await db.collection('a').dropIndex('no').catch(e => print(e.codeName))`, prints: "IndexNotFound"},
		{name: "the documents of a cursor", code: `await db.collection('a').find().toArray().then(docs => print(docs.length))`, prints: "1"},
		{name: "a collection by its name as a member", code: `return db.a.findOne().then(d => print(d._id)).finally(() => print('end'))`, prints: "1\nend"},
		{name: "one call after another", code: `return db.collection('a').insertOne({_id: 2}).then(() => db.collection('a').countDocuments()).then(n => print(n))`, prints: "2"},
		{name: "a document that was not found", code: `await db.a.findOne({_id: 9}).then(d => print(d))`, prints: "null"},
		{name: "forEach of a cursor", code: `await db.a.find().forEach(d => print(d._id)).then(() => print('end'))`, prints: "1\nend"},
		{name: "forEach with an async callback", code: `await db.a.find().forEach(async d => { await null; print(d._id) }).then(() => print('end'))`, prints: "1\nend"},
		{name: "Promise.all", code: `print((await Promise.all([db.a.insertOne({_id: 2}), db.a.countDocuments()]))[1])`, prints: "2"},
		{name: "Promise.allSettled goes on behind a failure", code: `const r = await Promise.allSettled([1, 2].map(_id => db.a.insertOne({_id}))); print(r.map(x => x.status).join(), db.a.countDocuments())`, prints: "rejected,fulfilled 2"},
		{name: "a misspelt method keeps its message", code: `await db.a.updatOne({}).then(() => 1)`, fails: "001_test.js:2:12: TypeError: db.a.updatOne is not a function, did you mean updateOne?"},
		{name: "a misspelt method is no rejection", code: `await db.a.updatOne({}).catch(() => print('swallowed'))`, fails: "001_test.js:2:12: TypeError: db.a.updatOne is not a function"},
		{name: "a misspelt collection method in Promise.allSettled", code: `await Promise.allSettled([db.collection('a').find().toArry()])`, fails: "toArry is not a function, did you mean toArray?"},
		{name: "a refused argument is a rejection", code: `await db.a.deleteMany({owner: undefined}).catch(e => print(e.name))`, prints: "TypeError"},
		{name: "a rejection that nobody handles", code: `db.a.insertOne({_id: 1}).then(() => print('no'))`, fails: "001_test.js:2:6: MongoServerError: E11000"},
		{name: "a transaction that cannot be", code: `const s = client.startSession(); await s.withTransaction(async () => {}).catch(e => print('no')).finally(() => s.endSession())`, prints: "no"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.needEmbedded()
			b.eval(`db.a.insertOne({_id: 1})`)
			_, err := b.run(t.Context(), "export async function up(db, client) {\n"+c.code+"\n}")
			checkOutcome(t, b, err, c.prints, c.fails)
		})
	}
}
