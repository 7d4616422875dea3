package script

import (
	"slices"
	"time"

	"github.com/dop251/goja"
)

// jsSetTimeout is setTimeout(callback, ms, ...args).
func (vm *VM) jsSetTimeout(call goja.FunctionCall) goja.Value {
	return vm.setTimer(call.Argument(0), call.Argument(1), 0, rest(call, 2))
}

// jsSetInterval is setInterval(callback, ms, ...args).
func (vm *VM) jsSetInterval(call goja.FunctionCall) goja.Value {
	interval := max(milliseconds(call.Argument(1)), time.Millisecond)
	return vm.setTimer(call.Argument(0), call.Argument(1), interval, rest(call, 2))
}

// jsSetImmediate is setImmediate(callback, ...args).
func (vm *VM) jsSetImmediate(call goja.FunctionCall) goja.Value {
	return vm.setTimer(call.Argument(0), goja.Undefined(), 0, rest(call, 1))
}

// rest are the arguments of a call from the nth on, which outlive it.
func rest(call goja.FunctionCall, n int) []goja.Value {
	return slices.Clone(call.Arguments[min(n, len(call.Arguments)):])
}

// setTimer returns the timer's number.
func (vm *VM) setTimer(callback, delay goja.Value, interval time.Duration, args []goja.Value) goja.Value {
	function, ok := goja.AssertFunction(callback)
	if !ok {
		panic(vm.rt.NewTypeError("a timer is set with a function"))
	}
	wait := milliseconds(delay)
	number := vm.timers.add(timer{due: time.Now().Add(wait), interval: interval, callback: function, args: args})
	object := vm.rt.ToValue(&timeout{number, max(wait, interval)}).ToObject(vm.rt)
	if err := object.SetPrototype(vm.timeoutPrototype()); err != nil {
		vm.Throw(err)
	}
	return object
}

// timeout is what setTimeout returns: as in Node.js it has methods, and it may be used as a number.
type timeout struct {
	number int64
	wait   time.Duration
}

// timeoutPrototype has the methods of timeouts. It is made for the first.
func (vm *VM) timeoutPrototype() *goja.Object {
	if vm.timeouts != nil {
		return vm.timeouts
	}
	vm.timeouts = vm.rt.NewObject()
	define := func(name string, what func(t *timeout) goja.Value) {
		err := vm.timeouts.DefineDataProperty(name, vm.timeoutMethod(what), goja.FLAG_TRUE, goja.FLAG_TRUE,
			goja.FLAG_FALSE)
		if err != nil {
			vm.Throw(err)
		}
	}
	idle := func(idle bool) func(*timeout) goja.Value {
		return func(t *timeout) goja.Value {
			vm.timers.change(t.number, func(tm *timer) { tm.idle = idle })
			return nil
		}
	}
	define("ref", idle(false))
	define("unref", idle(true))
	define("refresh", func(t *timeout) goja.Value {
		vm.timers.change(t.number, func(tm *timer) { tm.due = time.Now().Add(t.wait) })
		return nil
	})
	define("close", func(t *timeout) goja.Value { vm.timers.take(t.number); return nil })
	define("hasRef", func(t *timeout) goja.Value {
		kept := false
		vm.timers.change(t.number, func(tm *timer) { kept = tm.keepsAlive() })
		return vm.rt.ToValue(kept)
	})
	number := vm.timeoutMethod(func(t *timeout) goja.Value { return vm.rt.ToValue(t.number) })
	if err := vm.timeouts.SetSymbol(goja.SymToPrimitive, number); err != nil {
		vm.Throw(err)
	}
	return vm.timeouts
}

// timeoutMethod is a method of timeouts. Where it has nothing to return, it returns the timeout.
func (vm *VM) timeoutMethod(what func(t *timeout) goja.Value) goja.Value {
	return vm.rt.ToValue(func(call goja.FunctionCall) goja.Value {
		t, ok := call.This.Export().(*timeout)
		if !ok {
			panic(vm.rt.NewTypeError("the method belongs to a timer"))
		}
		if v := what(t); v != nil {
			return v
		}
		return call.This
	})
}

// jsClearTimer ignores what is not a timer, as the language has it.
func (vm *VM) jsClearTimer(call goja.FunctionCall) goja.Value {
	v := call.Argument(0)
	if t, ok := v.Export().(*timeout); ok {
		vm.timers.take(t.number)
	} else if goja.IsNumber(v) || goja.IsString(v) {
		vm.timers.take(v.ToInteger())
	}
	return goja.Undefined()
}
