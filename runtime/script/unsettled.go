package script

import (
	"slices"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// made is a promise that a script has made by `new Promise`, and where. They are noted since a promise that never
// settles is, in the end, nearly always one of those, whatever awaits it.
type made struct {
	promise *goja.Promise
	stack   []goja.StackFrame
}

// notedDepth is how many calls are noted of each: two of this package's, and those of the script that led there.
const notedDepth = 6

// noteMade has `new Promise(…)` note what it makes: it becomes new (NEW(Promise))(…), with a function of chain.js.
func noteMade(n *ast.NewExpression) bool {
	if !isNamed(n.Callee, "Promise") {
		return false
	}
	n.Callee = helper(chainedNew, n.New, n.New, n.Callee)
	return true
}

// jsMade is called by chain.js with each promise.
func (vm *VM) jsMade(call goja.FunctionCall) goja.Value {
	promise := asPromise(call.Argument(0))
	if promise == nil || promise.State() != goja.PromiseStatePending {
		return goja.Undefined()
	}
	if len(vm.made) == cap(vm.made) {
		vm.made = slices.DeleteFunc(vm.made, func(m made) bool {
			return m.promise.State() != goja.PromiseStatePending
		})
	}
	vm.made = append(vm.made, made{promise, vm.rt.CaptureCallStack(notedDepth, nil)})
	return goja.Undefined()
}

// unsettled is where the latest promise that is still pending was made.
func (vm *VM) unsettled() []Frame {
	for _, m := range slices.Backward(vm.made) {
		if m.promise.State() == goja.PromiseStatePending {
			return vm.frames(m.stack)
		}
	}
	return nil
}
