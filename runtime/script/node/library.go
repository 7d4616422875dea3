package node

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"
)

// Interpreter is what the modules need of the one that they are made for.
type Interpreter interface {
	Runtime() *goja.Runtime
	// Throw raises err as a JavaScript Error; it does not return.
	Throw(err error)
	// Show is a value as it is printed.
	Show(v goja.Value) string
	// Format joins the arguments of console.log.
	Format(args []goja.Value) string
	// Print prints text, line by line.
	Print(text string)
	// Root is the project's root, absolute.
	Root() string
	// Locate is the real path of a file or folder of the project, named by a path that is absolute or relative to
	// Root. Denied reports whether its error is for one that scripts must not read: outside the project, or private.
	Locate(name string) (string, error)
	Denied(err error) bool
	// Env is the value of an environment variable that may be read, or "". EnvNames are those that are set.
	Env(name string) (string, error)
	EnvNames() []string
	// InPackage reports whether the code that is calling belongs to an installed package. Packages look for files and
	// variables that nobody has thought of when the migration was written.
	InPackage() bool
	// Require is the function require of a file of the project, or, if it is not a module, of the one that is calling.
	Require(file string) (goja.Value, error)
	// Import is what another module of this package exports in the interpreter.
	Import(name string) *goja.Object
}

// Library has the modules. It may be used from several goroutines.
type Library struct {
	modules map[string]module
}

// module is one of them.
type module struct {
	// natives makes what is written in Go; nil where that is nothing.
	natives func(in Interpreter) (*goja.Object, error)
	// surface is a function of the natives and of require that returns the exports; nil where those are the natives.
	surface func() (*goja.Program, error)
}

// NewLibrary makes a Library. It compiles nothing yet.
func NewLibrary() *Library {
	l := &Library{modules: map[string]module{
		"assert":          scripted("assert", nil),
		"assert/strict":   scripted("assert_strict", nil),
		"buffer":          scripted("buffer", bufferNatives),
		"console":         scripted("console", consoleNatives),
		"crypto":          scripted("crypto", cryptoNatives),
		"events":          scripted("events", nil),
		"fs":              scripted("fs", fsNatives),
		"fs/promises":     scripted("fs_promises", nil),
		"abort":           scripted("abort", nil),
		"intl":            scripted("intl", intlNatives),
		"module":          scripted("module", moduleNatives),
		"os":              scripted("os", osNatives),
		"path":            {natives: pathNatives},
		"path/posix":      scripted("path_posix", nil),
		"perf_hooks":      scripted("perf_hooks", processNatives),
		"process":         scripted("process", processNatives),
		"querystring":     scripted("querystring", nil),
		"stream":          scripted("stream", nil),
		"stream/promises": scripted("stream_promises", nil),
		"tty":             scripted("tty", nil),
		"string_decoder":  scripted("string_decoder", nil),
		"timers":          scripted("timers", nil),
		"timers/promises": scripted("timers_promises", nil),
		"url":             scripted("url", urlNatives),
		"util":            scripted("util", utilNatives),
		"util/types":      scripted("util_types", nil),
	}}
	return l
}

// isInternal reports whether a module only serves to make globals (AbortController, Intl and toLocaleString); it
// cannot be required.
func isInternal(name string) bool { return name == "abort" || name == "intl" }

//go:embed js/*.js
var surfaces embed.FS

// scripted is a module whose surface is a file in js/.
func scripted(name string, natives func(in Interpreter) (*goja.Object, error)) module {
	return module{natives: natives, surface: sync.OnceValues(func() (*goja.Program, error) {
		source, err := surfaces.ReadFile("js/" + name + ".js")
		if err != nil {
			return nil, err
		}
		// No file of a project has this name, so that traces leave the module's frames out.
		return goja.Compile("<node:"+name+">", string(source), true)
	})}
}

// Has reports whether a script may require a name, which is given without the prefix "node:".
func (l *Library) Has(name string) bool { return !isInternal(name) && l.modules[name].exists() }

func (m module) exists() bool { return m.natives != nil || m.surface != nil }

// Names lists the modules that a script may require, those that are a part of another left out.
func (l *Library) Names() []string {
	names := slices.Sorted(maps.Keys(l.modules))
	return slices.DeleteFunc(names, func(name string) bool { return isInternal(name) || strings.Contains(name, "/") })
}

// Load makes a module for an interpreter and returns what it exports.
func (l *Library) Load(name string, in Interpreter) (goja.Value, error) {
	m := l.modules[name]
	if !m.exists() {
		return nil, fmt.Errorf("there is no module %s", name)
	}
	natives := goja.Undefined()
	if m.natives != nil {
		object, err := m.natives(in)
		if err != nil || m.surface == nil {
			return object, err
		}
		natives = object
	}
	program, err := m.surface()
	if err != nil {
		return nil, err
	}
	v, err := in.Runtime().RunProgram(program)
	if err != nil {
		return nil, err
	}
	surface, ok := goja.AssertFunction(v)
	if !ok {
		return nil, fmt.Errorf("the module %s is not a function", name)
	}
	require := in.Runtime().ToValue(func(call goja.FunctionCall) goja.Value {
		return in.Import(call.Argument(0).String())
	})
	return surface(goja.Undefined(), natives, require, in.Runtime().ToValue(absent(in)))
}

// absent makes functions for what does not exist: absent(name, advice) is one that throws, saying so, with new as well
// as without.
func absent(in Interpreter) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		name, advice := call.Argument(0).String(), call.Argument(1)
		function := in.Runtime().ToValue(func(goja.ConstructorCall) *goja.Object {
			in.Throw(fmt.Errorf("%s does not exist in scripts: %s", name, advice))
			return nil
		})
		short := in.Runtime().ToValue(name[strings.LastIndex(name, ".")+1:])
		if err := function.ToObject(in.Runtime()).DefineDataProperty("name", short, goja.FLAG_FALSE, goja.FLAG_TRUE,
			goja.FLAG_FALSE); err != nil {
			in.Throw(err)
		}
		return function
	}
}

// functions are those of a module, by name.
type functions map[string]func(goja.FunctionCall) goja.Value

// object makes an object of functions.
func object(in Interpreter, fs functions) (*goja.Object, error) {
	o := in.Runtime().NewObject()
	for name, f := range fs {
		if err := o.Set(name, f); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// fail raises an error of a class of the language, with the code that Node.js gives it.
func fail(in Interpreter, class, code, format string, args ...any) {
	rt := in.Runtime()
	o, err := rt.New(rt.GlobalObject().Get(class), rt.ToValue(fmt.Sprintf(format, args...)))
	if err == nil {
		err = o.Set("code", code)
	}
	if err != nil {
		in.Throw(err)
	}
	panic(o)
}
