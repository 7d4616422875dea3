package script_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/google/go-cmp/cmp"

	"migrator/runtime/fault"
	"migrator/runtime/script"
)

func TestACallEndsWhenEverythingHasSettled(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ up, want string }{
		"a plain function":                   {`print(1)`, "1"},
		"an awaited value":                   {`print(await 1); print(await Promise.resolve(2))`, "1\n2"},
		"a promise that is not awaited":      {`(async () => { await 1; print('later') })(); print('first')`, "first\nlater"},
		"a timeout that is awaited":          {`await new Promise(r => setTimeout(r, 1)); print('done')`, "done"},
		"a timeout that is not awaited":      {`setTimeout(w => print(w), 1, 'later'); print('first')`, "first\nlater"},
		"timeouts in the order of their due": {`setTimeout(() => print('b'), 3); setTimeout(() => print('a'), 1); setImmediate(() => print('now'))`, "now\na\nb"},
		"a timeout that was cleared":         {`clearTimeout(setTimeout(() => print('no'), 1)); clearTimeout(undefined); print('ok')`, "ok"},
		"an interval that ends itself":       {`let n = 0; await new Promise(r => { const i = setInterval(() => { print(++n); if (n === 3) { clearInterval(i); r() } }, 1) })`, "1\n2\n3"},
		"an interval that settles a promise": {`await new Promise(r => { const i = setInterval(() => { clearInterval(i); r() }, 1) }); print('ok')`, "ok"},
		"a microtask":                        {`queueMicrotask(() => print('later')); process.nextTick(print, 'last'); print('first')`, "first\nlater\nlast"},
		"a rejection that is handled":        {`const p = Promise.reject(new Error('x')); try { await p } catch (e) { print(e.message) }`, "x"},
		"sleep stands still":                 {`setTimeout(() => print('b'), 0); sleep(2); print('a'); await sleep(1)`, "a\nb"},
		"an array of promises":               {`print((await Promise.all([1, Promise.resolve(2)])).length)`, "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := run(t, "-- main.js --\nexports.up = async () => { "+c.up+" }")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestACallFailsForWhatNobodyWouldSee(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ main, want string }{
		"a promise that never settles": {
			"exports.up = () => new Promise(() => {})",
			"main.js:1:20: Error: up() returned a promise that never settles: the one that is made here is neither resolved nor rejected",
		},
		"an await of one": {
			"exports.up = async () => { await new Promise(() => {}) }",
			"main.js:1:34: Error: up() returned a promise that never settles: the one that is made here is neither resolved nor rejected",
		},
		"an await of a function that awaits one": {
			"const wait = async () => {\n  await new Promise(r => setTimeout(r, 1))\n  await Promise.all([2, new Promise(() => {})])\n}\nexports.up = async () => {\n  await null\n  await wait()\n}",
			"main.js:3:25: Error: up() returned a promise that never settles: the one that is made here is neither resolved nor rejected",
		},
		"a promise that is made in another way": {
			"exports.up = () => Promise.race([])",
			"main.js: Error: up() returned a promise that never settles: something that it awaits is neither resolved nor rejected",
		},
		"an async callback of forEach": {
			"exports.up = () => { [1].forEach(async () => { throw new Error('boom') }) }",
			"main.js:1:54: Error: boom",
		},
		"a rejection that is neither awaited nor handled": {
			"exports.up = () => { Promise.reject(new Error('boom')); return 1 }",
			"main.js:1:37: Error: boom",
		},
		"a throw in a timeout": {
			"exports.up = () => { setTimeout(() => { throw new Error('boom') }, 1) }",
			"main.js:1:47: Error: boom",
		},
		"a throw in a microtask": {
			"exports.up = () => { queueMicrotask(() => { throw new Error('boom') }) }",
			"main.js:1:51: Error: boom",
		},
		"an interval that is never cleared": {
			"exports.up = () => { setInterval(() => {}, 1) }",
			"main.js: Error: up() has ended and left a setInterval running",
		},
		"a rejection at the top level": {
			"Promise.reject(new Error('boom')); exports.up = () => {}",
			"main.js:1:16: Error: boom",
		},
		"a timer that is set with no function": {
			"exports.up = () => setTimeout('print(1)', 1)",
			"main.js:1:20: TypeError: a timer is set with a function",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, "-- main.js --\n"+c.main)
			if err == nil {
				t.Fatal("it did not fail")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// stuck are scripts that do not end, and do all they can not to be ended.
var stuck = map[string]string{
	"a loop":                          `for (;;) {}`,
	"a loop that catches":             `for (;;) { try { for (;;) {} } catch {} finally { print('finally') } }`,
	"a loop in a promise's callback":  `await 1; for (;;) {}`,
	"a wait for a timeout":            `await new Promise(r => setTimeout(r, 1e9))`,
	"timeouts that set each other":    `const f = () => setTimeout(f, 1); f()`,
	"sleep in a loop that catches":    `for (;;) try { sleep(1e9) } catch { print('caught') }`,
	"sleep in a function that ends":   `try { sleep(1e9) } catch {}`,
	"promises that follow each other": `const f = () => Promise.resolve().then(f); await f()`,
}

func TestACancelledContextEndsAScript(t *testing.T) {
	t.Parallel()
	for name, body := range stuck {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			signal := fault.New(fault.Interrupted, "", "interrupted by a signal")
			ctx, cancel := context.WithCancelCause(context.Background())
			defer cancel(nil)
			unit, err := load(t, "-- main.js --\nexports.up = async () => { print('ready'); "+body+" }\nexports.again = () => 1")
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			vm, err := unit.Open(ctx, script.OpenOptions{Print: func(line string) {
				lines = append(lines, line)
				go cancel(signal)
			}})
			if err != nil {
				t.Fatal(err)
			}
			defer vm.Close()
			_, err = vm.Call(ctx, vm.Export("up"))
			if !errors.Is(err, signal) || fault.CodeOf(err) != fault.Interrupted {
				t.Errorf("the error is %v, code %d", err, fault.CodeOf(err))
			}
			if diff := cmp.Diff([]string{"ready"}, lines); diff != "" {
				t.Errorf("it went on:\n%s", diff)
			}
			if _, err := vm.Call(ctx, vm.Export("again")); !errors.Is(err, signal) {
				t.Errorf("a call after it: %v", err)
			}
			if _, err := vm.Call(context.Background(), vm.Export("again")); err != nil {
				t.Errorf("a call with another context: %v", err)
			}
		})
	}
}

// withBinding opens an interpreter for a script that can call the function binding, and calls up.
func withBinding(t *testing.T, up string, binding func(vm *script.VM) goja.Value) (string, error) {
	t.Helper()
	unit, err := load(t, "-- main.js --\nexports.up = () => {\n  "+up+"\n}")
	if err != nil {
		t.Fatal(err)
	}
	var out output
	vm, err := unit.Open(context.Background(), script.OpenOptions{Print: out.print, Setup: func(vm *script.VM) (any, error) {
		return nil, vm.Runtime().Set("binding", func(goja.FunctionCall) goja.Value { return binding(vm) })
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	_, err = vm.Call(context.Background(), vm.Export("up"))
	return out.String(), err
}

func TestABindingThatInterruptsCannotBeCaught(t *testing.T) {
	t.Parallel()
	lost := errors.New("the lease is lost")
	for name, up := range map[string]string{
		"in a loop":                 `for (;;) try { binding() } catch { print('caught') }`,
		"as the last thing it does": `try { binding() } catch {}`,
		"in a promise's callback":   `Promise.resolve().then(() => binding()).catch(() => print('caught'))`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			printed, err := withBinding(t, up, func(vm *script.VM) goja.Value {
				vm.Interrupt(lost)
				vm.Throw(lost)
				return nil
			})
			if !errors.Is(err, lost) || printed != "" {
				t.Errorf("the error is %v, printed was %q", err, printed)
			}
		})
	}
}

// notFound is an error with data, as a driver has them.
type notFound struct{ name string }

func (e *notFound) Error() string { return e.name + " is not found" }

func TestTheGoErrorBehindAThrowIsKept(t *testing.T) {
	t.Parallel()
	for name, up := range map[string]string{
		"thrown by a binding":           `binding()`,
		"caught and thrown again":       `try { binding() } catch (e) { throw e }`,
		"as the cause of another":       `try { binding() } catch (e) { throw new Error('outer', {cause: e}) }`,
		"in a promise that is rejected": `return (async () => { await 1; binding() })()`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := withBinding(t, up, func(vm *script.VM) goja.Value {
				vm.Throw(fault.Wrap(fault.Unreachable, &notFound{"it"}, "start it", "look"))
				return nil
			})
			var found *notFound
			if !errors.As(err, &found) || found.name != "it" {
				t.Fatalf("the error is %v", err)
			}
			if fault.CodeOf(err) != fault.Unreachable || fault.HintOf(err) != "start it" {
				t.Errorf("code %d, hint %q", fault.CodeOf(err), fault.HintOf(err))
			}
			if !strings.HasPrefix(err.Error(), "main.js:2:") {
				t.Errorf("the place is lost: %v", err)
			}
		})
	}
}

func TestABindingLearnsWhereItIsCalled(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ archive, want string }{
		"in a callback of a builtin": {"-- main.js --\nexports.up = () => {\n  [1].map(() => db.users.find())\n}", "main.js:2:26"},
		"on the first line":          {"-- main.js --\nexports.up = () => db.users.find()", "main.js:1:29"},
		"behind many native calls":   {"-- main.js --\nexports.up = () => { const f = n => n ? [n].forEach(() => f(n - 1)) : find(); f(9) }", "main.js:1:71"},
		"in an ES module":            {"-- main.js --\nexport async function up() {\n  await db.users.find()\n}", "main.js:2:18"},
		"in TypeScript":              {"-- main.ts --\ntype T = {}\nexport const up = async (): Promise<void> => {\n  await db.users.find({} as T)\n}", "main.ts:3:18"},
		"in a helper":                {"-- main.js --\nexports.up = require('./lib/x').up\n-- lib/x.js --\n\nexports.up = () => find()", "lib/x.js:2:20"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			unit, err := load(t, c.archive)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			vm, err := unit.Open(context.Background(), script.OpenOptions{Setup: func(vm *script.VM) (any, error) {
				find := func(goja.FunctionCall) goja.Value { got = vm.Where().String(); return goja.Undefined() }
				db := map[string]any{"users": map[string]any{"find": find}}
				return nil, errors.Join(vm.Runtime().Set("find", find), vm.Runtime().Set("db", db))
			}})
			if err != nil {
				t.Fatal(err)
			}
			defer vm.Close()
			if _, err := vm.Call(context.Background(), vm.Export("up")); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPanicInABindingIsABugOfOurs(t *testing.T) {
	t.Parallel()
	_, err := withBinding(t, "try { binding() } catch {}", func(*script.VM) goja.Value { panic("oops") })
	if err == nil || fault.CodeOf(err) != fault.Failed || !strings.Contains(err.Error(), "migrator has a bug: oops") {
		t.Errorf("the error is %v, code %d", err, fault.CodeOf(err))
	}
}

func TestAnInterpreterIsNotEnteredTwice(t *testing.T) {
	t.Parallel()
	_, err := withBinding(t, "binding()", func(vm *script.VM) goja.Value {
		_, err := vm.Call(context.Background(), vm.Export("up"))
		vm.Throw(err)
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "running already") {
		t.Errorf("the error is %v", err)
	}
}

func TestAClosedInterpreterRefuses(t *testing.T) {
	t.Parallel()
	host := script.NewHost(script.Options{Root: t.TempDir()})
	vm, err := host.Blank(context.Background(), script.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	vm.Close()
	vm.Close()
	if _, err := vm.Eval(context.Background(), "eval", "1"); err == nil {
		t.Error("it still evaluates")
	}
}

func TestACallNamesTheFunctionThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	vm, _ := blank(t, "")
	for code, want := range map[string]string{
		"(function wait() { return new Promise(() => {}) })": "eval:1:27: Error: wait() returned a promise that never settles",
		"() => new Promise(() => {})":                        "eval:1:7: Error: the function returned a promise that never settles",
		"5":                                                  "TypeError: a value that is not a function was called",
	} {
		fn, err := vm.Eval(context.Background(), "eval", code)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := vm.Call(context.Background(), fn); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: the error is %v", code, err)
		}
	}
}

func TestABindingSeesTheContextOfTheCall(t *testing.T) {
	t.Parallel()
	type key struct{}
	vm, _ := blank(t, "")
	got := any(nil)
	fn := vm.Runtime().ToValue(func(goja.FunctionCall) goja.Value {
		got = vm.Context().Value(key{})
		return goja.Undefined()
	})
	if _, err := vm.Call(context.WithValue(context.Background(), key{}, "of the call"), fn); err != nil {
		t.Fatal(err)
	}
	if got != "of the call" {
		t.Errorf("it sees %v", got)
	}
}

// TestInspect looks at an export whose getter runs code of the script.
func TestInspect(t *testing.T) {
	t.Parallel()
	stopped, failed := errors.New("stopped by the test"), errors.New("the look failed")
	for _, c := range []struct {
		name, getter string
		look         func(vm *script.VM) error
		want         error
		message      string
	}{
		{name: "a getter that returns is looked at", getter: `return 1`},
		{name: "the error of the look is the error", getter: `return 1`, want: failed,
			look: func(*script.VM) error { return failed }},
		{name: "a getter that never ends is interrupted", getter: `stop(); for (;;) {}`, want: stopped,
			message: "main.js:2:"},
		{name: "one that catches everything, too", getter: `for (;;) try { stop() } catch {}`, want: stopped},
		{name: "what a getter throws has its place", getter: `throw new RangeError('mine')`,
			message: "main.js:2:9: RangeError: mine"},
		{name: "a promise that a getter leaves rejected is an error", getter: `Promise.reject(new Error('lost'))`,
			message: "Error: lost"},
		{name: "a timer that a getter sets is waited for", getter: `setTimeout(() => { throw new Error('late') })`,
			message: "Error: late"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			unit, err := load(t, "-- main.js --\nObject.defineProperty(exports, 'up', {get() {\n  "+c.getter+"\n}})")
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			vm, err := unit.Open(ctx, script.OpenOptions{Setup: func(vm *script.VM) (any, error) {
				return nil, vm.Runtime().Set("stop", func() { cancel(stopped) })
			}})
			if err != nil {
				t.Fatal(err)
			}
			defer vm.Close()
			err = vm.Inspect(ctx, "the export", func() error {
				if c.look != nil {
					return c.look(vm)
				}
				vm.Export("up")
				return nil
			})
			if c.want == nil && c.message == "" && err != nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if c.message != "" && (err == nil || !strings.Contains(err.Error(), c.message)) {
				t.Errorf("got %v, want %q", err, c.message)
			}
		})
	}
}
