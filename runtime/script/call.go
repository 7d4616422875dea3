package script

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/dop251/goja"
)

// Call calls a function and waits until all that it has started has settled: a promise that it returns, the jobs of
// other promises, and timers. It returns the value, or that of the promise.
//
// It is an error when the function throws, when its promise is rejected or can never settle, when a promise is
// rejected that nothing handles, and when ctx is done or Interrupt is called meanwhile.
//
// A function that Export has found is called as a method of the object that it was found in.
func (vm *VM) Call(ctx context.Context, fn goja.Value, args ...goja.Value) (goja.Value, error) {
	callable, ok := goja.AssertFunction(fn)
	if !ok {
		return nil, vm.located(&Error{Name: "TypeError", Message: "a value that is not a function was called"})
	}
	this, what := vm.receiver(fn.(*goja.Object))
	return vm.run(ctx, what, func() (goja.Value, error) { return callable(this, args...) })
}

// Inspect runs Go code that looks at values of the script, and waits until all that it has started has settled. A look
// may run code of the script, in a getter or a trap of a proxy: here that runs as in Call, so that it can be
// interrupted, and what it throws is the error. What names the values in messages.
//
// For example, `Object.defineProperty(exports, 'up', {get() { for (;;) {} }})` runs without end where Export("up") is
// called outside of it.
func (vm *VM) Inspect(ctx context.Context, what string, look func() error) error {
	_, err := vm.run(ctx, what, func() (goja.Value, error) {
		var failed error
		enter, _ := goja.AssertFunction(vm.rt.ToValue(func(goja.FunctionCall) goja.Value {
			failed = look()
			return goja.Undefined()
		}))
		_, thrown := enter(goja.Undefined())
		return nil, cmp.Or(thrown, failed)
	})
	return err
}

// receiver is what `this` is in a call of a function, and how messages name the function.
func (vm *VM) receiver(function *goja.Object) (this goja.Value, what string) {
	if e, ok := vm.exported[function]; ok {
		return e.holder, e.name + "()"
	}
	if name := vm.text(function, "name"); name != "" {
		return goja.Undefined(), name + "()"
	}
	return goja.Undefined(), "the function"
}

// run lets start enter the interpreter and settles what comes of it. What names it in messages.
func (vm *VM) run(ctx context.Context, what string, start func() (goja.Value, error)) (goja.Value, error) {
	if vm.dead != nil {
		return nil, vm.dead
	}
	if vm.running {
		return nil, errors.New("the interpreter is running already: a binding calls back with goja.AssertFunction")
	}
	if ctx.Err() != nil {
		return nil, vm.interruptedError(context.Cause(ctx), nil)
	}
	vm.running, vm.ctx = true, ctx
	stop := vm.interrupt.watch(ctx)
	v, err := vm.guard(func() (goja.Value, error) {
		v, err := start()
		return vm.settle(what, v, err)
	})
	stop()
	vm.running, vm.rejected, vm.timers = false, nil, timers{}
	if cause := vm.interrupt.take(); cause != nil {
		return nil, vm.asInterrupted(err, cause)
	}
	return v, err
}

// asInterrupted returns err if it says that the call was interrupted, and otherwise an error that does: a script may
// have ended, or failed for another reason, before the interpreter noticed.
func (vm *VM) asInterrupted(err, cause error) error {
	var e *Error
	if errors.As(err, &e) {
		if e.Name == interruptedName {
			return e
		}
		return vm.interruptedError(cause, e.Frames)
	}
	return vm.interruptedError(cause, nil)
}

// guard turns a Go panic into an error. The interpreter is not used again after one.
func (vm *VM) guard(f func() (goja.Value, error)) (v goja.Value, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = newBug(vm.located(&Error{}).Place, p)
			vm.dead = err
		}
	}()
	return f()
}

// settle runs timers, and the jobs that follow each, until nothing is left that could happen. The jobs of promises
// need no care: goja runs them whenever it is left.
func (vm *VM) settle(what string, v goja.Value, err error) (goja.Value, error) {
	for {
		if err != nil {
			return nil, vm.failure(err)
		}
		promise := asPromise(v)
		if promise != nil && promise.State() == goja.PromiseStateRejected {
			return nil, vm.thrown(promise.Result(), nil)
		}
		if len(vm.rejected) > 0 {
			return nil, vm.unhandled()
		}
		pending := promise != nil && promise.State() == goja.PromiseStatePending
		next := vm.timers.next(pending)
		if next == nil {
			return vm.settled(what, v, promise, pending)
		}
		err = vm.fire(next)
	}
}

// settled is the outcome when nothing more can happen.
func (vm *VM) settled(what string, v goja.Value, promise *goja.Promise, pending bool) (goja.Value, error) {
	if pending {
		frames, which := vm.unsettled(), "something that it awaits"
		if len(frames) > 0 {
			which = "the one that is made here"
		}
		return nil, vm.located(&Error{
			Name: "Error", Frames: frames,
			Message: fmt.Sprintf("%s returned a promise that never settles: %s is neither resolved nor rejected", what,
				which),
		})
	}
	if vm.timers.any() {
		return nil, vm.located(&Error{
			Name:    "Error",
			Message: fmt.Sprintf("%s has ended and left a setInterval running", what),
			hint:    "end it with clearInterval",
		})
	}
	if promise != nil {
		return promise.Result(), nil
	}
	return v, nil
}

// unhandled is the error for promises that were rejected and that nothing has awaited.
func (vm *VM) unhandled() error {
	e := vm.thrown(vm.rejected[0].Result(), nil)
	e.hint = "a promise was rejected that nothing awaits: write await before the call that returned it"
	return e
}

// trackRejection keeps the promises that are rejected and have no handler yet.
func (vm *VM) trackRejection(p *goja.Promise, operation goja.PromiseRejectionOperation) {
	if operation == goja.PromiseRejectionReject {
		vm.rejected = append(vm.rejected, p)
		return
	}
	vm.rejected = slices.DeleteFunc(vm.rejected, func(other *goja.Promise) bool { return other == p })
}

// asPromise is the promise that v is, or nil. The type is asked first, since exporting another object copies it.
func asPromise(v goja.Value) *goja.Promise {
	if object, ok := v.(*goja.Object); ok && object.ExportType() == reflect.TypeFor[*goja.Promise]() {
		promise, _ := object.Export().(*goja.Promise)
		return promise
	}
	return nil
}
