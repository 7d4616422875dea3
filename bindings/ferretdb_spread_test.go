package bindings

import "testing"

// What MongoDB finds by conditions on a path through an array of documents, in every kind of request.
func TestConditionsOnAPathThroughAnArray(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.eval(`db.a.insertMany([
		{_id: 1, a: [{k: 1, s: 'Ab'}, {k: 2, s: 'x'}]}, {_id: 2, a: {k: 1}}, {_id: 3}, {_id: 4, a: [{k: 3}, {z: 1}]}, {_id: 5, a: []},
	])`)
	for _, c := range []struct{ name, filter, want string }{
		{"a value", `{'a.k': 1}`, "[1,2]"},
		{"$ne", `{'a.k': {$ne: 1}}`, "[3,4,5]"},
		{"$nin", `{'a.k': {$nin: [1, 3]}}`, "[3,5]"},
		{"$not", `{'a.k': {$not: {$gt: 1}}}`, "[2,3,5]"},
		{"$not with several conditions", `{'a.k': {$not: {$gt: 1, $lt: 2}}}`, "[2,3,4,5]"},
		{"$not with a pattern", `{'a.s': {$not: /^ab/i}}`, "[2,3,4,5]"},
		{"a range that two elements meet", `{'a.k': {$gt: 1, $lt: 2}}`, "[1]"},
		{"a condition and a negation", `{'a.k': {$exists: true, $ne: 1}}`, "[4]"},
		{"$all", `{'a.k': {$all: [1, 2]}}`, "[1]"},
		{"$all of one", `{'a.k': {$all: [1]}}`, "[1,2]"},
		{"$all of none", `{'a.k': {$all: [], $ne: 9}}`, "[]"},
		{"a pattern with options beside another condition", `{'a.s': {$regex: '^ab', $options: 'i', $gt: 'u'}}`, "[1]"},
		{"$eq beside another condition", `{'a.k': {$eq: 1, $gt: 1}}`, "[1]"},
		{"within $and beside another field", `{_id: {$gt: 1}, $and: [{'a.k': {$ne: 1}}, {_id: {$lt: 5}}], 'a.k': {$ne: 3}}`, "[3]"},
		{"within $or", `{$or: [{'a.k': {$ne: 1}}, {_id: 1}]}`, "[1,3,4,5]"},
		{"within $nor", `{$nor: [{'a.k': {$ne: 1}}]}`, "[1,2]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, code := range []string{
				`db.a.find(` + c.filter + `).sort({_id: 1}).toArray().map(d => d._id)`,
				`db.a.distinct('_id', ` + c.filter + `).sort()`,
				`db.a.aggregate([{$match: ` + c.filter + `}, {$sort: {_id: 1}}]).toArray().map(d => d._id)`,
			} {
				if got := b.eval(code); got != c.want {
					t.Errorf("%s\ngave %s, want %s", code, got, c.want)
				}
			}
			same := `db.a.countDocuments(F) === L.length && db.a.updateMany(F, {$inc: {n: 1}}).matchedCount === L.length && ` +
				`(db.a.findOneAndUpdate(F, {$inc: {n: 1}}) !== null) === (L.length > 0) && db.a.deleteMany({$and: [F, {_id: 0}]}).deletedCount === 0`
			if got := b.eval(`{ const F = ` + c.filter + `, L = ` + c.want + `; ` + same + ` }`); got != "true" {
				t.Errorf("count, update and delete by %s do not agree with find", c.filter)
			}
		})
	}
}

func TestConditionsOnAPathLeaveAnUpsertItsFields(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	got := b.eval(`
		db.a.updateOne({_id: 1, 'o.k': {$eq: 2, $lt: 3}, 'o.l': {$ne: 1}, 'o.m': 4}, {$set: {n: 1}}, {upsert: true})
		db.a.findOne()`)
	if want := `{"_id":1,"o":{"k":2,"m":4},"n":1}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPathsWithoutArrays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.eval(`db.a.insertMany([{_id: 1, o: {k: 1}}, {_id: 2, o: {k: null}}, {_id: 3, o: {}}, {_id: 4}, {_id: 5, o: 1}])`)
	for filter, want := range map[string]string{
		`{'o.k': null}`: "[2,3,4,5]", `{'o.k': {$ne: null}}`: "[1]", `{'o.k': {$in: [null, 1]}}`: "[1,2,3,4,5]",
		`{'o.k': {$exists: true, $ne: null}}`: "[1]", `{'o.k': {$not: {$eq: null}}}`: "[1]",
	} {
		if got := b.eval(`db.a.find(` + filter + `).sort({_id: 1}).toArray().map(d => d._id)`); got != want {
			t.Errorf("%s found %s, want %s", filter, got, want)
		}
	}
	if got := b.eval(`db.a.aggregate([{$match: {'o.k': {$exists: true}}}, {$sort: {'o.k': -1}}]).toArray().concat(db.a.find().sort({'o.k': -1}).limit(1).toArray()).map(d => d._id)`); got != "[1,2,1]" {
		t.Errorf("sorted by a path are %s", got)
	}
}

func TestIntegersOutgrowTheirWidth(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, c := range []struct{ name, from, update, want string }{
		{"$inc past the largest int32", `2147483647`, `{$inc: {n: 1}}`, `{"$numberLong":"2147483648"}`},
		{"$inc past the least int32", `-2147483648`, `{$inc: {n: -1}}`, `{"$numberLong":"-2147483649"}`},
		{"$inc by a large int32", `2147483647`, `{$inc: {n: 2147483647}}`, `{"$numberLong":"4294967294"}`},
		{"$mul past the largest int32", `65536`, `{$mul: {n: 65536}}`, `{"$numberLong":"4294967296"}`},
		{"$mul of the least int32", `-2147483648`, `{$mul: {n: -1}}`, `{"$numberLong":"2147483648"}`},
		{"$inc of an int64 stays one", `Long(5)`, `{$inc: {n: 1}}`, `{"$numberLong":"6"}`},
		{"$inc by a double", `5`, `{$inc: {n: Double(1)}}`, `{"$numberDouble":"6.0"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, update := range []string{
				`db.a.updateOne({_id: 1}, U)`, `db.a.updateMany({}, U)`, `db.a.findOneAndUpdate({_id: 1}, U)`,
				`db.a.bulkWrite([{updateOne: {filter: {_id: 1}, update: U}}])`, `db.runCommand({update: 'a', updates: [{q: {}, u: U}]})`,
			} {
				got := b.eval(`{ const U = ` + c.update + `; db.a.drop(); db.a.insertOne({_id: 1, n: ` + c.from + `}); ` + update +
					`; EJSON.stringify(db.a.findOne({}, {_id: 0}), {relaxed: false}) === JSON.stringify({n: ` + c.want + `}) }`)
				if got != "true" {
					t.Errorf("%s did not give %s", update, c.want)
				}
			}
		})
	}
}
