package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
)

func TestMistakesInTheFileNameTheirPlace(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, yaml, message, hint string
	}{
		{"an unknown key at the top", "default_enviroment: a\n",
			`migrator.yaml:1:1: unknown key "default_enviroment"`,
			"the keys are: default_environment, migrations, registry, environments, scripts"},
		{"an unknown key in a section", "migrations:\n  directory: a\n  dir: b\n",
			`migrator.yaml:3:3: unknown key "dir" in migrations`,
			"the keys of migrations are: directory, pattern, collection, duplicate_numbers"},
		{"an unknown key in an environment", "environments:\n  eu.prod:\n    uri: mongodb://h\n    readonly: true\n",
			`migrator.yaml:4:5: unknown key "readonly" in environments.eu.prod`,
			"the keys of environments.eu.prod are: uri, database, protected"},
		{"an unknown key in a flow mapping", "environments: {a: {url: x}}\n",
			`migrator.yaml:1:20: unknown key "url" in environments.a`, ""},
		{"a key twice", "registry: {database: a}\nregistry: {database: b}\n",
			`migrator.yaml:2:1: mapping key "registry" already defined at [1:1]`, ""},
		{"an environment twice", "environments:\n  a: {uri: x}\n  a: {uri: y}\n",
			`migrator.yaml:3:3: mapping key "a" already defined at [2:3]`, ""},
		{"text in place of a section", "migrations: db\n",
			"migrator.yaml:1:13: migrations must be keys with values, not text", ""},
		{"a list in place of a section", "environments: [a, b]\n",
			"migrator.yaml:1:15: environments must be keys with values, not a list", ""},
		{"text in place of an environment", "environments:\n  a: mongodb://h\n",
			"migrator.yaml:2:6: environments.a must be keys with values, not text", ""},
		{"a list in place of text", "environments:\n  a:\n    uri: [x]\n",
			"migrator.yaml:3:10: environments.a.uri must be text, not a list", ""},
		{"keys in place of text", "environments:\n  a:\n    uri:\n      host: h\n",
			"migrator.yaml:4:7: environments.a.uri must be text, not keys with values", ""},
		{"keys in place of a list", "scripts:\n  env:\n    STAGE: true\n",
			"migrator.yaml:3:5: scripts.env must be a list, not keys with values", ""},
		{"a number in place of text", "environments:\n  a:\n    database: 2024\n",
			"migrator.yaml:3:15: environments.a.database must be text, not a number", "put quotes around it"},
		{"true in place of text", "default_environment: true\n",
			"migrator.yaml:1:22: default_environment must be text, not true or false", "put quotes around it"},
		{"a word in place of true", "environments: {a: {protected: yes}}\n",
			"migrator.yaml:1:31: environments.a.protected must be true or false, not text", ""},
		{"text in place of a list", "scripts: {env: STAGE}\n",
			"migrator.yaml:1:16: scripts.env must be a list, not text", ""},
		{"a number in a list of texts", "scripts:\n  env: [STAGE, 5]\n",
			"migrator.yaml:2:16: scripts.env[1] must be text, not a number", ""},
		{"a list as the whole file", "- a\n- b\n",
			"migrator.yaml:1:1: the file must be keys with values, not a list", ""},
		{"text as the whole file", "development\n",
			"migrator.yaml:1:1: the file must be keys with values, not text", ""},
		{"a tab", "migrations:\n\tdirectory: a\n",
			`migrator.yaml:2:1: found character '	' that cannot start any token`, ""},
		{"an unclosed list", "scripts:\n  env: [A, B\nregistry: {}\n",
			"migrator.yaml:3:1: ',' or ']' must be specified", ""},
		{"a variable without quotes in a flow mapping", "environments: {a: {uri: ${URI}}}\n",
			"migrator.yaml:1:26: ',' or '}' must be specified",
			"put quotes around values that hold { } [ ] , : # or that begin with * & ! % @"},
		{"an unknown alias", "registry: *ops\n",
			`migrator.yaml:1:12: could not find alias "ops"`, ""},
		{"two documents", "registry: {}\n---\nscripts: {}\n",
			"migrator.yaml:3:1: a second YAML document begins here, and migrator.yaml holds one", ""},
		{"lines that end as on Windows", "migrations:\r\n  directory: a\r\n  dir: b\r\n",
			`migrator.yaml:3:3: unknown key "dir" in migrations`, ""},
		{"a default environment that is not there",
			"default_environment: prod\nenvironments:\n  staging: {uri: x}\n  production: {uri: y}\n",
			`migrator.yaml:1:22: there is no environment "prod"; there are: staging, production`,
			"name one of them, or add it to migrator.yaml"},
		{"a name that no command could take", "environments:\n  'a:b': {uri: x}\n",
			`migrator.yaml:2:3: "a:b" cannot be the name of an environment`, ""},
		{"an unknown way with duplicates", "migrations: {duplicate_numbers: maybe}\n",
			`migrator.yaml:1:33: migrations.duplicate_numbers cannot be "maybe"`, "write refuse or allow"},
		{"an empty directory", "migrations:\n  directory: ''\n",
			"migrator.yaml:2:14: migrations.directory is empty", "leave it out for mongomigrations"},
		{"a collection of the server's", "migrations:\n  collection: system.users\n",
			`migrator.yaml:2:15: migrations.collection: "system.users" cannot be the name of a collection`, ""},
		{"a time to wait that is none", "registry: {quiet: soon}\n",
			`migrator.yaml:1:19: registry.quiet cannot be "soon"`, "write how long, a second or more: 10s, 1m"},
		{"a time to wait that is too short", "registry: {quiet: 10ms}\n",
			`migrator.yaml:1:19: registry.quiet cannot be "10ms"`, "write how long, a second or more: 10s, 1m"},
		{"a database that cannot be", "registry:\n  database: a b\n",
			`migrator.yaml:2:13: registry.database: "a b" cannot be the name of a database`, ""},
		{"every variable for scripts", "scripts:\n  env:\n    - STAGE\n    - '*'\n",
			`migrator.yaml:4:7: scripts.env cannot hold "*"`, ""},
		{"an undefined variable in a setting", "migrations:\n  directory: ${DIR}\n",
			"migrator.yaml:2:14: migrations.directory: the variable DIR is not set",
			"set DIR, or give it a default: ${DIR:-value}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(project(t, tt.yaml), environ(nil), Flags{})
			wantUsage(t, err, tt.message, tt.hint)
		})
	}
}

func TestAMistakeCarriesItsPlaceForJSON(t *testing.T) {
	t.Parallel()
	_, err := Load(project(t, "a: 1\n"), environ(nil), Flags{})
	want := map[string]any{"file": "migrator.yaml", "line": 1, "column": 1}
	if diff := cmp.Diff(want, fault.FieldsOf(err)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestNoMessageShowsAPassword(t *testing.T) {
	t.Parallel()
	const uri = "mongodb://root:hunter2@h/app"
	for _, yaml := range []string{
		"environments:\n  a:\n    uri: " + uri + "\n    wrong: 1\n",
		"environments:\n  a: {uri: " + uri + ", wrong: [}\n",
		"environments:\n  a: " + uri + "\n",
		"environments:\n  a:\n    uri: [" + uri + "]\n",
		"environments:\n  a:\n    uri: " + uri + "${UNSET}\n",
		"environments:\n  a:\n    uri: " + uri + "\n    database: \"\"\n",
	} {
		c, err := Load(project(t, yaml), environ(nil), Flags{})
		if err == nil {
			_, err = c.Select()
		}
		if err == nil {
			t.Errorf("no error for\n%s", yaml)
			continue
		}
		if said := err.Error() + fault.HintOf(err) + fault.DetailOf(err); strings.Contains(said, "hunter2") {
			t.Errorf("the password is shown: %s", said)
		}
	}
}
