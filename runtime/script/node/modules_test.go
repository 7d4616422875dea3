package node_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/script"
)

// TestMain sets the time zone in which a Date shows its hours.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

// TestTheModulesDoWhatNodeDoes compares with what Node.js itself has made of the same expressions.
func TestTheModulesDoWhatNodeDoes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"modules.txt", "intl.txt"} {
		for _, c := range examples(t, name) {
			t.Run(c.code, func(t *testing.T) {
				t.Parallel()
				got, err := evaluate(t, t.TempDir(), c.code)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

type example struct{ code, want string }

// examples reads a file of expressions, each followed by its value.
func examples(t *testing.T, name string) []example {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var found []example
	code := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		value, ok := strings.CutPrefix(line, "  => ")
		if !ok {
			code = line
			continue
		}
		c := example{code: code}
		if err := json.Unmarshal([]byte(value), &c.want); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		found = append(found, c)
	}
	if len(found) < 50 {
		t.Fatalf("%s has only %d examples", name, len(found))
	}
	return found
}

// evaluate is the value of an expression, or of a body that returns one, in a project.
func evaluate(t *testing.T, root, code string) (string, error) {
	t.Helper()
	if !strings.HasPrefix(code, "try ") {
		code = "return (" + code + "\n)"
	}
	host := script.NewHost(script.Options{Root: root, Env: func(name string) (string, error) {
		switch name {
		case "LISTED":
			return "value", nil
		case "EMPTY", "UNSET":
			return "", nil
		default:
			return "", errors.New("the variable " + name + " is not listed")
		}
	}, EnvNames: func() []string { return []string{"LISTED", "EMPTY"} }, Private: []string{"*.key", ".hidden", filepath.Join(root, "vault")}})
	var out output
	vm, err := host.Blank(context.Background(), script.OpenOptions{Print: out.print})
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	v, err := vm.Eval(context.Background(), "eval", "(async () => {"+code+"})().then(String)")
	if err != nil {
		return "", err
	}
	return out.String() + v.String(), nil
}

// output collects what a script prints.
type output struct{ strings.Builder }

func (o *output) print(line string) { o.WriteString(line + "\n") }
