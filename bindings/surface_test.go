package bindings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestPackagesOfTheDriver evaluates what files written for the driver do with the packages bson and mongodb.
func TestPackagesOfTheDriver(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, c := range []struct{ name, code, want string }{
		{"the names that migrations import are there", `const m = require('mongodb'), names = ['ObjectId', 'ObjectID', 'Long', 'Decimal128', 'EJSON', 'BSON', 'BSONType', 'BSONError', 'Binary', 'UUID', 'ReadConcern',
			'WriteConcern', 'ReadPreference', 'ReadConcernLevel', 'ReadPreferenceMode', 'ReturnDocument', 'MongoError', 'MongoServerError', 'MongoBulkWriteError', 'MongoClient', 'GridFSBucket']
			names.filter(name => m[name] === undefined)`, `[]`},
		{"bytes there and back", `const {serialize, deserialize, calculateObjectSize} = require('bson'), bytes = serialize({a: 1, l: Long(2), gone: undefined})
			;[bytes instanceof Uint8Array, bytes.length, calculateObjectSize({a: 1, l: Long(2)}), deserialize(Buffer.from(bytes)), deserialize(bytes, {promoteValues: false}).l instanceof Long]`, `[true,23,23,{"a":1,"l":2},true]`},
		{"bytes are copied", `const {serialize, deserialize} = require('bson'), bytes = serialize({a: 1}), d = deserialize(bytes); bytes.fill(0); d.a`, `1`},
		{"the size of a document", `[bsonsize({a: 1}), Object.bsonsize({a: 1}), bsonsize({}), Object.keys(Object)]`, `[12,12,5,[]]`},
		{"errors have a class", `const {BSONError} = require('bson'); try { ObjectId('x') } catch (e) { [e instanceof BSONError, e instanceof Error, e.name] }`, `[true,true,"BSONError"]`},
		{"BSON is the package", `const {BSON} = require('mongodb'); [BSON.ObjectId === ObjectId, BSON.EJSON === EJSON, BSON.BSONType.decimal]`, `[true,true,19]`},
		{"concerns are options", `const {ReadConcern, WriteConcern, ReadPreference} = require('mongodb')
			db.a.insertOne({_id: 1}, {writeConcern: new WriteConcern(1, undefined, true)})
			;[db.a.find({}, {readConcern: new ReadConcern('local'), readPreference: ReadPreference.primary}).toArray().length, new WriteConcern('majority', 5).wtimeoutMS, ReadPreference.SECONDARY_PREFERRED, ReadConcern.MAJORITY]`,
			`[1,5,"secondaryPreferred","majority"]`},
	} {
		if got := b.eval(c.code); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestRefusedLoudly is what would be read wrong, or match everything, if it were not refused.
func TestRefusedLoudly(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const nested = "let o = {}; for (let i = 0, p = o; i < %; i++) p = p.a = {}; "
	const isID = ": the filter is no document, but an ObjectId: write {_id: …}"
	for _, c := range []struct{ name, code, want string }{
		{"an id to delete by", `db.a.deleteOne(ObjectId())`, "db.a.deleteOne" + isID},
		{"an id to delete many by", `db.a.deleteMany(ObjectId())`, "db.a.deleteMany" + isID},
		{"an id to update by", `db.a.updateOne(ObjectId(), {$set: {a: 1}})`, "db.a.updateOne" + isID},
		{"an id to count by", `db.a.countDocuments(ObjectId())`, "db.a.countDocuments" + isID},
		{"the text of an id to find by", `db.a.findOne('65f000000000000000000001')`, "db.a.findOne: the filter is no document, but a string"},
		{"a place of a cursor", `db.a.find()[0]`, "a cursor has no [0]: write .toArray()[0], or .next() for the first document"},
		{"a client of its own", `new (require('mongodb').MongoClient)('mongodb://x')`, "migrator is connected already"},
		{"bytes that are no document", `require('bson').deserialize(new Uint8Array([1, 2, 3]))`, "deserialize: the bytes are no BSON document"},
		{"an option that changes nothing", `require('bson').deserialize(require('bson').serialize({}), {raw: true})`, "deserialize takes the option promoteValues, and not raw"},
		{"a document that is too deep", strings.ReplaceAll(nested, "%", "300") + `db.a.insertOne(o)`, "db.a.insertOne: the document: a.a.a.a"},
		{"a document that is far too deep", strings.ReplaceAll(nested, "%", "100000") + `db.a.insertOne(o)`, ".a.a nests deeper than 200 levels"},
		{"a filter that is too deep", strings.ReplaceAll(nested, "%", "300") + `db.a.find(o)`, "nests deeper than 200 levels"},
		{"a cycle", `const o = {a: {}}; o.a.b = o; db.a.insertOne(o)`, "db.a.insertOne: the document: a.b is a cycle: it contains itself"},
		{"a cycle through an array", `const o = []; o.push(o); db.a.insertOne({o})`, "db.a.insertOne: the document: o[0] is a cycle: it contains itself"},
		{"a cycle in EJSON", `const o = {}; o.o = o; EJSON.stringify(o)`, "EJSON: the value: o is a cycle: it contains itself"},
	} {
		message := b.evalError(c.code).Error()
		if !strings.Contains(message, c.want) || len(message) > 400 {
			t.Errorf("%s:\n got %s\nwant %s", c.name, message, c.want)
		}
	}
}

// TestResultsOfOlderDrivers: what findOneAndUpdate returned in a field of its own is the result itself today.
func TestResultsOfOlderDrivers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, code string
		want       []string
	}{
		{"a field value that is not there", "const r = db.a.findOneAndUpdate({}, {$set: {b: 1}})\nr.value\nr.value", []string{
			"warning: db.a.findOneAndUpdate returned the document itself, which has no field value: leave out .value, or pass {includeResultMetadata: true} (eval:2:3)"}},
		{"a field value that is there", "db.a.findOneAndUpdate({}, {$set: {value: 1}}, {returnDocument: 'after'}).value", nil},
		{"other fields that are not there", "db.a.findOneAndDelete({}).name", nil},
		{"the whole reply", "db.a.findOneAndUpdate({}, {$set: {b: 1}}, {includeResultMetadata: true}).value._id", nil},
		{"documents of a cursor", "db.a.find().next().value", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.eval("db.a.insertOne({_id: 1}); 1")
			b.eval(c.code + "\n1")
			if diff := cmp.Diff(c.want, b.printed); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestObjectsOfTheDatabaseAreNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.eval(`print([db.a, {d: db}, db.a.find(), db.getMongo()], sh, rs, db.a.initializeOrderedBulkOp(), db.getMongo().startSession()); print(Buffer.from('ab')); 1`)
	want := "[ NAME.a, { d: NAME }, [cursor of db.a.find], [client] ] [sh] [rs] [bulk] [session]\n<Buffer 61 62>"
	got := strings.ReplaceAll(strings.Join(b.printed, "\n"), b.name, "NAME")
	if got = strings.Join(strings.Fields(got), " "); got != strings.Join(strings.Fields(want), " ") {
		t.Errorf("got %s", got)
	}
}

func TestCommitsHaveALimit(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"of the transaction": `const session = db.getMongo().startSession(); session.startTransaction({maxCommitTimeMS: 60000})`,
		"of the session":     `const session = db.getMongo().startSession({defaultTransactionOptions: {maxCommitTimeMS: 60000}}); session.startTransaction()`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, b := newReplicaSet(t, nil)
			b.eval(code + `; db.a.insertOne({}, {session}); session.commitTransaction(); 1`)
			if last := server.last(t); last[0].Key != "commitTransaction" || !hasKey(last, "maxTimeMS") {
				t.Errorf("sent %v", last)
			}
		})
	}
}

func hasKey(d bson.D, key string) bool {
	for _, e := range d {
		if e.Key == key {
			return true
		}
	}
	return false
}
