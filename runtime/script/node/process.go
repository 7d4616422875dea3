package node

import (
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/dop251/goja"
)

// processNatives are the clock, the memory and the environment of the process.
func processNatives(in Interpreter) (*goja.Object, error) {
	rt, start := in.Runtime(), time.Now()
	o, err := object(in, functions{
		// elapsed is the time since the module was made, in nanoseconds; it never goes back.
		"elapsed": func(goja.FunctionCall) goja.Value { return rt.ToValue(time.Since(start).Nanoseconds()) },
		"print": func(call goja.FunctionCall) goja.Value {
			in.Print(call.Argument(0).String())
			return goja.Undefined()
		},
		"memory": func(goja.FunctionCall) goja.Value {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return rt.ToValue(map[string]any{"rss": m.Sys, "heapTotal": m.HeapSys, "heapUsed": m.HeapAlloc})
		},
		"names": func(goja.FunctionCall) goja.Value { return rt.ToValue(rt.NewArray(anys(in.EnvNames())...)) },
		"env":   func(call goja.FunctionCall) goja.Value { return environment(in, call.Argument(0).String()) },
	})
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]any{"root": in.Root(), "pid": os.Getpid(), "platform": platform(),
		"arch": architecture()} {
		if err := o.Set(name, value); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// environment is a variable; undefined where it is not set. For a package it is undefined where it is not listed, too.
// In a package NODE_ENV is "production" unless it is listed and set, so that it leaves out what it does for
// development.
func environment(in Interpreter, name string) goja.Value {
	value, err := in.Env(name)
	switch {
	case err == nil && (value != "" || slices.Contains(in.EnvNames(), name)):
		return in.Runtime().ToValue(value)
	case name == "NODE_ENV" && in.InPackage():
		return in.Runtime().ToValue("production")
	case err != nil && !in.InPackage():
		in.Throw(err)
	}
	return goja.Undefined()
}

func anys(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}
