package script

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"github.com/dop251/goja"
)

// jsLoad is load(file): it evaluates a file of the project in the global scope, each time that it is called. The path
// is relative to the file that calls it. A name that is written out is kept with the script; code for Eval is not
// kept, and may compute the name too.
func (vm *VM) jsLoad(call goja.FunctionCall) goja.Value {
	specifier := call.Argument(0).String()
	m, err := vm.loadedModule(vm.caller(), specifier)
	if err == nil {
		err = vm.boot()
	}
	if err == nil {
		_, err = vm.rt.RunProgram(m.program)
	}
	if err != nil {
		vm.Throw(err)
	}
	return vm.rt.ToValue(true)
}

func (vm *VM) loadedModule(from *module, specifier string) (*module, error) {
	if from == nil {
		return nil, fmt.Errorf("load(%q) was called by no file", specifier)
	}
	at := link{from.name, loadedPrefix + specifier}
	if target, ok := vm.graph.links[at]; ok {
		return vm.graph.modules[target], nil
	}
	if err := vm.graph.refused[at]; err != nil {
		return nil, err
	}
	if vm.entry != nil {
		return nil, fmt.Errorf("load(%q): a file is loaded by a name that is written out in the call, "+
			"since it is kept with the migration", specifier)
	}
	l := vm.host.newLinker(vm.host.project(), vm.graph)
	name, err := l.loaded(vm.ctx, from, reference{specifier: specifier, loaded: true})
	var r *refusal
	if errors.As(err, &r) {
		return nil, fmt.Errorf("load(%q): %s", specifier, r.reason)
	}
	return vm.graph.modules[name], err
}

// caller is the module whose code is calling.
func (vm *VM) caller() *module {
	for _, f := range vm.rt.CaptureCallStack(0, nil) {
		if m := vm.graph.modules[f.SrcName()]; m != nil {
			return m
		}
	}
	return nil
}

// jsCat is cat(file): the text of a file of the project. The path is relative to the file that calls it.
func (vm *VM) jsCat(call goja.FunctionCall) goja.Value {
	name := filepath.FromSlash(call.Argument(0).String())
	if from := vm.caller(); from != nil && !filepath.IsAbs(name) {
		name = filepath.Join(filepath.FromSlash(path.Dir(from.path)), name)
	}
	real, err := vm.host.project().locate(name)
	if err == nil {
		var text []byte
		if text, err = readRegular(real); err == nil {
			return vm.rt.ToValue(string(text))
		}
	}
	vm.Throw(fmt.Errorf("cat(%q): %w", call.Argument(0).String(), withoutPlace(err)))
	return nil
}
