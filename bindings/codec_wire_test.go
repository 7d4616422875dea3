package bindings

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/bindings/funnel"
)

// What a request encodes itself to is what the driver's call of it sends. Only a count of documents is not, of which
// the driver makes an aggregation, and a bulk in which writes of one and of many take turns, which it sends in more
// commands.
func TestRequestsEncodeToWhatTheDriverSends(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		`db.a.find().toArray()`,
		`db.a.findOne({_id: 1})`,
		`db.a.find({n: 1}, {projection: {n: 1}, sort: {n: -1}, skip: 2, limit: 3, batchSize: 4, hint: 'n_1',
			min: {n: 0}, max: {n: 9}, collation: {locale: 'en'},
			let: {x: 1}, comment: 'why', allowDiskUse: true, allowPartialResults: true, noCursorTimeout: true,
				returnKey: true, showRecordId: true}).toArray()`,
		`db.a.find({}, {readConcern: 'majority'}).toArray()`,
		`db.a.aggregate([{$match: {n: 1}}]).toArray()`,
		`db.a.aggregate([{$match: {n: 1}}], {hint: 'n_1', collation: {locale: 'en'}, let: {x: 1}, comment: 'why',
			allowDiskUse: false, readConcern: 'local'}).toArray()`,
		`db.a.aggregate([{$match: {n: 1}}, {$out: 'b'}], {bypassDocumentValidation: true, writeConcern: {w: 2}})`,
		`db.aggregate([{$currentOp: {}}]).toArray()`,
		`db.a.estimatedDocumentCount({comment: 'why'})`,
		`db.a.distinct('n', {m: 1}, {hint: 'n_1', collation: {locale: 'en'}, comment: 'why', readConcern: 'local'})`,
		`db.a.insertOne({_id: 1}, {comment: 'why', bypassDocumentValidation: true, writeConcern: {w: 'majority',
			j: true}})`,
		`db.a.insertMany([{_id: 1}, {_id: 2}], {ordered: false})`,
		`db.a.updateOne({n: 1}, {$set: {'l.$[x]': 1}}, {upsert: true, arrayFilters: [{x: 1}], hint: {n: 1},
			collation: {locale: 'en'}, sort: {n: 1}, let: {y: 1}, comment: 'why'})`,
		`db.a.updateMany({}, [{$set: {n: '$m'}}], {writeConcern: {w: 1}})`,
		`db.a.replaceOne({n: 1}, {m: 1}, {upsert: true, sort: {n: 1}, hint: 'n_1'})`,
		`db.a.deleteOne({n: 1}, {hint: 'n_1', collation: {locale: 'en'}, let: {x: 1}})`,
		`db.a.deleteMany({})`,
		`db.a.bulkWrite([{insertOne: {document: {_id: 1}}}, {insertOne: {document: {_id: 2}}},
			{updateOne: {filter: {n: 1}, update: {$inc: {n: 1}}}},
			{replaceOne: {filter: {n: 2}, replacement: {n: 3}}}, {deleteOne: {filter: {n: 4}}},
				{insertOne: {document: {_id: 3}}}])`,
		`db.a.findOneAndUpdate({n: 1}, {$set: {n: 2}}, {sort: {n: -1}, projection: {n: 1}, upsert: true,
			returnDocument: 'after', arrayFilters: [{x: 1}], hint: 'n_1',
			collation: {locale: 'en'}, let: {z: 1}, comment: 'why', bypassDocumentValidation: true,
				writeConcern: {w: 1}})`,
		`db.a.findOneAndReplace({n: 1}, {n: 2}, {sort: {n: 1}})`,
		`db.a.findOneAndDelete({n: 1}, {projection: {n: 1}})`,
		`db.a.findOneAndDelete({n: 1}, {includeResultMetadata: true, writeConcern: {w: 1}})`,
		`db.a.explain().updateOne({n: 1}, {$set: {n: 2}}, {sort: {n: 1}, let: {y: 1}, writeConcern: {w: 1}})`,
		`db.a.createIndex({n: 1})`,
		`db.runCommand({update: 'a', updates: [{q: {}, u: {$set: {n: 1}}, multi: true, c: {x: 1}}],
			writeConcern: {w: 1}, maxTimeMS: 5})`,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			server, b := newReplicaSet(t, func(command string, _ int) bson.D {
				if command != "distinct" {
					return nil
				}
				return bson.D{{Key: "ok", Value: 1}, {Key: "values", Value: bson.A{}}}
			})
			var encoded []string
			b.engine.options.Middlewares = []funnel.Middleware{func(next funnel.Doer) funnel.Doer {
				return funnel.DoerFunc(func(ctx context.Context, op *funnel.Operation) (*funnel.Result, error) {
					commands, err := funnel.Encode(op)
					if err != nil {
						t.Error(err)
					}
					if op.Spelled != nil {
						commands = []bson.Raw{op.Spelled}
					}
					for _, c := range commands {
						encoded = append(encoded, asSent(t, c))
					}
					return next.Do(ctx, op)
				})
			}}
			b.eval(code + "; 1")
			server.mu.Lock()
			defer server.mu.Unlock()
			var sent []string
			for _, c := range server.sent {
				if funnel.FirstKey(c) != "endSessions" {
					sent = append(sent, asSent(t, c))
				}
			}
			if diff := cmp.Diff(sent, encoded); diff != "" || len(sent) == 0 {
				t.Error(diff)
			}
		})
	}
}

// asSent is a command as text, its fields in the order of their names, without what the driver adds to each, and
// without what it says although the server would do it anyway.
func asSent(t *testing.T, command bson.Raw) string {
	t.Helper()
	var d, kept bson.D
	if err := bson.Unmarshal(command, &d); err != nil {
		t.Fatal(err)
	}
	for _, e := range d {
		byItself := e.Key == "ordered" && e.Value == true || (e.Key == "new" || e.Key == "upsert") && e.Value == false
		if !byItself && !slices.Contains([]string{"$db", "lsid", "txnNumber", "$clusterTime", "$readPreference"},
			e.Key) {
			kept = append(kept, e)
		}
	}
	return inOrder(kept)
}
