package runtime

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
)

// project makes a directory with empty files of the given names; a name that ends in "/" is a folder.
func project(t *testing.T, names ...string) Directory {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, name)
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return Directory{Path: dir, Shown: "mongomigrations"}
}

func namesOf(migrations []Migration) []string {
	names := []string{}
	for _, m := range migrations {
		names = append(names, m.Name)
	}
	return names
}

func TestMigrations(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files []string
		want  []string
	}{
		{"an empty directory has none", nil, []string{}},
		{"numbers are compared as numbers", []string{"1_a.js", "2_b.js", "010_c.js"}, []string{"1_a.js", "2_b.js", "010_c.js"}},
		{"leading zeros do not count", []string{"0002_b.js", "1_a.js"}, []string{"1_a.js", "0002_b.js"}},
		{"a time stamp is a number", []string{"20160608155948_a.js", "9_b.js"}, []string{"9_b.js", "20160608155948_a.js"}},
		{"TypeScript counts", []string{"001_a.ts", "002_b.js"}, []string{"001_a.ts", "002_b.js"}},
		{"declarations, dot files and other extensions are passed over", []string{"types.d.ts", ".001_a.js", "README.md", "data.json", "001_a.js.swp"}, []string{}},
		{"folders are passed over, even those named like scripts", []string{"lib/", "Lib.js/", "001_a.js"}, []string{"001_a.js"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found, err := project(t, test.files...).Migrations()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, namesOf(found)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMigrationsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files []string
		want  []string // in the message
	}{
		{"a capital letter", []string{"Bad-Name.js"}, []string{"mongomigrations/Bad-Name.js", DefaultPattern}},
		{"a name that only begins well", []string{"001_a.test.js"}, []string{"001_a.test.js", DefaultPattern}},
		{"no number", []string{"helper.ts"}, []string{"helper.ts", DefaultPattern}},
		{"two files of one number", []string{"3_a.js", "003_b.ts"}, []string{"3_a.js", "003_b.ts", "same number, 3", DefaultPattern}},
		{"a number that no integer holds", []string{"99999999999999999999_a.js"}, []string{"99999999999999999999_a.js", "out of range"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := project(t, test.files...).Migrations()
			if fault.CodeOf(err) != fault.Usage || fault.HintOf(err) == "" {
				t.Fatalf("want a usage error with a hint, got %v", err)
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not in %q", part, err)
				}
			}
		})
	}
}

func TestDirectoryOptions(t *testing.T) {
	t.Parallel()
	t.Run("twins are ordered by name where they are allowed", func(t *testing.T) {
		t.Parallel()
		d := project(t, "3_b.js", "3_a.js", "2_c.js")
		d.AllowDuplicates = true
		found, err := d.Migrations()
		if diff := cmp.Diff([]string{"2_c.js", "3_a.js", "3_b.js"}, namesOf(found)); diff != "" || err != nil {
			t.Error(diff, err)
		}
	})
	t.Run("another pattern takes migrate-mongo's names", func(t *testing.T) {
		t.Parallel()
		d := project(t, "20160608155948-add_users.js")
		d.Pattern = `(?P<migr_nr>[0-9]+)-.+\.js`
		found, err := d.Migrations()
		if err != nil || len(found) != 1 || found[0].Number != 20160608155948 {
			t.Error(found, err)
		}
	})
	t.Run("a pattern without the group is refused", func(t *testing.T) {
		t.Parallel()
		d := project(t)
		d.Pattern = `[0-9]+\.js`
		if _, err := d.Migrations(); fault.CodeOf(err) != fault.Usage || !strings.Contains(err.Error(), "migr_nr") {
			t.Error(err)
		}
	})
	t.Run("a directory that is not there names itself and the way on", func(t *testing.T) {
		t.Parallel()
		d := Directory{Path: filepath.Join(t.TempDir(), "nowhere"), Shown: "nowhere"}
		if _, err := d.Migrations(); fault.CodeOf(err) != fault.Usage || !strings.Contains(fault.HintOf(err), "migrator init") {
			t.Error(err)
		}
	})
}

// FuzzMigrationName holds discovery against the pattern: a name is taken exactly when the pattern matches all of it.
func FuzzMigrationName(f *testing.F) {
	for _, seed := range []string{"001_a.js", "1_a.ts", "Bad-Name.js", "001_a.js\n", "١_a.js", "001_a.jsx", "01__.js", "_a.js", "001_ä.js"} {
		f.Add(seed)
	}
	whole := regexp.MustCompile(`\A(?:` + DefaultPattern + `)\z`)
	f.Fuzz(func(t *testing.T, name string) {
		err := Directory{}.Matches(name)
		if err == nil && !whole.MatchString(name) {
			t.Errorf("%q was taken", name)
		}
		if err != nil && fault.CodeOf(err) != fault.Usage {
			t.Errorf("%q: %v", name, err)
		}
	})
}
