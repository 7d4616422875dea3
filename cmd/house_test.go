package cmd_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestHouse holds the layout and the direction of the imports to what the manual says of them: docs/development.md.
func TestHouse(t *testing.T) {
	t.Parallel()
	rooms := []struct {
		folder  string // with everything below, unless a longer one matches
		forbids []string
	}{
		{"runtime", []string{"migrator/runtime/script", "migrator/bindings", "migrator/store", "migrator/cmd", "github.com/dop251/goja", "go.mongodb.org"}},
		{"runtime/fault", []string{"migrator"}},
		{"runtime/script", []string{"migrator/bindings", "migrator/store", "migrator/cmd", "go.mongodb.org"}},
		{"bindings", []string{"migrator/store", "migrator/cmd"}},
		{"bindings/bsonjs", []string{"migrator", "go.mongodb.org/mongo-driver/v2/mongo"}},
		{"store", []string{"migrator/runtime/script", "migrator/bindings", "migrator/cmd", "github.com/dop251/goja"}},
		{"cmd/config", []string{"migrator/bindings", "migrator/store", "migrator/cmd/ui", "go.mongodb.org", "github.com/dop251/goja"}},
		{"cmd/ui", []string{"migrator/bindings", "migrator/store", "migrator/cmd/config", "go.mongodb.org", "github.com/dop251/goja"}},
	}
	sources := 0
	walkSources(t, func(path string, imports []string) {
		sources++
		folder, forbids := "", []string(nil)
		for _, room := range rooms {
			if strings.HasPrefix(path, room.folder+"/") && len(room.folder) > len(folder) {
				folder, forbids = room.folder, room.forbids
			}
		}
		for _, imported := range imports {
			for _, forbidden := range forbids {
				if imported == forbidden || strings.HasPrefix(imported, forbidden+"/") {
					t.Errorf("%s imports %s, which %s may not know", path, imported, folder)
				}
			}
		}
	})
	if sources < 50 {
		t.Fatalf("only %d sources were looked at", sources)
	}
}

// walkSources calls f with every Go file of the project but the tests, and with what it imports.
func walkSources(t *testing.T, f func(path string, imports []string)) {
	t.Helper()
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "connecttest") {
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
	allowed := []string{"cmd", "runtime", "bindings", "store", "mongomigrations", "docs", "go.mod", "go.sum", "README.md", "LICENSE"}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(allowed, name) && name != "migrator" {
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
