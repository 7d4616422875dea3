package node

import "github.com/dop251/goja"

// consoleNatives print, and return what would be printed.
func consoleNatives(in Interpreter) (*goja.Object, error) {
	rt := in.Runtime()
	return object(in, functions{
		"print": func(call goja.FunctionCall) goja.Value {
			in.Print(call.Argument(0).String())
			return goja.Undefined()
		},
		"show":   func(call goja.FunctionCall) goja.Value { return rt.ToValue(in.Show(call.Argument(0))) },
		"format": func(call goja.FunctionCall) goja.Value { return rt.ToValue(in.Format(call.Arguments)) },
	})
}
