package script

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// SyncIterator marks an object whose [Symbol.iterator] never yields promises, such as a cursor: `for await` then walks
// it as fast as `for` does. Scripts know it as Symbol.syncIterator.
var SyncIterator = goja.NewSymbol("Symbol.syncIterator")

//go:embed boot.js
var bootSource string

// bootName is the name of boot.js in stacks. It is the path of no module, so its frames are left out of traces.
const bootName = "<boot>"

// rare are the names that boot.js defines. Most scripts have none of them, and evaluating boot.js takes longer than
// most scripts do, so it is only evaluated for those that mention one.
var rare = [...]string{
	"Buffer", "URL", "process", "queueMicrotask", "structuredClone", "fetch", "XMLHttpRequest", "WebSocket",
	"crypto", "performance", "TextEncoder", "TextDecoder", "atob", "btoa", "Intl", "toLocale",
	"WeakRef", "FinalizationRegistry", "captureStackTrace", "localStorage",
	"console.assert", "console.count", "console.group", "console.table", "console.time",
	"Promise.try", "withResolvers", "groupBy", "fromAsync", "WellFormed",
	"asyncIterator", "syncIterator", "dispose", "asyncDispose",
}

// mentionsRare tells whether code may use something that boot.js defines.
func mentionsRare(code string) bool {
	return slices.ContainsFunc(rare[:], func(name string) bool { return strings.Contains(code, name) })
}

func compileBoot() (*goja.Program, error) {
	program, err := goja.Compile(bootName, bootSource, true)
	if err != nil {
		return nil, fmt.Errorf("compile boot.js: %w", err)
	}
	return program, nil
}

// boot evaluates boot.js once, if a module needs it.
func (vm *VM) boot() error {
	needed := false
	for _, m := range vm.graph.modules {
		needed = needed || m.rare
	}
	if vm.booted || !needed {
		return nil
	}
	vm.booted = true
	program, err := vm.host.boot()
	if err != nil {
		return err
	}
	v, err := vm.rt.RunProgram(program)
	if err != nil {
		return err
	}
	call, ok := goja.AssertFunction(v)
	if !ok {
		return fmt.Errorf("boot.js is no function")
	}
	_, err = call(goja.Undefined(), vm.rt.ToValue(vm.jsPrint), vm.rt.ToValue(vm.jsNative), SyncIterator)
	return err
}

// jsNative is the exports of a module that is made by the program.
func (vm *VM) jsNative(call goja.FunctionCall) goja.Value {
	return vm.native(call.Argument(0).String())
}

// native is what a module that is made by the program exports.
func (vm *VM) native(name string) *goja.Object {
	i, err := vm.load(nativePrefix + name)
	if err != nil {
		vm.Throw(err)
	}
	return i.module.Get("exports").ToObject(vm.rt)
}
