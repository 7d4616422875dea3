package script_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// forms are the ways to write the same migration.
var forms = map[string]string{
	"an exported function":                 "-- main.js --\nexport function up() { print('up') }",
	"an exported async arrow function":     "-- main.js --\nexport const up = async () => { await 1; print('up') }",
	"a default export":                     "-- main.js --\nexport default { up() { print('up') } }",
	"a default export that uses this":      "-- main.js --\nexport default { word: 'up', up() { print(this.word) } }",
	"exports.up":                           "-- main.js --\nexports.up = () => print('up')",
	"module.exports":                       "-- main.js --\nmodule.exports = { up() { print('up') }, down() {} }",
	"frozen module.exports":                "-- main.js --\nmodule.exports = Object.freeze({ up() { print('up') } })",
	"an instance of a class":               "-- main.js --\nclass M { word = 'up'; up() { print(this.word) } }\nmodule.exports = new M()",
	"a bare function":                      "-- main.js --\nfunction up() { print('up') }",
	"a bare constant":                      "-- main.js --\nconst up = async () => { print('up') }",
	"a bare function in TypeScript":        "-- main.ts --\nfunction up(db: unknown): void { print('up') }",
	"an import beside exports.up":          "-- main.js --\nimport { hello } from 'greeter'\nexports.up = () => print('up')",
	"exports of both kinds":                "-- main.js --\nexport const description = 'x'\nexports.up = () => print('up')",
	"TypeScript":                           "-- main.ts --\nenum E { A = 'up' }\nexport async function up(): Promise<void> { print(E.A satisfies string) }",
	"TypeScript with export =":             "-- main.ts --\nexport = { up() { print('up') } }",
	"an undeclared variable in loose mode": "-- main.js --\nfunction up() { word = 'up'; print(word) }",
	"a hashbang":                           "-- main.js --\n#!/usr/bin/env node\nexports.up = () => print('up')",
	"a byte order mark":                    "-- main.js --\n\ufeffexports.up = () => print('up')",
	"carriage returns":                     "-- main.js --\n// a\r\nexports.up = () => {\r\n  print('up')\r\n}\r\n",
	"a comment at the very end":            "-- main.js --\nexports.up = () => print('up') // the end",
	"an async generator":                   "-- main.js --\nasync function* words() { yield 'u'; yield 'p' }\nexports.up = async () => { let s = ''; for await (const w of words()) s += w; print(s) }",
	"a helper without an extension":        "-- main.js --\nexports.up = require('./lib/x').up\n-- lib/x.js --\nexports.up = () => print('up')",
	"a helper in TypeScript":               "-- main.js --\nimport { word } from './lib/x.ts'\nexport const up = () => print(word)\n-- lib/x.ts --\nexport const word: string = 'up'",
	"a helper .ts that is imported as .js": "-- main.ts --\nimport { word } from './x.js'\nexport const up = () => print(word)\n-- x.ts --\nexport const word: string = 'up'",
	"a JSON file":                          "-- main.js --\nimport data from './data.json'\nexport const up = () => print(data.word)\n-- data.json --\n{\"word\": \"up\"}",
	"an index file":                        "-- main.js --\nexports.up = require('./lib').up\n-- lib/index.js --\nexports.up = () => print('up')",
	"a helper that imports a helper":       "-- main.js --\nexports.up = require('./a/a').up\n-- a/a.js --\nexports.up = require('../b').up\n-- b.js --\nexports.up = () => print('up')",
	"helpers that import each other":       "-- main.js --\nexports.up = require('./a').up\n-- a.js --\nexports.word = 'up'\nexports.up = require('./b').up\n-- b.js --\nconst a = require('./a')\nexports.up = () => print(a.word)",
	"a dynamic import":                     "-- main.js --\nexport async function up() { const { word } = await import('./x.js'); print(word) }\n-- x.js --\nexport const word = 'up'",
	"a module of ours":                     "-- main.js --\nconst { hello } = require('greeter')\nexports.up = () => print(hello('you').length === 9 ? 'up' : 'no')",
	"a helper that is imported twice":      "-- main.js --\nrequire('./n').n++; const { n } = require('./n')\nexports.up = () => print(n === 1 ? 'up' : 'no')\n-- n.js --\nexports.n = 0",
}

func TestEveryFormOfMigrationRuns(t *testing.T) {
	t.Parallel()
	for name, archive := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := run(t, archive)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("up", got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
