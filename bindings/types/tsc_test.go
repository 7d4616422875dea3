package types_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/bindings/types"
)

// TestTypeScript has the compiler of TypeScript check scripts as an editor does. It needs tsc on the path.
func TestTypeScript(t *testing.T) {
	t.Parallel()
	tsc, err := exec.LookPath("tsc")
	if err != nil {
		t.Skip("tsc is not installed")
	}
	tests := []struct {
		name  string
		files func(t *testing.T, dir string)
		want  []string // the places of errors
	}{
		{"what is right is taken as it is", copyOf("testdata/right*"), nil},
		{"what is wrong is marked, line by line", copyOf("testdata/wrong.js"), marked(t, "testdata/wrong.js")},
		{"the example migrations are taken as they are", copyOf("../../mongomigrations/*"), nil},
		{"the templates of generate are taken as they are", copyOf("../../cmd/templates/*"), nil},
		{"the examples are taken when they say what db is", examplesWithTypes, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			tt.files(t, dir)
			write(t, filepath.Join(dir, types.DeclarationsName), types.Declarations())
			write(t, filepath.Join(dir, types.ConfigName), types.Config())
			command := exec.CommandContext(t.Context(), tsc, "--pretty", "false", "-p", types.ConfigName)
			command.Dir = dir
			output, _ := command.CombinedOutput() // its exit code says no more than its output
			if diff := cmp.Diff(tt.want, places(string(output))); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, output)
			}
		})
	}
}

// places are the lines that tsc complains about: "wrong.js:7". What it says without a place is one too.
func places(output string) []string {
	at := regexp.MustCompile(`^([^ (][^(]*)\((\d+),\d+\): `)
	var list []string
	for line := range strings.Lines(output) {
		if m := at.FindStringSubmatch(line); m != nil {
			if place := m[1] + ":" + m[2]; len(list) == 0 || list[len(list)-1] != place {
				list = append(list, place)
			}
		} else if !strings.HasPrefix(line, " ") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

// marked are the lines of a file that say of themselves that they are wrong.
func marked(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasSuffix(line, "// wrong") {
			list = append(list, filepath.Base(path)+":"+strconv.Itoa(i+1))
		}
	}
	return list
}

// copyOf copies files and folders into the directory.
func copyOf(pattern string) func(t *testing.T, dir string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no file is %s: %v", pattern, err)
		}
		for _, path := range paths {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			target := filepath.Join(dir, filepath.Base(path))
			if info.IsDir() {
				if err := os.CopyFS(target, os.DirFS(path)); err != nil {
					t.Fatal(err)
				}
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			write(t, target, string(text))
		}
	}
}

// examplesWithTypes copies the examples and gives db its type, which a parameter does not have by itself.
func examplesWithTypes(t *testing.T, dir string) {
	t.Helper()
	copyOf("../../mongomigrations/*")(t, dir)
	paths, err := filepath.Glob(filepath.Join(dir, "*.js"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no example: %v", err)
	}
	function := regexp.MustCompile(`(?m)^export (async )?function (up|down|check)\(`)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write(t, path, function.ReplaceAllString(string(text), "/** @param {migrator.Database} db */\n$0"))
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
