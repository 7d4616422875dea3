package bindings

import (
	_ "embed" // boot.js and errors.js
	"fmt"

	"github.com/dop251/goja"
)

var (
	//go:embed boot.js
	bootSource string
	//go:embed errors.js
	errorsSource string
)

// programs are the parts of the bindings that are written in JavaScript.
type programs struct{ boot, errors *goja.Program }

// compilePrograms compiles them. Their name is that of no project file, so traces leave their frames out.
func compilePrograms() (p programs, err error) {
	for source, program := range map[string]**goja.Program{bootSource: &p.boot, errorsSource: &p.errors} {
		if *program, err = goja.Compile("<bindings>", source, true); err != nil {
			return p, fmt.Errorf("compile the bindings: %w", err)
		}
	}
	return p, nil
}

// start runs boot.js, which gets the few functions that it needs of Go.
func (s *scope) start(p programs) error {
	s.programs = p
	value, err := s.rt.RunProgram(p.boot)
	if err != nil {
		return fmt.Errorf("start the bindings: %w", err)
	}
	factory, ok := goja.AssertFunction(value)
	if !ok {
		return fmt.Errorf("start the bindings: boot.js gave no function")
	}
	native := s.rt.NewObject()
	for name, f := range map[string]func(goja.FunctionCall) goja.Value{
		"function": s.mustFunction,
		"advance":  s.advance,
		"close":    s.closeCursor,
		"enter":    s.enterSession,
		"forgive":  s.forgiveError,
	} {
		if err := native.Set(name, f); err != nil {
			return fmt.Errorf("start the bindings: %w", err)
		}
	}
	made, err := factory(goja.Undefined(), native)
	if err != nil {
		return fmt.Errorf("start the bindings: %w", err)
	}
	s.boot = made.ToObject(s.rt)
	return nil
}

// mustFunction(fn, method) throws unless fn can be called.
func (s *scope) mustFunction(call goja.FunctionCall) goja.Value {
	if _, ok := goja.AssertFunction(call.Argument(0)); !ok {
		panic(s.rt.NewTypeError("%s: the callback must be a function", call.Argument(1)))
	}
	return goja.Undefined()
}

// errorClasses are the classes of errors.js by their names.
func (s *scope) errorClasses() *goja.Object {
	if s.classes == nil {
		value, err := s.rt.RunProgram(s.programs.errors)
		must(err)
		s.classes = value.ToObject(s.rt)
	}
	return s.classes
}
