package bindings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
	"migrator/runtime/fault"
)

func TestShellScripts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, code string
		args       map[string]string
		want       string
		printed    []string
	}{
		{name: "use as a line", code: "use other\ndb.getName()", want: `"other"`},
		{name: "use as a line with a bracket in sight", code: "const text = `\n`\n  use other ;\r\ndb.getName()", want: `"other"`},
		{name: "use as a call", code: `use('other'); db.getName()`, want: `"other"`},
		{name: "what looks like a line of a shell and is text stays", code: "`\nuse other\n`", want: `"\nuse other\n"`},
		{name: "db is reassigned", code: `db = db.getSiblingDB('other'); db.getName()`, want: `"other"`},
		{name: "show as a line", code: "db.a.insertOne({_id: 1})\nshow collections", want: "undefined", printed: []string{"a"}},
		{name: "quit ends the script well", code: `print('before'); quit(); print('after')`, want: "undefined", printed: []string{"before"}},
		{name: "exit in a function and a try", code: `(() => { try { exit(0) } catch (e) { print('caught') } finally { print('finally') } })(); print('after')`, want: "undefined"},
		{name: "quit after an await", code: `await null; quit(0); print('after')`, want: "undefined"},
		{name: "variables from outside", code: `x + typeof y + (typeof z === 'undefined')`, args: map[string]string{"x": "1", "y": ""}, want: `"1stringtrue"`},
		{name: "a variable with a default", code: `var x = x || 'default', y = typeof y === 'undefined' ? 'default' : y; x + y`, args: map[string]string{"x": "given "}, want: `"given default"`},
		{name: "undeclared variables", code: `count = 1; count += 1; count`, want: `2`},
		{name: "tojson", code: `tojson({a: NumberLong(5), b: [1]})`, want: `"{ a: Long('5'), b: [ 1 ] }"`},
		{name: "tojsononeline", code: `tojsononeline({a: 'x'.repeat(60), b: 'y  y\n'.repeat(5)})`, want: `"{ a: '` + strings.Repeat("x", 60) + `', b: 'y  y\\ny  y\\ny  y\\ny  y\\ny  y\\n' }"`},
		{name: "DBQuery", code: `DBQuery.shellBatchSize = 500`, want: `500`},
		{name: "version", code: `typeof version()`, want: `"string"`},
		{name: "setVerboseShell", code: `setVerboseShell(true)`, want: "undefined"},
		{name: "assert", code: `assert(true); assert.eq({a: 1}, {a: 1}); assert.neq(1, 2); assert.commandWorked(db.runCommand({ping: 1})); assert.throws(() => db.a.updatOne()).name`, want: `"TypeError"`},
		{name: "names of the shell may be taken", code: `var sh = 1, rs = 2, version = 3, assert = 4; [sh, rs, version, assert]`, want: `[1,2,3,4]`},
		{name: "and declared", code: `const sh = 1; let rs = 2; function assert() { return 3 }; [sh, rs, assert()]`, want: `[1,2,3]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			call := b.call()
			call.Args = c.args
			r, err := b.engine.Eval(t.Context(), call, "script.js", c.code)
			if err != nil {
				t.Fatal(err)
			}
			got := r.EJSON
			if r.Undefined {
				got = "undefined"
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if diff := cmp.Diff(c.printed, b.printed); diff != "" {
				t.Error(diff)
			}
			if r.Report.Caught != nil {
				t.Errorf("got %v", r.Report.Caught)
			}
		})
	}
}

func TestShellRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, c := range []struct{ name, code, want string }{
		{"quit with a code", "print('x')\nquit(3)", "eval:2:1: the script ended itself with code 3"},
		{"Mongo", `new Mongo('mongodb://elsewhere')`, "Mongo: migrator is connected already: take db.getMongo()"},
		{"connect", `connect('elsewhere/app')`, "connect: migrator is connected already"},
		{"assert", `assert(false, 'why')`, "Error: why"},
		{"assert.eq", `assert.eq({a: 1}, {a: 2})`, "{ a: 1 } is not equal to { a: 2 }"},
		{"sh.status", `sh.status()`, "sh.status: it is a summary for people"},
		{"a method of sh with a typing mistake", `sh.splitAT('a.b', {})`, "sh.splitAT is not a function, did you mean splitAt?"},
		{"a namespace without a collection", `sh.shardCollection('app', {_id: 1})`, "the namespace has the form 'database.collection', and 'app' has not"},
		{"a method of a cursor with a typing mistake", `db.a.find().foreach(d => 1)`, "cursor.foreach is not a function, did you mean forEach?"},
		{"a stream", `db.a.find().stream()`, "cursor.stream is not a function: walk the cursor with for"},
		{"a method of a session with a typing mistake", `db.getMongo().startSesion()`, "client.startSesion is not a function, did you mean startSession?"},
		{"shutdownServer", `db.shutdownServer()`, "a script does not stop the server that it works on"},
		{"show of something else", `show('logs')`, "it shows dbs, collections and users, not logs"},
	} {
		err := b.evalError(c.code)
		if !strings.Contains(err.Error(), c.want) || fault.CodeOf(err) != fault.Script {
			t.Errorf("%s:\n got %v, exit code %d\nwant %s", c.name, err, fault.CodeOf(err), c.want)
		}
	}
	call := b.call()
	call.Args = map[string]string{"db": "x"}
	if _, err := b.engine.Eval(t.Context(), call, "eval", "1"); fault.CodeOf(err) != fault.Usage {
		t.Errorf("a variable called db: got %v", err)
	}
}

// TestShellInMigrations runs what scripts of a shell do at their top level in functions of a migration.
func TestShellInMigrations(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.mustRun(`
		function up() {
			count = 0                                  // never declared
			db = db.getSiblingDB(db.getName() + '_x')  // the global db
			db.a.insertOne({_id: 1})
			count += db.a.countDocuments({})
			use(db.getName().slice(0, -2))
			db.a.insertOne({_id: count})
			db.getSiblingDB(db.getName() + '_x').dropDatabase()
		}`)
	if got := b.eval(`db.a.findOne()`); got != `{"_id":1}` {
		t.Errorf("got %s", got)
	}
	if b.printed != nil {
		t.Errorf("got %q", b.printed)
	}
	b.mustRun("export function up(db) {\n  use('other')\n}")
	if diff := cmp.Diff([]string{"warning: use('other') changes the global db, and not the parameter of the function that migrator calls: write db = db.getSiblingDB('other') (mongomigrations/001_test.js:2:3)"}, b.printed); diff != "" {
		t.Error(diff)
	}
	_, err := b.run(t.Context(), "export function up(db) {\n  quit(0)\n}")
	if err == nil || !strings.Contains(err.Error(), "001_test.js:2:3: TypeError: quit() does not end a migration: write return to end it here, or throw an error to fail it") {
		t.Errorf("got %v", err)
	}
}

func TestShellCommandsOnTheWire(t *testing.T) {
	t.Parallel()
	config := bson.D{{Key: "ok", Value: 1}, {Key: "config", Value: bson.D{
		{Key: "_id", Value: "rs"}, {Key: "version", Value: 4}, {Key: "members", Value: bson.A{bson.D{{Key: "_id", Value: 2}, {Key: "host", Value: "a:1"}}, bson.D{{Key: "_id", Value: 0}, {Key: "host", Value: "b:1"}}}},
	}}}
	for _, c := range []struct{ code, want string }{
		{`sh.enableSharding('app')`, `{"enableSharding":"app"}`},
		{`sh.shardCollection('app.a', {_id: 'hashed'}, false, {numInitialChunks: 4})`, `{"shardCollection":"app.a","key":{"_id":"hashed"},"unique":false,"numInitialChunks":4}`},
		{`sh.addShardTag('s1', 'EU')`, `{"addShardToZone":"s1","zone":"EU"}`},
		{`sh.addTagRange('app.a', {k: 0}, {k: 9}, 'EU')`, `{"updateZoneKeyRange":"app.a","min":{"k":0},"max":{"k":9},"zone":"EU"}`},
		{`sh.removeRangeFromZone('app.a', {k: 0}, {k: 9})`, `{"updateZoneKeyRange":"app.a","min":{"k":0},"max":{"k":9},"zone":null}`},
		{`sh.splitAt('app.a', {k: 5})`, `{"split":"app.a","middle":{"k":5}}`},
		{`sh.splitFind('app.a', {k: 5})`, `{"split":"app.a","find":{"k":5}}`},
		{`sh.moveChunk('app.a', {k: 5}, 's2')`, `{"moveChunk":"app.a","find":{"k":5},"to":"s2"}`},
		{`sh.stopBalancer()`, `{"balancerStop":1}`},
		{`sh.stopBalancer(5000)`, `{"balancerStop":1,"maxTimeMS":"some"}`},
		{`sh.shardCollection('app.a', {_id: 1}, {presplitHashedZones: true})`, `{"shardCollection":"app.a","key":{"_id":1},"presplitHashedZones":true}`},
		{`sh.reshardCollection('app.a', {k: 1}, false, {numInitialChunks: 4})`, `{"reshardCollection":"app.a","key":{"k":1},"unique":false,"numInitialChunks":4}`},
		{`sh.shardAndDistributeCollection('app.a', {k: 1}, true, {collation: {locale: 'simple'}, presplitHashedZones: true})`,
			`{"reshardCollection":"app.a","key":{"k":1},"forceRedistribution":true,"collation":{"locale":"simple"}}`},
		{`sh.commitReshardCollection('app.a')`, `{"commitReshardCollection":"app.a"}`},
		{`sh.abortReshardCollection('app.a')`, `{"abortReshardCollection":"app.a"}`},
		{`sh.moveCollection('app.a', 's2')`, `{"moveCollection":"app.a","toShard":"s2"}`},
		{`sh.unshardCollection('app.a')`, `{"unshardCollection":"app.a"}`},
		{`sh.unshardCollection('app.a', 's2')`, `{"unshardCollection":"app.a","toShard":"s2"}`},
		{`sh.updateZoneKeyRange('app.a', {k: 0}, {k: 9}, null)`, `{"updateZoneKeyRange":"app.a","min":{"k":0},"max":{"k":9},"zone":null}`},
		{`sh.moveRange('app.a', 's2', {k: 0})`, `{"moveRange":"app.a","toShard":"s2","min":{"k":0}}`},
		{`sh.balancerCollectionStatus('app.a')`, `{"balancerCollectionStatus":"app.a"}`},
		{`sh.listShards({_id: 's1'})`, `{"listShards":1,"filter":{"_id":"s1"}}`},
		{`sh.shardDrainingStatus()`, `{"shardDrainingStatus":1}`},
		{`sh.disableMigrations('app.a')`, `{"setAllowMigrations":"app.a","allowMigrations":false}`},
		{`sh.startAutoMerger()`, `{"update":"settings","ordered":true,"txnNumber":"some","updates":[{"q":{"_id":"automerge"},"u":{"$set":{"enabled":true}},"upsert":true}]}`},
		{`sh.enableAutoMerger('app.a')`, `{"update":"collections","ordered":true,"txnNumber":"some","updates":[{"q":{"_id":"app.a"},"u":{"$unset":{"enableAutoMerge":1}}}]}`},
		{`sh.isAutoMergerEnabled()`, `{"find":"settings","filter":{"_id":"automerge"},"limit":1,"singleBatch":true}`},
		{`try { sh.checkMetadataConsistency().toArray() } catch { /* the reply has no cursor */ }`, `{"checkMetadataConsistency":1}`},
		{`sh.getShardedDataDistribution().toArray()`, `{"aggregate":1,"pipeline":[{"$shardedDataDistribution":{}}],"cursor":{"batchSize":1000}}`},
		{`sh.setBalancerState(true)`, `{"balancerStart":1}`},
		{`sh.getBalancerState()`, `{"balancerStatus":1}`},
		{`sh.isBalancerRunning()`, `{"balancerStatus":1}`},
		{`sh.disableBalancing('app.a')`, `{"update":"collections","ordered":true,"txnNumber":"some","updates":[{"q":{"_id":"app.a"},"u":{"$set":{"noBalance":true}}}]}`},
		{`rs.status()`, `{"replSetGetStatus":1}`},
		{`rs.conf()`, `{"replSetGetConfig":1}`},
		{`rs.initiate({_id: 'rs', members: []})`, `{"replSetInitiate":{"_id":"rs","members":[]}}`},
		{`rs.reconfig({_id: 'rs', version: 1, members: []}, {force: true})`, `{"replSetReconfig":{"_id":"rs","version":5,"members":[]},"force":true}`},
		{`rs.add('c:1')`, `{"replSetReconfig":{"_id":"rs","version":5,"members":[{"_id":2,"host":"a:1"},{"_id":0,"host":"b:1"},{"_id":3,"host":"c:1"}]}}`},
		{`rs.addArb('c:1')`, `{"replSetReconfig":{"_id":"rs","version":5,"members":[{"_id":2,"host":"a:1"},{"_id":0,"host":"b:1"},{"_id":3,"host":"c:1","arbiterOnly":true}]}}`},
		{`rs.remove('a:1')`, `{"replSetReconfig":{"_id":"rs","version":5,"members":[{"_id":0,"host":"b:1"}]}}`},
		{`rs.stepDown(30)`, `{"replSetStepDown":30}`},
		{`rs.stepDown(undefined, 5)`, `{"replSetStepDown":60,"secondaryCatchUpPeriodSecs":5}`},
		{`rs.initiate()`, `{"replSetInitiate":{}}`},
		{`rs.freeze(10)`, `{"replSetFreeze":10}`},
		{`db.createUser({user: 'u', pwd: 'p', roles: ['read']}, {w: 2})`, `{"createUser":"u","pwd":"p","roles":["read"],"writeConcern":{"w":2}}`},
		{`db.updateUser('u', {roles: []})`, `{"updateUser":"u","roles":[]}`},
		{`db.changeUserPassword('u', 'p')`, `{"updateUser":"u","pwd":"p"}`},
		{`db.dropUser('u')`, `{"dropUser":"u"}`},
		{`db.grantRolesToUser('u', [{role: 'read', db: 'x'}])`, `{"grantRolesToUser":"u","roles":[{"role":"read","db":"x"}]}`},
		{`db.createRole({role: 'r', privileges: [], roles: []})`, `{"createRole":"r","privileges":[],"roles":[]}`},
		{`db.getUser('u')`, `{"usersInfo":"u"}`},
		{`db.getUsers()`, `{"usersInfo":1}`},
		{`db.getUsers({filter: {user: 'u'}})`, `{"usersInfo":1,"filter":{"user":"u"}}`},
		{`db.dropRole('r', 'majority')`, `{"dropRole":"r","writeConcern":{"w":"majority"}}`},
		{`db.dropAllUsers({w: 1})`, `{"dropAllUsersFromDatabase":1,"writeConcern":{"w":1}}`},
		{`db.revokePrivilegesFromRole('r', [])`, `{"revokePrivilegesFromRole":"r","privileges":[]}`},
		{`db.rotateCertificates()`, `{"rotateCertificates":1}`},
		{`db.stats(1024)`, `{"dbStats":1,"scale":1024}`},
		{`db.stats({scale: 1024, maxTimeMS: 50000})`, `{"dbStats":1,"scale":1024,"maxTimeMS":"some"}`},
		{`db.dropDatabase({writeConcern: {w: 2}})`, `{"dropDatabase":1,"writeConcern":{"w":2}}`},
		{`db.a.stats(1024)`, `{"collStats":"a","scale":1024}`},
		{`db.a.validate(true)`, `{"validate":"a","full":true}`},
		{`db.a.validate({full: true})`, `{"validate":"a","full":true}`},
		{`db.a.convertToCapped(4096)`, `{"convertToCapped":"a","size":4096}`},
		{`db.a.totalSize()`, `{"collStats":"a"}`},
		{`db.a.analyzeShardKey({k: 1}, {sampleSize: 5})`, `{"analyzeShardKey":"app.a","key":{"k":1},"sampleSize":5}`},
		{`db.a.configureQueryAnalyzer({mode: 'off'})`, `{"configureQueryAnalyzer":"app.a","mode":"off"}`},
		{`db.getMongo().getDBNames()`, `{"listDatabases":1,"nameOnly":true}`},
		{`db.getMongo().getDBs({filter: {name: 'a'}})`, `{"listDatabases":1,"filter":{"name":"a"}}`},
		{`db.setProfilingLevel(1, 50)`, `{"profile":1,"slowms":50}`},
		{`db.setProfilingLevel(1, {slowms: 50, sampleRate: 1})`, `{"profile":1,"slowms":50,"sampleRate":1}`},
		{`db.getProfilingLevel()`, `{"profile":-1}`},
		{`db.currentOp({active: true})`, `{"currentOp":1,"active":true}`},
		{`db.killOp(5)`, `{"killOp":1,"op":5}`},
		{`db.getLogComponents()`, `{"getParameter":1,"logComponentVerbosity":1}`},
		{`db.setLogLevel(2, 'storage.recovery')`, `{"setParameter":1,"logComponentVerbosity":{"storage":{"recovery":{"verbosity":2}}}}`},
		{`db.fsyncLock()`, `{"fsync":1,"lock":true}`},
		{`db.serverStatus({repl: 0})`, `{"serverStatus":1,"repl":0}`},
		{`db.hostInfo()`, `{"hostInfo":1}`},
		{`db.a.createSearchIndex('s', {mappings: {dynamic: true}})`, `{"createSearchIndexes":"a","indexes":[{"name":"s","definition":{"mappings":{"dynamic":true}}}]}`},
		{`db.a.createSearchIndex({name: 'v', type: 'vectorSearch', definition: {fields: []}})`, `{"createSearchIndexes":"a","indexes":[{"name":"v","type":"vectorSearch","definition":{"fields":[]}}]}`},
		{`db.a.dropSearchIndex('s')`, `{"dropSearchIndex":"a","name":"s"}`},
		{`db.a.updateSearchIndex('s', {mappings: {}})`, `{"updateSearchIndex":"a","name":"s","definition":{"mappings":{}}}`},
		{`db.a.find({n: 1}).sort({n: 1}).explain('executionStats')`, `{"explain":{"find":"a","filter":{"n":1},"sort":{"n":1}},"verbosity":"executionStats"}`},
		{`db.a.explain().updateMany({n: 1}, {$set: {n: 2}}, {upsert: true})`, `{"explain":{"update":"a","updates":[{"q":{"n":1},"u":{"$set":{"n":2}},"multi":true,"upsert":true}]},"verbosity":"queryPlanner"}`},
		{`db.a.explain(true).deleteOne({n: 1})`, `{"explain":{"delete":"a","deletes":[{"q":{"n":1},"limit":1}]},"verbosity":"allPlansExecution"}`},
		{`db.a.explain().countDocuments({n: 1})`, `{"explain":{"count":"a","query":{"n":1}},"verbosity":"queryPlanner"}`},
		{`db.a.explain().distinct('n', {m: 1})`, `{"explain":{"distinct":"a","key":"n","query":{"m":1}},"verbosity":"queryPlanner"}`},
		{`db.a.explain().updateOne({n: 1}, {$set: {n: 2}}, {sort: {n: 1}, let: {x: 1}})`, `{"explain":{"update":"a","updates":[{"q":{"n":1},"u":{"$set":{"n":2}},"sort":{"n":1}}],"let":{"x":1}},"verbosity":"queryPlanner"}`},
		{`db.a.explain().distinct('n', {}, {hint: 'n_1'})`, `{"explain":{"distinct":"a","key":"n","query":{},"hint":"n_1"},"verbosity":"queryPlanner"}`},
		{`db.a.explain().findOneAndUpdate({n: 1}, {$set: {n: 2}}, {returnDocument: 'after'})`, `{"explain":{"findAndModify":"a","query":{"n":1},"update":{"$set":{"n":2}},"new":true},"verbosity":"queryPlanner"}`},
		{`db.a.explain().aggregate([{$match: {n: 1}}])`, `{"explain":{"aggregate":"a","pipeline":[{"$match":{"n":1}}],"cursor":{}},"verbosity":"queryPlanner"}`},
	} {
		t.Run(c.code, func(t *testing.T) {
			t.Parallel()
			server, b := newReplicaSet(t, func(command string, _ int) bson.D {
				if command == "replSetGetConfig" {
					return config
				}
				return nil
			})
			b.eval(c.code + "; 1")
			var want bson.D
			if err := bson.UnmarshalExtJSON([]byte(c.want), false, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(inOrder(want), inOrder(server.last(t))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWhatShellCommandsGive has the server answer each command with the same reply.
func TestWhatShellCommandsGive(t *testing.T) {
	t.Parallel()
	reply := bson.D{
		{Key: "ok", Value: 1}, {Key: "version", Value: "8.0.4"}, {Key: "was", Value: 1},
		{Key: "mode", Value: "off"}, {Key: "inBalancerRound", Value: true},
		{Key: "users", Value: bson.A{bson.D{{Key: "user", Value: "u"}}}}, {Key: "roles", Value: bson.A{}},
		{Key: "databases", Value: bson.A{bson.D{{Key: "name", Value: "a"}}, bson.D{{Key: "name", Value: "b"}}}},
		{Key: "indexesCreated", Value: bson.A{bson.D{{Key: "name", Value: "s"}}, bson.D{{Key: "name", Value: "t"}}}},
		{Key: "shards", Value: bson.A{bson.D{{Key: "_id", Value: "s1"}}, bson.D{{Key: "_id", Value: "config"}, {Key: "host", Value: "c:1"}}}},
		{Key: "config", Value: bson.D{{Key: "version", Value: 4}}},
	}
	for code, want := range map[string]string{
		`db.hostInfo().version`:           `"8.0.4"`,
		`db.version()`:                    `"8.0.4"`,
		`version()`:                       `"8.0.4"`,
		`db.getProfilingLevel()`:          `1`,
		`db.serverBits()`:                 `undefined`,
		`db.getUser('u')`:                 `{"user":"u"}`,
		`db.getRole('r')`:                 `null`,
		`db.getMongo().getDBNames()`:      `["a","b"]`,
		`db.a.createSearchIndex('s', {})`: `"s"`,
		`db.a.createSearchIndexes([{name: 's', definition: {}}, {name: 't', definition: {}}])`: `["s","t"]`,
		`sh.getBalancerState()`:           `false`,
		`sh.isBalancerRunning()`:          `true`,
		`sh.listShards().map(s => s._id)`: `["s1","config"]`,
		`sh.isConfigShardEnabled()`:       `{"enabled":true,"host":"c:1"}`,
		`rs.conf()`:                       `{"version":4}`,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			_, b := newReplicaSet(t, func(string, int) bson.D { return reply })
			if got := b.eval(code); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// TestShellCommandsThatLook has none of what only looks count as a write.
func TestShellCommandsThatLook(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		`db.getProfilingLevel()`, `db.getProfilingStatus()`, `db.getUsers()`, `db.a.validate()`, `rs.status()`,
		`sh.balancerCollectionStatus('app.a')`, `sh.listShards()`, `sh.isAutoMergerEnabled()`,
	} {
		_, b := newReplicaSet(t, nil)
		report, err := b.run(t.Context(), "export function up(db) { try { "+code+" } catch (e) { if (!/cursor/.test(e)) throw e } }")
		if err != nil || report.Journal.Begun != 0 {
			t.Errorf("%s: %d writes and %v", code, report.Journal.Begun, err)
		}
	}
}

// TestExplainChangesNothing has the server see the explain alone.
func TestExplainChangesNothing(t *testing.T) {
	t.Parallel()
	server, b := newReplicaSet(t, nil)
	report, err := b.run(t.Context(), `export function up(db) { db.a.explain().deleteMany({}); db.a.explain().aggregate([{$out: 'b'}]) }`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"explain", "explain"}, server.log()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(runtime.Report{}, report); diff != "" {
		t.Error(diff)
	}
}
