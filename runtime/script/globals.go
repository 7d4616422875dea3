package script

import (
	"math"
	"strings"
	"time"

	"github.com/dop251/goja"
)

// installGlobals defines the globals that have nothing to do with a database.
func (vm *VM) installGlobals() error {
	for name, function := range map[string]func(goja.FunctionCall) goja.Value{
		"print": vm.jsPrint, "printjson": vm.jsPrintJSON, "sleep": vm.jsSleep, "env": vm.jsEnv,
		"prompt": vm.jsPrompt, "confirm": vm.jsConfirm, "progress": vm.jsProgress,
		"load": vm.jsLoad, "cat": vm.jsCat,
		"setTimeout": vm.jsSetTimeout, "setInterval": vm.jsSetInterval, "setImmediate": vm.jsSetImmediate,
		"clearTimeout": vm.jsClearTimer, "clearInterval": vm.jsClearTimer, "clearImmediate": vm.jsClearTimer,
	} {
		if err := vm.setGlobal(name, vm.rt.ToValue(function)); err != nil {
			return err
		}
	}
	if err := vm.installConsole(); err != nil {
		return err
	}
	if err := vm.setGlobal("global", vm.rt.GlobalObject()); err != nil {
		return err
	}
	return vm.boot()
}

// setGlobal defines a global that a script may replace and that does not show when it lists its globals.
func (vm *VM) setGlobal(name string, value goja.Value) error {
	return vm.rt.GlobalObject().DefineDataProperty(name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// installConsole defines what scripts use of console; boot.js has the rest. There is one stream: what console.error
// prints is part of the log too.
func (vm *VM) installConsole() error {
	console, log := vm.rt.NewObject(), vm.rt.ToValue(vm.jsPrint)
	for _, name := range []string{"log", "info", "warn", "error", "debug", "trace", "dir"} {
		if err := console.Set(name, log); err != nil {
			return err
		}
	}
	return vm.setGlobal("console", console)
}

func (vm *VM) jsPrint(call goja.FunctionCall) goja.Value {
	vm.printText(vm.format(call.Arguments))
	return goja.Undefined()
}

func (vm *VM) jsPrintJSON(call goja.FunctionCall) goja.Value {
	vm.printText(vm.show(call.Argument(0)))
	return goja.Undefined()
}

// printText prints line by line. Lines of a stack show the places in the files as written.
func (vm *VM) printText(text string) {
	if vm.print == nil {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		f, ours, isFrame := vm.parseStackLine(line)
		switch {
		case !isFrame:
			vm.print(line)
		case ours:
			vm.print("    " + f.String())
		}
	}
}

// jsSleep lets time pass while the script stands still.
func (vm *VM) jsSleep(call goja.FunctionCall) goja.Value {
	if err := vm.wait(milliseconds(call.Argument(0))); err != nil {
		vm.Throw(err)
	}
	return goja.Undefined()
}

// maxDelay, in milliseconds, is some three hundred years less than what a Duration holds.
const maxDelay = 1e12

// milliseconds is a delay as a script gives it; what is not a number stands for no delay.
func milliseconds(v goja.Value) time.Duration {
	ms := v.ToFloat()
	if math.IsNaN(ms) || ms < 0 {
		return 0
	}
	return time.Duration(min(ms, maxDelay) * float64(time.Millisecond))
}

func (vm *VM) jsEnv(call goja.FunctionCall) goja.Value {
	name := call.Argument(0).String()
	value, err := vm.env(name)
	if err != nil {
		vm.Throw(err)
	}
	return vm.rt.ToValue(value)
}
