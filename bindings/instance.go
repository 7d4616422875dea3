package bindings

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/dop251/goja"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/runtime/script"
)

// migration is a compiled migration, the runtime.Script of this package.
type migration struct {
	engine *Engine
	unit   *script.Unit
}

func (m *migration) Bundle() runtime.Bundle { return m.unit.Bundle() }

func (m *migration) Open(ctx context.Context, call runtime.Call) (runtime.Instance, error) {
	ctx, ask, cancel := m.engine.boundLoading(ctx, call)
	defer cancel()
	vm, err := m.unit.Open(ctx, script.OpenOptions{Print: call.Print, Ask: ask, Progress: call.Progress, Setup: func(vm *script.VM) (any, error) {
		s, err := m.engine.setUp(vm, call)
		if err == nil {
			s.loading = true
		}
		return s, err
	}})
	if err != nil {
		return nil, err
	}
	i := &instance{s: scopeOf(vm)}
	i.s.loading = false
	if err := i.readInfo(); err != nil {
		i.Close()
		return nil, err
	}
	return i, nil
}

// loadingTime is ample for a top level, which computes and does not wait.
const loadingTime = 30 * time.Second

// boundLoading ends a top level that does not come to its end. The time that somebody takes to answer a question does
// not count.
func (e *Engine) boundLoading(ctx context.Context, call runtime.Call) (context.Context, runtime.Asker, func()) {
	limit := cmp.Or(e.options.Loading, loadingTime)
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() {
		cancel(fault.New(fault.Script, "move what takes long into up(db) or down(db)", "the top level of the file has not come to its end in %s", limit))
	})
	stop := func() { timer.Stop(); cancel(nil) }
	if call.Ask == nil {
		return ctx, nil, stop
	}
	return ctx, func(ctx context.Context, q runtime.Question) (string, error) {
		timer.Stop()
		defer timer.Reset(limit)
		return call.Ask(ctx, q)
	}, stop
}

// instance is an evaluated migration.
type instance struct {
	s    *scope
	info runtime.Info
}

func (i *instance) Info() runtime.Info { return i.info }

// closeTimeout bounds what Close does on the server, which may be gone.
const closeTimeout = 5 * time.Second

func (i *instance) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	i.s.close(ctx)
	i.s.vm.Close()
}

// Run calls up, then check if there is one, or down.
func (i *instance) Run(ctx context.Context) (runtime.Report, error) {
	i.s.begin()
	var err error
	if i.info.Transaction {
		err = i.s.transaction(ctx, func() error { return i.run(ctx) })
	} else {
		err = i.run(ctx)
	}
	report := i.s.report(err)
	return report, describe(err, report, true)
}

func (i *instance) run(ctx context.Context) error {
	name := string(i.s.call.Direction)
	if err := i.callExport(ctx, name); err != nil {
		return err
	}
	if i.s.call.Direction == runtime.Up && i.info.HasCheck {
		if i.s.call.DryRun {
			i.s.notice("check", "check(db) is not called in a dry run: what it would look at was not written")
			return nil
		}
		return i.callExport(ctx, "check")
	}
	return nil
}

func (i *instance) callExport(ctx context.Context, name string) error {
	function := i.s.vm.Export(name)
	if !isFunction(function) {
		return fault.New(fault.Script, "", "%s exports no function %s", i.s.call.Migration.Name, name)
	}
	i.s.takesDB = function.ToObject(i.s.rt).Get("length").ToInteger() > 0
	args := []goja.Value{i.s.database(i.s.engine.options.Database).object, i.s.clientObject()}
	if at := takesNext(function.ToObject(i.s.rt)); at > 0 {
		return i.callWithNext(ctx, name, function.ToObject(i.s.rt), at, args)
	}
	result, err := i.s.vm.Call(ctx, function, args...)
	if err == nil && i.isGenerator(result) {
		return fault.New(fault.Script, fmt.Sprintf("write `async function %s(db)`, and await in place of yield", name),
			"%s: %s is a generator, of which nothing was run", i.s.call.Migration.Name, name)
	}
	return err
}

// isGenerator tells what a generator function returns: an object with the body of the function still to be run.
func (i *instance) isGenerator(v goja.Value) (is bool) {
	object, ok := v.(*goja.Object)
	if !ok || i.s.native(v) != nil {
		return false
	}
	// What a script returns may throw when it is looked at.
	_ = i.s.rt.Try(func() { is = isFunction(object.Get("next")) && isFunction(object.Get("return")) })
	return is
}

func isFunction(v goja.Value) bool {
	_, ok := goja.AssertFunction(v)
	return ok
}

// readInfo reads what the file exports beside its functions.
func (i *instance) readInfo() error {
	r := exports{vm: i.s.vm, file: i.s.call.Migration.Name}
	i.info = runtime.Info{
		Description:  r.text("description"),
		HasUp:        isFunction(i.s.vm.Export("up")),
		HasDown:      isFunction(i.s.vm.Export("down")),
		HasCheck:     isFunction(i.s.vm.Export("check")),
		Transaction:  r.flag("transaction"),
		Irreversible: r.text("irreversible"),
		Timeout:      r.seconds("timeout"),
		Environments: r.list("environments"),
	}
	if !i.info.HasUp {
		i.info.Advice = i.adviseUp()
	}
	return r.err
}

// adviseUp looks for an up where other tools have it, in an object, a class or a function, and says what to write.
func (i *instance) adviseUp() string {
	const within = "its up is in an export of another name: add `export default %s`"
	for _, name := range i.s.vm.Exports() {
		exported, ok := i.s.vm.Export(name).(*goja.Object)
		if !ok {
			continue
		}
		if isFunction(exported.Get("up")) {
			return fmt.Sprintf(within, name)
		}
		if classHasUp(exported.Get("prototype")) {
			return fmt.Sprintf(within, "new "+name+"()")
		}
	}
	if classHasUp(i.s.vm.Export("prototype")) {
		return "its up is a method of a class: export an instance, `module.exports = new …()`, or `export default new …()`"
	}
	if name := i.s.vm.Export("name"); name != nil && name.String() == "up" {
		return "the file exports up itself: write `exports.up = …`, or `export function up` without default"
	}
	return ""
}

// classHasUp tells whether v is the prototype of a class with an up.
func classHasUp(v goja.Value) bool {
	proto, ok := v.(*goja.Object)
	return ok && isFunction(proto.Get("up"))
}

// exports reads the declarations of a file; the first that has a wrong type is the error.
type exports struct {
	vm   *script.VM
	file string
	err  error
}

func (r *exports) get(name string) (any, bool) {
	v := r.vm.Export(name)
	if !given(v) {
		return nil, false
	}
	return v.Export(), true
}

func (r *exports) wrong(name, want string) {
	if r.err == nil {
		r.err = fault.New(fault.Script, "", "%s: the export %s must be %s", r.file, name, want)
	}
}

func (r *exports) text(name string) string {
	v, ok := r.get(name)
	if !ok {
		return ""
	}
	s, isString := v.(string)
	if !isString {
		r.wrong(name, "a string")
	}
	return s
}

func (r *exports) flag(name string) bool {
	v, ok := r.get(name)
	if !ok {
		return false
	}
	b, isBool := v.(bool)
	if !isBool {
		r.wrong(name, "true or false")
	}
	return b
}

func (r *exports) seconds(name string) time.Duration {
	v, ok := r.get(name)
	if !ok {
		return 0
	}
	switch n := v.(type) {
	case int64:
		if n > 0 {
			return time.Duration(n) * time.Second
		}
	case float64:
		if n > 0 {
			return time.Duration(n * float64(time.Second))
		}
	}
	r.wrong(name, "a number of seconds above 0")
	return 0
}

func (r *exports) list(name string) []string {
	v, ok := r.get(name)
	if !ok {
		return nil
	}
	elements, isArray := v.([]any)
	if !isArray {
		r.wrong(name, "an array of names")
		return nil
	}
	list := make([]string, len(elements))
	for i, element := range elements {
		if list[i], ok = element.(string); !ok {
			r.wrong(name, "an array of names")
		}
	}
	return list
}
