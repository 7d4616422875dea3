package node

import "github.com/dop251/goja"

// utilNatives show values, as console.log does, and distinguish classes that JavaScript cannot.
func utilNatives(in Interpreter) (*goja.Object, error) {
	rt := in.Runtime()
	return object(in, functions{
		"show":   func(call goja.FunctionCall) goja.Value { return rt.ToValue(in.Show(call.Argument(0))) },
		"format": func(call goja.FunctionCall) goja.Value { return rt.ToValue(in.Format(call.Arguments)) },
		"class": func(call goja.FunctionCall) goja.Value {
			if o, ok := call.Argument(0).(*goja.Object); ok {
				return rt.ToValue(o.ClassName())
			}
			return rt.ToValue("")
		},
		"isProxy": func(call goja.FunctionCall) goja.Value {
			_, ok := call.Argument(0).Export().(goja.Proxy)
			return rt.ToValue(ok)
		},
	})
}
