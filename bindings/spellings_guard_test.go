package bindings

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
	"migrator/runtime"
)

// write is one spelling of a write to the collection of which @ is the name, and what it counts as.
type write struct{ code, does string }

const (
	inserts = "1 inserted"
	updates = "1 modified"

	deletes = "1 deleted"
	command = "1 command"
)

// writesByMethods are the methods of collections and of what is made of them.
func writesByMethods() []write {
	return []write{
		{`db.@.insertOne({a: 1})`, inserts},
		{`db.@.insertOne({_id: 1, a: 1}, {writeConcern: {w: 1}})`, inserts},
		{`db.@.insertMany([{a: 1}])`, inserts},
		{`db.@.insertMany([{a: 1}], {ordered: false})`, inserts},
		{`db.@.updateOne({a: 1}, {$set: {b: 1}})`, updates},
		{`db.@.updateOne({a: 1}, [{$set: {b: '$a'}}])`, updates},
		{`db.@.updateOne({a: 1}, {$set: {b: 1}}, {upsert: true})`, updates},
		{`db.@.updateMany({}, {$set: {b: 1}})`, updates},
		{`db.@.updateMany({}, {$unset: {b: 1}}, {arrayFilters: [{x: 1}]})`, updates},
		{`db.@.replaceOne({a: 1}, {b: 1})`, updates},
		{`db.@.replaceOne({a: 1}, {b: 1}, {upsert: true})`, updates},
		{`db.@.deleteOne({a: 1})`, deletes},
		{`db.@.deleteMany({})`, deletes},
		{`db.@.findOneAndUpdate({a: 1}, {$set: {b: 1}})`, updates},
		{`db.@.findOneAndUpdate({a: 1}, {$set: {b: 1}}, {returnDocument: 'after', upsert: true})`, updates},
		{`db.@.findOneAndUpdate({a: 1}, {$set: {b: 1}}, {includeResultMetadata: true})`, updates},
		{`db.@.findOneAndReplace({a: 1}, {b: 1})`, updates},
		{`db.@.findOneAndDelete({a: 1})`, deletes},
		{`db.@.findOneAndDelete({a: 1}, {rawResult: true})`, deletes},
		{`db.@.findAndModify({query: {a: 1}, update: {$set: {b: 1}}})`, updates},
		{`db.@.findAndModify({query: {a: 1}, update: {b: 1}, new: true})`, updates},
		{`db.@.findAndModify({query: {a: 1}, remove: true})`, deletes},
		{`db.@.bulkWrite([{insertOne: {document: {a: 1}}}])`, inserts},
		{`db.@.bulkWrite([{insertOne: {a: 1}}])`, inserts},
		{`db.@.bulkWrite([{updateOne: {filter: {}, update: {$set: {b: 1}}}}])`, updates},
		{`db.@.bulkWrite([{updateMany: {filter: {}, update: {$set: {b: 1}}}}])`, updates},
		{`db.@.bulkWrite([{replaceOne: {filter: {}, replacement: {b: 1}}}])`, updates},
		{`db.@.bulkWrite([{deleteOne: {filter: {}}}])`, deletes},
		{`db.@.bulkWrite([{deleteMany: {filter: {}}}], {ordered: false})`, deletes},
		{`const o = db.@.initializeOrderedBulkOp(); o.insert({a: 1}); o.execute()`, inserts},
		{`const o = db.@.initializeOrderedBulkOp(); o.find({}).update({$set: {b: 1}}); o.execute()`, updates},
		{`const o = db.@.initializeOrderedBulkOp(); o.find({}).updateOne({$set: {b: 1}}); o.execute()`, updates},
		{`const o = db.@.initializeOrderedBulkOp(); o.find({}).upsert().replaceOne({b: 1}); o.execute()`, updates},
		{`const o = db.@.initializeUnorderedBulkOp(); o.find({}).remove(); o.execute()`, deletes},
		{`const o = db.@.initializeUnorderedBulkOp(); o.find({}).removeOne(); o.execute()`, deletes},
		{`const o = db.@.initializeUnorderedBulkOp(); o.find({}).delete(); o.execute()`, deletes},
		{`const o = db.@.initializeUnorderedBulkOp(); o.raw({insertOne: {document: {a: 1}}}); o.execute()`, inserts},

		{`db['@'].insertOne({a: 1})`, inserts},
		{`db.getCollection('@').insertOne({a: 1})`, inserts},
		{`db.collection('@').insertOne({a: 1})`, inserts},
		{`const {insertOne} = db.@; insertOne({a: 1})`, inserts},
		{`db.getSiblingDB('app').@.insertOne({a: 1})`, inserts},
		{`db.getMongo().getDB('app').@.insertOne({a: 1})`, inserts},
		{`db.getMongo().db('app').collection('@').insertOne({a: 1})`, inserts},
		{`db.withOptions({writeConcern: {w: 1}}).@.insertOne({a: 1})`, inserts},
		{`db.collection('@', {writeConcern: {w: 'majority'}}).deleteMany({})`, deletes},
		{`db.collection('@').insertOne({a: 1}, e => { if (e) throw e })`, inserts},
		{`await db.@.insertOne({a: 1})`, inserts},
		{`const s = db.getMongo().startSession(); s.getDatabase('app').@.insertOne({a: 1})`, inserts},
		{`const s = db.getMongo().startSession(); db.@.insertOne({a: 1}, {session: s})`, inserts},

		{`db.@.insert({a: 1})`, inserts},
		{`db.@.insert([{a: 1}])`, inserts},
		{`db.@.save({a: 1})`, updates},
		{`db.@.save({_id: 1, a: 1})`, updates},
		{`db.@.update({a: 1}, {$set: {b: 1}})`, updates},
		{`db.@.update({a: 1}, {b: 1})`, updates},
		{`db.@.update({a: 1}, {$set: {b: 1}}, {multi: true})`, updates},
		{`db.@.update({a: 1}, {$set: {b: 1}}, true)`, updates},
		{`db.@.update({a: 1}, {$set: {b: 1}}, false, true)`, updates},
		{`db.@.remove({a: 1})`, deletes},
		{`db.@.remove({a: 1}, true)`, deletes},
		{`db.@.remove({a: 1}, {justOne: true})`, deletes},

		{`db.a.aggregate([{$match: {}}, {$out: '@'}])`, command},
		{`db.a.aggregate([{$out: {db: 'app', coll: '@'}}])`, command},
		{`db.getSiblingDB('shop').a.aggregate([{$out: {db: 'app', coll: '@'}}])`, command},
		{`db.a.aggregate({$match: {}}, {$out: '@'})`, command},
		{`db.a.aggregate([{$merge: '@'}])`, command},
		{`db.a.aggregate([{$merge: {into: '@', whenMatched: 'merge'}}])`, command},
		{`db.a.aggregate([{$merge: {into: {db: 'app', coll: '@'}}}]).toArray()`, command},
		{`db.aggregate([{$documents: [{a: 1}]}, {$merge: {into: '@'}}])`, command},
		{`db.@.aggregate([{$match: {}}, {$out: '@'}])`, command},
	}
}

// changesOfCollections are the methods that change a collection as a whole, or what belongs to it.
func changesOfCollections() []write {
	return []write{
		{`db.@.createIndex({a: 1})`, command},
		{`db.@.createIndex({a: 1}, {unique: true})`, command},
		{`db.@.createIndex({a: 1}, {expireAfterSeconds: 0})`, command},
		{`db.@.createIndexes([{a: 1}, {key: {b: 1}, name: 'b'}])`, command},
		{`db.@.ensureIndex({a: 1})`, command},
		{`db.@.dropIndex('a_1')`, command},
		{`db.@.dropIndexes()`, command},
		{`db.@.dropIndexes(['a_1', 'b_1'])`, command},
		{`db.@.hideIndex('a_1')`, command},
		{`db.@.unhideIndex({a: 1})`, command},
		{`db.@.createSearchIndex('s', {mappings: {}})`, command},
		{`db.@.updateSearchIndex('s', {mappings: {}})`, command},
		{`db.@.dropSearchIndex('s')`, command},
		{`db.@.drop()`, command},
		{`db.dropCollection('@')`, command},
		{`db.createCollection('@')`, command},
		{`db.createCollection('@', {validator: {a: 1}})`, command},
		{`db.createView('@', 'a', [])`, command},
		{`db.@.rename('b')`, command},
		{`db.a.rename('@', {dropTarget: true})`, command},
		{`db.@.renameCollection('b')`, command},
		{`db.a.renameCollection('@', true)`, command},
		{`db.renameCollection('@', 'b')`, command},
		{`db.@.convertToCapped(1000)`, command},
		{`db.@.reIndex()`, command},
		{`db.@.compact()`, command},
		{`db.@.validate({repair: true})`, command},
		{`db.dropDatabase()`, command},
		{`db.getSiblingDB('app').dropDatabase()`, command},
		{`sh.shardCollection('app.@', {_id: 1})`, command},
		{`sh.reshardCollection('app.@', {a: 1})`, command},
		{`sh.moveChunk('app.@', {_id: 1}, 's1')`, command},
		{`sh.splitAt('app.@', {_id: 1})`, command},
		{`sh.updateZoneKeyRange('app.@', {_id: 1}, {_id: 2}, 'z')`, command},
	}
}

// writesByCommands are commands that a script spells out.
func writesByCommands() []write {
	return []write{
		{`db.runCommand({insert: '@', documents: [{a: 1}]})`, inserts},
		{`db.runCommand({insert: '@', documents: [{a: 1}], ordered: false, writeConcern: {w: 1}, comment: 'x'})`,
			inserts},
		{`db.runCommand({update: '@', updates: [{q: {}, u: {$set: {b: 1}}}]})`, updates},
		{`db.runCommand({update: '@', updates: [{q: {}, u: {$set: {b: 1}}, multi: true}]})`, updates},
		{`db.runCommand({update: '@', updates: [{q: {}, u: {$set: {b: 1}}, multi: 1}], let: {x: 1}})`, updates},
		{`db.runCommand({update: '@', updates: [{q: {}, u: {b: 1}, upsert: true}]})`, updates},
		{`db.runCommand({update: '@', updates: [{q: {}, u: [{$set: {b: 1}}], c: {x: 1}}]})`, updates},
		{`db.runCommand({delete: '@', deletes: [{q: {}, limit: 1}]})`, deletes},
		{`db.runCommand({delete: '@', deletes: [{q: {}, limit: 0}], maxTimeMS: 5})`, deletes},
		{`db.runCommand({findAndModify: '@', query: {}, update: {$set: {b: 1}}})`, updates},
		{`db.runCommand({findAndModify: '@', update: {b: 1}, new: true})`, updates},
		{`db.runCommand({findAndModify: '@', query: {}, remove: true})`, deletes},
		{`db.runCommand({findandmodify: '@', query: {}, update: [{$set: {b: 1}}]})`, updates},
		{`db.command({insert: '@', documents: [{a: 1}]})`, inserts},
		{`await db.command({delete: '@', deletes: [{q: {}, limit: 0}]})`, deletes},
		{`db.@.runCommand('insert', {documents: [{a: 1}]})`, inserts},
		{`db.@.runCommand('update', {updates: [{q: {}, u: {$set: {b: 1}}}]})`, updates},
		{`db.@.runCommand('delete', {deletes: [{q: {}, limit: 0}]})`, deletes},
		{`db.@.runCommand({delete: '@', deletes: [{q: {}, limit: 0}]})`, deletes},
		{`db.a.runCommand({insert: '@', documents: [{a: 1}]})`, inserts},
		{`db.getSiblingDB('app').runCommand({insert: '@', documents: [{a: 1}]})`, inserts},
		{`db.getMongo().getDB('app').runCommand({insert: '@', documents: [{a: 1}]})`, inserts},
		{`const s = db.getMongo().startSession(); s.getDatabase('app').runCommand({insert: '@', documents: [{a: 1}]})`,
			inserts},
		{`const s = db.getMongo().startSession(); db.runCommand({insert: '@', documents: [{a: 1}]}, {session: s})`,
			inserts},

		{`db.adminCommand({bulkWrite: 1, ops: [{insert: 0, document: {a: 1}}], nsInfo: [{ns: 'app.@'}]})`, inserts},
		{`db.adminCommand({bulkWrite: 1, ops: [{update: 0, filter: {}, updateMods: {$set: {b: 1}}}],
			nsInfo: [{ns: 'app.@'}]})`, updates},
		{`db.adminCommand({bulkWrite: 1, ops: [{update: 0, filter: {}, updateMods: {b: 1}, upsert: true}],
			nsInfo: [{ns: 'app.@'}]})`, updates},
		{`db.adminCommand({bulkWrite: 1, ops: [{delete: 0, filter: {}, multi: true}], nsInfo: [{ns: 'app.@'}]})`,
			deletes},
		{`db.admin().command({bulkWrite: 1, ops: [{delete: 1, filter: {}}], nsInfo: [{ns: 'shop.a'}, {ns: 'app.@'}]})`,
			deletes},
		{`db.getSiblingDB('admin').runCommand({bulkWrite: 1, ops: [{insert: 0, document: {a: 1}}],
			nsInfo: [{ns: 'app.@'}], ordered: false})`, inserts},

		{`db.runCommand({aggregate: 'a', pipeline: [{$out: '@'}], cursor: {}})`, command},
		{`db.runCommand({aggregate: 'a', pipeline: [{$merge: {into: '@'}}], cursor: {}})`, command},
		{`db.runCommand({aggregate: 1, pipeline: [{$documents: []}, {$merge: '@'}], cursor: {}})`, command},
		{`db.getSiblingDB('shop').runCommand({aggregate: 'a', pipeline: [{$merge: {into: {db: 'app', coll: '@'}}}],
			cursor: {}})`, command},
		{`db.runCommand({mapReduce: 'a', map: 'm', reduce: 'r', out: '@'})`, command},
		{`db.runCommand({mapreduce: 'a', map: 'm', reduce: 'r', out: {merge: '@'}})`, command},
		{`db.getSiblingDB('shop').runCommand({mapReduce: 'a', map: 'm', reduce: 'r', out: {replace: '@', db: 'app'}})`,
			command},

		{`db.runCommand({create: '@'})`, command},
		{`db.runCommand({drop: '@'})`, command},
		{`db.@.runCommand('drop')`, command},
		{`db.runCommand({collMod: '@', validator: {a: 1}})`, command},
		{`db.runCommand({createIndexes: '@', indexes: [{key: {a: 1}, name: 'a_1'}]})`, command},
		{`db.runCommand({dropIndexes: '@', index: '*'})`, command},
		{`db.runCommand({deleteIndexes: '@', index: '*'})`, command},
		{`db.runCommand({convertToCapped: '@', size: 1})`, command},
		{`db.runCommand({cloneCollectionAsCapped: 'a', toCollection: '@', size: 1})`, command},
		{`db.runCommand({reIndex: '@'})`, command},
		{`db.@.runCommand('compact', {force: true})`, command},
		{`db.runCommand({validate: '@', repair: true})`, command},
		{`db.runCommand({createSearchIndexes: '@', indexes: []})`, command},
		{`db.runCommand({dropDatabase: 1})`, command},
		{`db.runCommand('dropDatabase')`, command},
		{`db.runCommand({planCacheClear: '@'})`, command},
		{`db.runCommand({nobodyKnowsThis: {on: ['@']}})`, command},
		{`db.adminCommand({renameCollection: 'app.@', to: 'app.b'})`, command},
		{`db.adminCommand({renameCollection: 'app.a', to: 'app.@', dropTarget: true})`, command},
		{`db.adminCommand({applyOps: [{op: 'i', ns: 'app.@', o: {_id: 1}}]})`, command},
		{`db.adminCommand({applyOps: [{op: 'c', ns: 'app.$cmd', o: {drop: '@'}}]})`, command},
		{`db.adminCommand({shardCollection: 'app.@', key: {_id: 1}})`, command},
		{`db.adminCommand({reshardCollection: 'app.@', key: {_id: 1}})`, command},
		{`db.adminCommand({unshardCollection: 'app.@'})`, command},
		{`db.adminCommand({moveCollection: 'app.@', toShard: 's1'})`, command},
		{`db.adminCommand({movePrimary: 'app', to: 's1'})`, command},
		{`db.adminCommand({moveChunk: 'app.@', find: {_id: 1}, to: 's1'})`, command},
		{`db.adminCommand({refineCollectionShardKey: 'app.@', key: {_id: 1, a: 1}})`, command},
		{`db.admin().command({nobodyKnowsThis: 'app.@'})`, command},

		// What the server would refuse is not understood, and counts as what it mentions.
		{`db.runCommand({insert: '@'})`, command},
		{`db.runCommand({delete: '@', deletes: [{q: {}}]})`, command},
		{`db.getSiblingDB('shop').runCommand({insert: '@', documents: [{}], $db: 'app'})`, command},
	}
}

// lastDoer is the last Doer of a chain: it carries nothing out, and gives the result of what has changed one document each.
type lastDoer struct{ seen []*funnel.Operation }

func (d *lastDoer) Do(_ context.Context, op *funnel.Operation) (*funnel.Result, error) {
	d.seen = append(d.seen, op)
	one, err := bson.Marshal(bson.D{{Key: "_id", Value: 1}, {Key: "a", Value: 1}, {Key: "n", Value: 1}})
	if err != nil {
		return &funnel.Result{}, err
	}
	result := &funnel.Result{N: 1, Document: one, Cursor: &canned{document: one, left: 1}}
	switch r := op.Request.(type) {
	case *funnel.Bulk:
		for i := range r.Writes {
			result.Written.Add(oneWritten(r.Writes[i].Kind), int64(i))
		}
	case *funnel.FindAndModify:
		result.Written = funnel.WrittenByModify(r, true)
	}
	if op.Spelled != nil || op.WholeReply {
		result.Document, err = funnel.Reply(op, result)
	}
	return result, err
}

func oneWritten(kind funnel.WriteKind) funnel.Written {
	switch kind {
	case funnel.Insert:
		return funnel.Written{Acknowledged: true, Inserted: 1}
	case funnel.DeleteOne, funnel.DeleteMany:
		return funnel.Written{Acknowledged: true, Deleted: 1}
	}
	return funnel.Written{Acknowledged: true, Matched: 1, Modified: 1}
}

// changed are the operations that came to the end of the chain and would change something.
func (d *lastDoer) changed() (list []string) {
	for _, op := range d.seen {
		if op.Changes() {
			list = append(list, op.String())
		}
	}
	return list
}

// TestEverySpellingOfAWrite has each spelling of a write, run as a script, counted as what it does, planned by a dry
// run that changes nothing, refused where the collection is the registry's, and stopped when the lease is lost.
func TestEverySpellingOfAWrite(t *testing.T) {
	t.Parallel()
	all := append(append(writesByMethods(), changesOfCollections()...), writesByCommands()...)
	if len(all) < 120 {
		t.Errorf("there are only %d spellings", len(all))
	}
	_, b := newReplicaSet(t, nil)
	keep := funnel.Keep("app", []string{"migrations", "migrations_lock"}, "")
	// run runs a spelling on a collection, before a last Doer of its own.
	run := func(
		t *testing.T, w write, collection string, call runtime.Call, middlewares ...funnel.Middleware,
	) (*lastDoer, EvalResult, error) {
		t.Helper()
		last := &lastDoer{}
		b.engine.last, b.engine.options.Middlewares = last, middlewares
		result, err := b.engine.Eval(t.Context(), call, "eval", strings.ReplaceAll(w.code, "@", collection))
		return last, result, err
	}
	lost := b.call()
	lost.Check = func() error { return errLost }
	for _, w := range all {
		t.Run(w.code, func(t *testing.T) {
			last, result, err := run(t, w, "users", b.call())
			counted := result.Report.Operations.String()
			if err != nil || counted != w.does || len(last.changed()) != 1 {
				t.Errorf("it counts as %q, sends %q, and ends with %v", counted, last.changed(), err)
			}
			last, result, err = run(t, w, "users", b.dry())
			if plan := result.Report.Plan; err != nil || len(plan.Entries) != 1 || len(last.changed()) > 0 {
				t.Errorf("the plan is %+v, %q is sent, and it ends with %v", plan, last.changed(), err)
			}
			last, _, err = run(t, w, "migrations", b.call(), keep)
			if err == nil || !strings.Contains(err.Error(), "registry") || len(last.seen) > 0 {
				t.Errorf("on the registry's collection %q is sent, and it ends with %v", last.changed(), err)
			}
			last, _, err = run(t, w, "users", lost)
			if !errors.Is(err, errLost) || len(last.seen) > 0 {
				t.Errorf("after a lost lease %q is sent, and it ends with %v", last.changed(), err)
			}
		})
	}
}
