package bindings

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// endless are files of which something that is read behind the top level never comes to its end.
func endless() map[string]string {
	const loop = `get() { print('looked at'); for (;;) {} }`
	return map[string]string{
		"an export":                      "const u = {}\nObject.defineProperty(exports, 'up', {" + loop + "})",
		"an option":                      "exports.up = () => {}\nObject.defineProperty(exports, 'timeout', {" + loop + "})",
		"a default export":               "exports.up = () => {}\nObject.defineProperty(exports, 'default', {" + loop + "})",
		"module.exports":                 "exports.up = () => {}\nObject.defineProperty(module, 'exports', {" + loop + "})",
		"a proxy":                        "let n = 0\nmodule.exports = new Proxy({}, {" + loop + "})",
		"the number of parameters of up": "exports.up = () => {}\nObject.defineProperty(exports.up, 'length', {" + loop + "})",
		"the source of up":               "exports.up = (db, next) => {}\nexports.up.toString = () => { print('looked at'); for (;;) {} }",
		"an up that is advised on":       "exports.migration = {}\nObject.defineProperty(exports.migration, 'up', {" + loop + "})",
		"a class that is advised on":     "exports.Migration = class {}\nObject.defineProperty(exports.Migration.prototype, 'up', {" + loop + "})",
		"the keys of a proxy":            "let n = 0\nmodule.exports = new Proxy({}, {ownKeys() { print('looked at'); for (;;) {} }})",
	}
}

func TestExportsThatAreReadWithoutEndAreEnded(t *testing.T) {
	t.Parallel()
	for name, code := range endless() {
		t.Run("by the limit: "+name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(o *Options) { o.Loading = 200 * time.Millisecond })
			_, err := b.open(code)
			if fault.CodeOf(err) != fault.Script || !strings.Contains(err.Error(), "001_test.js:2:") {
				t.Fatalf("got exit code %d: %v", fault.CodeOf(err), err)
			}
			wantIn(t, err.Error(), "the loading of the file has not come to its end in 200ms")
		})
		t.Run("by an interrupt: "+name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			path := b.write("mongomigrations/001_test.js", code)
			unit, err := b.engine.Load(t.Context(), runtime.Migration{Name: "001_test.js", Number: 1, Path: path})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			interrupted := errors.New("interrupted by the test")
			call := b.call()
			call.Print = func(string) { cancel(interrupted) }
			if _, err = unit.Open(ctx, call); !errors.Is(err, interrupted) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestExportsAreReadUnderTheRulesOfLoading(t *testing.T) {
	t.Parallel()
	const noDatabase = "the database cannot be used while a file is being loaded"
	for name, c := range map[string]struct{ code, want string }{
		"a getter that writes":             {"let n\nObject.defineProperty(exports, 'up', {get() { db.a.insertOne({}); return () => {} }})", noDatabase},
		"a proxy that writes":              {"let n\nmodule.exports = new Proxy({}, {get() { db.a.insertOne({}) }})", noDatabase},
		"an up of a class that writes":     {"exports.M = class {}\nObject.defineProperty(exports.M.prototype, 'up', {get() { db.a.insertOne({}) }})", noDatabase},
		"a getter that throws":             {"let n\nObject.defineProperty(exports, 'description', {get() { throw new RangeError('mine') }})", "RangeError: mine"},
		"a getter that leaves a promise":   {"exports.up = () => {}\nObject.defineProperty(exports, 'timeout', {get() { Promise.reject(new Error('lost')) }})", "lost"},
		"a list of environments that acts": {"exports.up = () => {}\nexports.environments = [{get a() { db.a.insertOne({}) }}]", noDatabase},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			_, err := b.open(c.code)
			if fault.CodeOf(err) != fault.Script {
				t.Fatalf("got exit code %d: %v", fault.CodeOf(err), err)
			}
			wantIn(t, err.Error(), "001_test.js:2:", c.want)
			if got := b.eval(`db.a.countDocuments({})`); got != "0" {
				t.Errorf("%s documents were written", got)
			}
		})
	}
}

func TestExportsAreReadOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.mustRun(`Object.defineProperty(exports, 'up', {get() { print('read'); return db => db.a.insertOne({}) }})`)
	if got := strings.Join(b.printed, " "); got != "read" {
		t.Errorf("got %q", got)
	}
}

// What a function returns, and the value of evaluated code, may run code of the script whenever it is looked at.
func TestValuesThatAreLookedAtWithoutEndAreEnded(t *testing.T) {
	t.Parallel()
	const endless = `new Proxy({}, {get() { print('looked at'); for (;;) {} }})`
	for name, act := range map[string]func(ctx context.Context, b *bench, call runtime.Call) error{
		"what up returns": func(ctx context.Context, b *bench, call runtime.Call) error {
			_, err := b.run(ctx, "exports.up = () => "+endless, func(c *runtime.Call) { *c = call })
			return err
		},
		"the value of code": func(ctx context.Context, b *bench, call runtime.Call) error {
			_, err := b.engine.Eval(ctx, call, "eval", endless)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			ctx, cancel := context.WithCancelCause(t.Context())
			interrupted := errors.New("interrupted by the test")
			call := b.call()
			call.Print = func(string) { cancel(interrupted) }
			if err := act(ctx, b, call); !errors.Is(err, interrupted) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A file asks its questions while it is loaded too.
func TestOpenAsks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	i, err := b.open("const n = prompt('how many?')\nexport const description = 'for ' + n\nexport function up() {}", func(c *runtime.Call) {
		c.Ask = func(_ context.Context, q runtime.Question) (string, error) { return "7, asked: " + q.Text, nil }
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := i.Info().Description; got != "for 7, asked: how many?" {
		t.Errorf("got %q", got)
	}
	if _, err := b.open("prompt('how many?')\nexport function up() {}"); err == nil || !strings.Contains(err.Error(), "001_test.js:1:") {
		t.Errorf("with nobody to ask: %v", err)
	}
}
