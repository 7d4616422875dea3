package config

import (
	"os"
	"path/filepath"
	"testing"

	"migrator/runtime/fault"
)

// project is a folder with a migrator.yaml of that content, or with none where it is "".
func project(t testing.TB, yaml string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "shop")
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	if yaml != "" {
		write(t, filepath.Join(root, FileName), yaml)
	}
	return root
}

func write(t testing.TB, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func environ(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	}
}

func load(t testing.TB, yaml string, vars map[string]string, f Flags) *Config {
	t.Helper()
	c, err := Load(project(t, yaml), environ(vars), f)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

// wantUsage checks that err is a mistake of the user's with that message and hint; an empty hint is not looked at.
func wantUsage(t testing.TB, err error, message, hint string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", message)
	}
	if err.Error() != message {
		t.Errorf("message\n got: %s\nwant: %s", err, message)
	}
	if got := fault.CodeOf(err); got != fault.Usage {
		t.Errorf("code %d, want %d", got, fault.Usage)
	}
	if got := fault.HintOf(err); hint != "" && got != hint {
		t.Errorf("hint\n got: %s\nwant: %s", got, hint)
	}
}
