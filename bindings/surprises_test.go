package bindings

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"migrator/runtime"
)

// A surprise is something that real migrations do and that a host of JavaScript without Node finds hard, or gets silently
// wrong. Here stands what comes of each. The rows were counted over 666 files of 77 projects.
type surprise struct {
	row      int
	sentence string
	code     string
	// files are others of the project, by their path.
	files map[string]string
	// typescript is true where the code is, shell where it is a script of the shell rather than a migration.
	typescript, shell bool
	// prints is what the script prints, line by line; %s stands for any text.
	prints []string
	// fails are parts of the error that it ends with.
	fails []string
	// caught is the place of an error that the script caught and went on, as the report has it.
	caught string
}

// surprises are the rows that need nothing but a database. Those about transactions are in TestSurprisesOfTransactions.
func surprises() []surprise {
	const seeded = "db.users.insertMany([{_id: 1, n: 1}, {_id: 2, n: 2}, {_id: 3, n: 3}]);"
	return []surprise{
		{row: 1, sentence: "files of the application are imported with whatever those import, and JSON data",
			files: map[string]string{"src/roles.js": "const {admin} = require('./names'); module.exports = {roles: [admin, 'guest']}", "src/names.js": "exports.admin = 'admin'", "data/plans.json": `[{"_id": "free"}]`},
			code: `const {roles} = require('../src/roles'); const plans = require('../data/plans.json')
				module.exports = {async up(db) { await db.collection('plans').insertMany(plans); console.log(roles.join(), await db.collection('plans').countDocuments()) }}`,
			prints: []string{"admin,guest 1"}},
		{row: 3, sentence: "mongodb and bson resolve without node_modules, with ObjectId in all of its spellings",
			code: `import {ObjectId} from 'mongodb'; import {ObjectID} from 'bson'; const mongodb = require('mongodb')
				export async function up(db) { const id = '65a000000000000000000001'; console.log(new ObjectId(id).equals(ObjectID(id)), mongodb.ObjectId.isValid('x'), new ObjectId() instanceof mongodb.ObjectID) }`,
			prints: []string{"true false true"}},
		{row: 7, sentence: "Buffer is there",
			code:   `exports.up = () => print(Buffer.concat([Buffer.from('a'), Buffer.from('b')]).toString('base64'), Buffer.from('YWI=', 'base64').toString('utf8'))`,
			prints: []string{"YWI= ab"}},
		{row: 8, sentence: "for await walks a cursor",
			code:   `exports.up = async db => { ` + seeded + ` let n = 0; for await (const user of db.collection('users').find()) n += user.n; console.log(n) }`,
			prints: []string{"6"}},
		{row: 9, sentence: "forEach of a cursor waits for an async callback, one after the other, awaited or not",
			code: `exports.up = async db => { ` + seeded + `
				db.collection('users').find().forEach(async u => { await db.collection('users').updateOne({_id: u._id}, {$set: {seen: true}}) })
				await db.collection('users').find().forEach(async u => { await null; print(u._id, (await db.collection('users').findOne({_id: u._id})).seen) }) }`,
			prints: []string{"1 true", "2 true", "3 true"}},
		{row: 10, sentence: "a write that is neither awaited nor returned is done, and done before the next line",
			code:   `exports.up = async db => { db.collection('users').insertOne({_id: 1}); print(await db.collection('users').countDocuments()) }`,
			prints: []string{"1"}},
		{row: 11, sentence: "forEach of an array with an async callback has ended before the migration counts as executed",
			code: `exports.up = async db => { [1, 2].forEach(async _id => { await null; await db.collection('users').insertOne({_id}) }) }
				exports.check = db => print(db.users.countDocuments())`,
			prints: []string{"2"}},
		{row: 11, sentence: "an error in such a callback fails the migration", code: `exports.up = async db => { [1, 2].forEach(async _id => { await null; throw new Error('number ' + _id) }) }`,
			fails: []string{"001_test.js:1:", "Error: number 1"}},
		{row: 12, sentence: "Promise.all over many calls works, one call after the other",
			code:   `exports.up = async db => { ` + seeded + ` const r = await Promise.all([1, 2, 3].map(async _id => db.collection('users').updateOne({_id}, {$inc: {n: 1}}))); print(r.map(x => x.modifiedCount)) }`,
			prints: []string{"[ 1, 1, 1 ]"}},
		{row: 15, sentence: "global carries what a file leaves there, within one migration",
			code:   `global.message = 'from the top'; exports.up = () => { print(message, globalThis.message === global.message) }`,
			prints: []string{"from the top true"}},
		{row: 15, sentence: "global does not carry it into the next migration", code: `exports.up = () => print(typeof message)`, prints: []string{"undefined"}},
		{row: 16, sentence: "a package that calls the network is refused when the file is loaded", code: `const axios = require('axios'); exports.up = async () => { await axios.get('https://example.com') }`,
			fails: []string{"001_test.js:1:15", `imports "axios"`, "fetch the data beforehand and import it as a .json file"}},
		{row: 16, sentence: "https is refused when the file is loaded", code: `import https from 'https'; export const up = () => https.get('x')`, fails: []string{"001_test.js:1:1", `imports "https"`, "no network"}},
		{row: 16, sentence: "fetch is refused at its call", code: `exports.up = async () => { await fetch('https://example.com') }`, fails: []string{"001_test.js:1:34", "fetch does not exist in scripts: scripts have no network"}},
		{row: 17, sentence: "ES modules run", code: "import {names} from './lib/names.js'\nexport const up = async (db) => { for (const name of names) print(name) }\nexport default {up}",
			files: map[string]string{"mongomigrations/lib/names.js": "export const names = ['Ada']"}, prints: []string{"Ada"}},
		{row: 17, sentence: "TypeScript runs", typescript: true, code: "import type {Db} from 'mongodb'\nenum Kind { A = 'a' }\nexport const up = async (db: Db): Promise<void> => { const k: Kind = Kind.A; print(k!) }", prints: []string{"a"}},
		{row: 18, sentence: "methods that the driver no longer has work, and say what they are called today",
			code: `exports.up = async db => { const users = db.collection('users')
				await users.insert({_id: 1}); await users.update({_id: 1}, {$set: {n: 1}}); await users.save({_id: 1, n: 2}); await users.ensureIndex({n: 1}); await users.remove({}); print(await users.count()) }`,
			prints: []string{"notice: %sinsert is an old name: insertOne or insertMany (%s", "notice: %supdate is an old name: %s", "notice: %ssave is an old name: %s", "notice: %sensureIndex is an old name: createIndex (%s", "notice: %sremove is an old name: %s", "notice: %scount is an old name: countDocuments (%s", "0"}},
		{row: 19, sentence: "a bare projection is one, and not ignored", code: `exports.up = async db => { ` + seeded + ` print(await db.collection('users').findOne({_id: 2}, {n: 1, _id: 0})) }`, prints: []string{"notice: %sa bare projection is the shell's spelling%s001_test.js:%s", "{ n: 2 }"}},
		{row: 19, sentence: "returnNewDocument gives the document after the change", code: `exports.up = async db => { ` + seeded + ` print((await db.collection('users').findOneAndUpdate({_id: 2}, {$set: {n: 5}}, {returnNewDocument: true})).n) }`, prints: []string{"notice: %sreturnNewDocument is the shell's spelling%s001_test.js:%s", "5"}},
		{row: 19, sentence: "multi beside updateOne changes one document all the same", code: `exports.up = async db => { ` + seeded + ` print((await db.collection('users').updateOne({}, {$set: {m: 1}}, {multi: true})).modifiedCount) }`, prints: []string{"notice: %signores the option multi%s001_test.js:%s", "1"}},
		{row: 21, sentence: "errors tell what happened by code and codeName: what is there already can be told from a failure",
			code: `exports.up = async db => {
				await db.createCollection('users'); ` + seeded + `
				try { await db.createCollection('users') } catch (error) { print(error.code, error.codeName, /already exists/.test(error.message)) }
				try { await db.collection('users').dropIndex('nothing') } catch (error) { print(error.code, error.codeName) }
				try { await db.collection('users').insertOne({_id: 1}) } catch (error) { print(error.code, error.codeName, error.message.includes('E11000')) } }`,
			prints: []string{"48 NamespaceExists true", "27 IndexNotFound", "11000 DuplicateKey true"}},
		{row: 23, sentence: "regular expressions look behind", code: `exports.up = () => print('price: 5'.match(/(?<=price: )\d/)[0], 'ab'.replace(/(?<!x)b/, 'c'))`, prints: []string{"5 ac"}},
		{row: 24, sentence: "a shell's script runs as it is: synchronous, with find().forEach and hasNext()/next()", shell: true,
			code:   seeded + ` var sum = 0; db.users.find().forEach(function (u) { sum += u.n }); var c = db.users.find(); while (c.hasNext()) { sum += c.next().n } print(sum)`,
			prints: []string{"12"}},
		{row: 25, sentence: "use(name) changes the database", shell: true, code: `use('app_other'); db.things.insertOne({_id: 1}); print(db.getName(), db.things.countDocuments()); db.dropDatabase()`, prints: []string{"app_other 1"}},
		{row: 26, sentence: "db can be assigned to", shell: true, code: `db = db.getSiblingDB('app_other'); print(db.getName())`, prints: []string{"app_other"}},
		{row: 27, sentence: "variables that nobody declared are global ones, in a shell's script", shell: true, code: `total = 0; for (i = 0; i < 3; i++) total += i; print(total)`, prints: []string{"3"}},
		{row: 27, sentence: "variables that nobody declared are global ones, in a CommonJS migration", code: `exports.up = () => { total = 2; print(total) }`, prints: []string{"2"}},
		{row: 28, sentence: "a shell's legacy methods work: insert, update with two booleans, remove, save, ensureIndex, findAndModify, count", shell: true,
			code: `db.users.insert([{_id: 1, n: 1}, {_id: 2, n: 1}]); print(db.users.update({}, {$set: {n: 2}}, false, true).nModified); db.users.save({_id: 1, n: 3}); db.users.ensureIndex({n: 1});
				print(db.users.findAndModify({query: {_id: 1}, update: {$inc: {n: 1}}, new: true}).n); print(db.users.remove({_id: 2}).nRemoved, db.users.count())`,
			prints: []string{"notice: %s", "notice: %s", "2", "notice: %s", "notice: %s", "4", "notice: %s", "notice: %s", "1 1"}},
		{row: 28, sentence: "copyTo and group, which no server has any more, say what to use", shell: true, code: `try { db.users.copyTo('x') } catch (e) { print(e.message) } db.users.group({})`,
			prints: []string{"db.users.copyTo is not a function: use aggregate with a stage $out"}, fails: []string{"db.users.group is not a function: use aggregate with a stage $group"}},
		{row: 29, sentence: "both bulk builders work", shell: true,
			code: seeded + ` var bulk = db.users.initializeUnorderedBulkOp(); bulk.find({_id: 1}).updateOne({$set: {n: 5}}); bulk.find({_id: 3}).remove(); print(bulk.execute().nModified)
				bulk = db.users.initializeOrderedBulkOp(); bulk.insert({_id: 4}); bulk.find({_id: 4}).upsert().update({$set: {n: 1}}); print(bulk.execute().nInserted)`,
			prints: []string{"1", "1"}},
		{row: 30, sentence: "print and printjson show documents as the shell does", shell: true, code: `print('n:', NumberLong(5), ObjectId('65a000000000000000000001')); printjson({at: ISODate('2026-01-02'), tags: ['a']})`,
			prints: []string{"n: Long('5') ObjectId('65a000000000000000000001')", "{ at: ISODate('2026-01-02T00:00:00.000Z'), tags: [ 'a' ] }"}},
		{row: 34, sentence: "adminCommand sends a command to admin", shell: true, code: `print(db.adminCommand({ping: 1}).ok)`, prints: []string{"1"}},
	}
}

func TestSurprises(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, s := range surprises() {
		t.Run(s.sentence, func(t *testing.T) { s.check(t, b) })
	}
}

func (s surprise) check(t *testing.T, b *bench) {
	b.t = t
	b.eval(`db.dropDatabase()`)
	b.printed = nil
	for path, code := range s.files {
		b.write(path, code)
	}
	report, err := s.run(t, b)
	if s.caught != "" {
		wantIn(t, fmt.Sprint(report.Caught), "caught and continued", s.caught)
	}
	for i, want := range s.prints {
		if i >= len(b.printed) || !matches(want, b.printed[i]) {
			t.Errorf("printed %q, want %q", b.printed, s.prints)
			break
		}
	}
	if len(b.printed) > len(s.prints) {
		t.Errorf("printed %q, want %q", b.printed, s.prints)
	}
	if err == nil && len(s.fails) > 0 {
		t.Fatal("it has not failed")
	}
	if err != nil && len(s.fails) == 0 {
		t.Fatalf("%v\n%s", err, detail(err))
	}
	for _, part := range s.fails {
		wantIn(t, err.Error(), part)
	}
}

// run runs the code as a script of a shell, or as a migration.
func (s surprise) run(t *testing.T, b *bench) (runtime.Report, error) {
	if s.shell {
		result, err := b.engine.Eval(t.Context(), b.call(), "eval", s.code)
		return result.Report, err
	}
	name := "001_test.js"
	if s.typescript {
		name = "001_test.ts"
	}
	m := runtime.Migration{Name: name, Number: 1, Path: b.write("mongomigrations/"+name, s.code)}
	unit, err := b.engine.Load(t.Context(), m)
	if err != nil {
		return runtime.Report{}, err
	}
	call := b.call()
	call.Migration = m
	i, err := unit.Open(t.Context(), call)
	if err != nil {
		return runtime.Report{}, err
	}
	defer i.Close()
	return i.Run(t.Context())
}

// matches compares a line with a pattern in which each %s stands for any text.
func matches(pattern, line string) bool {
	parts := strings.Split(pattern, "%s")
	if !strings.HasPrefix(line, parts[0]) {
		return false
	}
	line = line[len(parts[0]):]
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(line, part)
		}
		_, rest, found := strings.Cut(line, part)
		if !found {
			return false
		}
		line = rest
	}
	return line == ""
}

// TestSurprisesOfTransactions are the rows 13 and 14, which need a server that has transactions.
func TestSurprisesOfTransactions(t *testing.T) {
	t.Parallel()
	t.Run("an async callback of withTransaction is run to its end, and then committed", func(t *testing.T) {
		server, b := newReplicaSet(t, nil)
		b.mustRun(`module.exports = {async up(db, client) {
			const session = client.startSession()
			try {
				await session.withTransaction(async () => {
					await db.collection('a').insertOne({_id: 1}, {session})
					await db.collection('b').updateMany({}, {$set: {n: 1}}, {session})
				})
			} finally { await session.endSession() }
		}}`)
		if diff := cmp.Diff([]string{"insert^", "update*", "commitTransaction*"}, server.log()); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("an operation in it that does not pass the session joins, or is named with its line", func(t *testing.T) {
		server, b := newReplicaSet(t, func(string, int) bson.D { return nil })
		b.mustRun("module.exports = {async up(db, client) {\n  const session = client.startSession()\n  await session.withTransaction(async () => {\n    await db.collection('a').insertOne({_id: 1}, {session})\n    await db.collection('b').insertOne({_id: 1})\n  })\n}}")
		joined := cmp.Equal([]string{"insert^", "insert*", "commitTransaction*"}, server.log())
		named := len(b.printed) == 1 && strings.HasPrefix(b.printed[0], "notice: ") && strings.Contains(b.printed[0], "001_test.js:5:")
		if !joined && !named {
			t.Errorf("sent %q and printed %q", server.log(), b.printed)
		}
	})
}

// TestSurprisesAreAll holds the rows to the list.
func TestSurprisesAreAll(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{13: true, 14: true}
	for _, s := range append(surprises(), hostSurprises()...) {
		seen[s.row] = true
	}
	for row := 1; row <= 34; row++ {
		if !seen[row] {
			t.Errorf("row %d has no test", row)
		}
	}
}
