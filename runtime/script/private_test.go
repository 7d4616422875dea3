package script_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"migrator/runtime/script"
)

const private = "it may hold addresses and secrets, which scripts do not see: list the variables that a script needs " +
	"in migrator.yaml (scripts: {env: [NAME]}) and read them with env('NAME'), and keep other data in a file of its own"

// TestWhatIsPrivateIsNeitherImportedNorLoadedNorRead takes each way in which a script names a file, beside those of fs.
func TestWhatIsPrivateIsNeitherImportedNorLoadedNorRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"JSON that is required":          {"require('./secret.json')\nexports.up = () => {}", `main.js:1:1 imports "./secret.json": ` + private},
		"JSON that is imported":          {"import s from './lib/../secret.json'\nexport const up = () => {}", `main.js:1:1 imports "./lib/../secret.json": ` + private},
		"a link":                         {"require('./link.json')\nexports.up = () => {}", `main.js:1:1 imports "./link.json": ` + private},
		"a name in another case":         {"require('./lib/Secret.JSON')\nexports.up = () => {}", `main.js:1:1 imports "./lib/Secret.JSON": ` + private},
		"a file that cannot be a module": {"require('./.env')\nexports.up = () => {}", `main.js:1:1 imports "./.env": ` + private},
		"a file in a private folder":     {"require('./.state/x')\nexports.up = () => {}", `main.js:1:1 imports "./.state/x": ` + private},
		"load":                           {"exports.up = () => load('.state/x.js')", `main.js:1:20: Error: load(".state/x.js"): ` + private},
		"cat":                            {"exports.up = () => cat('lib/../.env')", `main.js:1:20: Error: cat("lib/../.env"): ` + private},
		"cat from a folder":              {"exports.up = require('./lib/cat')", `lib/cat.js:1:24: Error: cat("../.env"): ` + private},
		"cat of a name with a NUL":       {"exports.up = () => cat('a\\0')", `main.js:1:20: Error: cat("a\x00"): a path cannot hold the character NUL`},
		"an import of one":               {"require('./a\\0')\nexports.up = () => {}", `main.js:1:1 imports "./a\x00": a path cannot hold the character NUL`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := project(t, "-- secret.json --\n{}\n-- lib/Secret.JSON --\n{}\n-- .env --\nA=1\n-- .state/x.js --\n1\n-- lib/cat.js --\nmodule.exports = () => cat('../.env')\n-- main.js --\n"+c.code)
			if err := os.Symlink("secret.json", filepath.Join(root, "link.json")); err != nil {
				t.Fatal(err)
			}
			host := script.NewHost(script.Options{Root: root, Private: []string{".env*", ".state", "secret.json"}})
			err := func() error {
				unit, err := host.Load(t.Context(), filepath.Join(root, "main.js"))
				if err != nil {
					return err
				}
				vm, err := unit.Open(t.Context(), script.OpenOptions{})
				if err != nil {
					return err
				}
				defer vm.Close()
				_, err = vm.Call(t.Context(), vm.Export("up"))
				return err
			}()
			if err == nil || strings.Replace(err.Error(), "ImportError: ", "", 1) != c.want {
				t.Errorf("the error is\n%v, want\n%s", err, c.want)
			}
		})
	}
}
