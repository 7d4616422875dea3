package bindings

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"

	"migrator/bindings/funnel"
	"migrator/bindings/funnel/ferretdb"
	"migrator/store/connect"
	"migrator/store/connect/connecttest"
)

func TestFerretDBRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.needEmbedded()
	b.eval(`db.a.insertOne({_id: 1, n: 1, list: [1, 2], items: [{k: 1, v: 1}]})`)
	before := b.eval(`db.a.find()`)
	for _, c := range []struct{ name, code, want string }{
		{"array filters", `db.a.updateOne({}, {$set: {n: 1}}, {arrayFilters: [{x: 1}]})`, "arrayFilters"},
		{"an update by a pipeline", `db.a.updateMany({}, [{$set: {n: 2}}])`, "updates by a pipeline"},
		{"a findOneAndUpdate by a pipeline", `db.a.findOneAndUpdate({}, [{$set: {n: 2}}])`, "updates by a pipeline"},
		{"the positional operator", `db.a.updateOne({'items.k': 1}, {$set: {'items.$.v': 2}})`, "the positional operator $ ($set: items.$.v)"},
		{"the positional operator for all", `db.a.updateOne({}, {$inc: {'list.$[]': 1}})`, "the positional operator $[]"},
		{"the filtered positional operator", `db.a.updateOne({}, {$set: {'items.$[x].v': 2}})`, "the positional operator $[x]"},
		{"$elemMatch on fields", `db.a.updateOne({items: {$elemMatch: {k: 1, v: 1}}}, {$set: {n: 2}})`, "$elemMatch with more than one condition"},
		{"$elemMatch on one field", `db.a.find({items: {$elemMatch: {k: 1}}}).toArray()`, "$elemMatch with k"},
		{"$elemMatch with a range", `db.a.find({list: {$elemMatch: {$gt: 1, $lt: 2}}}).toArray()`, "$elemMatch with more than one condition"},
		{"$pull by a condition", `db.a.updateOne({}, {$pull: {list: {$gt: 1}}})`, "$pull by anything but a plain value (list)"},
		{"$pull by a document", `db.a.updateOne({}, {$pull: {items: {k: 1}}})`, "$pull by anything but a plain value"},
		{"$unset of an element", `db.a.updateOne({}, {$unset: {'list.0': 1}})`, "$unset of an element of an array (list.0)"},
		{"$rename of an element", `db.a.updateOne({}, {$rename: {'list.0': 'x'}})`, "$rename of an element of an array (list.0)"},
		{"$mod, which elements of an array would meet", `db.a.find({list: {$mod: [2, 1]}}).toArray()`, "$mod in a filter (list)"},
		{"$bitsAllSet, which elements of an array would meet", `db.a.find({list: {$bitsAllSet: 1}}).toArray()`, "$bitsAllSet in a filter (list)"},
		{"null on a path through an array", `db.a.find({'items.z': null}).toArray()`, "a comparison of items.z with null, since items is an array"},
		{"not null on a path through an array", `db.a.updateMany({$or: [{'items.z': {$ne: null}}]}, {$set: {n: 2}})`, "a comparison of items.z with null"},
		{"null in a list on a path through an array", `db.a.deleteMany({'items.z': {$in: [null]}})`, "a comparison of items.z with null"},
		{"null in $match on a path through an array", `db.a.aggregate([{$match: {'items.z': null}}]).toArray()`, "a comparison of items.z with null"},
		{"a sort by a path through an array", `db.a.find().sort({'items.k': 1}).toArray()`, "a sort by items.k, since items is an array"},
		{"a sort of findOneAndUpdate by a path through an array", `db.a.findOneAndUpdate({}, {$set: {n: 2}}, {sort: {'items.k': 1}})`, "a sort by items.k"},
		{"$sort by a path through an array", `db.a.aggregate([{$limit: 5}, {$sort: {'items.k': 1}}]).toArray()`, "a sort by items.k"},
		{"$unwind of a path", `db.a.aggregate([{$unwind: '$o.list'}]).toArray()`, "$unwind of a path ($o.list)"},
		{"an upsert with fields in $and", `db.a.updateOne({_id: 9, $and: [{w: 1}]}, {$set: {n: 2}}, {upsert: true})`, "an upsert by a filter with $and"},
		{"an upsert with fields in $or of one", `db.a.findOneAndUpdate({$or: [{w: 1}]}, {$set: {n: 2}}, {upsert: true})`, "an upsert by a filter with $or"},
		{"a raw upsert with fields in $and", `db.runCommand({update: 'a', updates: [{q: {$and: [{w: 1}]}, u: {$set: {n: 2}}, upsert: true}]})`, "an upsert by a filter with $and"},
		{"a raw count by a negation on a path", `db.runCommand({count: 'a', query: {'items.k': {$ne: 1}}})`, "on a path in a raw command"},
		{"a raw delete by two conditions on a path", `db.runCommand({delete: 'a', deletes: [{q: {'items.k': {$gt: 0, $lt: 1}}, limit: 0}]})`, "on a path in a raw command"},
		{"a raw find sorted by a path", `db.runCommand({find: 'a', sort: {'items.k': 1}})`, "a sort by items.k in a raw command"},
		{"a raw pipeline with null on a path", `db.runCommand({aggregate: 'a', pipeline: [{$match: {'items.k': null}}], cursor: {}})`, "on a path in a raw command"},
		{"$push at a position", `db.a.updateOne({}, {$push: {list: {$each: [0], $position: 0}}})`, "$position in $push (list)"},
		{"$push with a sort", `db.a.updateOne({}, {$push: {list: {$each: [0], $sort: 1}}})`, "$sort in $push"},
		{"$push with a slice", `db.a.updateOne({}, {$push: {list: {$each: [0], $slice: 2}}})`, "$slice in $push"},
		{"a field reference in a projection", `db.a.findOne({}, {projection: {w: '$n'}})`, "computed fields in a projection (w)"},
		{"a field reference in $set", `db.a.aggregate([{$set: {v: '$n'}}]).toArray()`, "references to fields in $set (v: $n)"},
		{"a field reference in $addFields", `db.a.aggregate([{$addFields: {v: '$n'}}]).toArray()`, "references to fields in $addFields"},
		{"a field reference in $project", `db.a.aggregate([{$project: {v: '$n'}}]).toArray()`, "computed fields in a projection (v)"},
		{"a dotted field in $set", `db.a.aggregate([{$set: {'o.z': 1}}]).toArray()`, "the dotted field o.z"},
		{"a hint", `db.a.find().hint('no_such_index').toArray()`, "the option hint"},
		{"bounds", `db.a.find().min({_id: 3}).toArray()`, "the option min"},
		{"a collation", `db.a.find().collation({locale: 'en'}).toArray()`, "the option collation"},
		{"a Decimal128", `db.a.insertOne({deep: [{price: NumberDecimal('1')}]})`, "values of the type Decimal128 (deep.0.price)"},
		{"a MinKey", `db.a.insertOne({n: MinKey()})`, "values of the type MinKey (n)"},
		{"a MaxKey in a filter", `db.a.find({n: {$lt: MaxKey()}}).toArray()`, "values of the type MaxKey (n.$lt)"},
		{"NaN", `db.a.updateOne({}, {$set: {n: NaN}})`, "the number NaN (n)"},
		{"infinity", `db.a.insertOne({n: Infinity})`, "the number +Inf (n)"},
		{"code", `db.a.insertOne({n: Code('1')})`, "values of the type Code (n)"},
		{"-0", `db.a.insertOne({n: -0})`, "the number -0 (n)"},
		{"an array within an array", `db.a.insertOne({n: [[1]]})`, "an array within an array (n.0)"},
		{"a Decimal128 in a command", `db.runCommand({ping: 1, comment: NumberDecimal('1')})`, "values of the type Decimal128"},
		{"$expr", `db.a.find({$expr: {$gt: ['$n', 0]}}).toArray()`, "$expr in a filter"},
		{"$jsonSchema", `db.a.find({$jsonSchema: {}}).toArray()`, "$jsonSchema in a filter"},
		{"a whole document in a filter", `db.a.find({items: {k: 1, v: 1}}).toArray()`, "a comparison of items with a whole document"},
		{"documents in $in", `db.a.find({items: {$in: [{k: 1, v: 1}]}}).toArray()`, "$in with a embedded document in its list"},
		{"a condition within $and", `db.a.find({$and: [{items: {$elemMatch: {k: 1}}}]}).toArray()`, "$elemMatch with k"},
		{"a filter in $match", `db.a.aggregate([{$match: {items: {$elemMatch: {k: 1}}}}]).toArray()`, "$elemMatch with k"},
		{"$lookup", `db.a.aggregate([{$lookup: {from: 'b', localField: 'n', foreignField: 'n', as: 'x'}}]).toArray()`, "the stage $lookup"},
		{"$out", `db.a.aggregate([{$out: 'b'}])`, "the stage $out"},
		{"an accumulator", `db.a.aggregate([{$group: {_id: null, x: {$max: '$n'}}}]).toArray()`, "the accumulator $max"},
		{"two accumulators", `db.a.aggregate([{$group: {_id: null, n: {$sum: 1}, sum: {$sum: '$n'}}}]).toArray()`, "more than one accumulator in a $group (sum)"},
		{"an upsert by a pattern", `db.a.updateOne({w: /a/}, {$set: {n: 2}}, {upsert: true})`, "an upsert by a pattern (w)"},
		{"an upsert by a list of one", `db.a.updateOne({w: {$in: [1]}}, {$set: {n: 2}}, {upsert: true})`, "an upsert by $in with one element (w)"},
		{"a partial index", `db.a.createIndex({n: 1}, {partialFilterExpression: {n: 1}})`, "the index option partialFilterExpression"},
		{"a TTL index", `db.a.createIndex({n: 1}, {expireAfterSeconds: 1})`, "the index option expireAfterSeconds"},
		{"a text index", `db.a.createIndex({n: 'text'})`, "the kind of index"},
		{"a validator", `db.createCollection('v', {validator: {n: 1}})`, "the option validator"},
		{"an option with a typing mistake", `db.createCollection('v', {cappd: true})`, "the option cappd"},
		{"a view", `db.createView('v', 'a', [])`, "the option viewOn"},
		{"a capped collection with a maximum", `db.createCollection('v', {capped: true, size: 1000, max: 5})`, "the option max"},
		{"collMod", `db.runCommand({collMod: 'a', validator: {}})`, "collMod"},
		{"hiding an index", `db.a.hideIndex('n_1')`, "collMod"},
		{"a raw update by a pipeline", `db.runCommand({update: 'a', updates: [{q: {}, u: [{$set: {n: 2}}]}]})`, "updates by a pipeline"},
		{"a raw find with a field reference", `db.runCommand({find: 'a', projection: {w: '$n'}})`, "computed fields in a projection"},
		{"a raw insert of a Decimal128", `db.runCommand({insert: 'a', documents: [{n: NumberDecimal('1')}]})`, "values of the type Decimal128"},
		{"a raw findAndModify with array filters", `db.runCommand({findAndModify: 'a', query: {}, update: {$set: {n: 2}}, arrayFilters: []})`, "the option arrayFilters"},
		{"too many raw updates", `db.runCommand({update: 'a', updates: Array.from({length: 51}, (_, i) => ({q: {_id: i}, u: {$set: {n: 2}}}))})`, "more than 50 updates"},
		{"one bad write among good ones", `db.a.bulkWrite([{updateOne: {filter: {_id: 1}, update: {$set: {n: 5}}}}, {insertOne: {document: {n: NaN}}}])`, "the number NaN"},
		{"a transaction", `db.getMongo().startSession().startTransaction()`, "cannot do transactions"},
		{"a transaction that a catch aborts", `const s = db.getMongo().startSession(); try { s.startTransaction() } catch (e) { s.abortTransaction(); throw e }`, "cannot do transactions"},
		{"withTransaction", `db.getMongo().startSession().withTransaction(() => {})`, "cannot do transactions"},
		{"an unknown command", `db.runCommand({reIndex: 'a'})`, "no such command"},
	} {
		err := b.evalError(c.code)
		var of *ferretdb.Unsupported
		if !errors.As(err, &of) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "use a MongoDB server") {
			t.Errorf("%s: got %v, want a refusal with %q", c.name, err, c.want)
		}
	}
	if after := b.eval(`db.a.find()`); after != before {
		t.Errorf("a refused operation changed the data:\n got %s\nwant %s", after, before)
	}
}

func TestFerretDBKeepsWhatWorks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.needEmbedded()
	for _, c := range []struct{ name, code, want string }{
		{"$push and $addToSet with $each", `db.a.insertOne({_id: 1, list: []}); db.a.updateOne({_id: 1}, {$push: {list: {$each: [1, 2]}}, $addToSet: {set: {$each: ['x', 'x']}}}); db.a.findOne()`, `{"_id":1,"list":[1,2],"set":["x"]}`},
		{"$pull by a value", `db.a.updateOne({_id: 1}, {$pull: {list: 1}}); db.a.findOne().list`, `[2]`},
		{"a document as _id", `db.b.insertOne({_id: {a: 1, b: 2}}); db.b.countDocuments({_id: {a: 1, b: 2}})`, `1`},
		{"$elemMatch with one comparison", `db.a.countDocuments({list: {$elemMatch: {$gt: 1}}})`, `1`},
		{"fields of a document in an array", `db.c.insertOne({_id: 1, items: [{k: 1}]}); db.c.countDocuments({'items.k': 1})`, `1`},
		{"a group by a field", `db.a.aggregate([{$unwind: '$list'}, {$group: {_id: '$list', n: {$sum: 1}}}])`, `[{"_id":2,"n":1}]`},
		{"$rename and $unset", `db.a.updateMany({}, {$rename: {list: 'rest'}, $unset: {set: ''}}); db.a.findOne()`, `{"_id":1,"rest":[2]}`},
	} {
		if got := b.eval(c.code); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestFerretDBUniqueViolationsAreDuplicateKeys(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.needEmbedded()
	b.eval(`db.a.createIndex({email: 1}, {unique: true}); db.a.insertMany([{_id: 1, email: 'a'}, {_id: 2, email: 'b'}])`)
	for _, c := range []struct{ name, code, want string }{
		{"by an update", `try { db.a.updateOne({_id: 2}, {$set: {email: 'a'}}) } catch (e) { [e.name, e.code, e.message.startsWith('E11000')] }`, `["MongoServerError",11000,true]`},
		{"by findOneAndUpdate", `try { db.a.findOneAndUpdate({_id: 2}, {$set: {email: 'a'}}) } catch (e) { [e.name, e.code] }`, `["MongoServerError",11000]`},
		{"by an insert", `try { db.a.insertOne({email: 'a'}) } catch (e) { e.code }`, `11000`},
		{"by a new index", `db.b.insertMany([{n: 1}, {n: 1}]); try { db.b.createIndex({n: 1}, {unique: true}) } catch (e) { [e.code, e.codeName] }`, `[11000,"DuplicateKey"]`},
		{"in an unordered bulk, which goes on", `try { db.a.bulkWrite([
			{updateOne: {filter: {_id: 2}, update: {$set: {email: 'a'}}}}, {updateOne: {filter: {_id: 2}, update: {$set: {n: 1}}}}], {ordered: false})
			} catch (e) { [e.name, e.writeErrors.map(w => w.index), e.result.modifiedCount, db.a.findOne({_id: 2}).n] }`, `["MongoBulkWriteError",[0],1,1]`},
		{"in an ordered bulk, which stops", `try { db.a.bulkWrite([{updateOne: {filter: {_id: 1}, update: {$set: {n: 7}}}},
			{updateOne: {filter: {_id: 2}, update: {$set: {email: 'a'}}}}, {updateOne: {filter: {_id: 2}, update: {$set: {n: 9}}}}])
			} catch (e) { [e.writeErrors[0].index, e.result.matchedCount, db.a.find().sort({_id: 1}).map(d => d.n)] }`, `[1,1,[7,1]]`},
	} {
		if got := b.eval(c.code); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestFerretDBUpdatesAreSplit(t *testing.T) {
	t.Parallel()
	statements := []int{}
	monitor := &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		if e.CommandName == "update" {
			values, err := e.Command.Lookup("updates").Array().Values()
			if err != nil {
				t.Error(err)
			}
			statements = append(statements, len(values))
		}
	}}
	b := newBenchOn(t, connecttest.OpenWith(t, connect.Options{Monitor: monitor}))
	b.needEmbedded()
	const n = 150 // more than FerretDB has connections
	got := b.eval(fmt.Sprintf(`
		db.a.insertMany(Array.from({length: %d}, (_, i) => ({_id: i})))
		const r = db.a.bulkWrite(Array.from({length: %[1]d}, (_, i) => ({updateOne: {filter: {_id: i}, update: {$set: {n: i}}}})))
		;[r.matchedCount, r.modifiedCount, db.a.countDocuments({n: {$exists: true}})]`, n))
	if want := fmt.Sprintf("[%d,%d,%d]", n, n, n); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	total := 0
	for _, count := range statements {
		total += count
		if count > 50 { // at a hundred it hangs
			t.Errorf("a command had %d updates", count)
		}
	}
	if total != n {
		t.Errorf("%d updates were sent, want %d", total, n)
	}
}

func TestFerretDBOpenCursorsAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.needEmbedded()
	got := b.eval(`
		db.a.insertMany(Array.from({length: 30}, (_, i) => ({_id: i})))
		const cursors = Array.from({length: 120}, () => { const c = db.a.find().sort({_id: 1}).batchSize(5); c.next(); return c })
		;[cursors.every(c => c.toArray().length === 29), db.a.updateOne({_id: 1}, {$set: {n: 1}}).modifiedCount]`)
	if got != "[true,1]" {
		t.Errorf("got %s", got)
	}
}

// FuzzFerretDBChecks feeds the checks any document: they may refuse it and may not fail on it.
func FuzzFerretDBChecks(f *testing.F) {
	for _, d := range []bson.D{
		{{Key: "$set", Value: bson.D{{Key: "a.$", Value: 1}}}},
		{{Key: "a", Value: bson.D{{Key: "$elemMatch", Value: 1}}}},
		{{Key: "update", Value: "a"}, {Key: "updates", Value: bson.A{1, bson.D{}}}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: bson.D{}}}}},
	} {
		raw, err := bson.Marshal(d)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := bson.Raw(data)
		if d.Validate() != nil {
			return
		}
		document := bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: d}
		for _, r := range []funnel.Request{
			&funnel.Find{Filter: d, Projection: d, Sort: d}, &funnel.Aggregate{Pipeline: []bson.Raw{d}}, &funnel.Command{Document: d},
			&funnel.Bulk{Writes: []funnel.WriteModel{{Kind: funnel.Insert, Document: d}, {Kind: funnel.UpdateOne, Filter: d, Update: document}}},
		} {
			_ = ferretdb.Check(&funnel.Operation{Collection: "a", Request: r})
		}
	})
}
