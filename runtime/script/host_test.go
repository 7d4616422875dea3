package script_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/runtime/script"
)

// withHelpers is a migration that imports every kind of file.
const withHelpers = `
-- main.js --
import { word } from './lib/word'
import data from './lib/data.json'
export const up = () => print(word + data.n)
-- lib/word.ts --
import { suffix } from './deep/suffix.js'
export const word: string = 'word' + suffix
-- lib/deep/suffix.js --
exports.suffix = '-'
-- lib/data.json --
{"n": 1}
-- unrelated.js --
syntax error
`

func TestABundleHoldsTheScriptAndAllThatItImports(t *testing.T) {
	t.Parallel()
	unit, err := load(t, withHelpers)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"main.js", "lib/data.json", "lib/deep/suffix.js", "lib/word.ts"}
	if diff := cmp.Diff(want, unit.Bundle().Paths()); diff != "" {
		t.Error(diff)
	}
}

func TestAFileWithoutAStatementLoads(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"main.js", "main.ts"} {
		host := script.NewHost(script.Options{Root: project(t, "-- "+name+" --\n// nothing yet\n")})
		unit, err := host.Restore(t.Context(), []runtime.File{{Path: name, Code: []byte("// nothing yet\n")}})
		if err != nil {
			t.Fatal(err)
		}
		vm, err := unit.Open(t.Context(), script.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if up := vm.Export("up"); up != nil {
			t.Errorf("%s exports %s", name, up)
		}
		vm.Close()
	}
}

func TestAStoredScriptRunsWithoutItsFiles(t *testing.T) {
	t.Parallel()
	unit, err := load(t, withHelpers)
	if err != nil {
		t.Fatal(err)
	}
	host := script.NewHost(script.Options{Root: project(t, "-- lib/word.ts --\nexport const word = 'changed'")})
	restored, err := host.Restore(context.Background(), unit.Bundle().Files)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(unit.Bundle(), restored.Bundle()); diff != "" {
		t.Errorf("the bundle changed:\n%s", diff)
	}
	var out output
	vm, err := restored.Open(context.Background(), script.OpenOptions{Print: out.print})
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	if _, err := vm.Call(context.Background(), vm.Export("up")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("word-1", out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestAStoredScriptMissesAFileThatWasNotStored(t *testing.T) {
	t.Parallel()
	host := script.NewHost(script.Options{Root: project(t, "-- x.js --\n1")})
	_, err := host.Restore(context.Background(), []runtime.File{{Path: "main.js", Code: []byte("require('./x')")}})
	if err == nil || !strings.Contains(err.Error(), "there is no file x") {
		t.Errorf("the error is %v", err)
	}
	if _, err := host.Restore(context.Background(), nil); fault.CodeOf(err) != fault.Script {
		t.Errorf("the error for no files is %v", err)
	}
}

func TestLinksMayNotLeadOutOfTheProject(t *testing.T) {
	t.Parallel()
	outside := project(t, "-- secret.js --\nexports.up = () => {}\n-- lib/x.js --\n1")
	for name, prepare := range map[string]func(root string) error{
		"a linked helper": func(root string) error {
			write(t, root, "main.js", "require('./helper')")
			return os.Symlink(filepath.Join(outside, "secret.js"), filepath.Join(root, "helper.js"))
		},
		"a linked folder": func(root string) error {
			write(t, root, "main.js", "require('./lib/x')")
			return os.Symlink(filepath.Join(outside, "lib"), filepath.Join(root, "lib"))
		},
		"a linked script": func(root string) error {
			return os.Symlink(filepath.Join(outside, "secret.js"), filepath.Join(root, "main.js"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			if err := prepare(root); err != nil {
				t.Fatal(err)
			}
			_, err := script.NewHost(script.Options{Root: root}).Load(context.Background(), filepath.Join(root, "main.js"))
			if err == nil || !strings.Contains(err.Error(), "it is outside the project") || fault.CodeOf(err) != fault.Script {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestLinksInsideTheProjectAreFollowed(t *testing.T) {
	t.Parallel()
	root := project(t, "-- real/main.js --\nexports.up = require('./x').up\n-- real/x.js --\nexports.up = () => {}")
	if err := os.Symlink(filepath.Join(root, "real"), filepath.Join(root, "migrations")); err != nil {
		t.Fatal(err)
	}
	linkedRoot := filepath.Join(t.TempDir(), "root")
	if err := os.Symlink(root, linkedRoot); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ root, path string }{
		{root, filepath.Join(root, "migrations", "main.js")},
		{linkedRoot, filepath.Join(linkedRoot, "migrations", "main.js")},
		{linkedRoot, filepath.Join(root, "real", "main.js")},
	} {
		if _, err := script.NewHost(script.Options{Root: c.root}).Load(context.Background(), c.path); err != nil {
			t.Errorf("load %s with the root %s: %v", c.path, c.root, err)
		}
	}
}

func TestAFileThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	host := script.NewHost(script.Options{Root: root})
	_, err := host.Load(context.Background(), filepath.Join(root, "migrations", "001_x.js"))
	if err == nil || err.Error() != "read migrations/001_x.js: there is no such file" || fault.CodeOf(err) != fault.Script {
		t.Errorf("the error is %v", err)
	}
	_, err = host.Load(context.Background(), filepath.Join(t.TempDir(), "001_x.js"))
	if err == nil || fault.CodeOf(err) != fault.Script {
		t.Errorf("the error for a file outside is %v", err)
	}
}

func TestLoadSeesAChangedFile(t *testing.T) {
	t.Parallel()
	root := project(t, "-- main.js --\nexports.up = require('./x').up\n-- x.js --\nexports.up = () => 1")
	host := script.NewHost(script.Options{Root: root})
	for want, text := range []string{"exports.up = () => 0", "exports.up = () => 1", "exports.up = () => 2"} {
		write(t, root, "x.js", text)
		unit, err := host.Load(context.Background(), filepath.Join(root, "main.js"))
		if err != nil {
			t.Fatal(err)
		}
		vm, err := unit.Open(context.Background(), script.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer vm.Close()
		v, err := vm.Call(context.Background(), vm.Export("up"))
		if err != nil || v.ToInteger() != int64(want) {
			t.Errorf("up gives %v, %v; want %d", v, err, want)
		}
	}
}

func TestNothingIsEvaluatedByLoad(t *testing.T) {
	t.Parallel()
	if _, err := load(t, "-- main.js --\nthrow new Error('evaluated')"); err != nil {
		t.Error(err)
	}
}

func TestInterpretersShareNothing(t *testing.T) {
	t.Parallel()
	unit, err := load(t, "-- main.js --\nexports.up = () => { globalThis.n = (globalThis.n ?? 0) + 1; Array.prototype.x = n; return n + require('./y').count++ }\n-- y.js --\nexports.count = 0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			vm, err := unit.Open(context.Background(), script.OpenOptions{})
			if err != nil {
				t.Error(err)
				return
			}
			defer vm.Close()
			if v, err := vm.Call(context.Background(), vm.Export("up")); err != nil || v.ToInteger() != 1 {
				t.Errorf("up gives %v, %v", v, err)
			}
		})
	}
	all.Wait()
}

func TestExportIsNilForWhatIsNotExported(t *testing.T) {
	t.Parallel()
	for name, main := range map[string]string{
		"in CommonJS, whatever is declared": "exports.up = () => {}; function down() {}",
		"in an ES module":                   "export const up = 1; const down = 2",
		"an undefined export":               "exports.down = undefined",
		"a null export":                     "module.exports = {down: null}",
		"exports that are no object":        "module.exports = 5",
		"no exports and no declarations":    "1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			unit, err := load(t, "-- main.js --\n"+main)
			if err != nil {
				t.Fatal(err)
			}
			vm, err := unit.Open(context.Background(), script.OpenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer vm.Close()
			if v := vm.Export("down"); v != nil {
				t.Errorf("down is %v", v)
			}
		})
	}
}

func TestWhatAnInterpreterIsGivenIsThereBeforeTheScript(t *testing.T) {
	t.Parallel()
	root := project(t, "-- main.js --\nprint(a + b)")
	host := script.NewHost(script.Options{Root: root})
	unit, err := host.Load(context.Background(), filepath.Join(root, "main.js"))
	if err != nil {
		t.Fatal(err)
	}
	var out output
	vm, err := unit.Open(context.Background(), script.OpenOptions{Print: out.print, Setup: func(vm *script.VM) (any, error) {
		return "its own", errors.Join(vm.Runtime().Set("a", 1), vm.Runtime().Set("b", 2))
	}})
	if err != nil {
		t.Fatal(err)
	}
	if vm.Own() != "its own" {
		t.Errorf("the interpreter carries %v", vm.Own())
	}
	vm.Close()
	if diff := cmp.Diff("3", out.String()); diff != "" {
		t.Error(diff)
	}
	broken := errors.New("broken")
	_, err = unit.Open(context.Background(), script.OpenOptions{Setup: func(*script.VM) (any, error) { return nil, broken }})
	if !errors.Is(err, broken) {
		t.Errorf("the error of setup is %v", err)
	}
}
