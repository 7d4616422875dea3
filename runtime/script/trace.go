package script

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/dop251/goja"

	"migrator/runtime/fault"
)

// failure makes an Error of what goja returned for a call.
func (vm *VM) failure(err error) error {
	switch err := err.(type) {
	case *goja.InterruptedError:
		return vm.interruptedError(err.Unwrap(), vm.frames(err.Stack()))
	case *goja.StackOverflowError:
		return vm.located(&Error{
			Name: "RangeError", Message: "Maximum call stack size exceeded", Frames: vm.frames(err.Stack()),
			hint: "look for a function that calls itself without end",
		})
	case *goja.Exception:
		e := vm.thrown(err.Value(), err.Stack())
		if e.cause == nil {
			vm.attempt(func() { e.cause = err.Unwrap() })
		}
		return e
	default:
		return err
	}
}

// interruptedError is the error of a call that was interrupted, whatever the call itself came to.
func (vm *VM) interruptedError(cause error, frames []Frame) error {
	return vm.located(&Error{Name: interruptedName, Message: cause.Error(), Frames: frames, cause: cause})
}

// thrown makes an Error of a value that was thrown, or that a promise was rejected with. The stack is that of the
// throw where it is known; an error object has its own.
func (vm *VM) thrown(v goja.Value, stack []goja.StackFrame) *Error {
	e := &Error{Name: uncaughtName, Frames: vm.frames(stack)}
	object, ok := v.(*goja.Object)
	if !ok || !vm.isError(object) {
		e.Message = vm.shown(v)
		return vm.located(e)
	}
	e.Name, e.Message = vm.text(object, "name"), vm.message(object)
	if own := vm.parseStack(vm.text(object, "stack")); len(own) > 0 {
		e.Frames = own
	}
	e.cause = vm.Cause(object)
	vm.eachCause(object, func(cause *goja.Object) bool {
		if cause != object {
			e.Causes = append(e.Causes, vm.describe(cause))
		}
		return true
	})
	e.Causes = append(e.Causes, vm.gathered(object)...)
	return vm.located(e).reworded()
}

// located fills in the place of an error from its innermost frame, or at least the file.
func (vm *VM) located(e *Error) *Error {
	if len(e.Frames) > 0 {
		e.Place = ownPlace(e.Frames)
	} else {
		e.File = vm.file
	}
	e.source = vm.graph.file(e.File)
	return e
}

// ownPlace is the innermost place in the project's own files. What a package throws is shown where the project calls
// it.
func ownPlace(frames []Frame) fault.Place {
	for _, f := range frames {
		if !isPackaged(f.File) {
			return f.Place
		}
	}
	return frames[0].Place
}

// isError reports whether an object is an Error of any class.
func (vm *VM) isError(object *goja.Object) (is bool) {
	if object.ClassName() == "Error" {
		return true
	}
	base := vm.rt.NewTypeError("").Prototype().Prototype()
	vm.attempt(func() {
		for proto := object.Prototype(); proto != nil && !is; proto = proto.Prototype() {
			is = proto == base
		}
	})
	return is
}

// describe is an error as one line, and any other value as it is printed.
func (vm *VM) describe(object *goja.Object) string {
	if !vm.isError(object) {
		return vm.shown(object)
	}
	return (&Error{Name: vm.text(object, "name"), Message: vm.message(object)}).summary()
}

// shown is a thrown value as it is printed, whatever it does when it is looked at.
func (vm *VM) shown(v goja.Value) (text string) {
	if !vm.attempt(func() { text = vm.show(v) }) {
		return "a value that throws when it is looked at"
	}
	return text
}

// ofUndefined is how goja words the reading of a property, of null as well as of undefined.
var ofUndefined = regexp.MustCompile(`^Cannot read property '.*' of undefined$`)

// message is the message of an error, made true where goja calls null undefined, and plain where goja's is not.
func (vm *VM) message(object *goja.Object) string {
	text := vm.text(object, "message")
	switch {
	case ofUndefined.MatchString(text):
		text += " or null"
	case text == "Value is not object coercible":
		text = "Cannot destructure undefined or null"
	case text == "" && vm.text(object, "name") == "AggregateError":
		text = "All promises were rejected"
	}
	return text
}

// text reads a property that ought to be a string.
func (vm *VM) text(object *goja.Object, name string) string {
	if v := vm.property(object, name); v != nil && goja.IsString(v) {
		return v.String()
	}
	return ""
}

// frames keeps the calls in files of the project.
func (vm *VM) frames(stack []goja.StackFrame) []Frame {
	var frames []Frame
	for _, f := range stack {
		if frame, ok := vm.frame(f); ok {
			frames = append(frames, frame)
		}
	}
	return frames
}

func (vm *VM) frame(f goja.StackFrame) (Frame, bool) {
	m := vm.graph.modules[f.SrcName()]
	if m == nil {
		return Frame{}, false
	}
	p := f.Position()
	return m.frame(f.FuncName(), p.Line, p.Column)
}

// frame is false for code that esbuild has added.
func (m *module) frame(function string, line, column int) (Frame, bool) {
	at, ok := m.locate(line, column)
	if m.sourceMap == nil {
		at.Column = m.callee(at)
	}
	if function == "<anonymous>" {
		function = ""
	}
	return Frame{Function: function, Place: at}, ok
}

// callee moves a column from the bracket of a call, where goja sees it, to the name that is called.
func (m *module) callee(at fault.Place) int {
	line := []rune(m.line(at.Line))
	if at.Column > len(line) || line[at.Column-1] != '(' {
		return at.Column
	}
	start := at.Column - 1
	for start > 0 && (line[start-1] == '_' || line[start-1] == '$' || unicode.IsLetter(line[start-1]) ||
		unicode.IsDigit(line[start-1])) {
		start--
	}
	return start + 1
}

// stackLine is what follows "at" in a line of an error's stack: "function (file:1:2(3))" or "file:1:2(3)".
var stackLine = regexp.MustCompile(`^(.*):(\d+):(\d+)\(\d+\)\)?$`)

// parseStack reads the stack property of an error, which is all that is left of the stack in a rejected promise.
func (vm *VM) parseStack(stack string) []Frame {
	var frames []Frame
	for line := range strings.Lines(stack) {
		if f, ok, _ := vm.parseStackLine(strings.TrimRight(line, "\n")); ok {
			frames = append(frames, f)
		}
	}
	return frames
}

// parseStackLine reports whether a line is one of a stack at all, and whether it is a call in a file of the project.
func (vm *VM) parseStackLine(text string) (f Frame, ours, isFrame bool) {
	call, indented := strings.CutPrefix(strings.TrimLeft(text, " \t"), "at ")
	if !indented || len(call)+len("at ") == len(text) {
		return Frame{}, false, false
	}
	if call == "native" || strings.HasSuffix(call, " (native)") {
		return Frame{}, false, true
	}
	match := stackLine.FindStringSubmatch(call)
	if match == nil {
		return Frame{}, false, false
	}
	function, file := "", match[1]
	if vm.graph.modules[file] == nil {
		// A function's name has no bracket, while a file's name may have one.
		function, file, _ = strings.Cut(file, " (")
	}
	m := vm.graph.modules[file]
	if m == nil {
		return Frame{}, false, true
	}
	// The digits come from goja; what does not fit an int cannot be a place in a file.
	line, lineErr := strconv.Atoi(match[2])
	column, columnErr := strconv.Atoi(match[3])
	if lineErr != nil || columnErr != nil {
		return Frame{}, false, true
	}
	f, ours = m.frame(function, line, column)
	return f, ours, true
}
