package cmd_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// room is a folder of the house.
type room struct {
	folder string
	// may are the folders of the project that it may import.
	may []string
	// not are modules of others that it may not know.
	not []string
}

// rooms is the drawing of docs/development.md as a list. cmd is not in it: it knows everyone.
func rooms() []room {
	const goja, driver, client = "github.com/dop251", "go.mongodb.org", "go.mongodb.org/mongo-driver/v2/mongo"
	neither := []string{goja, driver}
	return []room{
		{"cmd/migrator", []string{"cmd"}, neither},
		{"cmd/config", []string{"runtime", "runtime/fault", "store/connect/address"}, neither},
		{"cmd/report", []string{"runtime", "runtime/fault"}, neither},
		{"cmd/ui", []string{"runtime", "runtime/fault"}, neither},
		{"cmd/ui/uitest", nil, neither},

		{"runtime", []string{"runtime/fault"}, neither},
		{"runtime/fault", nil, neither},
		{"runtime/saves", []string{"runtime", "runtime/fault"}, neither},
		{"runtime/backfill", []string{"runtime", "runtime/fault"}, neither},
		{"runtime/lint", []string{"runtime", "runtime/fault"}, neither},
		{"runtime/script", []string{"runtime", "runtime/fault", "runtime/script/node"}, []string{driver}},
		{"runtime/script/node", nil, []string{driver}},

		{"bindings", []string{
			"runtime", "runtime/fault", "runtime/script", "bindings/bsonjs", "bindings/funnel", "bindings/funnel/driver",
			"bindings/funnel/dryrun", "bindings/funnel/ferretdb",
		}, nil},
		{"bindings/bsonjs", nil, []string{client}},
		{"bindings/types", nil, neither},
		{"bindings/funnel", []string{"runtime", "runtime/fault"}, []string{goja}},
		{"bindings/funnel/driver", []string{"runtime", "runtime/fault", "bindings/funnel"}, []string{goja}},
		{"bindings/funnel/ferretdb", []string{"runtime", "runtime/fault", "bindings/funnel"}, []string{goja}},
		{"bindings/funnel/dryrun", []string{
			"runtime", "runtime/fault", "bindings/funnel", "bindings/funnel/dryrun/updates",
		}, []string{goja}},
		{"bindings/funnel/dryrun/updates", nil, []string{goja, client}},

		{"store", []string{"runtime", "runtime/fault", "store/connect", "store/connect/address"}, []string{goja}},
		{"store/connect", []string{"runtime/fault", "store/connect/address", "store/connect/hosted"}, []string{goja}},
		{"store/connect/address", []string{"runtime/fault"}, neither},
		{"store/connect/hosted", []string{"runtime/fault", "store/connect/address"}, []string{goja}},
		{"store/archive", []string{"runtime", "runtime/fault", "store/connect"}, []string{goja}},
	}
}

// TestHouse holds the layout and the direction of the imports to what the manual says of them: docs/development.md.
func TestHouse(t *testing.T) {
	t.Parallel()
	house := map[string]room{}
	for _, r := range rooms() {
		house[r.folder] = r
	}
	sources := map[string]int{} // by folder
	walkSources(t, func(file string, imports []string) {
		folder := path.Dir(file)
		sources[folder]++
		if folder == "cmd" {
			return
		}
		r, ok := house[folder]
		if !ok {
			t.Errorf("%s is in no room of the house", file)
			return
		}
		for _, imported := range imports {
			if !r.mayImport(imported) {
				t.Errorf("%s imports %s, which %s may not know", file, imported, folder)
			}
		}
	})
	for folder, n := range sources {
		if n > 45 && folder != "cmd" {
			t.Errorf("%s has %d sources: it is more than one room", folder, n)
		}
	}
	if len(sources) < 15 {
		t.Fatalf("only %d folders were looked at", len(sources))
	}
}

func (r room) mayImport(imported string) bool {
	if own, ok := strings.CutPrefix(imported, "migrator/"); ok {
		return slices.Contains(r.may, own)
	}
	return !slices.ContainsFunc(r.not, func(module string) bool {
		return imported == module || strings.HasPrefix(imported, module+"/")
	})
}

// walkSources calls f with every Go file of the project but the tests, and with what it imports.
func walkSources(t *testing.T, f func(path string, imports []string)) {
	t.Helper()
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.Contains(path, "connecttest") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", path), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, imported)
		}
		f(path, imports)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPorts holds what package runtime asks of others to one file.
func TestPorts(t *testing.T) {
	t.Parallel()
	found := 0
	walkSources(t, func(path string, _ []string) {
		if filepath.ToSlash(filepath.Dir(path)) != "runtime" {
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", path), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			declared, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if _, ok := declared.Type.(*ast.InterfaceType); ok {
				found++
				if filepath.Base(path) != "ports.go" {
					t.Errorf("%s declares the interface %s, which belongs in runtime/ports.go", path, declared.Name)
				}
			}
			return false
		})
	})
	if found == 0 {
		t.Fatal("no interface was found")
	}
}

// TestTopLevel holds the top level to the folders and files that have a place there.
func TestTopLevel(t *testing.T) {
	t.Parallel()
	allowed := []string{
		"cmd", "runtime", "bindings", "store", "mongomigrations", "docs", "go.mod", "go.sum", "README.md", "LICENSE",
	}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(allowed, name) &&
			name != "migrator" {
			t.Errorf("%s has no place at the top level", name)
		}
	}
}

// TestFilesAreShort keeps a file to one idea.
func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	walkSources(t, func(path string, _ []string) {
		text, err := os.ReadFile(filepath.Join("..", path))
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(text, []byte("\n")); lines > 500 {
			t.Errorf("%s has %d lines", path, lines)
		}
	})
}
