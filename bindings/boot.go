package bindings

import (
	_ "embed" // the parts in JavaScript
	"fmt"

	"github.com/dop251/goja"

	"migrator/runtime/script"
)

var (
	//go:embed boot.js
	bootSource string
	//go:embed errors.js
	errorsSource string
	//go:embed concerns.js
	concernsSource string
	//go:embed legacy.js
	legacySource string
	//go:embed mongoose.js
	mongooseSource string
)

// programs are the parts of the bindings that are written in JavaScript.
type programs struct{ boot, errors, concerns, legacy, mongoose *goja.Program }

// compilePrograms compiles them. Their name is that of no project file, so traces leave their frames out.
func compilePrograms() (p programs, err error) {
	for source, program := range map[string]**goja.Program{
		bootSource: &p.boot, errorsSource: &p.errors, concernsSource: &p.concerns, legacySource: &p.legacy,
		mongooseSource: &p.mongoose,
	} {
		if *program, err = goja.Compile("<bindings>", source, true); err != nil {
			return p, fmt.Errorf("compile the bindings: %w", err)
		}
	}
	return p, nil
}

// start runs boot.js, which gets the few functions that it needs of Go.
func (s *scope) start(p programs) error {
	s.programs = p
	s.bridge = s.rt.NewObject()
	for name, f := range map[string]func(goja.FunctionCall) goja.Value{
		"function": s.mustFunction,
		"advance":  s.advance,
		"close":    s.closeCursor,
		"enter":    s.enterSession,
		"tries":    s.newTries,
		"forgive":  s.forgiveError,
		"text":     func(call goja.FunctionCall) goja.Value { return s.rt.ToValue(s.show(call.Argument(0))) },
		"database": func(call goja.FunctionCall) goja.Value { return s.database(call.Argument(0).String()).object },
		"namespace": func(call goja.FunctionCall) goja.Value {
			a := &args{s: s, target: "sh", method: call.Argument(1).String(), list: call.Arguments}
			return s.rt.ToValue(a.namespace(0, "the namespace"))
		},
		"refuse": func(call goja.FunctionCall) goja.Value {
			operation := call.Argument(0).String()
			s.refuse(operation, operation+": "+call.Argument(1).String())
			return nil
		},
	} {
		s.set(s.bridge, name, f)
	}
	var err error
	s.boot, err = s.part(p.boot)
	return err
}

// part runs one of the programs that are functions of what they need of Go.
func (s *scope) part(p *goja.Program) (*goja.Object, error) {
	made, err := script.CallProgram(s.rt, p, s.bridge)
	if err != nil {
		return nil, fmt.Errorf("start the bindings: %w", err)
	}
	return made.ToObject(s.rt), nil
}

// legacy is one of the things in legacy.js, which is run when a script first needs one.
func (s *scope) legacy(name string) *goja.Object {
	if s.older == nil {
		var err error
		s.older, err = s.part(s.programs.legacy)
		must(err)
	}
	return s.older.Get(name).ToObject(s.rt)
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
		s.classes = s.value(s.programs.errors)
	}
	return s.classes
}

// value is what one of the programs that need nothing of Go evaluates to.
func (s *scope) value(p *goja.Program) *goja.Object {
	value, err := s.rt.RunProgram(p)
	must(err)
	return value.ToObject(s.rt)
}
