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
		"process.exit(1)":                                  "process.exit does not exist in scripts: to fail, throw an Error; to end, return from the function",
		"process.exitCode = 1":                             "process.exitCode does not exist in scripts: to fail, throw an Error; to end, return from the function",
		"process.chdir('/')":                               "process.chdir does not exist in scripts: paths are relative to the project's root; use path.join(__dirname, …)",
		"process.stdin.on('data')":                         "process.stdin does not exist in scripts: scripts cannot read what is typed",
		"fetch('http://x')":                                "fetch does not exist in scripts: scripts have no network; fetch the data beforehand and import it as a .json file",
		"new (require('stream').Readable)()":               "stream.Readable does not exist in scripts: there are no streams; read a file as a whole with fs.readFileSync, and use the synchronous part of a package (csv-parse/sync)",
		"require('fs').createReadStream('x')":              "fs.createReadStream does not exist in scripts: a file is read as a whole, with readFileSync, and a folder with readdirSync",
		"require('os').homedir()":                          "os.homedir does not exist in scripts: scripts read files of the project alone, and write none",
		"require('crypto').createCipheriv()":               "crypto.createCipheriv does not exist in scripts: there are hashes, random numbers and the derivation of keys; encrypt in the application",
		"crypto.subtle.digest()":                           "crypto.subtle does not exist in scripts: use createHash, createHmac and pbkdf2Sync of require('crypto')",
		"require('crypto').createHash('md4')":              "the hash md4 does not exist in scripts: there are md5, sha1, sha224, sha256, sha384, sha512, sha512-256",
		"Buffer.alloc(1e12)":                               `The value of "size" is out of range. It must be an integer from 0 to 1073741824. Received 1000000000000`,
		"Buffer.alloc(-1)":                                 `The value of "size" is out of range. It must be an integer from 0 to 1073741824. Received -1`,
		"require('crypto').randomBytes(1e12)":              `The value of "size" is out of range. It must be an integer from 0 to 1073741824. Received 1000000000000`,
		"new Date(0).toLocaleString('de-DE')":              `the locale "de-DE" does not exist in scripts: en-US alone does, so that text is the same wherever a migration runs; use en-US, or put the parts together (date.toISOString(), getUTCFullYear())`,
		"new Intl.NumberFormat(['fr'])":                    `the locale "fr" does not exist in scripts: en-US alone does, so that text is the same wherever a migration runs; use en-US, or put the parts together (date.toISOString(), getUTCFullYear())`,
		"(5).toLocaleString('en-US', {unit: 'kilometer'})": "the option unit does not exist in scripts: there are style, currency, currencyDisplay, useGrouping, minimumIntegerDigits, minimumFractionDigits, maximumFractionDigits, minimumSignificantDigits, maximumSignificantDigits, notation, signDisplay, numberingSystem, localeMatcher",
		"(5).toLocaleString('en', {notation: 'compact'})":  "Value compact out of range for Intl option notation: there are standard",
		"new Intl.Collator()":                              "Intl.Collator does not exist in scripts: there are Intl.DateTimeFormat and Intl.NumberFormat, for en-US",
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
		"process.env.EMPTY ?? 'default'":                                           "default",
		"try { process.env.NODE_ENV } catch (e) { return e.message }":              "the variable NODE_ENV is not listed",
		"(process.env.MINE = 1, process.env.MINE + '' + Object.keys(process.env))": "1MINE",
		"JSON.stringify(process.env)":                                              "{}",
		"try { process.env.HOME } catch (e) { return e.message }":                  "the variable HOME is not listed",
		"try { 'HOME' in process.env } catch (e) { return e.message }":             "the variable HOME is not listed",
		"require('process') === process && require('node:process').env.LISTED":     "value",
		"process.stdout.write('a\\n') + '' + process.argv.length":                  "a\ntrue1",
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
	names := append(node.NewLibrary().Names(), "assert/strict", "fs/promises", "path/posix", "timers/promises", "util/types")
	if len(names) < 20 {
		t.Fatalf("there are %d modules only", len(names))
	}
	for _, name := range names {
		got, err := evaluate(t, t.TempDir(), "require('"+name+"') === require('node:"+name+"')")
		if err != nil || got != "true" {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	if node.NewLibrary().Has("intl") {
		t.Error("the module behind Intl can be required")
	}
}
