package config

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"migrator/runtime"
)

const everything = `
default_environment: staging
migrations:
  directory: db/migrations
  pattern: '(?P<migr_nr>[0-9]{14})-[a-z-]+\.js'
  collection: changelog
  duplicate_numbers: allow
registry: {database: ops, quiet: 30s}
environments:
  staging:
    uri: "mongodb://staging.example/shop"
  production:
    uri: "${PRODUCTION_URI}"
    database: shop
    protected: true
  development: {uri: "embedded:.data", database: dev}
scripts:
  env: [STAGE, "SHOP_*"]
`

func TestEveryKeyOfTheFileArrives(t *testing.T) {
	t.Parallel()
	c := load(t, everything, map[string]string{"PRODUCTION_URI": "mongodb://db.example"}, Flags{})
	want := &Config{
		File: filepath.Join(c.Root, FileName), Root: c.Root, DefaultEnvironment: "staging",
		Migrations: Migrations{
			Directory: "db/migrations", Pattern: `(?P<migr_nr>[0-9]{14})-[a-z-]+\.js`, Collection: "changelog",
			DuplicateNumbers: true,
		},
		Registry: Registry{Database: "ops", Quiet: 30 * time.Second},
		Scripts:  Scripts{Env: []string{"STAGE", "SHOP_*"}},
	}
	if diff := cmp.Diff(want, c, cmpopts.IgnoreUnexported(Config{})); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"staging", "production", "development"}, c.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	for _, want := range []Environment{
		{Name: "staging", URI: "mongodb://staging.example/shop", Database: "shop"},
		{Name: "production", URI: "mongodb://db.example", Database: "shop", Protected: true},
		{Name: "development", URI: "embedded:.data", Database: "dev"},
	} {
		if e, err := c.Environment(want.Name); err != nil || e != want {
			t.Errorf("the environment is %+v, want %+v (%v)", e, want, err)
		}
	}
}

func TestWithoutAFileEverythingHasADefault(t *testing.T) {
	t.Parallel()
	c := load(t, "", nil, Flags{})
	want := &Config{
		Root:       c.Root,
		Migrations: Migrations{Directory: "mongomigrations", Collection: "migrations"},
	}
	if diff := cmp.Diff(want, c, cmpopts.IgnoreUnexported(Config{})); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	e, err := c.Select()
	if err != nil {
		t.Fatal(err)
	}
	if want := (Environment{Name: "development", URI: "embedded:.migrator/data", Database: "shop"}); e != want {
		t.Errorf("Select: %+v, want %+v", e, want)
	}
}

func TestAFileThatSaysNothingIsLikeNone(t *testing.T) {
	t.Parallel()
	for _, yaml := range []string{
		"\n", "# nothing yet\n", "---\n", "migrations:\nenvironments:\n", "\xef\xbb\xbf# a byte order mark\r\n",
	} {
		c := load(t, yaml, nil, Flags{})
		if diff := cmp.Diff([]string{"development"}, c.Names()); diff != "" {
			t.Errorf("%q: names (-want +got):\n%s", yaml, diff)
		}
	}
}

func TestTheFileIsFoundFromTheWorkingDirectoryUpwards(t *testing.T) {
	t.Parallel()
	root := project(t, "migrations: {directory: up}\n")
	below := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(below, 0o755); err != nil {
		t.Fatal(err)
	}
	c, err := Load(below, environ(nil), Flags{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Root != root || c.Directory().Path != filepath.Join(root, "up") {
		t.Errorf("root %s, directory %s; want those of %s", c.Root, c.Directory().Path, root)
	}
}

func TestTheNearestFileWins(t *testing.T) {
	t.Parallel()
	root := project(t, "migrations: {directory: far}\n")
	near := filepath.Join(root, "near")
	write(t, filepath.Join(near, FileName), "migrations: {directory: near}\n")
	c, err := Load(near, environ(nil), Flags{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Migrations.Directory != "near" {
		t.Errorf("directory %q, want near", c.Migrations.Directory)
	}
}

func TestANamedFileIsReadInPlaceOfTheNearest(t *testing.T) {
	t.Parallel()
	cwd := project(t, "this: is not looked at\n")
	write(t, filepath.Join(cwd, "conf", "ci.yaml"), "migrations: {directory: ci}\n")
	c, err := Load(cwd, environ(nil), Flags{Config: "conf/ci.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(cwd, "conf", "ci"); c.Directory().Path != want {
		t.Errorf("directory %s, want %s", c.Directory().Path, want)
	}
}

func TestAFileThatCannotBeReadIsAUsageError(t *testing.T) {
	t.Parallel()
	cwd := project(t, "")
	_, err := Load(cwd, environ(nil), Flags{Config: "nope.yaml"})
	wantUsage(
		t, err, "there is no configuration file nope.yaml",
		"run `migrator init` to write one, or name another with --config",
	)

	if err := os.Mkdir(filepath.Join(cwd, FileName), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err = Load(cwd, environ(nil), Flags{})
	wantUsage(t, err, "the configuration migrator.yaml is no regular file", "")
}

func TestTheMigrationsDirectory(t *testing.T) {
	t.Parallel()
	root := project(t, "migrations: {directory: '${DIR:-db}', duplicate_numbers: allow}\n")
	below := filepath.Join(root, "below")
	outside := t.TempDir()
	tests := []struct {
		name, cwd, flag, path, shown, scripts string
	}{
		{"the file's is below the root", root, "", filepath.Join(root, "db"), "db", root},
		{"the file's is below the root from a folder below too", below, "", filepath.Join(root, "db"), "db", root},
		{"a typed one is below the working directory", below, "mine", filepath.Join(below, "mine"), "mine", root},
		{"a typed one may lead upwards", below, "../db", filepath.Join(root, "db"), "../db", root},
		{"a typed one outside of the project is where scripts may read", root, outside, outside, outside, outside},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := os.MkdirAll(tt.cwd, 0o755); err != nil {
				t.Fatal(err)
			}
			c, err := Load(tt.cwd, environ(nil), Flags{Dir: tt.flag})
			if err != nil {
				t.Fatal(err)
			}
			want := runtime.Directory{Path: tt.path, Shown: tt.shown, AllowDuplicates: true}
			if diff := cmp.Diff(want, c.Directory()); diff != "" {
				t.Errorf("directory (-want +got):\n%s", diff)
			}
			if c.ScriptRoot() != tt.scripts {
				t.Errorf("ScriptRoot %s, want %s", c.ScriptRoot(), tt.scripts)
			}
		})
	}
}

func TestScriptsMayReadOnlyTheListedVariables(t *testing.T) {
	t.Parallel()
	c := load(t, everything, map[string]string{"PRODUCTION_URI": "mongodb://db.example"}, Flags{})
	for name, want := range map[string]bool{
		"STAGE": true, "SHOP_KEY": true, "SHOP_": true, "STAGES": false, "SHOP": false, "stage": false, "PATH": false,
		"": false, "SHOP_*": true,
	} {
		if got := c.EnvAllowed(name); got != want {
			t.Errorf("EnvAllowed(%q) = %v, want %v", name, got, want)
		}
	}
	if load(t, "", nil, Flags{}).EnvAllowed("STAGE") {
		t.Error("a variable is allowed although nothing lists one")
	}
}

func TestEnvironmentsMayShareByAnchorAndMergeKey(t *testing.T) {
	t.Parallel()
	c := load(t, `
environments:
  staging: &base
    uri: mongodb://h
    database: shop
  production:
    <<: *base
    protected: true
`, nil, Flags{})
	e, err := c.Environment("production")
	if err != nil {
		t.Fatal(err)
	}
	if want := (Environment{Name: "production", URI: "mongodb://h", Database: "shop", Protected: true}); e != want {
		t.Errorf("%+v, want %+v", e, want)
	}
}

func TestTheTemplateIsAConfiguration(t *testing.T) {
	t.Parallel()
	c := load(t, Template(), nil, Flags{})
	e, err := c.Select()
	if err != nil {
		t.Fatal(err)
	}
	if want := (Environment{Name: "development", URI: "embedded:.migrator/data", Database: "shop"}); e != want {
		t.Errorf("%+v, want %+v", e, want)
	}
}

func TestEveryLineThatTheTemplateCommentsOutIsTrueToo(t *testing.T) {
	t.Parallel()
	c := load(t, uncommented(Template()), map[string]string{"PRODUCTION_URI": "mongodb://h"}, Flags{Env: "production"})
	e, err := c.Select()
	if err != nil {
		t.Fatal(err)
	}
	if want := (Environment{Name: "production", URI: "mongodb://h", Database: "app", Protected: true}); e != want {
		t.Errorf("%+v, want %+v", e, want)
	}
	if !c.EnvAllowed("APP_KEY") || c.Migrations.Collection != DefaultCollection {
		t.Errorf("the settings are %+v and %+v", c.Migrations, c.Scripts)
	}
}
