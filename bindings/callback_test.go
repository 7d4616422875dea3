package bindings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCallbacksOfOlderDrivers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, code, prints, fails string }{
		{name: "the result of a write", code: `db.collection('a').insertOne({_id: 2}, (err, r) => print(err, r.insertedId))`, prints: "null 2"},
		{name: "behind options", code: `db.collection('a').updateOne({_id: 1}, {$set: {n: 1}}, {upsert: true}, function (err, r) { print(err, r.modifiedCount) })`, prints: "null 1"},
		{name: "the error of a write", code: `db.collection('a').insertOne({_id: 1}, (err, r) => print(err.code, r))`, prints: "11000 undefined"},
		{name: "an array of documents", code: `db.collection('a').find().toArray((err, docs) => print(docs.length))`, prints: "1"},
		{name: "without other arguments", code: `db.collection('a').drop((err, r) => print(err, r))`, prints: "null true"},
		{name: "the end of forEach", code: `db.collection('a').find().forEach(d => print(d._id), err => print('end', err))`, prints: "1\nend null"},
		{name: "the end of forEach, of async callbacks", code: `db.collection('a').find().forEach(async d => { await null; print(d._id) }, err => print('end', err))`, prints: "1\nend null"},
		{name: "an error in forEach", code: `db.collection('a').find().forEach(() => { throw new Error('x') }, err => print(err.message))`, prints: "x"},
		{name: "around a promise", code: `return new Promise((resolve, reject) => db.collection('a').insertOne({_id: 1}, err => err ? reject(err) : resolve()))`, fails: "001_test.js:2:60: MongoServerError: E11000"},
		{name: "a callback that throws", code: `db.collection('a').insertOne({_id: 1}, err => { if (err) throw err })`, fails: "001_test.js:2:20: MongoServerError: E11000"},
		{name: "map keeps its function", code: `print(db.collection('a').find().map(d => d._id).toArray().join())`, prints: "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.eval(`db.a.insertOne({_id: 1})`)
			_, err := b.run(t.Context(), "export function up(db) {\n"+c.code+"\n}")
			checkOutcome(t, b, err, c.prints, c.fails)
		})
	}
}

// checkOutcome fails unless a run has printed that, and has failed, or not, with that.
func checkOutcome(t *testing.T, b *bench, err error, prints, fails string) {
	t.Helper()
	switch {
	case (err != nil) != (fails != ""):
		t.Fatal(err)
	case err != nil && !strings.Contains(err.Error(), fails):
		t.Errorf("the error is %v, want %s", err, fails)
	}
	if diff := cmp.Diff(prints, strings.Join(b.printed, "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestAMigrationThatIsDoneByACallback(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, code, prints, fails string }{
		{name: "three parameters", code: `exports.up = function (db, client, next) { db.collection('a').insertOne({}, next); print(typeof client.db) }`, prints: "function"},
		{name: "two parameters, the second named next", code: `module.exports = { up(db, next) { print(db.collection('a').countDocuments()); next() } }`, prints: "0"},
		{name: "two parameters of an arrow", code: `exports.up = (db, done) => { setTimeout(() => { print('later'); done(null) }, 1) }`, prints: "later"},
		{name: "two parameters, the second named client", code: `exports.up = (db, client) => { print(typeof client.db) }`, prints: "function"},
		{name: "an error", code: `exports.up = (db, client, next) => { next(new Error('x')) }`, fails: "001_test.js:1:43: Error: x"},
		{name: "an error of an operation", code: "exports.up = (db, client, next) => {\n  db.collection('a').updateOne({}, {$nope: 1}, next)\n}", fails: "001_test.js:2:22: Mongo"},
		{name: "a callback that is not called", code: `exports.up = (db, client, next) => { print(1) }`, prints: "1", fails: "001_test.js: up takes a callback as its parameter 3, and has ended without calling it"},
		{name: "an async function need not call it", code: `exports.up = async (db, client, next) => { await null; print(1) }`, prints: "1"},
		{name: "an async function that fails", code: `exports.up = async (db, client, next) => { next(); throw new Error('x') }`, fails: "Error: x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			_, err := b.run(t.Context(), c.code)
			checkOutcome(t, b, err, c.prints, c.fails)
		})
	}
}
