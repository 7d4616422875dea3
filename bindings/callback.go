package bindings

import (
	"context"
	"regexp"
	"slices"

	"github.com/dop251/goja"

	"migrator/runtime/fault"
	"migrator/runtime/script"
)

// invoke calls a method. A function behind its arguments is a callback as older drivers have it: it is called with the
// error, or with null and the result, before the method returns. For example
//
//	db.collection('a').insertOne({}, (error, result) => { … })
func invoke[T any](m method[T], of T, a *args) goja.Value {
	callback := a.takeCallback()
	if callback == nil {
		return m(of, a)
	}
	outcome := []goja.Value{goja.Null(), goja.Undefined()}
	if thrown := a.s.rt.Try(func() { outcome[1] = m(of, a) }); thrown != nil {
		outcome = []goja.Value{thrown.Value()}
	}
	_, err := callback(goja.Undefined(), outcome...)
	script.Rethrow(err)
	return goja.Undefined()
}

// takeCallback removes a callback from the end of the arguments and returns it, or nil. The function of map is
// something else, and that of find(function) means something in a shell alone.
func (a *args) takeCallback() goja.Callable {
	last := len(a.list) - 1
	if last < 0 || a.method == "map" || last == 0 && (a.method == "find" || a.method == "findOne") {
		return nil
	}
	callback, ok := goja.AssertFunction(a.list[last])
	if !ok || a.s.native(a.list[last]) != nil {
		return nil
	}
	a.list = a.list[:last]
	return callback
}

// next is the callback of up(db, client, next) and up(db, next), by which old files of migrate-mongo say that they are
// done.
type next struct {
	called bool
	failed goja.Value // what it was called with
}

// namesNext finds a second parameter that is a callback, in the source of a function.
var namesNext = regexp.MustCompile(`^(?:async\s+)?(?:function\b\s*)?[\w$]*` +
	`\s*\(\s*[\w$]+\s*,\s*(?:next|callback|cb|done)\s*\)`)

// takesNext returns which argument of an exported function is such a callback, by the number of its parameters and its
// source; 0 if no argument is. For example, it returns 1 for `function up(db, next) {…}`.
func takesNext(length int64, source string) int {
	switch {
	case length >= 3:
		return 2
	case length == 2 && namesNext.MatchString(source):
		return 1
	}
	return 0
}

// callWithNext calls an exported function with its callback. One that is async need not call it.
func (i *instance) callWithNext(ctx context.Context, name string, f *exportedFunction, args []goja.Value) error {
	var done next
	callback := i.s.rt.ToValue(func(call goja.FunctionCall) goja.Value {
		done.called = true
		if given(call.Argument(0)) {
			done.failed = call.Argument(0)
		}
		return goja.Undefined()
	})
	if _, err := i.s.vm.Call(ctx, f.object, slices.Insert(args, f.callback, callback)...); err != nil {
		return err
	}
	if done.failed != nil {
		_, err := i.s.vm.Call(ctx, i.s.rt.ToValue(func(goja.FunctionCall) goja.Value { panic(done.failed) }))
		return err
	}
	if !done.called && !f.async {
		return fault.New(fault.Script, "call it when all is done, or make "+name+" async and leave the parameter out",
			"%s: %s takes a callback as its parameter %d, and has ended without calling it", i.s.call.Migration.Name,
			name, f.callback+1)
	}
	return nil
}
