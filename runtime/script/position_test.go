package script_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
	"migrator/runtime/script"
)

// failures are scripts that fail, and the one line that says where and how.
var failures = []struct{ name, archive, want string }{
	{"a throw on the first line", "-- main.js --\nexports.up = () => { throw new Error('boom') }", "main.js:1:28: Error: boom"},
	{"a throw on a later line", "-- main.js --\nexports.up = () => {\n  null.x\n}", "main.js:2:8: TypeError: Cannot read property 'x' of undefined or null"},
	{"characters outside ASCII before it", "-- main.js --\nexports.up = () => { const é = '日本'; throw new Error('boom') }", "main.js:1:44: Error: boom"},
	{"an ES module, on the first line", "-- main.js --\nexport function up() { throw new Error('boom') }", "main.js:1:30: Error: boom"},
	{"an ES module, on a later line, behind characters outside ASCII", "-- main.js --\nexport function up() {\n  const s = '日本', x = null; x.y\n}", "main.js:2:31: TypeError: Cannot read property 'y' of undefined or null"},
	{"TypeScript", "-- main.ts --\ninterface A { a: string }\n\nenum E { X }\nexport function up(db: A): void {\n  throw new TypeError('boom')\n}", "main.ts:5:9: TypeError: boom"},
	{"after an await", "-- main.js --\nexports.up = async () => {\n  await null\n  throw new Error('boom')\n}", "main.js:3:9: Error: boom"},
	{"after an await in TypeScript", "-- main.ts --\nexport const up = async (): Promise<void> => {\n  await null\n  throw new Error('boom')\n}", "main.ts:3:9: Error: boom"},
	{"in the body of a for await", "-- main.js --\nexport async function up() {\n  for await (const x of [1]) {\n    if (x) throw new Error('boom')\n  }\n}", "main.js:3:18: Error: boom"},
	{"in a helper", "-- main.js --\nconst { f } = require('./lib/my helper')\nexports.up = () => f()\n-- lib/my helper.js --\n\nexports.f = () => { throw new Error('boom') }", "lib/my helper.js:2:27: Error: boom"},
	{"in a helper whose name has brackets, after an await", "-- main.js --\nexports.up = require('./a (1).js').up\n-- a (1).js --\nexports.up = async () => { await 1; throw new Error('boom') }", "a (1).js:1:43: Error: boom"},
	{"at the top level", "-- main.js --\n\nthrow new Error('boom')", "main.js:2:7: Error: boom"},
	{"at the top level of a helper", "-- main.js --\nrequire('./x')\n-- x.js --\nx.y = 1", "x.js:1:1: ReferenceError: x is not defined"},
	{"in a static block of a class", "-- main.js --\nexports.up = () => { class A { static { throw new Error('boom') } } }", "main.js:1:47: Error: boom"},
	{"a file with carriage returns", "-- main.js --\n// a\r\n// b\r\nexports.up = () => { throw new Error('boom') }", "main.js:3:28: Error: boom"},
	{"a file with a byte order mark", "-- main.js --\n\ufeffexports.up = () => { throw new Error('boom') }", "main.js:1:28: Error: boom"},
	{"an undeclared variable in an ES module", "-- main.js --\nexport function up() {\n  word = 1\n}", "main.js:2:3: ReferenceError: word is not defined"},
	{"an object that is no Error", "-- main.js --\nexports.up = () => { throw {code: 5} }", `main.js:1:22: Uncaught: {"code":5}`},
	{"a rejection with a string", "-- main.js --\nexports.up = async () => { throw 'boom' }", "main.js: Uncaught: boom"},
	{"undefined", "-- main.js --\nexports.up = () => { throw undefined }", "main.js:1:22: Uncaught: undefined"},
	{"a class of the script's own", "-- main.js --\nclass MyError extends Error { name = 'MyError' }\nexports.up = () => {\n  throw new MyError('boom')\n}", "main.js:3:9: MyError: boom"},
	{"an error without a message", "-- main.js --\nexports.up = () => { throw new RangeError() }", "main.js:1:28: RangeError"},
	{"an error with throwing getters", "-- main.js --\nexports.up = () => { throw Object.defineProperty(new Error('a'), 'message', {get() { throw 1 }}) }", "main.js:1:50: Error"},
	{"a runaway recursion", "-- main.js --\nconst f = () => f()\nexports.up = () => f()", "main.js:1:17: RangeError: Maximum call stack size exceeded"},
	{"an error made here and thrown there", "-- main.js --\nconst e = new Error('boom')\nexports.up = () => { throw e }", "main.js:1:11: Error: boom"},

	{"a syntax error", "-- main.js --\nlet x = ;", `main.js:1:9: SyntaxError: Unexpected ";"`},
	{"a syntax error behind characters outside ASCII", "-- main.js --\nlet é = 'é'; let b = ;", `main.js:1:22: SyntaxError: Unexpected ";"`},
	{"a missing bracket", "-- main.js --\nexports.up = () => {\n  print(1)\n", `main.js:3:1: SyntaxError: Unexpected end of file`},
	{"a bracket too many", "-- main.js --\nexports.up = () => 1\n}); (function () {\n", `main.js:2:1: SyntaxError: Unexpected "}"`},
	{"a syntax error in TypeScript", "-- main.ts --\nexport function up(db: ) {}", `main.ts:1:24: SyntaxError: Unexpected ")"`},
	{"a syntax error in a helper", "-- main.js --\nrequire('./x')\n-- x.js --\n\nlet a; let a", `x.js:2:12: SyntaxError: The symbol "a" has already been declared`},
	{"what esbuild takes and the interpreter does not", "-- main.ts --\nexport const up = (): RegExp =>\n  /a/d", "main.ts:2:3: SyntaxError: Invalid flags supplied to RegExp constructor 'd'"},
	{"await at the top level", "-- main.js --\nawait 1", "main.js:1:1: SyntaxError: await is not possible at the top level of a file that is imported or run as a migration: use it inside an async function"},
	{"JSON with a mistake", "-- main.js --\nrequire('./x.json')\n-- x.json --\n{\n  \"é\": x\n}", "x.json:2:8: SyntaxError: invalid character 'x' looking for beginning of value"},

	{"an import of a package", "-- main.js --\nimport axios from 'axios'\nexport const up = () => axios", `main.js:1:1 imports "axios": scripts run inside migrator, not Node.js, and there is no such module here; scripts have no network: fetch the data beforehand and import it as a .json file`},
	{"a require of a part of Node.js", "-- main.js --\n\nconst net = require('node:net')", `main.js:2:13 imports "node:net": scripts run inside migrator, not Node.js, and there is no such module here; scripts have no network: fetch the data beforehand and import it as a .json file`},
	{"an alias of a bundler", "-- main.js --\nrequire('@/utils/x')", `main.js:1:1 imports "@/utils/x": it is an alias for a folder, as bundlers and tsconfig.json have them, and aliases are not followed here`},
	{"an import in a helper", "-- main.js --\nrequire('./x')\n-- x.js --\nrequire('lodash')", `x.js:1:1 imports "lodash": no package of that name is installed in a folder node_modules of the project, beside the file or above it`},
	{"an import of a missing file", "-- main.js --\nrequire('./lib/x')", `main.js:1:1 imports "./lib/x": there is no file lib/x`},
	{"an import of a file of another kind", "-- main.js --\nrequire('./x.csv')\n-- x.csv --\na,b", `main.js:1:1 imports "./x.csv": only JavaScript, TypeScript and JSON files can be imported`},
	{"an import by an absolute path", "-- main.js --\nrequire('/etc/x.json')", `main.js:1:1 imports "/etc/x.json": files are imported by a path relative to the importing file`},
	{"an import from outside the project", "-- main.js --\nrequire('../../../x.json')", `main.js:1:1 imports "../../../x.json": it is outside the project, and scripts may only use files inside it`},
	{"an import that is computed", "-- main.js --\nexports.up = () => require('./' + 'x')\n-- x.js --\n1", `main.js:1:20: Error: require("./x"): a module is imported by a name that is written out in the call, since it is kept with the migration`},
}

func TestAFailureNamesItsPlaceInTheFileAsWritten(t *testing.T) {
	t.Parallel()
	for _, c := range failures {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, c.archive)
			if err == nil {
				t.Fatal("it did not fail")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			if code := fault.CodeOf(err); code != fault.Script {
				t.Errorf("the exit code is %d", code)
			}
			if e := (*script.Error)(nil); !errors.As(err, &e) {
				t.Errorf("it is a %T", err)
			}
		})
	}
}
