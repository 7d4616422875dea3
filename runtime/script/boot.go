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

// bootName is the name of boot.js, and of chain.js, in stacks. No module has this path, so their frames are left out
// of traces.
const bootName = "<boot>"

// rare are the names that boot.js defines. Few scripts use one, and evaluating boot.js takes longer than most scripts
// do, so it is only evaluated for scripts that mention one.
var rare = [...]string{
	"queueMicrotask", "structuredClone", "fetch", "XMLHttpRequest", "WebSocket", "toLocale", "localeCompare",
	"WeakRef", "FinalizationRegistry", "captureStackTrace", "console.assert", "console.count", "console.group",
	"console.table", "console.time", "console.trace", "Promise.try", "withResolvers", "groupBy", "fromAsync",
	"WellFormed", "asyncIterator", "syncIterator", "dispose", "asyncDispose",
}

// mentionsRare reports whether code may use something that boot.js defines.
func mentionsRare(code string) bool {
	return slices.ContainsFunc(rare[:], func(name string) bool { return strings.Contains(code, name) })
}

// lent is a global that a module of package node provides.
type lent struct{ name, module, property string }

// lents are all of them. Each is defined for scripts that mention it, and its module is made when it is first used.
var lents = [...]lent{
	{"Buffer", "buffer", "Buffer"}, {"atob", "buffer", "atob"}, {"btoa", "buffer", "btoa"},
	{"URL", "url", "URL"}, {"URLSearchParams", "url", "URLSearchParams"},
	{"TextEncoder", "util", "TextEncoder"}, {"TextDecoder", "util", "TextDecoder"},
	{"crypto", "crypto", "webcrypto"}, {"performance", "perf_hooks", "performance"}, {"Intl", "intl", "Intl"},
	{"process", "process", ""},
	{"AbortController", "abort", "AbortController"}, {"AbortSignal", "abort", "AbortSignal"},
	{"DOMException", "abort", "DOMException"},
	{"Event", "abort", "Event"}, {"EventTarget", "abort", "EventTarget"},
}

// mentionedLents are those that code may use.
func mentionedLents(code string) []lent {
	var mentioned []lent
	for _, l := range lents {
		if strings.Contains(code, l.name) {
			mentioned = append(mentioned, l)
		}
	}
	return mentioned
}

// lend defines a global that is made when it is first read, and that a script may replace.
func (vm *VM) lend(l lent) error {
	if vm.lent[l] {
		return nil
	}
	vm.lent[l] = true
	replace := func(v goja.Value) {
		if err := vm.setGlobal(l.name, v); err != nil {
			vm.Throw(err)
		}
	}
	get := func(goja.FunctionCall) goja.Value {
		v := goja.Value(vm.native(l.module))
		if l.property != "" {
			v = vm.native(l.module).Get(l.property)
		}
		replace(v)
		return v
	}
	set := func(call goja.FunctionCall) goja.Value {
		replace(call.Argument(0))
		return goja.Undefined()
	}
	return vm.rt.GlobalObject().DefineAccessorProperty(l.name, vm.rt.ToValue(get), vm.rt.ToValue(set), goja.FLAG_TRUE,
		goja.FLAG_FALSE)
}

func compileBoot() (*goja.Program, error)  { return compileOwn("boot.js", bootSource) }
func compileChain() (*goja.Program, error) { return compileOwn("chain.js", chainSource) }

// compileOwn compiles a part of this package that is written in JavaScript.
func compileOwn(file, source string) (*goja.Program, error) {
	program, err := goja.Compile(bootName, source, true)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", file, err)
	}
	return program, nil
}

// boot defines the globals that modules mention and that are not there yet, and evaluates boot.js and chain.js once,
// if one needs them.
func (vm *VM) boot() error {
	needed, chains := false, false
	for _, m := range vm.graph.modules {
		needed, chains = needed || m.rare, chains || m.chains
		for _, l := range m.lents {
			if err := vm.lend(l); err != nil {
				return err
			}
		}
	}
	if chains && !vm.chained {
		if err := vm.installChains(); err != nil {
			return err
		}
	}
	if vm.booted || !needed {
		return nil
	}
	vm.booted = true
	program, err := vm.host.boot()
	if err != nil {
		return err
	}
	_, err = CallProgram(vm.rt, program, vm.rt.ToValue(vm.jsNative), SyncIterator)
	return err
}

// CallProgram runs a part of migrator that is written in JavaScript: its text is a function of what it needs of Go.
func CallProgram(rt *goja.Runtime, program *goja.Program, needs ...goja.Value) (goja.Value, error) {
	v, err := rt.RunProgram(program)
	if err != nil {
		return nil, err
	}
	function, _ := goja.AssertFunction(v)
	return function(goja.Undefined(), needs...)
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
