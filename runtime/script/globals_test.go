package script_test

import (
	"context"
	"errors"
	"testing"

	"github.com/dop251/goja"
	"github.com/google/go-cmp/cmp"

	"migrator/runtime/script"
)

func TestGlobals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"print joins its arguments":              {"print('a', 1, true, null, undefined)", "a 1 true null undefined"},
		"print shows what is in an object":       {"print({a: [1, {b: 2}]})", `{"a":[1,{"b":2}]}`},
		"print shows a value without JSON":       {"const o = {}; o.o = o; print(o, function f() {}, 1n, Symbol('s'))", "[Object that JSON cannot express] [Function: f] 1n Symbol(s)"},
		"print gives line by line":               {"print('a\\nb\\n')", "a\nb\n"},
		"printjson":                              {"printjson({a: 1})", `{"a":1}`},
		"console has one stream":                 {"console.log(1); console.info(2); console.warn(3); console.error(4); console.debug(5)", "1\n2\n3\n4\n5"},
		"console fills placeholders":             {"console.log('%s is %d, %i, %j, 100%%, %x', 'a', '2', 3.7, {b: 1}, 'rest')", `a is 2, 3, {"b":1}, 100%, %x rest`},
		"a lone string keeps its percent":        {"console.log('100%%')", "100%%"},
		"console groups":                         {"console.group('a'); console.log('b'); console.groupEnd(); console.log('c')", "a\n  b\nc"},
		"console counts and asserts":             {"console.count(); console.count(); console.assert(true); console.assert(false, 'x')", "default: 1\ndefault: 2\nAssertion failed: x"},
		"console tables":                         {"console.table([{a: 1}])", "┌─────────┬───┐\n│ (index) │ a │\n├─────────┼───┤\n│ 0       │ 1 │\n└─────────┴───┘"},
		"an error is printed with its place":     {"function f() { return new Error('x') }\nconsole.log(f())", "Error: x\n    at f (eval:1:23)\n    at eval:2:13"},
		"what only looks like a stack is kept":   {"print('at home'); print('  at home'); print('\\tat native land')", "at home\n  at home\n\tat native land"},
		"global is globalThis":                   {"print(global === globalThis)", "true"},
		"env":                                    {"print(env('HOME_TOWN'))", "Bern"},
		"env refuses":                            {"try { env('SECRET') } catch (e) { print(e.message) }", "SECRET is not listed"},
		"Buffer":                                 {"print(Buffer.from('hi').toString('hex'), typeof Buffer, require('buffer').Buffer === Buffer)", "6869 function true"},
		"URL":                                    {"print(new URL('http://a.b/c?d=1').searchParams.get('d'), new URLSearchParams('x=2').get('x'))", "1 2"},
		"fetch says why not":                     {"try { fetch('http://x') } catch (e) { print(e.message) }", "fetch does not exist in scripts: scripts have no network; fetch the data beforehand and import it as a .json file"},
		"process.exit says what to do instead":   {"try { process.exit(1) } catch (e) { print(e.message) }", "process.exit does not exist in scripts: to fail, throw an Error; to end, return from the function"},
		"process.env refuses as env does":        {"try { process.env.HOME } catch (e) { print(e.message) }", "HOME is not listed"},
		"Symbol.asyncIterator":                   {"const o = {async *[Symbol.asyncIterator]() { yield 1 }}; for await (const x of o) print(x)", "1"},
		"Promise.withResolvers":                  {"const {promise, resolve} = Promise.withResolvers(); resolve(1); print(await promise)", "1"},
		"Promise.try":                            {"print(await Promise.try(x => x + 1, 1))", "2"},
		"Object.groupBy":                         {"print(Object.groupBy([1, 2, 3], n => n % 2 ? 'odd' : 'even'))", `{"odd":[1,3],"even":[2]}`},
		"Map.groupBy":                            {"print([...Map.groupBy([1, 2, 3], n => n % 2).entries()])", `[[1,[1,3]],[0,[2]]]`},
		"Array.fromAsync":                        {"print(await Array.fromAsync([1, Promise.resolve(2)], n => n * 2))", "[2,4]"},
		"isWellFormed":                           {"print('a\\uD800'.isWellFormed(), 'a😀'.isWellFormed(), 'a\\uD800'.toWellFormed() === 'a\\uFFFD')", "false true true"},
		"structuredClone is deep":                {"const a = {b: [1, {c: new Date(0)}], m: new Map([[1, {}]])}; a.self = a; const b = structuredClone(a); print(b.b !== a.b, b.b[1].c.getTime(), b.self === b, b.m.get(1) !== a.m.get(1))", "true 0 true true"},
		"structuredClone refuses a function":     {"try { structuredClone({f() {}}) } catch (e) { print(e.message) }", "structuredClone cannot copy a function"},
		"the globals are not enumerable":         {"print(Object.keys(globalThis).length)", "0"},
		"a global can be replaced":               {"globalThis.Buffer = 1; console = {log: print}; console.log(Buffer)", "1"},
		"break closes a sync iterator":           {"const it = {[Symbol.iterator]: () => ({next: () => ({value: 1, done: false}), return: () => { print('closed'); return {} }})}; for await (const x of it) break", "closed"},
		"for await awaits the promises it meets": {"for await (const x of [Promise.resolve('a'), 'b']) print(x)", "a\nb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out output
			host := script.NewHost(script.Options{Root: t.TempDir(), Env: func(name string) (string, error) {
				if name != "HOME_TOWN" {
					return "", errors.New(name + " is not listed")
				}
				return "Bern", nil
			}})
			vm, err := host.Blank(context.Background(), script.OpenOptions{Print: out.print})
			if err != nil {
				t.Fatal(err)
			}
			defer vm.Close()
			if _, err := vm.Eval(context.Background(), "eval", c.code); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestForAwaitOverASyncIteratorDoesNotAwait shows it by the order: an await would let the other function in between.
func TestForAwaitOverASyncIteratorDoesNotAwait(t *testing.T) {
	t.Parallel()
	got, err := run(t, `
-- main.js --
const cursor = {
  [Symbol.syncIterator]: true,
  n: 0,
  [Symbol.iterator]() { return this },
  next() { return {value: ++this.n, done: this.n > 3} },
  return() { print('closed'); return {} },
}
exports.up = async () => {
  Promise.resolve().then(() => print('other'))
  for await (const x of cursor) print(x)
  cursor.n = 0
  for await (const x of cursor) if (x === 2) break
}
`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("1\n2\n3\nclosed\nother", got); diff != "" {
		t.Error(diff)
	}
}

func TestAHostCanChangeHowValuesAreShown(t *testing.T) {
	t.Parallel()
	var out output
	host := script.NewHost(script.Options{
		Root: t.TempDir(),
		Show: func(_ *script.VM, v goja.Value) string { return "<" + v.String() + ">" },
	})
	vm, err := host.Blank(context.Background(), script.OpenOptions{Print: out.print})
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	_, err = vm.Eval(context.Background(), "eval", "print('a', 1); throw [2]")
	if diff := cmp.Diff("a <1>", out.String()); diff != "" {
		t.Error(diff)
	}
	if err == nil || err.Error() != "eval:1:16: Uncaught: <2>" {
		t.Errorf("the error is %v", err)
	}
}
