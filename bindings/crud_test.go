package bindings

import (
	"testing"

	"migrator/runtime/fault"
)

func detail(err error) string { return fault.DetailOf(err) }

func TestCRUD(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, c := range []struct{ name, code, want string }{
		{"insertOne returns the _id", `db.a.insertOne({_id: 1, n: 5})`, `{"acknowledged":true,"insertedId":1}`},
		{"insertMany returns the _ids by place", `db.a.insertMany([{_id: 2, n: 6}, {_id: 3, n: 7}])`, `{"acknowledged":true,"insertedCount":2,"insertedIds":{"0":2,"1":3}}`},
		{"find returns the documents", `db.a.find({n: {$gt: 5}}).sort({_id: -1})`, `[{"_id":3,"n":7},{"_id":2,"n":6}]`},
		{"findOne returns a document", `db.a.findOne({_id: 1})`, `{"_id":1,"n":5}`},
		{"findOne returns null where there is none", `db.a.findOne({_id: 99})`, `null`},
		{"a bare projection is one", `db.a.findOne({_id: 1}, {n: 1, _id: 0})`, `{"n":5}`},
		{"a projection in options is one", `db.a.findOne({_id: 1}, {projection: {_id: 1}})`, `{"_id":1}`},
		{"find takes options", `db.a.find({}, {sort: {_id: -1}, limit: 1})`, `[{"_id":3,"n":7}]`},
		{"updateOne returns counts", `db.a.updateOne({_id: 1}, {$set: {n: 50}})`, `{"acknowledged":true,"matchedCount":1,"modifiedCount":1,"upsertedCount":0,"upsertedId":null}`},
		{"updateOne upserts", `db.a.updateOne({_id: 9}, {$set: {n: 90}}, {upsert: true})`, `{"acknowledged":true,"matchedCount":0,"modifiedCount":0,"upsertedCount":1,"upsertedId":9}`},
		{"updateMany returns counts", `db.a.updateMany({_id: {$in: [2, 3]}}, {$inc: {n: 1}}).modifiedCount`, `2`},
		{"replaceOne replaces", `db.a.replaceOne({_id: 2}, {x: 1}); db.a.findOne({_id: 2})`, `{"_id":2,"x":1}`},
		{"countDocuments counts", `db.a.countDocuments({n: {$exists: true}})`, `3`},
		{"estimatedDocumentCount counts", `db.a.estimatedDocumentCount()`, `4`},
		{"distinct lists", `db.a.distinct('x')`, `[1]`},
		{"aggregate runs a pipeline", `db.a.aggregate([{$match: {n: {$exists: true}}}, {$group: {_id: null, n: {$sum: '$n'}}}])`, `[{"_id":null,"n":148}]`},
		{"aggregate takes stages one by one", `db.a.aggregate({$match: {_id: 1}}, {$limit: 1}).toArray().length`, `1`},
		{"findOneAndUpdate returns the document before", `db.a.findOneAndUpdate({_id: 1}, {$set: {n: 51}})`, `{"_id":1,"n":50}`},
		{"findOneAndUpdate returns the document after", `db.a.findOneAndUpdate({_id: 1}, {$set: {n: 52}}, {returnDocument: 'after'})`, `{"_id":1,"n":52}`},
		{"findOneAndUpdate takes the shell's option", `db.a.findOneAndUpdate({_id: 1}, {$set: {n: 53}}, {returnNewDocument: true}).n`, `53`},
		{"findOneAndReplace replaces", `db.a.findOneAndReplace({_id: 1}, {n: 54}); db.a.findOne({_id: 1})`, `{"_id":1,"n":54}`},
		{"findOneAndUpdate gives the whole reply", `db.a.findOneAndUpdate({_id: 1}, {$set: {n: 55}}, {includeResultMetadata: true}).lastErrorObject.updatedExisting`, `true`},
		{"findOneAndDelete returns null where there is none", `db.a.findOneAndDelete({_id: 77})`, `null`},
		{"findOneAndDelete deletes", `db.a.findOneAndDelete({_id: 9}).n`, `90`},
		{"findAndModify changes", `db.a.findAndModify({query: {_id: 1}, update: {$set: {n: 56}}, new: true})`, `{"_id":1,"n":56}`},
		{"findAndModify removes", `db.a.findAndModify({query: {_id: 1}, remove: true}).n`, `56`},
		{"deleteOne returns counts", `db.a.deleteOne({_id: 2})`, `{"acknowledged":true,"deletedCount":1}`},
		{"deleteMany returns counts", `db.a.deleteMany({}).deletedCount`, `1`},
		{"an _id is made first and given to the object", `const d = {x: 1}; db.b.insertOne(d); [Object.keys(db.b.findOne()).join(), d._id.equals(db.b.findOne()._id)]`, `["_id,x",true]`},
		{"calls may be awaited", `await db.collection('b').countDocuments({})`, `1`},
		{"bulkWrite takes all models", `db.c.bulkWrite([
			{insertOne: {document: {_id: 1, n: 1}}}, {insertOne: {document: {_id: 2, n: 2}}},
			{updateOne: {filter: {_id: 1}, update: {$set: {n: 10}}}}, {updateMany: {filter: {}, update: {$inc: {n: 1}}}},
			{replaceOne: {filter: {_id: 3}, replacement: {n: 30}, upsert: true}},
			{deleteOne: {filter: {_id: 2}}}, {deleteMany: {filter: {n: 99}}}])`,
			`{"acknowledged":true,"insertedCount":2,"insertedIds":{"0":1,"1":2},"matchedCount":3,"modifiedCount":3,"deletedCount":1,"upsertedCount":1,"upsertedIds":{"4":3}}`},
		{"bulkWrite has changed the documents", `db.c.find().sort({_id: 1})`, `[{"_id":1,"n":11},{"_id":3,"n":30}]`},
		{"an ordered bulk builder", `const bulk = db.d.initializeOrderedBulkOp(); bulk.insert({_id: 1, n: 1}); bulk.find({_id: 1}).updateOne({$set: {n: 2}});
			bulk.find({_id: 7}).upsert().update({$set: {n: 7}}); bulk.find({n: 7}).remove(); const r = bulk.execute(); [r.nInserted, r.nModified, r.nUpserted, r.nRemoved]`, `[1,1,1,1]`},
		{"an unordered bulk builder", `const bulk = db.d.initializeUnorderedBulkOp(); bulk.find({_id: 1}).replaceOne({n: 3}); bulk.execute().modifiedCount`, `1`},
		{"a builder has a length, which is a number", `const bulk = db.d.initializeUnorderedBulkOp(), before = bulk.length > 0; bulk.insert({_id: 8}); bulk.insert({_id: 9});
			if (bulk.length > 0 && bulk.length % 2 === 0) bulk.execute(); [before, bulk.length, db.d.deleteMany({_id: {$gte: 8}}).deletedCount]`, `[false,2,2]`},
		{"runCommand returns the reply", `db.runCommand({count: 'd'}).n`, `1`},
		{"adminCommand works on admin", `db.adminCommand({ping: 1}).ok`, `1`},
		{"command takes a name", `db.command('ping').ok`, `1`},
	} {
		got := b.eval(c.code)
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
