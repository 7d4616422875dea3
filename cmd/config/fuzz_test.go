package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"migrator/runtime/fault"
)

// FuzzLoad feeds Load what a user might have in the file. It either understands it, and can then select or refuse each
// environment, or says that the user made a mistake; it never panics, and never shows what a uri holds.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "# x\n", everything, two, Template(), uncommented(Template()), "- a\n", "a: [1\n",
		"environments: {a: {uri: '${A', database: 1}}\n",
		"environments:\n  a: &x {uri: u}\n  b: {<<: *x}\n  c: *x\n", "a: &a [*a]\n", "environments: *x\n",
		"scripts: {env: [~, A]}\n",
		"default_environment: |\n  staging\n", "default_environment: !!str 5\n", "? a\n: b\n", "---\n...\n---\n",
		"\xef\xbb\xbf", "\x00", "environments: {1: {uri: u}}\n",
	} {
		f.Add(seed)
	}
	root := f.TempDir()
	file := filepath.Join(root, FileName)
	f.Fuzz(func(t *testing.T, yaml string) {
		if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(root, environ(map[string]string{"A": "a"}), Flags{})
		if err != nil {
			checkMistake(t, err)
			return
		}
		if declared := len(c.document.Environments); len(c.Names()) != max(declared, 1) {
			t.Errorf("names %q of %d environments", c.Names(), declared)
		}
		for _, name := range c.Names() {
			if e, err := c.Environment(name); err != nil {
				checkMistake(t, err)
			} else if e.Name != name || e.URI == "" {
				t.Errorf("environment %q is %+v", name, e)
			}
		}
		if _, err := c.Select(); err != nil {
			checkMistake(t, err)
		}
	})
}

func checkMistake(t *testing.T, err error) {
	t.Helper()
	if fault.CodeOf(err) != fault.Usage {
		t.Errorf("code %d: %v", fault.CodeOf(err), err)
	}
	if strings.Contains(err.Error(), "Go ") || strings.Contains(err.Error(), "unmarshal") {
		t.Errorf("the message speaks of Go: %v", err)
	}
	if !utf8.ValidString(err.Error()) {
		t.Errorf("the message is no text: %q", err)
	}
}
