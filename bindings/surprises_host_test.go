package bindings

import "testing"

// hostSurprises are the rows about what scripts use beside db: packages, Node's modules, other files, the shell's helpers.
func hostSurprises() []surprise {
	lodash := map[string]string{"node_modules/lodash/package.json": `{"name": "lodash", "main": "main.js"}`, "node_modules/lodash/main.js": "const {up} = require('./lib/up'); module.exports = {upperFirst: up}", "node_modules/lodash/lib/up.js": "exports.up = s => s[0].toUpperCase() + s.slice(1)"}
	return []surprise{
		{row: 2, sentence: "packages of npm that are plain JavaScript are imported from node_modules", files: lodash, code: `const {upperFirst} = require('lodash'); exports.up = () => print(upperFirst('ada'))`, prints: []string{"Ada"}},
		{row: 2, sentence: "a package that is not installed is an error before anything is run", code: `const moment = require('moment'); exports.up = () => {}`, fails: []string{"001_test.js:1:16", `"moment"`}},
		{row: 4, sentence: "mongoose gives ObjectId and Decimal128", code: `const mongoose = require('mongoose'); exports.up = () => print(new mongoose.Types.ObjectId('65a000000000000000000001'), mongoose.Types.ObjectId.isValid('x'))`,
			prints: []string{"ObjectId('65a000000000000000000001') false"}},
		{row: 4, sentence: "a model of mongoose is refused, with what to use", code: `const mongoose = require('mongoose'); exports.up = async () => { await mongoose.model('User').find() }`, fails: []string{"001_test.js:1:", "model", "db"}},
		{row: 5, sentence: "crypto makes random bytes, UUIDs and hashes", code: `const crypto = require('crypto'); exports.up = () => print(crypto.randomBytes(8).toString('hex').length, crypto.randomUUID().length, crypto.createHash('md5').update('a').digest('hex'), crypto.pbkdf2Sync('p', 's', 1, 8, 'sha512').length)`,
			prints: []string{"16 36 0cc175b9c0f1b6a831c399e269772661 8"}},
		{row: 5, sentence: "fs reads files of the project, and path joins their names", files: map[string]string{"data/names.txt": "Ada"}, code: `const fs = require('fs'), path = require('path'); exports.up = () => { print(fs.readFileSync(path.join(__dirname, '../data/names.txt'), 'utf8'), fs.existsSync('/etc/passwd')); fs.readFileSync('/etc/passwd') }`,
			prints: []string{"Ada false"}, fails: []string{"/etc/passwd", "outside"}},
		{row: 6, sentence: "a variable of process.env that is not listed is an error that says how to list it", code: `exports.up = () => print(process.env.HOME)`, fails: []string{"001_test.js:1:", "HOME", "scripts"}},
		{row: 20, sentence: "an error that is caught and only logged is shown as caught and continued, with its line", code: "exports.up = async db => {\n  try { await db.collection('a').updateOne({}, {$nope: 1}) } catch (error) { console.error('failed') }\n}",
			prints: []string{"failed"}, caught: "001_test.js:2:"},
		{row: 19, sentence: "an option that is ignored gets one notice, with its line", code: "exports.up = async db => {\n  await db.collection('a').updateMany({}, {$set: {n: 1}}, {multi: true})\n  await db.collection('a').updateMany({}, {$set: {n: 1}}, {multi: true})\n}",
			prints: []string{"notice: %smulti%s001_test.js:2:%s"}},
		{row: 22, sentence: "dates and numbers are text as in en-US, whatever the host", code: `exports.up = () => print(new Date(0).toLocaleDateString('en-US', {timeZone: 'UTC'}), (1234.5).toLocaleString('en-US'))`, prints: []string{"1/1/1970 1,234.5"}},
		{row: 31, sentence: "a variable that a loaded file defines is there", shell: true, files: map[string]string{"settings.js": "var limit = 5"}, code: `load('settings.js'); print(limit)`, prints: []string{"5"}},
		{row: 32, sentence: "load runs a file of the project, and cat reads one", shell: true, files: map[string]string{"lib/helper.js": "function twice(n) { return 2 * n }", "data/a.txt": "text"}, code: `load('lib/helper.js'); print(twice(2), cat('data/a.txt'))`, prints: []string{"4 text"}},
		{row: 32, sentence: "load leads to no file outside the project", shell: true, code: `load('../../etc/passwd')`, fails: []string{"eval:1:1", "outside"}},
		{row: 33, sentence: "quit ends a script, and what was done stays done", shell: true, code: `db.a.insertOne({_id: 1}); print(db.a.countDocuments()); quit(); print('after')`, prints: []string{"1"}},
		{row: 34, sentence: "sh and rs send the commands that they stand for", shell: true, code: `try { rs.status() } catch (error) { print(error.name) } sh.enableSharding('app')`, prints: []string{"Mongo%sError"}, fails: []string{"eval:1:60", "enableSharding"}},
	}
}

func TestSurprisesOfTheHost(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, s := range hostSurprises() {
		t.Run(s.sentence, func(t *testing.T) { s.check(t, b) })
	}
}
