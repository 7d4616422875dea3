package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const two = `
environments:
  staging: {uri: "mongodb://s/one", database: shop}
  production: {uri: "${PRODUCTION_URI}", database: "${DB:-shop}", protected: true}
`

func TestSelect(t *testing.T) {
	t.Parallel()
	production := map[string]string{"PRODUCTION_URI": "mongodb://p"}
	tests := []struct {
		name  string
		yaml  string
		vars  map[string]string
		flags Flags
		want  Environment
	}{
		{"--env names it", two, production, Flags{Env: "production"},
			Environment{"production", "mongodb://p", "shop", true}},
		{"--env beats default_environment", "default_environment: staging\n" + two, production,
			Flags{Env: "production"},
			Environment{"production", "mongodb://p", "shop", true}},
		{"--env makes an undefined default_environment void", "default_environment: ${NONE}\n" + two, nil,
			Flags{Env: "staging"},
			Environment{"staging", "mongodb://s/one", "shop", false}},
		{"default_environment names it", "default_environment: staging\n" + two, nil, Flags{},
			Environment{"staging", "mongodb://s/one", "shop", false}},
		{"default_environment may be a variable", "default_environment: ${STAGE:-staging}\n" + two, nil, Flags{},
			Environment{"staging", "mongodb://s/one", "shop", false}},
		{"the only one needs no name", "environments: {live: {uri: 'mongodb://l', database: d}}\n", nil, Flags{},
			Environment{"live", "mongodb://l", "d", false}},
		{"development is the last resort", two + "  development: {uri: 'embedded:x'}\n", nil, Flags{},
			Environment{"development", "embedded:x", "shop", false}},
		{"an undefined variable of another environment does not matter", two, nil, Flags{Env: "staging"},
			Environment{"staging", "mongodb://s/one", "shop", false}},
		{"a default stands in for an empty variable", two, map[string]string{"PRODUCTION_URI": "mongodb://p", "DB": ""},
			Flags{Env: "production"},
			Environment{"production", "mongodb://p", "shop", true}},
		{"--uri replaces an uri whose variable is undefined, and protection stays", two, nil,
			Flags{Env: "production", URI: "mongodb://x"},
			Environment{"production", "mongodb://x", "shop", true}},
		{"a database in --uri beats the file's", two, nil, Flags{Env: "staging", URI: "mongodb://x/other?w=1"},
			Environment{"staging", "mongodb://x/other?w=1", "other", false}},
		{"--database beats the one in --uri", two, nil,
			Flags{Env: "staging", URI: "mongodb://x/other", Database: "mine"},
			Environment{"staging", "mongodb://x/other", "mine", false}},
		{"the URI of the file may name the database", "environments: {a: {uri: 'mongodb://u:p@h1,h2/app?tls=true'}}\n",
			nil, Flags{},
			Environment{"a", "mongodb://u:p@h1,h2/app?tls=true", "app", false}},
		{"a server's database is never guessed", "environments: {a: {uri: 'mongodb://h'}}\n", nil, Flags{},
			Environment{"a", "mongodb://h", "", false}},
		{"a socket in the URI is no database", "environments: {a: {uri: 'mongodb://%2Ftmp%2Fm.sock'}}\n", nil, Flags{},
			Environment{"a", "mongodb://%2Ftmp%2Fm.sock", "", false}},
		{"a mongod of our own has the folder's name", "environments: {a: {uri: 'mongod:data'}}\n", nil, Flags{},
			Environment{"a", "mongod:data", "shop", false}},
		{"without a file --uri is enough", "", nil, Flags{URI: " mongodb://h/app\n"},
			Environment{"development", "mongodb://h/app", "app", false}},
		{"without a file --uri and --env are enough", "", nil, Flags{URI: "mongodb://h/app", Env: "production"},
			Environment{"production", "mongodb://h/app", "app", false}},
		{"without environments in the file too", "migrations: {}\n", nil, Flags{URI: "mongodb://h/app", Env: "ci"},
			Environment{"ci", "mongodb://h/app", "app", false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := load(t, tt.yaml, tt.vars, tt.flags).Select()
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("\n got %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestSelectRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, yaml    string
		flags         Flags
		message, hint string
	}{
		{"an unknown environment", two, Flags{Env: "prod"},
			`there is no environment "prod"; there are: staging, production`,
			"name one of them, or add it to migrator.yaml"},
		{"an unknown environment without a file", "", Flags{Env: "prod"},
			`there is no environment "prod"; there are: development`,
			"run `migrator init` to write a migrator.yaml that declares it, or give its --uri too"},
		{"an unknown environment although --uri is given", two, Flags{Env: "prod", URI: "mongodb://h/app"},
			`there is no environment "prod"; there are: staging, production`, ""},
		{"a choice that nobody made", two, Flags{},
			"which environment? There are: staging, production",
			"name one with --env, or set default_environment in migrator.yaml"},
		{"an undefined variable", two, Flags{Env: "production"},
			"migrator.yaml:4:21: environments.production.uri: the variable PRODUCTION_URI is not set",
			"set PRODUCTION_URI, or give it a default: ${PRODUCTION_URI:-value}"},
		{"an environment without an uri", "environments:\n  a:\n    database: x\n", Flags{},
			"migrator.yaml:2:3: environment a has no uri", "add uri: to it, or give --uri"},
		{"an uri that is empty", "environments:\n  a:\n    uri: ${NONE:-}\n", Flags{},
			"migrator.yaml:3:10: environments.a.uri is empty", ""},
		{"a database that cannot be", "environments: {a: {uri: x, database: 'a/b'}}\n", Flags{},
			`migrator.yaml:1:38: environments.a.database: "a/b" cannot be the name of a database`,
			"use letters, digits, _ and -"},
		{"a typed database that cannot be", two, Flags{Env: "staging", Database: "a.b"},
			`--database: "a.b" cannot be the name of a database`, ""},
		{"a database that the embedded server lacks", "", Flags{Database: "bücher"},
			`--database: "bücher" cannot be the name of a database of the embedded server`, ""},
		{"a database whose name is too long", "", Flags{Database: strings.Repeat("x", 64)},
			"--database: the name of the database is longer than 63 bytes", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, tt.yaml, nil, tt.flags).Select()
			wantUsage(t, err, tt.message, tt.hint)
		})
	}
}

func TestEnvironmentIgnoresTheFlags(t *testing.T) {
	t.Parallel()
	c := load(t, two, nil, Flags{Env: "production", URI: "mongodb://x/y", Database: "z"})
	e, err := c.Environment("staging")
	if err != nil {
		t.Fatal(err)
	}
	if want := (Environment{"staging", "mongodb://s/one", "shop", false}); e != want {
		t.Errorf("%+v, want %+v", e, want)
	}
	_, err = c.Environment("nope")
	wantUsage(t, err, `there is no environment "nope"; there are: staging, production`, "")
}

func TestASecretComesFromAFile(t *testing.T) {
	t.Parallel()
	root := project(t, "environments: {a: {uri: 'file:secrets/${WHICH}', database: d}}\n")
	write(t, filepath.Join(root, "secrets", "good"), "\n  mongodb://u:hunter2@h/$NOT_A_VARIABLE  \r\n")
	write(t, filepath.Join(root, "secrets", "empty"), " \n")
	write(t, filepath.Join(root, "secrets", "long"), "hunter2\nhunter2\n")
	below := filepath.Join(root, "below")
	if err := os.Mkdir(below, 0o755); err != nil {
		t.Fatal(err)
	}
	sel := func(which string, f Flags) (Environment, error) {
		c, err := Load(below, environ(map[string]string{"WHICH": which}), f)
		if err != nil {
			t.Fatal(err)
		}
		return c.Select()
	}
	const uri = "mongodb://u:hunter2@h/$NOT_A_VARIABLE"
	if e, err := sel("good", Flags{}); err != nil || e.URI != uri {
		t.Errorf("from the file: %q, %v", e.URI, err)
	}
	if e, err := sel("good", Flags{URI: "file:../secrets/good"}); err != nil || e.URI != uri {
		t.Errorf("from --uri: %q, %v", e.URI, err)
	}
	_, err := sel("empty", Flags{})
	wantUsage(t, err, "../migrator.yaml:1:25: environments.a.uri: the file secrets/empty is empty", "")
	_, err = sel("long", Flags{})
	wantUsage(t, err, "../migrator.yaml:1:25: environments.a.uri: the file secrets/long holds more than one line", "")
	_, err = sel("gone", Flags{})
	gone := filepath.Join(root, "secrets", "gone")
	wantUsage(t, err, "../migrator.yaml:1:25: environments.a.uri: open "+gone+": no such file or directory", "")
}

func TestATypedDirectoryOfDataIsSeenFromTheWorkingDirectory(t *testing.T) {
	t.Parallel()
	root := project(t, "environments: {a: {uri: 'embedded:x'}}\n")
	below := filepath.Join(root, "below")
	if err := os.Mkdir(below, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ cwd, uri, want string }{
		{root, "embedded:data", "embedded:data"},
		{below, "embedded:data", "embedded:" + filepath.Join(below, "data")},
		{below, "mongod:../data", "mongod:" + filepath.Join(root, "data")},
		{below, "embedded:/data", "embedded:/data"},
		{below, "mongodb://data/x", "mongodb://data/x"},
		{below, "", "embedded:x"},
	} {
		c, err := Load(tt.cwd, environ(nil), Flags{URI: tt.uri})
		if err != nil {
			t.Fatal(err)
		}
		if e, err := c.Select(); err != nil || e.URI != tt.want {
			t.Errorf("--uri %q in %s: %q, %v; want %q", tt.uri, tt.cwd, e.URI, err, tt.want)
		}
	}
}

func TestTheDatabaseOfAFolder(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]string{
		"/home/ada/shop": "shop", "/home/ada/My Shop 2.0": "My_Shop_2_0", "/home/ada/.hidden": "hidden",
		"/home/ada/bücher": "b_cher", "/": "app",
		"/home/ada/...": "app", "/home/ada/Admin": "app", "/home/ada/local": "app", "/home/ada/日本": "app",
		"/home/ada/" + strings.Repeat("x", 80): strings.Repeat("x", 63),
	} {
		if got := folderDatabase(folder); got != want {
			t.Errorf("folderDatabase(%q) = %q, want %q", folder, got, want)
		}
	}
}
