package script

import (
	"errors"
	"strconv"

	"github.com/dop251/goja"
)

// Throw raises err as a JavaScript Error, from a binding; it does not return. The script can catch it. When it does
// not, errors.Is and errors.As find err in the error of the call. What a callback has thrown is passed on as it is.
func (vm *VM) Throw(err error) {
	Rethrow(err)
	panic(vm.newError("Error", err))
}

// Rethrow throws an error that came out of JavaScript on through Go, as it was; it returns for any other error.
func Rethrow(err error) {
	var interrupted *goja.InterruptedError
	if errors.As(err, &interrupted) {
		panic(interrupted)
	}
	var overflow *goja.StackOverflowError
	if errors.As(err, &overflow) {
		panic(overflow)
	}
	var thrown *goja.Exception
	if errors.As(err, &thrown) {
		panic(thrown)
	}
}

// Misspelt is the cause of an error for a method that does not exist. It is thrown at once also where calls give
// promises, so that no .catch(…) on the call swallows it.
type Misspelt struct{ Message string }

// Error is the message.
func (m *Misspelt) Error() string { return m.Message }

// newError makes an object of one of the language's own error classes.
func (vm *VM) newError(class string, err error) *goja.Object {
	object, failed := vm.rt.New(vm.rt.GlobalObject().Get(class), vm.rt.ToValue(err.Error()))
	if failed != nil {
		return vm.rt.NewGoError(err)
	}
	SetCause(object, err)
	return object
}

// causeSymbol is the hidden property of an error object that keeps the Go error behind it.
var causeSymbol = goja.NewSymbol("cause")

// SetCause makes err the Go error behind an error object that a binding has made: errors.Is and errors.As find it when
// the object is thrown and not caught.
func SetCause(object *goja.Object, err error) {
	kept := goja.NewSharedDynamicObject(keptCause{err})
	if object.DefineDataPropertySymbol(causeSymbol, kept, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE) != nil {
		panic("the error object of a binding is frozen")
	}
}

// keptCause is a Go error as a JavaScript object without properties: a script can neither see into it nor change it.
type keptCause struct{ err error }

func (keptCause) Get(string) goja.Value       { return nil }
func (keptCause) Set(string, goja.Value) bool { return false }
func (keptCause) Has(string) bool             { return false }
func (keptCause) Delete(string) bool          { return false }
func (keptCause) Keys() []string              { return nil }

// Cause is the Go error behind a value that a script has thrown, its own or that of the error that it names as its
// cause, or nil.
func (vm *VM) Cause(thrown goja.Value) error {
	var found error
	vm.eachCause(thrown, func(object *goja.Object) bool {
		vm.attempt(func() { found = causeOf(object) })
		return found == nil
	})
	return found
}

// maxCauses bounds a chain of causes, which a script can make circular.
const maxCauses = 8

// eachCause visits an error object and then those that it names as its cause, until visit returns false.
func (vm *VM) eachCause(thrown goja.Value, visit func(*goja.Object) bool) {
	for range maxCauses {
		object, ok := thrown.(*goja.Object)
		if !ok || !visit(object) {
			return
		}
		thrown = vm.property(object, "cause")
	}
}

// gathered are the errors that an AggregateError holds, each as one line.
func (vm *VM) gathered(object *goja.Object) (list []string) {
	errors, ok := vm.property(object, "errors").(*goja.Object)
	if !ok || errors.ClassName() != "Array" || vm.text(object, "name") != "AggregateError" {
		return nil
	}
	vm.attempt(func() {
		for i := range min(errors.Get("length").ToInteger(), maxCauses) {
			if one, ok := errors.Get(strconv.FormatInt(i, 10)).(*goja.Object); ok {
				list = append(list, vm.describe(one))
			}
		}
	})
	return list
}

func causeOf(object *goja.Object) error {
	if v := object.GetSymbol(causeSymbol); v != nil {
		if kept, ok := v.Export().(keptCause); ok {
			return kept.err
		}
	}
	return nil
}

// property reads a property of a value that a script has made. It is nil if the value does not have it, or if reading
// it throws.
func (vm *VM) property(object *goja.Object, name string) (v goja.Value) {
	if !vm.attempt(func() { v = object.Get(name) }) {
		return nil
	}
	return v
}

// attempt looks at a value that a script has made, so that an error can be reported whatever its object does: a getter
// or a proxy may throw. It is false if that happened.
func (vm *VM) attempt(look func()) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return vm.rt.Try(look) == nil
}
