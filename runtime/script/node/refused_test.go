package node_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/script/node"
)

func TestWhatDoesNotExistSaysSo(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"process.exit(1)":                               "process.exit does not exist in scripts: to fail, throw an Error; to end, return from the function",
		"process.exitCode = 1":                          "process.exitCode does not exist in scripts: to fail, throw an Error; to end, return from the function",
		"process.chdir('/')":                            "process.chdir does not exist in scripts: paths are relative to the project's root; use path.join(__dirname, …)",
		"process.stdin.on('data')":                      "process.stdin does not exist in scripts: scripts cannot read what is typed",
		"fetch('http://x')":                             "fetch does not exist in scripts: scripts have no network; fetch the data beforehand and import it as a .json file",
		"new (require('stream').Readable)()":            "stream.Readable does not exist in scripts: there are no streams; read a file as a whole with fs.readFileSync, and use the synchronous part of a package (csv-parse/sync)",
		"require('fs').createReadStream('x')":           "fs.createReadStream does not exist in scripts: a file is read as a whole, with readFileSync, and a folder with readdirSync",
		"require('os').homedir()":                       "os.homedir does not exist in scripts: scripts read files of the project alone, and write none",
		"require('crypto').createCipheriv()":            "crypto.createCipheriv does not exist in scripts: there are hashes, random numbers and the derivation of keys; encrypt in the application",
		"crypto.subtle.digest()":                        "crypto.subtle does not exist in scripts: use createHash, createHmac and pbkdf2Sync of require('crypto')",
		"require('crypto').createHash('md4')":           "the hash md4 does not exist in scripts: there are md5, sha1, sha224, sha256, sha384, sha512, sha512-256",
		"Buffer.alloc(1e12)":                            `The value of "size" is out of range. It must be an integer from 0 to 1073741824. Received 1000000000000`,
		"Buffer.alloc(-1)":                              `The value of "size" is out of range. It must be an integer from 0 to 1073741824. Received -1`,
		"require('crypto').randomBytes(1e12)":           `The value of "size" is out of range. It must be an integer from 0 to 1073741824. Received 1000000000000`,
		"new Date(0).toLocaleString('pl-PL')":           `the locale "pl-PL" does not exist in scripts: there are en-US, en-GB, en-CA, de-DE, fr-FR, sv-SE; use one of them, or put the parts together (date.toISOString(), getUTCFullYear())`,
		"new Intl.NumberFormat(['en-IN'])":              `the locale "en-IN" does not exist in scripts: there are en-US, en-GB, en-CA, de-DE, fr-FR, sv-SE; use one of them, or put the parts together (date.toISOString(), getUTCFullYear())`,
		"new Intl.DateTimeFormat('de', {era: 'short'})": "the option era exists in scripts for en-US alone",
		"new Date(0).toLocaleString('fr', {weekday: 'long', year: 'numeric'})":                 "these fields of a date exist together in scripts for en-US alone: use day, month and year, of equal width, or dateStyle",
		"new Date(0).toLocaleTimeString('de', {hour: 'numeric'})":                              `the time of day exists in scripts for locales beside en-US as {hour: "2-digit", minute: "2-digit"}, with second if wanted`,
		"(5).toLocaleString('de', {style: 'currency', currency: 'JPY'})":                       "the currency JPY, so displayed, does not exist in scripts for this locale: there are CHF, EUR, GBP, USD",
		"new Date(0).toLocaleString('en', {timeZone: 'America/Havana', timeZoneName: 'long'})": "the long name of the time zone America/Havana does not exist in scripts: use timeZoneName short, or longOffset",
		"new Date(0).toLocaleTimeString('en', {hour: 'numeric', second: 'numeric'})":           "the hour and the second need the minute between them in scripts",
		"new Intl.PluralRules('fr')":                                                           "Intl.PluralRules exists in scripts for en-US alone",
		"require.main.filename":                                                                "require.main.filename does not exist in scripts: a migration is imported by migrator; use __dirname, or process.cwd() for the project's root",
		"require.cache":                                                                        "require.cache does not exist in scripts: a module is evaluated once for each migration; export a function, and call it where a new value is wanted",
		"require.resolve('lodash')":                                                            `require.resolve("lodash"): it is known of modules that the file imports with require('…'); for other files use path.join(__dirname, …)`,
		"require('v' + 'm')":                                                                   `require("vm"): scripts run inside migrator, not Node.js, and there is no such module here; code is imported, or evaluated in the global scope by load('file.js')`,
		"process.loadEnvFile()":                                                                "process.loadEnvFile does not exist in scripts: a script sees the variables of the process that migrator.yaml lists (scripts: {env: [NAME]})",
		"require('fs').readFileSync('a\\0b')":                                                  `open 'a\0b': a path cannot hold the character NUL`,
		"require('fs').readlinkSync('x')":                                                      "fs.readlinkSync does not exist in scripts: a file is read as a whole, with readFileSync, and a folder with readdirSync",
		"new AbortSignal()":                                                                    "Illegal constructor",
		"(5).toLocaleString('en-US', {unit: 'kilometer'})":                                     "the option unit does not exist in scripts: there are style, currency, currencyDisplay, useGrouping, minimumIntegerDigits, minimumFractionDigits, maximumFractionDigits, minimumSignificantDigits, maximumSignificantDigits, notation, signDisplay, numberingSystem, localeMatcher",
		"(5).toLocaleString('en', {notation: 'compact'})":                                      "Value compact out of range for Intl option notation: there are standard",
		"new Intl.Segmenter()":                                                                 "Intl.Segmenter does not exist in scripts: there are Intl.DateTimeFormat, NumberFormat, PluralRules, ListFormat, RelativeTimeFormat and Collator",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			_, err := evaluate(t, t.TempDir(), code)
			if err == nil {
				t.Fatal("it did not fail")
			}
			_, message, _ := strings.Cut(err.Error(), "Error: ")
			if diff := cmp.Diff(want, message); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheEnvironmentIsWhatTheConfigurationLists(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"process.env.LISTED":                                                       "value",
		"(({LISTED}) => LISTED)(process.env)":                                      "value",
		"'LISTED' in process.env":                                                  "true",
		"process.env.EMPTY ?? 'default'":                                           "",
		"process.env.UNSET ?? 'default'":                                           "default",
		"'UNSET' in process.env || 'UNSET' in {...process.env}":                    "false",
		"try { process.env.NODE_ENV } catch (e) { return e.message }":              "the variable NODE_ENV is not listed",
		"(process.env.MINE = 1, process.env.MINE + '' + Object.keys(process.env))": "1LISTED,EMPTY,MINE",
		"JSON.stringify(process.env)":                                              `{"LISTED":"value","EMPTY":""}`,
		"typeof process.env.toString + typeof process.env.__proto__":               "functionobject",
		"require('util').inspect(process).includes('cannot be shown')":             "false",
		"Object.keys(process.env)":                                                 "LISTED,EMPTY",
		"'HOME' in process.env || process.env.hasOwnProperty('HOME') || Object.hasOwn(process.env, 'HOME')": "false",
		"process.env.hasOwnProperty('LISTED') && Object.hasOwn(process.env, 'LISTED')":                      "true",
		"delete process.env.LISTED && String(process.env.LISTED) + ('LISTED' in process.env)":               "undefinedfalse",
		"try { process.env.HOME } catch (e) { return e.message }":                                           "the variable HOME is not listed",
		"require('process') === process && require('node:process').env.LISTED":                              "value",
		"process.stdout.write('a\\n') + '' + process.argv.length":                                           "a\ntrue1",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			got, err := evaluate(t, t.TempDir(), code)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestEveryModuleIsMade requires each by both of its names.
func TestEveryModuleIsMade(t *testing.T) {
	t.Parallel()
	names := append(node.NewLibrary().Names(), "assert/strict", "fs/promises", "path/posix", "stream/promises", "timers/promises", "util/types")
	if len(names) < 20 {
		t.Fatalf("there are %d modules only", len(names))
	}
	for _, name := range names {
		got, err := evaluate(t, t.TempDir(), "require('"+name+"') === require('node:"+name+"')")
		if err != nil || got != "true" {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	if node.NewLibrary().Has("intl") || node.NewLibrary().Has("abort") {
		t.Error("a module behind globals can be required")
	}
}
