package script_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plain is what stands for a database: ok() gives a value, and fail() throws what a binding throws.
const plain = `
const db = {
	n: 1,
	ok(...values) { return values.length > 1 ? values : values[0] },
	fail(text) { return env(text) },
	this() { return this.n },
	self() { return this },
	own: {catch: f => 'own ' + f, then: undefined},
	cursor: () => ({catch: f => 'own ' + f}),
	boom() { throw new Error('boom') },
}
class Base { run() { return env('base') } }
class Derived extends Base {
	#secret() { return env('secret') }
	run() { return super.run().catch(() => 'super') }
	hide() { return this.#secret().catch(() => 'private') }
}
const text = e => /^env\("(.*)"\)/.exec(e.message)[1]
`

func TestAResultMayBeTakenForAPromise(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"then of a value":                       {`await db.ok(2).then(n => n + 1)`, "3"},
		"then of nothing":                       {`await db.ok(null).then(v => String(v))`, "null"},
		"catch of a value":                      {`await db.ok(2).catch(() => 0)`, "2"},
		"catch of an error":                     {`await db.fail('a').catch(text)`, "a"},
		"the second argument of then":           {`await db.fail('a').then(() => 0, text)`, "a"},
		"finally of a value":                    {`await db.ok(2).finally(() => print('end'))`, "end\n2"},
		"finally of an error":                   {`await db.fail('a').finally(() => print('end')).catch(text)`, "end\na"},
		"a chain":                               {`await db.ok(1).then(n => db.ok(n + 1)).then(n => db.fail('x' + n)).catch(text)`, "x2"},
		"a chain on several lines":              {"await db\n\t.ok(1) // one\n\t.then(n => n + 1)\n\t.then(n => n + 1)", "3"},
		"a chain inside a chain":                {`await db.ok(1).then(() => db.fail('in').catch(text))`, "in"},
		"a value, before what follows":          {`(db.ok(1).then(() => print('later')), print('first'), await null, 'end')`, "first\nlater\nend"},
		"a promise is left as it is":            {`await db.ok(Promise.resolve(5)).then(n => n)`, "5"},
		"a promise of an async function":        {`await (async () => { throw new Error('x') })().catch(e => e.message)`, "x"},
		"a method of its own":                   {`db.cursor().catch(1) + ', ' + db.own.catch(2)`, "own 1, own 2"},
		"a function":                            {`await env('f').catch(text)`, "f"},
		"a function that is computed":           {`await (0, env)('f').catch(text)`, "f"},
		"a method by a computed name":           {`await db['fa' + 'il']('m').catch(text)`, "m"},
		"this of the method":                    {`await db.self().this().then(n => n)`, "1"},
		"spread arguments":                      {`await db.ok(...[1, 2], 3).then(v => v.join())`, "1,2,3"},
		"this and arguments around it":          {`await (function () { return db.ok(this.a, arguments[0]).then(v => v.join()) }).call({a: 1}, 2)`, "1,2"},
		"super":                                 {`await new Derived().run()`, "super"},
		"a private method":                      {`await new Derived().hide()`, "private"},
		"an await among the arguments":          {`await db.fail(await Promise.resolve('late')).catch(text)`, "late"},
		"an await before the method":            {`await (await Promise.resolve(db)).fail('late').catch(text)`, "late"},
		"a yield among the arguments":           {`await (function* () { return db.fail(yield 1).catch(text) })().next().value`, "1"},
		"an async generator":                    {`await (async function* () { yield db.fail(await 'g').catch(text) })().next().then(r => r.value)`, "g"},
		"an optional chain before it":           {`await db?.fail('o').catch(text)`, "o"},
		"an optional chain that ends early":     {`await db.no?.fail('o').catch(text)`, "undefined"},
		"an optional chain of the result":       {`await db.fail('o')?.catch(text)`, "o"},
		"a choice":                              {`await (db.n ? db.fail('c') : db.ok(1)).catch(text)`, "c"},
		"a result in a variable":                {`{ const p = db.ok(3); return p.then(n => n) }`, "3"},
		"a result in a property":                {`{ const o = {p: db.ok(3)}; return o.p.then(n => n) }`, "3"},
		"a field of a document is no method":    {`await db.ok({then: 1, catch: 2}).then(d => d.then + d.catch)`, "3"},
		"Promise.all":                           {`(await Promise.all([db.ok(1), db.ok(2)])).join()`, "1,2"},
		"catch of Promise.all":                  {`await Promise.all([db.fail('a'), db.ok(2)]).catch(text)`, "a"},
		"Promise.allSettled":                    {`(await Promise.allSettled([db.ok(1), db.fail('a')])).map(r => r.status).join()`, "fulfilled,rejected"},
		"Promise.any":                           {`await Promise.any([db.fail('a'), db.ok(2)])`, "2"},
		"Promise.race":                          {`await Promise.race([db.fail('a'), db.ok(2)]).catch(text)`, "a"},
		"Promise.allSettled of a map":           {`(await Promise.allSettled(['a', 'b'].map(n => db.fail(n)))).map(r => text(r.reason)).join()`, "a,b"},
		"Promise.allSettled of a spread map":    {`(await Promise.allSettled([db.ok(1), ...['a'].map(n => db.fail(n))])).map(r => r.status).join()`, "fulfilled,rejected"},
		"a callback of map that is named":       {`(await Promise.allSettled(['a'].map(env))).map(r => r.status).join()`, "rejected"},
		"Promise.allSettled of chains":          {`(await Promise.allSettled([db.fail('a').then(() => 1), db.fail('b').catch(() => 2)])).map(r => r.status).join()`, "rejected,fulfilled"},
		"an error of the script itself":         {`(() => { try { db.boom().catch(() => print('swallowed')) } catch (e) { return e.message } })()`, "boom"},
		"a mistake among the arguments":         {`(() => { try { db.ok(nope).catch(() => print('swallowed')) } catch (e) { return e.name } })()`, "ReferenceError"},
		"an error of the script in allSettled":  {`(() => { try { Promise.allSettled([1].map(() => db.boom())) } catch (e) { return e.message } })()`, "boom"},
		"a method that is asked for beforehand": {`db.n.then?.(() => 1) ?? 'none'`, "none"},
	} {
		up := "print(" + c.code + ")"
		if strings.HasPrefix(c.code, "{") {
			up = "print(await (async () => " + c.code + ")())"
		}
		for kind, archive := range map[string]string{
			"CommonJS":   "-- main.js --\n" + plain + "exports.up = async () => { " + up + " }",
			"ES module":  "-- main.js --\n" + plain + "export async function up() { " + up + " }",
			"TypeScript": "-- main.ts --\n// @ts-nocheck\n" + plain + "export async function up(): Promise<void> { " + up + " }",
			"a helper":   "-- main.js --\nexports.up = require('./lib/helper').up\n-- lib/helper.js --\n" + plain + "exports.up = async () => { " + up + " }",
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				got, err := run(t, archive)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
			})
		}
		t.Run(name+", eval", func(t *testing.T) {
			t.Parallel()
			vm, out := blank(t, "")
			if _, err := vm.Eval(context.Background(), "eval", plain+up); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARejectedResultThatNobodyHandlesFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ up, want string }{
		"then alone":                {`exports.up = () => { env('x').then(() => 1) }`, "main.js:1:22: "},
		"then alone, returned":      {`exports.up = () => env('x').then(() => 1)`, "main.js:1:20: "},
		"in a chain of lines":       {"exports.up = async () => {\n  await Promise.resolve(1)\n    .then(() => 2)\n  const o = {env}\n  return o\n    .env('x')\n    .then(() => 1)\n}", "main.js:6:6: "},
		"in an ES module":           {"export const up = async () => {\n  const o: any = {env}\n  await o.env('x').then(() => 1)\n}", "main.ts:3:11: "},
		"thrown again by catch":     {`exports.up = () => env('x').catch(e => { throw e })`, "main.js:1:20: "},
		"Promise.all":               {`exports.up = () => Promise.all([1, env('x')])`, "main.js:1:36: "},
		"a method that is not one":  {"exports.up = () => {\n  const o = {}\n  return o.nope(1).catch(() => 0)\n}", "main.js:3:12: TypeError: o.nope is not a function"},
		"a function that is no one": {"exports.up = () => {\n  const o = 1\n  return o(1).catch(() => 0)\n}", "main.js:3:10: TypeError: o is not a function"},
		"a receiver that is none":   {"exports.up = () => {\n  let o\n  return o.f(1).catch(() => 0)\n}", "main.js:3:12: TypeError: Cannot read property 'f' of undefined or null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := "main.js"
			if strings.Contains(c.want, "main.ts") {
				file = "main.ts"
			}
			_, err := run(t, "-- "+file+" --\n"+c.up)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, want %s…", err, c.want)
			}
		})
	}
}

func TestACatchDoesNotSwallowAnInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped")
	cancel(stopped)
	for _, code := range []string{
		`exports.up = () => sleep(1000).catch(() => print('caught'))`,
		`exports.up = () => Promise.allSettled([1].map(n => sleep(1000)))`,
	} {
		got, err := runContext(ctx, t, "-- main.js --\n"+code)
		if !errors.Is(err, stopped) || got != "" {
			t.Errorf("%s: %v, %s", code, err, got)
		}
	}
}

func TestPackagesKeepTheirCalls(t *testing.T) {
	t.Parallel()
	_, err := run(t, "-- main.js --\nexports.up = () => require('p')(() => 1)\n-- node_modules/p/index.js --\nmodule.exports = f => f().then(n => n)")
	if err == nil || !strings.Contains(err.Error(), "then") {
		t.Errorf("got %v", err)
	}
}
