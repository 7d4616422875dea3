package cmd_test

import (
	"bytes"
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
	const goja, driver = "github.com/dop251/goja", "go.mongodb.org"
	type room struct {
		folder  string // with everything below, unless a longer one matches
		forbids []string
		allows  []string // packages of those that are allowed all the same
	}
	rooms := []room{
		{folder: "runtime", forbids: []string{"migrator/runtime/script", "migrator/bindings", "migrator/store", "migrator/cmd", goja, driver}},
		{folder: "runtime/fault", forbids: []string{"migrator"}},
		{folder: "runtime/script", forbids: []string{"migrator/bindings", "migrator/store", "migrator/cmd", driver}},
		{folder: "bindings", forbids: []string{"migrator/store", "migrator/cmd"}},
		{folder: "bindings/bsonjs", forbids: []string{"migrator", "go.mongodb.org/mongo-driver/v2/mongo"}},
		{folder: "store", forbids: []string{"migrator/runtime/script", "migrator/bindings", "migrator/cmd", goja}},
		{folder: "store/connect", forbids: []string{"migrator/runtime", "migrator/bindings", "migrator/store", "migrator/cmd", goja},
			allows: []string{"migrator/runtime/fault", "migrator/store/connect/address", "migrator/store/connect/hosted"}},
		{folder: "store/connect/address", forbids: []string{"migrator", driver}, allows: []string{"migrator/runtime/fault"}},
		{folder: "store/connect/hosted", forbids: []string{"migrator", goja}, allows: []string{"migrator/runtime/fault", "migrator/store/connect/address"}},
		{folder: "cmd/config", forbids: []string{"migrator/bindings", "migrator/store", "migrator/cmd/ui", driver, goja},
			allows: []string{"migrator/store/connect/address"}},
		{folder: "cmd/ui", forbids: []string{"migrator/bindings", "migrator/store", "migrator/cmd/config", driver, goja}},
	}
	sources := 0
	walkSources(t, func(path string, imports []string) {
		sources++
		var in room
		for _, r := range rooms {
			if strings.HasPrefix(path, r.folder+"/") && len(r.folder) > len(in.folder) {
				in = r
			}
		}
		for _, imported := range imports {
			for _, forbidden := range in.forbids {
				if (imported == forbidden || strings.HasPrefix(imported, forbidden+"/")) && !slices.Contains(in.allows, imported) {
					t.Errorf("%s imports %s, which %s may not know", path, imported, in.folder)
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
