package bindings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWhatIsProbablyNotMeantIsSaid holds the warnings for what servers store literally and for what is never sent, and what has
// none.
func TestWhatIsProbablyNotMeantIsSaid(t *testing.T) {
	t.Parallel()
	const at = " (mongomigrations/001_test.js:2:6)"
	for _, c := range []struct {
		name, code string
		want       []string
	}{
		{"an expression in an update that is no pipeline", `db.a.updateMany({}, {$set: {n: 1, origin: {$cond: [true, 'a', 'b']}}})`,
			[]string{"warning: db.a.updateMany stores {$cond: …} in origin as it stands: expressions are worked out in a pipeline alone, [{$set: …}]" + at}},
		{"one that is deeper", `db.a.bulkWrite([{updateOne: {filter: {}, update: {$setOnInsert: {a: [{b: {$ifNull: ['$c', 0]}}]}}}}])`,
			[]string{"warning: db.a.bulkWrite stores {$ifNull: …} in a.0.b as it stands: expressions are worked out in a pipeline alone, [{$set: …}]" + at}},
		{"a reference to a field", `db.a.findOneAndUpdate({}, {$set: {total: '$price.net'}})`,
			[]string{"warning: db.a.findOneAndUpdate stores the text '$price.net' in total: fields are referred to in a pipeline alone, [{$set: …}]" + at}},
		{"Extended JSON", `db.a.insertMany([{n: 1}, {ref: {$oid: '64b40af19d26bb50526f5b94'}}])`,
			[]string{"warning: db.a.insertMany stores {$oid: …} in ref as it stands: EJSON.deserialize(…) makes values of Extended JSON" + at}},
		{"Extended JSON in an update", `db.a.updateOne({}, {$set: {at: {$date: '2026-11-21T00:00:00Z'}}})`,
			[]string{"warning: db.a.updateOne stores {$date: …} in at as it stands: EJSON.deserialize(…) makes values of Extended JSON" + at}},
		{"a loop says it once", `for (const n of [1, 2]) db.a.replaceOne({_id: n}, {ref: {$oid: 'x'}})`,
			[]string{"warning: db.a.replaceOne stores {$oid: …} in ref as it stands: EJSON.deserialize(…) makes values of Extended JSON (mongomigrations/001_test.js:2:30)"}},
		{"a bulk that is not executed", `let bulk = db.a.initializeOrderedBulkOp(); for (let i = 1; i < 6; i++) { bulk.insert({_id: i}); if (i % 2 === 0) { bulk.execute(); bulk = db.a.initializeOrderedBulkOp() } }`,
			[]string{"warning: db.a.initializeOrderedBulkOp() (mongomigrations/001_test.js:2:144) was left with writes that were not executed: 1"}},
		{"one that has nothing to execute", `db.a.initializeOrderedBulkOp()`, nil},
		{"a pipeline says nothing", `db.a.updateMany({}, [{$set: {a: '$b', c: {$cond: [true, 1, 2]}}}])`, nil},
		{"nor do operators", `db.a.updateMany({}, {$set: {a: 1}, $push: {b: {$each: [1], $slice: 2}}, $pull: {c: {$in: [1]}}})`, nil},
		{"nor do sums of money", `db.a.updateMany({}, {$set: {price: '$5.00', other: 'US$', text: 'costs $a'}})`, nil},
		{"nor does a DBRef", `db.a.updateMany({}, {$set: {author: DBRef('users', 1)}})`, nil},
		{"nor does a query that is kept", `db.a.insertOne({_id: 1, query: {$or: [{a: '$b'}]}})`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, b := newReplicaSet(t, nil)
			b.mustRun("export async function up(db) {\n" + c.code + "\n}")
			if diff := cmp.Diff(c.want, b.printed); diff != "" {
				t.Error(diff)
			}
		})
	}
}
