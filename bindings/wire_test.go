package bindings

import (
	"errors"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"migrator/bindings/funnel"
	"migrator/runtime"
	"migrator/runtime/fault"
)

// TestOnTheWire looks at what of a call reaches the server. Fields that the driver adds to every command are left out.
func TestOnTheWire(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, code, want string }{
		{"find with all options", `db.a.find({n: 1}, {projection: {n: 1}, sort: [['n', -1]], skip: 1, limit: 2, batchSize: 3, hint: 'n_1', min: {n: 0}, max: {n: 9}, collation: {locale: 'en', strength: 2},
			let: {x: 1}, comment: 'why', allowDiskUse: true, noCursorTimeout: true, returnKey: true, showRecordId: true, allowPartialResults: true}).toArray()`,
			`{"find":"a","filter":{"n":1},"allowDiskUse":true,"allowPartialResults":true,"batchSize":3,"collation":{"locale":"en","strength":2},"comment":"why","hint":"n_1","let":{"x":1},"limit":2,"max":{"n":9},"min":{"n":0},"noCursorTimeout":true,"projection":{"n":1},"returnKey":true,"showRecordId":true,"skip":1,"sort":{"n":-1}}`},
		{"find by a shell's methods", `db.a.find({}, {n: 1}).sort({n: 1}).hint({n: 1}).collation({locale: 'de'}).comment('x').maxTimeMS(60000).readConcern('majority').toArray()`,
			`{"find":"a","filter":{},"batchSize":1000,"collation":{"locale":"de"},"comment":"x","hint":{"n":1},"projection":{"n":1},"sort":{"n":1},"readConcern":{"level":"majority"},"maxTimeMS":"some"}`},
		{"find with maxTimeMS and all options", `db.a.find({n: 1}, {projection: {n: 1}, sort: {n: -1}, skip: 1, limit: 2, batchSize: 3, hint: 'n_1', min: {n: 0}, max: {n: 9}, let: {x: 1}, comment: 'why', allowDiskUse: true,
			noCursorTimeout: true, returnKey: true, showRecordId: true, allowPartialResults: true, maxTimeMS: 60000}).toArray()`,
			`{"find":"a","filter":{"n":1},"allowDiskUse":true,"allowPartialResults":true,"batchSize":3,"comment":"why","hint":"n_1","let":{"x":1},"limit":2,"max":{"n":9},"min":{"n":0},"noCursorTimeout":true,"projection":{"n":1},"returnKey":true,"showRecordId":true,"skip":1,"sort":{"n":-1},"maxTimeMS":"some"}`},
		{"findOne with maxTimeMS", `db.a.findOne({n: 1}, {maxTimeMS: 60000})`, `{"find":"a","filter":{"n":1},"limit":1,"singleBatch":true,"maxTimeMS":"some"}`},
		{"findOne by an id", `db.a.findOne(ObjectId('65f000000000000000000001'))`, `{"find":"a","filter":{"_id":{"$oid":"65f000000000000000000001"}},"limit":1,"singleBatch":true}`},
		{"find by an id", `db.a.find(ObjectId('65f000000000000000000001')).toArray()`, `{"find":"a","filter":{"_id":{"$oid":"65f000000000000000000001"}},"batchSize":1000}`},
		{"remove by an id", `db.a.remove(ObjectId('65f000000000000000000001'))`, `{"delete":"a","ordered":true,"deletes":[{"q":{"_id":{"$oid":"65f000000000000000000001"}},"limit":0}]}`},
		{"aggregate with maxTimeMS", `db.a.aggregate([{$match: {n: 1}}], {maxTimeMS: 60000, comment: 'c', readConcern: 'majority'}).toArray()`,
			`{"aggregate":"a","pipeline":[{"$match":{"n":1}}],"cursor":{"batchSize":1000},"comment":"c","readConcern":{"level":"majority"},"maxTimeMS":"some"}`},
		{"countDocuments with maxTimeMS", `db.a.countDocuments({n: 1}, {maxTimeMS: 60000})`,
			`{"aggregate":"a","pipeline":[{"$match":{"n":1}},{"$group":{"_id":1,"n":{"$sum":1}}}],"cursor":{},"maxTimeMS":"some"}`},
		{"estimatedDocumentCount with maxTimeMS", `db.a.estimatedDocumentCount({maxTimeMS: 60000})`, `{"count":"a","maxTimeMS":"some"}`},
		{"distinct with maxTimeMS", `try { db.a.distinct('n', {}, {maxTimeMS: 60000}) } catch { /* the reply has no values */ }`, `{"distinct":"a","key":"n","query":{},"maxTimeMS":"some"}`},
		{"findOneAndDelete with maxTimeMS", `db.a.findOneAndDelete({n: 1}, {maxTimeMS: 60000})`, `{"findAndModify":"a","query":{"n":1},"remove":true,"txnNumber":"some","maxTimeMS":"some"}`},
		{"updateMany with maxTimeMS", `db.a.updateMany({}, {$set: {n: 1}}, {maxTimeMS: 60000})`,
			`{"update":"a","ordered":true,"maxTimeMS":"some","updates":[{"q":{},"u":{"$set":{"n":1}},"multi":true}]}`},
		{"runCommand with its own maxTimeMS", `db.runCommand({count: 'a', maxTimeMS: 5})`, `{"count":"a","maxTimeMS":"some"}`},
		{"findOne", `db.a.findOne({n: 1})`, `{"find":"a","filter":{"n":1},"limit":1,"singleBatch":true}`},
		{"insertOne is retryable", `db.a.insertOne({_id: 1}, {writeConcern: {w: 'majority', j: true}, comment: 'c', bypassDocumentValidation: true})`,
			`{"insert":"a","bypassDocumentValidation":true,"comment":"c","ordered":true,"writeConcern":{"w":"majority","j":true},"txnNumber":"some","documents":[{"_id":1}]}`},
		{"updateOne with all options", `db.a.updateOne({_id: 1}, {$set: {'l.$[x].n': 1}}, {upsert: true, arrayFilters: [{'x.n': 0}], hint: '_id_', collation: {locale: 'en'}, sort: {n: 1}, let: {y: 1}})`,
			`{"update":"a","ordered":true,"let":{"y":1},"txnNumber":"some","updates":[{"q":{"_id":1},"u":{"$set":{"l.$[x].n":1}},"upsert":true,"collation":{"locale":"en"},"arrayFilters":[{"x.n":0}],"hint":"_id_","sort":{"n":1}}]}`},
		{"updateMany by a pipeline", `db.a.updateMany({}, [{$set: {n: '$m'}}, {$unset: 'm'}])`,
			`{"update":"a","ordered":true,"updates":[{"q":{},"u":[{"$set":{"n":"$m"}},{"$unset":"m"}],"multi":true}]}`},
		{"deleteMany", `db.a.deleteMany({n: 1}, {hint: 'n_1', w: 1})`, `{"delete":"a","ordered":true,"writeConcern":{"w":1},"deletes":[{"q":{"n":1},"limit":0,"hint":"n_1"}]}`},
		{"an unordered bulk", `db.a.bulkWrite([{insertOne: {_id: 1}}, {insertOne: {document: {_id: 2}}}], {ordered: false})`,
			`{"insert":"a","ordered":false,"txnNumber":"some","documents":[{"_id":1},{"_id":2}]}`},
		{"findOneAndUpdate with all options", `db.a.findOneAndUpdate({n: 1}, {$set: {n: 2}}, {sort: {n: -1}, projection: {n: 1}, upsert: true, returnDocument: 'after', arrayFilters: [{x: 1}], hint: 'n_1', let: {z: 1}})`,
			`{"findAndModify":"a","query":{"n":1},"arrayFilters":[{"x":1}],"hint":"n_1","let":{"z":1},"fields":{"n":1},"new":true,"sort":{"n":-1},"update":{"$set":{"n":2}},"upsert":true,"txnNumber":"some"}`},
		{"findAndModify of a shell", `db.a.findAndModify({query: {n: 1}, remove: true, sort: {n: 1}, fields: {n: 1}})`,
			`{"findAndModify":"a","query":{"n":1},"fields":{"n":1},"remove":true,"sort":{"n":1},"txnNumber":"some"}`},
		{"the whole reply of findOneAndDelete", `db.a.findOneAndDelete({n: 1}, {includeResultMetadata: true})`, `{"findAndModify":"a","query":{"n":1},"remove":true}`},
		{"createIndex with the server's options", `db.a.createIndex({n: 1, t: 'text'}, {unique: true, partialFilterExpression: {n: {$gt: 0}}, collation: {locale: 'en'}, commitQuorum: 'majority', writeConcern: {w: 2}})`,
			`{"createIndexes":"a","indexes":[{"key":{"n":1,"t":"text"},"unique":true,"partialFilterExpression":{"n":{"$gt":0}},"collation":{"locale":"en"},"name":"n_1_t_text"}],"commitQuorum":"majority","writeConcern":{"w":2}}`},
		{"hideIndex", `db.a.hideIndex({n: 1})`, `{"collMod":"a","index":{"keyPattern":{"n":1},"hidden":true}}`},
		{"unhideIndex", `db.a.unhideIndex('n_1')`, `{"collMod":"a","index":{"name":"n_1","hidden":false}}`},
		{"dropIndex", `db.a.dropIndex({n: 1})`, `{"dropIndexes":"a","index":{"n":1}}`},
		{"dropIndexes", `db.a.dropIndexes()`, `{"dropIndexes":"a","index":"*"}`},
		{"createCollection with the server's options", `db.createCollection('b', {validator: {$jsonSchema: {required: ['n']}}, capped: true, size: 10})`,
			`{"create":"b","validator":{"$jsonSchema":{"required":["n"]}},"capped":true,"size":10}`},
		{"createView", `db.createView('v', 'a', [{$match: {n: 1}}], {collation: {locale: 'en'}})`, `{"create":"v","viewOn":"a","pipeline":[{"$match":{"n":1}}],"collation":{"locale":"en"}}`},
		{"renameCollection", `db.a.rename('b', {dropTarget: true})`, `{"renameCollection":"app.a","to":"app.b","dropTarget":true}`},
		{"runCommand as it is", `db.runCommand({collMod: 'a', validator: {n: 1}, validationLevel: 'off'})`, `{"collMod":"a","validator":{"n":1},"validationLevel":"off"}`},
		{"a collection's runCommand", `db.a.runCommand('compact', {force: true})`, `{"compact":"a","force":true}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, b := newReplicaSet(t, nil)
			b.eval(c.code + "; 1")
			var want bson.D
			if err := bson.UnmarshalExtJSON([]byte(c.want), false, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(inOrder(want), inOrder(server.first(t))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// first is the first command that was sent.
func (r *replicaSet) first(t *testing.T) bson.D { return r.at(t, func(int) int { return 0 }) }

// last is the last command that was sent but for those that end sessions.
func (r *replicaSet) last(t *testing.T) bson.D {
	return r.at(t, func(n int) int {
		for n--; n > 0 && funnel.FirstKey(r.sent[n]) == "endSessions"; n-- {
		}
		return n
	})
}

// at is a command that was sent, without what the driver adds, and with "some" for numbers of its own.
func (r *replicaSet) at(t *testing.T, place func(n int) int) bson.D {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.sent) == 0 {
		t.Fatal("nothing was sent")
	}
	var d, kept bson.D
	if err := bson.Unmarshal(r.sent[place(len(r.sent))], &d); err != nil {
		t.Fatal(err)
	}
	for _, e := range d {
		switch e.Key {
		case "$db", "lsid", "$readPreference", "$clusterTime":
			continue
		case "txnNumber", "maxTimeMS":
			e.Value = "some"
		}
		kept = append(kept, e)
	}
	return kept
}

// inOrder is a command as text, with the fields that the driver may send in any order sorted by their names: its own,
// and those of the statements in it.
func inOrder(command bson.D) string {
	for i, e := range command {
		if statements, ok := e.Value.(bson.A); ok && (e.Key == "updates" || e.Key == "deletes") {
			for i, statement := range statements {
				if d, ok := statement.(bson.D); ok {
					sortFields(d)
					statements[i] = d
				}
			}
			command[i].Value = statements
		}
	}
	sortFields(command[1:])
	text, err := bson.MarshalExtJSONIndent(command, false, false, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func sortFields(d bson.D) {
	slices.SortFunc(d, func(a, b bson.E) int { return strings.Compare(a.Key, b.Key) })
}

func TestServerErrors(t *testing.T) {
	t.Parallel()
	_, b := newReplicaSet(t, func(command string, _ int) bson.D {
		switch command {
		case "drop":
			return bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: 26}, {Key: "codeName", Value: "NamespaceNotFound"}, {Key: "errmsg", Value: "ns not found"}}
		case "insert":
			return bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 0}, {Key: "writeErrors", Value: bson.A{bson.D{
				{Key: "index", Value: 0}, {Key: "code", Value: 11000}, {Key: "errmsg", Value: "E11000 dup key"},
				{Key: "keyPattern", Value: bson.D{{Key: "email", Value: 1}}}, {Key: "keyValue", Value: bson.D{{Key: "email", Value: "x"}}},
			}}}}
		case "update":
			return bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 1}, {Key: "nModified", Value: 1}, {Key: "writeConcernError", Value: bson.D{{Key: "code", Value: 64}, {Key: "errmsg", Value: "timed out"}}}}
		case "find":
			return bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: 13}, {Key: "codeName", Value: "Unauthorized"}, {Key: "errmsg", Value: "not authorized on app"}}
		}
		return nil
	})
	for _, c := range []struct{ name, code, want string }{
		{"drop of nothing is false", `db.a.drop()`, `false`},
		{"a duplicate key tells which", `try { db.a.insertOne({}) } catch (e) { [e.name, e.code, e.keyPattern, e.keyValue, e.message] }`, `["MongoServerError",11000,{"email":1},{"email":"x"},"E11000 dup key"]`},
		{"a failed write concern", `try { db.a.updateOne({}, {$set: {n: 1}}) } catch (e) { [e.name, e.code] }`, `["MongoWriteConcernError",64]`},
	} {
		if got := b.eval(c.code); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	if err := b.evalError(`db.a.findOne()`); fault.CodeOf(err) != fault.Unreachable || !strings.Contains(err.Error(), "not authorized on app") || fault.HintOf(err) == "" {
		t.Errorf("got %v with exit code %d, hint %q", err, fault.CodeOf(err), fault.HintOf(err))
	}
}

func TestNetworkErrors(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + address + "/?directConnection=true&serverSelectionTimeoutMS=50"))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, name: "app", root: t.TempDir()}
	b.engine = NewEngine(Options{Client: client, Database: "app", Root: b.root, Purpose: runtime.Evaluate})
	err = b.evalError(`db.a.insertOne({})`)
	if fault.CodeOf(err) != fault.Unreachable {
		t.Errorf("got %v with exit code %d", err, fault.CodeOf(err))
	}
	var in *OperationError
	if !errors.As(err, &in) || in.Operation.Method != "insertOne" {
		t.Errorf("%v does not tell the operation", err)
	}
	wantIn(t, err.Error(), "MongoServerSelectionError")
}
