package bindings

import (
	"context"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/event"

	"migrator/store/connect"
	"migrator/store/connect/connecttest"
)

func TestCursor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.eval(`db.a.insertMany([1, 2, 3, 4, 5].map(n => ({_id: n, n: n * 10})))`)
	for _, c := range []struct{ name, code, want string }{
		{"for…of walks it", `let s = 0; for (const d of db.a.find()) s += d.n; s`, `150`},
		{"for await walks it", `let s = 0; for await (const d of db.a.find()) s += d.n; s`, `150`},
		{"a loop that is left closes it", `const c = db.a.find().batchSize(2); for (const d of c) break; c.isClosed()`, `true`},
		{"forEach calls for each", `let s = 0; db.a.find().forEach(d => { s += d.n }); s`, `150`},
		{"forEach ends with false", `let n = 0; db.a.find().forEach(() => ++n < 2); n`, `2`},
		{"forEach awaits an async callback before the next", `const order = []; await db.a.find().limit(2).forEach(async d => { order.push('a' + d._id); await null; order.push('b' + d._id) }); order.join(' ')`, `"a1 b1 a2 b2"`},
		{"forEach ends with a promise of false", `let n = 0; await db.a.find().forEach(async () => ++n < 2); n`, `2`},
		{"map maps", `db.a.find().map(d => d.n).toArray()`, `[10,20,30,40,50]`},
		{"a mapped cursor stands for its values", `db.a.countDocuments({_id: {$in: db.a.find({n: {$gt: 30}}).map(d => d._id)}})`, `2`},
		{"for await waits for the promises of map", `const r = []; for await (const n of db.a.find().limit(2).map(async d => d.n)) r.push(n); r`, `[10,20]`},
		{"a mapped cursor can be iterated over", `[...db.a.find().map(d => d.n)]`, `[10,20,30,40,50]`},
		{"hasNext and next", `const c = db.a.find().sort({_id: 1}); const r = []; while (c.hasNext()) r.push(c.next()._id); [r, c.next()]`, `[[1,2,3,4,5],null]`},
		{"await hasNext and next", `const c = db.a.find(); let n = 0; while (await c.hasNext()) { await c.next(); n++ }; n`, `5`},
		{"limit, skip and sort", `db.a.find().sort({_id: -1}).skip(1).limit(2).map(d => d._id)`, `[4,3]`},
		{"sort by a field and a word", `db.a.find().sort('n', 'desc').limit(1).next()._id`, `5`},
		{"sort by pairs", `db.a.find().sort([['n', -1]]).limit(1).next()._id`, `5`},
		{"project", `db.a.find().project({_id: 0, n: 1}).limit(1)`, `[{"n":10}]`},
		{"count is of the filter", `db.a.find({n: {$gt: 20}}).limit(1).count()`, `3`},
		{"size is with the limit", `db.a.find().limit(2).size()`, `2`},
		{"in the Node driver's spelling with the limit", `[db.collection('a').find().limit(2).count(), db.collection('a').find().limit(2).count(false)]`, `[2,5]`},
		{"itcount reads it", `db.a.aggregate([{$match: {n: {$gt: 20}}}]).itcount()`, `3`},
		{"close and pretty", `const c = db.a.find().pretty(); c.close(); c.toArray()`, `[]`},
		{"a clone is a cursor of its own", `const c = db.a.find(); const one = c.clone().limit(1); [c.toArray().length, one.toArray().length]`, `[5,1]`},
		{"a clone of an aggregate is one too", `const c = db.a.aggregate([{$match: {}}]).batchSize(2); c.clone().batchSize(3); c.next(); c.objsLeftInBatch()`, `1`},
		{"explain", `typeof db.a.find({n: 1}).explain()`, `"object"`},
		{"a collection explains", `typeof db.a.explain().find({n: 1})`, `"object"`},
		{"rewind", `const c = db.a.find(); c.next(); c.rewind(); c.itcount()`, `5`},
		{"an untouched document is a plain one", `JSON.stringify(db.a.findOne({_id: 1}))`, `"{\"_id\":1,\"n\":10}"`},
		{"a cursor has no then", `db.a.find().then === undefined && (await db.a.find()).itcount()`, `5`},
	} {
		if got := b.eval(c.code); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestCursorRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.eval(`db.a.insertMany([{_id: 1}, {_id: 2}])`)
	for _, c := range []struct{ name, code, want string }{
		{"a cursor in place of data", `db.b.insertOne({p: db.a.find()})`, "the document: p is [cursor of db.a.find], not data"},
		{"a cursor of aggregate in an update", `db.a.updateOne({}, {$set: {p: db.a.aggregate([])}})`, "$set.p is [cursor of db.a.aggregate], not data"},
		{"a cursor compared with a field", `db.a.find({p: db.a.find()}).toArray()`, "the filter: p is [cursor of db.a.find], not data"},
		{"a collection in place of data", `db.b.insertOne({p: db.a})`, ".a, not data"},
		{"a setting after the first document", `const c = db.a.find(); c.next(); c.limit(1)`, "the cursor has been read already"},
		{"a setting of find on an aggregate", `db.a.aggregate([]).skip(1)`, "use a stage of the pipeline"},
		{"forEach without a function", `db.a.find().forEach(1)`, "forEach: the callback must be a function"},
		{"length that is taken for that of an array", `const list = await db.a.find(); for (let i = 0; i < list.length; i++) print(i)`, "cursor.length is a method of the cursor, and no number: call it, or take toArray() before"},
		{"count that is not called", `db.a.find().count > 0`, "cursor.count is a method of the cursor"},
		{"an error in a callback of map", `db.a.find().map(() => { throw new RangeError('mine') }).toArray()`, "RangeError: mine"},
		{"an error in an async callback", `await db.a.find().forEach(async () => { await null; throw new Error('later') })`, "later"},
		{"an error in an async callback that nobody awaits", `db.a.find().forEach(async () => { await null; throw new Error('lost') }); 1`, "lost"},
	} {
		if err := b.evalError(c.code); !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// commands collects the names of the commands that a client sends.
type commands struct{ names []string }

func (c *commands) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		c.names = append(c.names, e.CommandName)
	}}
}

func (c *commands) count(name string) (n int) {
	for _, other := range c.names {
		if other == name {
			n++
		}
	}
	return n
}

func TestCursorStreams(t *testing.T) {
	t.Parallel()
	var sent commands
	b := newBenchOn(t, connecttest.OpenWith(t, connect.Options{Monitor: sent.monitor()}))
	b.eval(`db.a.insertMany(Array.from({length: 100}, (_, i) => ({_id: i})))`)
	b.eval(`let n = 0; for (const d of db.a.find().batchSize(10)) { if (++n === 25) break }; n`)
	if got := sent.count("getMore"); got != 2 {
		t.Errorf("25 documents in batches of 10 took %d getMore, want 2", got)
	}
	if sent.count("killCursors") != 1 {
		t.Errorf("a loop that was left sent %d killCursors, want 1", sent.count("killCursors"))
	}
	b.eval(`const c = db.a.find({}).batchSize(10); c.next(); 1`)
	if sent.count("killCursors") != 2 {
		t.Error("the end of a script left its cursor open")
	}
}
