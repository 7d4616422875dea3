package node

import "github.com/dop251/goja"

// moduleNatives find the require of a file.
func moduleNatives(in Interpreter) (*goja.Object, error) {
	o, err := object(in, functions{
		"require": func(call goja.FunctionCall) goja.Value {
			require, err := in.Require(call.Argument(0).String())
			if err != nil {
				in.Throw(err)
			}
			return require
		},
		"isBuiltin": func(call goja.FunctionCall) goja.Value {
			name := call.Argument(0).String()
			return in.Runtime().ToValue(IsBuiltin(name) || NewLibrary().Has(name))
		},
	})
	if err != nil {
		return nil, err
	}
	return o, o.Set("names", in.Runtime().ToValue(NewLibrary().Names()))
}
