package script_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/runtime/script"
)

// packages are migrations that print "up" with the help of an installed package.
var packages = map[string]string{
	"an index file": "-- main.js --\nexports.up = require('p')\n-- node_modules/p/index.js --\nmodule.exports = () => print('up')",
	"main of package.json": "-- main.js --\nexports.up = require('p')\n" +
		"-- node_modules/p/package.json --\n{\"main\": \"lib/p\"}\n-- node_modules/p/lib/p.js --\nmodule.exports = () => print('up')",
	"main that names a folder": "-- main.js --\nexports.up = require('p')\n" +
		"-- node_modules/p/package.json --\n{\"main\": \"./lib\"}\n-- node_modules/p/lib/index.js --\nmodule.exports = () => print('up')",
	"main that is missing, with an index": "-- main.js --\nexports.up = require('p')\n" +
		"-- node_modules/p/package.json --\n{\"main\": \"gone.js\"}\n-- node_modules/p/index.js --\nmodule.exports = () => print('up')",
	"module alone": "-- main.js --\nimport p from 'p'\nexport const up = p\n" +
		"-- node_modules/p/package.json --\n{\"module\": \"p.mjs\"}\n-- node_modules/p/p.mjs --\nexport default () => print('up')",
	"exports that are a path": "-- main.js --\nexports.up = require('p')\n" +
		"-- node_modules/p/package.json --\n{\"main\": \"no.js\", \"exports\": \"./p.js\"}\n-- node_modules/p/p.js --\nmodule.exports = () => print('up')",
	"exports with conditions": "-- main.js --\nexports.up = require('p').up\n" +
		`-- node_modules/p/package.json --
{"exports": {".": {"types": "./p.d.ts", "browser": "./no.js", "import": "./no.mjs", "require": {"node": "./p.cjs"}}}}
-- node_modules/p/p.cjs --
exports.up = () => print('up')`,
	"exports that offer ES modules alone": "-- main.js --\nimport { word } from 'p'\nexport const up = () => print(word)\n" +
		`-- node_modules/p/package.json --
{"type": "module", "exports": {".": {"import": "./p.js"}}}
-- node_modules/p/p.js --
import { a } from './a.js'
export const word = a + 'p'
-- node_modules/p/a.js --
export const a = 'u'`,
	"the first condition that holds": "-- main.js --\nexports.up = require('p')\n" +
		`-- node_modules/p/package.json --
{"exports": {"default": "./p.js", "require": "./no.js"}}
-- node_modules/p/p.js --
module.exports = () => print('up')`,
	"a subpath": "-- main.js --\nexports.up = require('p/lib/up')\n-- node_modules/p/lib/up.js --\nmodule.exports = () => print('up')",
	"a subpath of exports": "-- main.js --\nexports.up = require('p/up')\n" +
		`-- node_modules/p/package.json --
{"exports": {".": "./no.js", "./up": "./src/up.js"}}
-- node_modules/p/src/up.js --
module.exports = () => print('up')`,
	"a pattern of exports": "-- main.js --\nexports.up = require('p/fn/up')\n" +
		`-- node_modules/p/package.json --
{"exports": {"./*": "./no/*.js", "./fn/*": ["./src/*.js"]}}
-- node_modules/p/src/up.js --
module.exports = () => print('up')`,
	"a name with a scope":           "-- main.js --\nexports.up = require('@s/p/up')\n-- node_modules/@s/p/up.js --\nmodule.exports = () => print('up')",
	"JSON":                          "-- main.js --\nexports.up = () => print(require('p/package.json').word)\n-- node_modules/p/package.json --\n{\"word\": \"up\"}",
	"JSON with an import attribute": "-- main.js --\nimport data from './data.json' with { type: 'json' }\nexport const up = () => print(data.word)\n-- data.json --\n{\"word\": \"up\"}",
	"packages that import each other": "-- main.js --\nexports.up = require('a').up\n" +
		"-- node_modules/a/index.js --\nexports.word = 'up'\nexports.up = require('b')\n-- node_modules/b/index.js --\nconst a = require('a')\nmodule.exports = () => print(a.word)",
	"the nearest of two": "-- main.js --\nexports.up = require('a')\n" +
		"-- node_modules/a/index.js --\nmodule.exports = require('b')\n-- node_modules/a/node_modules/b/index.js --\nmodule.exports = () => print('up')\n-- node_modules/b/index.js --\nno",
	"a package above the importing folder":            "-- main.js --\nexports.up = require('./a/b/c')\n-- a/b/c.js --\nmodule.exports = require('p')\n-- node_modules/p/index.js --\nmodule.exports = () => print('up')",
	"a folder that is imported with its package.json": "-- main.js --\nexports.up = require('./lib')\n-- lib/package.json --\n{\"main\": \"x.js\"}\n-- lib/x.js --\nmodule.exports = () => print('up')",
	"imports of package.json":                         "-- package.json --\n{\"imports\": {\"#lib/*\": \"./src/*.js\", \"#p\": \"p\"}}\n-- main.js --\nimport up from '#lib/up'\nimport '#p'\nexport { up }\n-- src/up.js --\nexport default () => print('up')\n-- node_modules/p/index.js --\n1",
	"a package that imports itself": "-- main.js --\nexports.up = require('p')\n" +
		`-- node_modules/p/package.json --
{"name": "p", "exports": {".": "./p.js", "./up": "./up.js"}}
-- node_modules/p/p.js --
module.exports = require('p/up')
-- node_modules/p/up.js --
module.exports = () => print('up')`,
	"an optional package that is absent": "-- main.js --\nexports.up = require('p')\n" +
		"-- node_modules/p/index.js --\nlet fast\ntry { fast = require('fast') } catch (e) { fast = e.code }\nmodule.exports = () => print(fast === 'MODULE_NOT_FOUND' ? 'up' : fast)",
	"an optional import of the project's own":              "-- main.js --\nlet word\ntry { word = require('./secret') } catch { word = 'up' }\nexports.up = () => print(word)",
	"a part of Node.js in a function that is not called":   "-- main.js --\nexports.up = require('p')\n-- node_modules/p/index.js --\nmodule.exports = () => print('up')\nmodule.exports.get = () => require('http').get()",
	"a computed import that may fail":                      "-- main.js --\nexports.up = require('p')\n-- node_modules/p/index.js --\nconst load = n => { try { return require('./' + n) } catch { return 'up' } }\nmodule.exports = () => print(load('x'))",
	"process.env.NODE_ENV":                                 "-- main.js --\nexports.up = require('p')\n-- node_modules/p/index.js --\nif (process.env.NODE_ENV !== 'production') throw 1\nmodule.exports = () => print(process.env.DEBUG === undefined ? 'up' : 'no')",
	"a CommonJS package that calls itself an ES module":    "-- main.js --\nimport p from 'p'\nexport const up = () => p.up()\n-- node_modules/p/index.js --\nObject.defineProperty(exports, '__esModule', {value: true})\nexports.up = () => print('up')",
	"a dynamic import":                                     "-- main.js --\nexports.up = async () => { const { default: word, n } = await import('p'); print(n === 1 ? word : 'no') }\n-- node_modules/p/index.mjs --\nexport default 'up'\nexport const n = 1",
	"a module of ours, before a package of the name":       "-- main.js --\nconst { hello } = require('greeter')\nexports.up = () => print(hello('') === 'hello ' ? 'up' : 'no')\n-- node_modules/greeter/index.js --\nno",
	"a name of Node.js with a slash":                       "-- main.js --\nexports.up = require('p')\n-- node_modules/p/index.js --\nmodule.exports = require('buffer/')\n-- node_modules/buffer/index.js --\nmodule.exports = () => print('up')",
	"import.meta, with the names that Node.js has none of": "-- main.js --\nimport { fileURLToPath } from 'url'\nimport { dirname } from 'path'\nconst __filename = fileURLToPath(import.meta.url)\nconst __dirname = dirname(__filename)\nexport const up = () => print(__filename === import.meta.filename && __dirname === import.meta.dirname ? 'up' : __dirname)",
	"import.meta":                           "-- main.js --\nexport const up = () => print(import.meta.url.startsWith('file:///') && import.meta.url.endsWith('/main.js') && import.meta.dirname === __dirname && import.meta.filename === __filename ? 'up' : import.meta.url)",
	"module.exports in a file with imports": "-- main.js --\nimport { hello } from 'greeter'\nmodule.exports = { up() { print(hello('') ? 'up' : '') } }",
}

func TestPackagesAreFoundAndRun(t *testing.T) {
	t.Parallel()
	for name, archive := range packages {
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

// TestAMigrationWithPackagesRunsFromItsBundle runs every one of them once more, without its files.
func TestAMigrationWithPackagesRunsFromItsBundle(t *testing.T) {
	t.Parallel()
	for name, archive := range packages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			unit, err := load(t, archive)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("up", restored(t, unit)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// restored runs the export up of what a unit's bundle makes in an empty project, and returns what it printed.
func restored(t *testing.T, unit *script.Unit) string {
	t.Helper()
	host := script.NewHost(script.Options{Root: t.TempDir(), Modules: natives})
	again, err := host.Restore(t.Context(), unit.Bundle().Files)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(unit.Bundle(), again.Bundle()); diff != "" {
		t.Errorf("the bundle changed:\n%s", diff)
	}
	var out output
	vm, err := again.Open(t.Context(), script.OpenOptions{Print: out.print})
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	if _, err := vm.Call(t.Context(), vm.Export("up")); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAPackageThatCannotWorkIsRefusedWithWhatLedToIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ archive, want string }{
		"a package that needs the network": {
			"-- main.js --\n\nimport web from 'web'\nexport const up = web\n-- node_modules/web/index.js --\nrequire('deep/lib')\n-- node_modules/deep/lib.js --\nrequire('./other')\n-- node_modules/deep/other.js --\nrequire('http')",
			`main.js:2:1 imports "web", which imports "deep/lib", which imports "http": scripts run inside migrator, not Node.js, and there is no such module here; scripts have no network: fetch the data beforehand and import it as a .json file`,
		},
		"a package that is known": {
			"-- main.js --\nrequire('mongoose')\n-- node_modules/mongoose/index.js --\nrequire('async_hooks')",
			`main.js:1:1 imports "mongoose", which imports "async_hooks": scripts run inside migrator, not Node.js; models do not run inside migrator: use db, the first argument of up and down`,
		},
		"machine code": {
			"-- main.js --\nrequire('bcrypt')\n-- node_modules/bcrypt/index.js --\nrequire('node-gyp-build')(__dirname)",
			`main.js:1:1 imports "bcrypt", which imports "node-gyp-build": scripts run inside migrator, not Node.js; machine code cannot be loaded: use a package that is written in JavaScript alone, for example bcryptjs`,
		},
		"machine code by its file": {
			"-- main.js --\nrequire('p')\n-- node_modules/p/index.js --\nrequire('./build/p.node')\n-- node_modules/p/build/p.node --\nx",
			`main.js:1:1 imports "p", which imports "./build/p.node": scripts run inside migrator, not Node.js, and machine code cannot be loaded`,
		},
		"in a helper": {
			"-- main.js --\nrequire('./lib')\n-- lib.js --\n\nrequire('p')\n-- node_modules/p/index.js --\nrequire('net')",
			`lib.js:2:1 imports "p", which imports "net": scripts run inside migrator, not Node.js, and there is no such module here; scripts have no network: fetch the data beforehand and import it as a .json file`,
		},
		"a package that is not installed": {
			"-- main.js --\nrequire('p')\n-- node_modules/p/index.js --\nrequire('q')",
			`main.js:1:1 imports "p", which imports "q": no package of that name is installed in a folder node_modules of the project, beside the file or above it`,
		},
		"a known package that is not installed": {
			"-- main.js --\nrequire('axios')",
			`main.js:1:1 imports "axios": scripts run inside migrator, not Node.js, and there is no such module here; scripts have no network: fetch the data beforehand and import it as a .json file`,
		},
		"a subpath that is not exported": {
			"-- main.js --\nrequire('p/x')\n-- node_modules/p/package.json --\n{\"exports\": {\".\": \"./p.js\", \"./y\": null}}\n-- node_modules/p/x.js --\n1",
			`main.js:1:1 imports "p/x": the package does not export it (node_modules/p/package.json)`,
		},
		"exports that lead out of the package": {
			"-- main.js --\nrequire('p')\n-- node_modules/p/package.json --\n{\"exports\": \"../../../x.js\"}",
			`main.js:1:1 imports "p": the package does not export it (node_modules/p/package.json)`,
		},
		"a package.json with a mistake": {
			"-- main.js --\nrequire('p')\n-- node_modules/p/package.json --\n{",
			`main.js:1:1 imports "p": read node_modules/p/package.json: unexpected end of JSON input`,
		},
		"an import that no package.json gives": {
			"-- main.js --\nrequire('#x')",
			`main.js:1:1 imports "#x": no package.json above the file has imports`,
		},
		"a syntax error in a package": {
			"-- main.js --\nrequire('p')\n-- node_modules/p/index.js --\n\nlet a; let a",
			`node_modules/p/index.js:2:12: SyntaxError: The symbol "a" has already been declared`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, c.archive)
			if err == nil {
				t.Fatal("it loads")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			if fault.CodeOf(err) != fault.Script || fault.DetailOf(err) == "" {
				t.Errorf("code %d, detail %q", fault.CodeOf(err), fault.DetailOf(err))
			}
		})
	}
}

func TestAPackageFailsWhereItNeedsWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"the network":            {"exports.up = () => require('http').get()", `main.js:2:16: Error: require("http"): scripts run inside migrator, not Node.js, and there is no such module here; scripts have no network: fetch the data beforehand and import it as a .json file`},
		"what another one needs": {"exports.up = () => require('q')", `main.js:2:16: Error: require("q"), which imports "net": scripts run inside migrator, not Node.js, and there is no such module here; scripts have no network: fetch the data beforehand and import it as a .json file`},
		"streams":                {"const { Transform } = require('stream')\nclass T extends Transform {}\nexports.up = () => new T()", "main.js:2:16: Error: stream.Transform does not exist in scripts: there are no streams; read a file as a whole with fs.readFileSync, and use the synchronous part of a package (csv-parse/sync)"},
		"a computed name":        {"exports.up = name => require('./' + name)", `main.js:2:16: Error: require("./undefined"): a module is imported by a name that is written out in the call, since it is kept with the migration`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, "-- main.js --\nexports.up = () =>\n  require('p').up()\n-- node_modules/q/index.js --\nrequire('net')\n-- node_modules/p/index.js --\n"+c.code)
			if err == nil {
				t.Fatal("it did not fail")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatAPackageThrowsIsShownWhereTheProjectCallsIt(t *testing.T) {
	t.Parallel()
	_, err := run(t, "-- main.js --\nconst p = require('p')\nexports.up = () => {\n  p(null)\n}\n-- node_modules/p/index.js --\nmodule.exports = x => x.length")
	want := `TypeError: Cannot read property 'length' of undefined or null
    at node_modules/p/index.js:1:25
    at main.js:3:3

  2 | exports.up = () => {
> 3 |   p(null)
    |   ^
  4 | }`
	if diff := cmp.Diff(want, fault.DetailOf(err)); diff != "" {
		t.Error(diff)
	}
	if err == nil || !strings.HasPrefix(err.Error(), "main.js:3:3: TypeError") {
		t.Errorf("the error is %v", err)
	}
}

func TestABundleHoldsWhatIsImportedOfAPackage(t *testing.T) {
	t.Parallel()
	unit, err := load(t, `
-- main.js --
exports.up = require('p/a')
-- node_modules/p/package.json --
{"exports": {"./a": "./src/a.js"}}
-- node_modules/p/src/a.js --
require('./b')
-- node_modules/p/src/b.js --
1
-- node_modules/p/src/unused.js --
1
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"main.js", "node_modules/p/package.json", "node_modules/p/src/a.js", "node_modules/p/src/b.js"}
	if diff := cmp.Diff(want, unit.Bundle().Paths()); diff != "" {
		t.Error(diff)
	}
}

// TestPackagesThatAreLinksAreFollowed has the folders that pnpm makes: each package beside those that it imports, and a
// link where it is imported.
func TestPackagesThatAreLinksAreFollowed(t *testing.T) {
	t.Parallel()
	root := project(t, `
-- main.js --
exports.up = () => print(require('a') + require('b').p)
-- node_modules/.pnpm/a@1/node_modules/a/index.js --
module.exports = 'u' + require('b').empty
-- node_modules/.pnpm/b@1/node_modules/b/package.json --
{"main": "b.js"}
-- node_modules/.pnpm/b@1/node_modules/b/b.js --
exports.empty = ''
exports.p = 'p'
`)
	for from, to := range map[string]string{
		"node_modules/a":                        ".pnpm/a@1/node_modules/a",
		"node_modules/b":                        ".pnpm/b@1/node_modules/b",
		"node_modules/.pnpm/a@1/node_modules/b": "../../b@1/node_modules/b",
	} {
		if err := os.Symlink(to, filepath.Join(root, from)); err != nil {
			t.Fatal(err)
		}
	}
	unit, err := script.NewHost(script.Options{Root: root, Modules: natives}).Load(t.Context(), filepath.Join(root, "main.js"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("up", restored(t, unit)); diff != "" {
		t.Error(diff)
	}
}

func TestAPackageOutsideTheProjectIsRefused(t *testing.T) {
	t.Parallel()
	outside := project(t, "-- node_modules/p/index.js --\n1\n-- node_modules/above/index.js --\n1")
	root := filepath.Join(outside, "project")
	write(t, root, "main.js", "require('p')")
	write(t, root, "above.js", "require('above')")
	if err := os.Mkdir(filepath.Join(root, "node_modules"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(outside, "node_modules", "p"), filepath.Join(root, "node_modules", "p")); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"main.js":  `main.js:1:1 imports "p": it is outside the project, and scripts may only use files inside it`,
		"above.js": `above.js:1:1 imports "above": no package of that name is installed in a folder node_modules of the project, beside the file or above it`,
	} {
		_, err := script.NewHost(script.Options{Root: root}).Load(context.Background(), filepath.Join(root, file))
		if err == nil || err.Error() != want {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestAFileThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	root := project(t, "-- main.js --\nrequire('./pipe')")
	if err := syscall.Mkfifo(filepath.Join(root, "pipe.js"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := script.NewHost(script.Options{Root: root}).Load(t.Context(), filepath.Join(root, "main.js"))
	if err == nil || err.Error() != `main.js:1:1 imports "./pipe": pipe.js cannot be read: it is no regular file` {
		t.Errorf("the error is %v", err)
	}
}

// FuzzPackageJSON links a package whose package.json may be anything. Whatever is wrong with it is an error that says so.
func FuzzPackageJSON(f *testing.F) {
	for _, text := range []string{
		`{"main": "x.js"}`, `{"exports": {".": [{"require": "./x.js"}, null], "./*": "./*"}}`, `{"exports": {"./a/": "./"}}`,
		`{"exports": "./x.js", "imports": {"#x": 5}}`, `{"main": {}, "exports": {"": "./"}}`, `{`, `[]`, `{"exports": {"./*y": "./*/*"}}`,
	} {
		f.Add(text)
	}
	host := script.NewHost(script.Options{Root: f.TempDir()})
	f.Fuzz(func(t *testing.T, text string) {
		_, err := host.Restore(t.Context(), []runtime.File{
			{Path: "main.js", Code: []byte("require('p'); require('p/a/x'); require('p/xy')")},
			{Path: "node_modules/p/package.json", Code: []byte(text)},
			{Path: "node_modules/p/x.js", Code: []byte("require('#x')")},
		})
		if err != nil && (fault.CodeOf(err) != fault.Script || !strings.HasPrefix(err.Error(), "main.js:1:")) {
			t.Errorf("%s: %v", text, err)
		}
	})
}

func TestMoreThanCanBeKeptIsRefused(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "main.js", "require('big'); require('small')")
	write(t, root, "node_modules/small/index.js", "1")
	var noise strings.Builder
	for i, n := uint64(0), uint64(1); i < 800_000; i++ {
		n = n*6364136223846793005 + 1442695040888963407
		noise.WriteString("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"[n>>58:][:1])
		noise.WriteString("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"[n>>40&63:][:1])
	}
	for _, name := range []string{"index.js", "a.js", "b.js", "c.js"} {
		write(t, root, "node_modules/big/"+name, "// "+name+noise.String()+"\nrequire('./a'); require('./b'); require('./c')")
	}
	_, err := script.NewHost(script.Options{Root: root}).Load(t.Context(), filepath.Join(root, "main.js"))
	want := "main.js and what it imports take 4.6 MB compressed, and at most 4 MB are kept with a migration; the largest package is big, with 6.1 MB before compression"
	if err == nil || err.Error() != want || fault.CodeOf(err) != fault.Script {
		t.Errorf("the error is %v", err)
	}
	if e := (*fault.Error)(nil); !errors.As(err, &e) || e.Hint == "" {
		t.Error("the error has no hint")
	}
}
