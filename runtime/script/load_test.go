package script_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
	"migrator/runtime/script"
)

func TestLoadEvaluatesAFileInTheGlobalScope(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ archive, want string }{
		"declarations and undeclared variables": {"-- main.js --\nexports.up = () => { load('lib/x.js'); print(f() + a + b + c) }\n-- lib/x.js --\nfunction f() { return 'f' }\nvar a = 'a'\nb = 'b'\nconst c = 'c'", "fabc"},
		"a file that loads one beside it":       {"-- main.js --\nload('./lib/x.js')\nexports.up = () => print(y)\n-- lib/x.js --\nload('y.js')\n-- lib/y.js --\nvar y = 'y'", "y"},
		"again at each call":                    {"-- main.js --\nn = 0\nexports.up = () => { load('x.js'); load('x.js'); print(n) }\n-- x.js --\nn++", "2"},
		"the value":                             {"-- main.js --\nexports.up = () => print(load('x.js'))\n-- x.js --\n1", "true"},
		"TypeScript":                            {"-- main.js --\nexports.up = () => { load('x.ts'); print(n) }\n-- x.ts --\nvar n: number = 1", "1"},
		"a file that is a module too":           {"-- main.js --\nload('x.js')\nexports.up = () => { print(x, require('./x').x) }\n-- x.js --\nvar x = 1\nif (typeof module !== 'undefined') module.exports = {x: 2}", "1 2"},
		"globals that are rarely used":          {"-- main.js --\nload('x.js')\nexports.up = () => print(x)\n-- x.js --\nvar x = Buffer.from('a').toString('hex')", "61"},
		"a function of the script's own":        {"-- main.js --\nconst load = name => name\nexports.up = () => print(load('users'))", "users"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := run(t, c.archive)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			unit, err := load(t, c.archive)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, restored(t, unit)); diff != "" {
				t.Errorf("from its bundle:\n%s", diff)
			}
		})
	}
}

func TestLoadThatFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ archive, want string }{
		"a file that there is not":   {"-- main.js --\nexports.up = () => load('x.js')", `main.js:1:20: Error: load("x.js"): there is no file x.js`},
		"a file outside":             {"-- main.js --\nexports.up = () => load('../x.js')", `main.js:1:20: Error: load("../x.js"): it is outside the project, and scripts may only use files inside it`},
		"an absolute path":           {"-- main.js --\nexports.up = () => load('/x.js')\n-- x.js --\n1", `main.js:1:20: Error: load("/x.js"): it is outside the project, and scripts may only use files inside it`},
		"a computed name":            {"-- main.js --\nexports.up = () => load('x' + '.js')\n-- x.js --\n1", `main.js:1:20: Error: load("x.js"): a file is loaded by a name that is written out in the call, since it is kept with the migration`},
		"a syntax error":             {"-- main.js --\nexports.up = () => load('x.js')\n-- x.js --\nlet a = ;", `x.js:1:9: SyntaxError: Unexpected ";"`},
		"an error on its first line": {"-- main.js --\nexports.up = () => load('x.js')\n-- x.js --\nnull.x", "x.js:1:6: TypeError: Cannot read property 'x' of undefined or null"},
		"an ES module":               {"-- main.js --\nload('x.js')\n-- x.js --\nexport const a = 1", "x.js: SyntaxError: a file with import or export is a module: import it instead of loading it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, c.archive)
			if err == nil {
				t.Fatal("it did not fail")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			if fault.CodeOf(err) != fault.Script {
				t.Errorf("the exit code is %d", fault.CodeOf(err))
			}
		})
	}
}

func TestEvalLoadsWhatIsComputed(t *testing.T) {
	t.Parallel()
	vm, out := blank(t, "-- lib/x.js --\nvar x = 1\nload('y' + '.js')\n-- lib/y.js --\nvar y = 2")
	if _, err := vm.Eval(context.Background(), "eval", "const dir = 'lib/'; load(dir + 'x.js'); print(x + y)"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("3", out.String()); diff != "" {
		t.Error(diff)
	}
	_, err := vm.Eval(context.Background(), "eval", "load(`${dir}z.js`)")
	if err == nil || err.Error() != `eval:1:1: Error: load("lib/z.js"): there is no file lib/z.js` {
		t.Errorf("the error is %v", err)
	}
}

func TestCatReadsAFileOfTheProject(t *testing.T) {
	t.Parallel()
	outside := project(t, "-- secret --\nsecret")
	root := project(t, "-- main.js --\nexports.up = () => print(require('./lib/x')())\n-- lib/x.js --\nmodule.exports = () => cat('a.txt') + cat('../b.txt')\n-- lib/a.txt --\na-- b.txt --\nb\n-- bad.js --\nexports.up = f => cat(f)")
	write(t, root, "lib/a.txt", "a")
	write(t, root, "b.txt", "b")
	if err := os.Symlink(filepath.Join(outside, "secret"), filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	call := func(name string, args ...string) (string, error) {
		unit, err := script.NewHost(script.Options{Root: root}).Load(t.Context(), filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		var out output
		vm, err := unit.Open(t.Context(), script.OpenOptions{Print: out.print})
		if err != nil {
			t.Fatal(err)
		}
		defer vm.Close()
		if len(args) == 0 {
			_, err = vm.Call(t.Context(), vm.Export("up"))
		} else {
			_, err = vm.Call(t.Context(), vm.Export("up"), vm.Runtime().ToValue(args[0]))
		}
		return out.String(), err
	}
	if got, err := call("main.js"); got != "ab" || err != nil {
		t.Errorf("it is %q, %v", got, err)
	}
	for file, want := range map[string]string{
		"link":        `bad.js:1:19: Error: cat("link"): it is outside the project, and scripts may only use files inside it`,
		"/etc/passwd": `bad.js:1:19: Error: cat("/etc/passwd"): it is outside the project, and scripts may only use files inside it`,
		"../nothing":  `bad.js:1:19: Error: cat("../nothing"): it is outside the project, and scripts may only use files inside it`,
		"lib":         `bad.js:1:19: Error: cat("lib"): it is no regular file`,
		"none":        `bad.js:1:19: Error: cat("none"): no such file or directory`,
	} {
		if _, err := call("bad.js", file); err == nil || err.Error() != want {
			t.Errorf("cat of %s: %v", file, err)
		}
	}
}
