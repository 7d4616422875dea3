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
	vm, err := m.unit.Open(ctx, script.OpenOptions{Print: call.Print, Ask: ask, Progress: call.Progress,
		Setup: func(vm *script.VM) (any, error) {
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
	if err := vm.Inspect(ctx, "what the file exports", i.readExports); err != nil {
		i.s.close()
		return nil, err
	}
	i.s.loading = false
	return i, nil
}

// loadingTime is ample for a top level, which computes and does not wait.
const loadingTime = 30 * time.Second

// boundLoading ends a top level that does not come to its end, or getters of what the file exports. The time that
// somebody takes to answer a question does not count.
func (e *Engine) boundLoading(ctx context.Context, call runtime.Call) (context.Context, runtime.Asker, func()) {
	limit := cmp.Or(e.options.Loading, loadingTime)
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() {
		cancel(fault.New(fault.Script, "move what takes long into up(db) or down(db)",
			"the loading of the file has not come to its end in %s", limit))
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
	s         *scope
	info      runtime.Info
	functions map[string]*exportedFunction // up, down and check, as far as the file has them
}

func (i *instance) Info() runtime.Info { return i.info }

func (i *instance) Close() { i.s.close() }

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
	if i.s.call.Direction == runtime.Up && i.functions["check"] != nil {
		if i.s.call.DryRun {
			i.s.notice("check", "check(db) is not called in a dry run: what it would look at was not written")
			return nil
		}
		return i.callExport(ctx, "check")
	}
	return nil
}

// callExport calls up, down or check.
func (i *instance) callExport(ctx context.Context, name string) error {
	f := i.functions[name]
	if f == nil {
		return fault.New(fault.Script, "", "%s exports no function %s", i.s.call.Migration.Name, name)
	}
	i.s.takesDB = f.takesDB
	args := []goja.Value{i.s.database(i.s.engine.options.Database).object, i.s.clientObject()}
	if f.callback > 0 {
		return i.callWithNext(ctx, name, f, args)
	}
	result, err := i.s.vm.Call(ctx, f.object, args...)
	if err != nil {
		return err
	}
	return i.refuseGenerator(ctx, name, result)
}

// refuseGenerator fails for what a generator function returns: an object with the body of the function still to be
// run.
func (i *instance) refuseGenerator(ctx context.Context, name string, result goja.Value) error {
	object, ok := result.(*goja.Object)
	if !ok {
		return nil
	}
	return i.s.vm.Inspect(ctx, "what "+name+"() returned", func() error {
		generator := false
		// What a script returns may throw when it is looked at. Then it is something else.
		_ = i.s.rt.Try(func() {
			generator = i.s.native(object) == nil && isFunction(object.Get("next")) && isFunction(object.Get("return"))
		})
		if !generator {
			return nil
		}
		return fault.New(fault.Script, fmt.Sprintf("write `async function %s(db)`, and await in place of yield", name),
			"%s: %s is a generator, and nothing of it was run", i.s.call.Migration.Name, name)
	})
}

func isFunction(v goja.Value) bool {
	_, ok := goja.AssertFunction(v)
	return ok
}
