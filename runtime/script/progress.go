package script

import (
	"math"

	"github.com/dop251/goja"

	"migrator/runtime"
)

// talk is how a script speaks with whoever runs it, beside printing.
type talk struct {
	ask      runtime.Asker
	progress runtime.Progresser
	open     []runtime.Progress // what the script has begun
}

// end ends the progress that a script has left open.
func (t *talk) end() {
	for _, p := range t.open {
		p.Done()
	}
	t.open = nil
}

// jsProgress is progress(total, label): {tick(n), update(done), done()}.
func (vm *VM) jsProgress(call goja.FunctionCall) goja.Value {
	total, label := int64(0), ""
	if given(call.Argument(0)) {
		total = vm.amount("progress: the total", call.Argument(0))
	}
	if given(call.Argument(1)) {
		label = call.Argument(1).String()
	}
	shown := vm.begin(total, label)
	done := int64(0)
	object := vm.rt.NewObject()
	for name, f := range map[string]func(goja.FunctionCall){
		"tick": func(call goja.FunctionCall) {
			n := int64(1)
			if given(call.Argument(0)) {
				n = vm.amount("tick: the amount", call.Argument(0))
			}
			done += n
			shown.Update(done)
		},
		"update": func(call goja.FunctionCall) {
			done = vm.amount("update: the amount", call.Argument(0))
			shown.Update(done)
		},
		"done": func(goja.FunctionCall) { shown.Done() },
	} {
		if err := object.Set(name,
			func(call goja.FunctionCall) goja.Value { f(call); return goja.Undefined() }); err != nil {
			vm.Throw(err)
		}
	}
	return object
}

// begin begins to show progress, where it is shown.
func (vm *VM) begin(total int64, label string) runtime.Progress {
	if vm.talk.progress == nil {
		return unseen{}
	}
	p := vm.talk.progress(total, label)
	vm.talk.open = append(vm.talk.open, p)
	return p
}

// unseen is progress that nobody sees.
type unseen struct{}

func (unseen) Update(int64) {}
func (unseen) Done()        {}

// amount is a number of things: whole, and 0 or more.
func (vm *VM) amount(what string, v goja.Value) int64 {
	n := v.ToFloat()
	if math.IsNaN(n) || math.IsInf(n, 0) || n < 0 {
		panic(vm.rt.NewTypeError("%s must be a number from 0 on, not %s", what, vm.show(v)))
	}
	return int64(n)
}
