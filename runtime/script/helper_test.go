package script_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/rogpeppe/go-internal/txtar"

	"migrator/runtime/script"
)

// project writes the files of a txtar archive to a new directory and returns it.
func project(t testing.TB, archive string) string {
	t.Helper()
	root := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		write(t, root, f.Name, string(f.Data))
	}
	return root
}

func write(t testing.TB, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// output collects what a script prints.
type output struct{ lines []string }

func (o *output) print(line string) { o.lines = append(o.lines, line) }
func (o *output) String() string    { return strings.Join(o.lines, "\n") }

// load compiles the file main.js, or main.ts, of an archive.
func load(t testing.TB, archive string) (*script.Unit, error) {
	t.Helper()
	root := project(t, archive)
	host := script.NewHost(script.Options{Root: root, Modules: natives})
	name := "main.js"
	if _, err := os.Stat(filepath.Join(root, name)); err != nil {
		name = "main.ts"
	}
	return host.Load(context.Background(), filepath.Join(root, name))
}

// natives has one module, "greeter", whose hello greets.
var natives = map[string]script.Loader{
	"greeter": func(vm *script.VM) goja.Value {
		rt := vm.Runtime()
		hello := func(call goja.FunctionCall) goja.Value { return rt.ToValue("hello " + call.Argument(0).String()) }
		return rt.ToValue(map[string]any{"hello": hello})
	},
}

// run loads, opens and calls the export up of an archive's main file. It returns what was printed.
func run(t testing.TB, archive string) (string, error) {
	t.Helper()
	return runContext(context.Background(), t, archive)
}

func runContext(ctx context.Context, t testing.TB, archive string) (string, error) {
	t.Helper()
	unit, err := load(t, archive)
	if err != nil {
		return "", err
	}
	var out output
	vm, err := unit.Open(ctx, script.OpenOptions{Print: out.print})
	if err != nil {
		return out.String(), err
	}
	defer vm.Close()
	_, err = vm.Call(ctx, vm.Export("up"))
	return out.String(), err
}
