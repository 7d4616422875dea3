package script

import (
	"strings"

	"github.com/dop251/goja"
)

// show is a value as it is printed.
func (vm *VM) show(v goja.Value) string {
	if vm.host.options.Show != nil {
		return vm.host.options.Show(vm, v)
	}
	return vm.plain(v)
}

// plain prints without knowing any type but the language's own: objects as JSON.
func (vm *VM) plain(v goja.Value) string {
	object, ok := v.(*goja.Object)
	if !ok {
		return primitive(v)
	}
	if _, ok := goja.AssertFunction(object); ok {
		return "[Function: " + vm.text(object, "name") + "]"
	}
	if vm.isError(object) {
		if stack := vm.text(object, "stack"); stack != "" {
			return strings.TrimRight(stack, "\n")
		}
		return vm.describe(object)
	}
	stringify, ok := goja.AssertFunction(vm.rt.Get("JSON").ToObject(vm.rt).Get("stringify"))
	if ok {
		if text, err := stringify(goja.Undefined(), object); err == nil && goja.IsString(text) {
			return text.String()
		}
	}
	return "[" + object.ClassName() + " that JSON cannot express]"
}

// primitive prints a value that is not an object; a string without quotes.
func primitive(v goja.Value) string {
	if symbol, ok := v.(*goja.Symbol); ok {
		return "Symbol(" + symbol.String() + ")"
	}
	switch {
	case v == nil:
		return "undefined"
	case goja.IsBigInt(v):
		return v.String() + "n"
	default:
		return v.String()
	}
}

// format joins the arguments of console.log and print. A string comes out as it is. If the first is a string with
// placeholders (%s %d %i %f %j %o %O %c %%), the next arguments fill them.
func (vm *VM) format(args []goja.Value) string {
	var parts []string
	if len(args) > 1 && goja.IsString(args[0]) && strings.Contains(args[0].String(), "%") {
		text, rest := vm.substitute(args[0].String(), args[1:])
		parts, args = []string{text}, rest
	}
	for _, v := range args {
		if goja.IsString(v) {
			parts = append(parts, v.String())
		} else {
			parts = append(parts, vm.show(v))
		}
	}
	return strings.Join(parts, " ")
}

// substitute fills placeholders and returns the arguments that are left over.
func (vm *VM) substitute(format string, args []goja.Value) (string, []goja.Value) {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		verb := format[i+1]
		switch {
		case verb == '%':
			b.WriteByte('%')
		case len(args) > 0 && strings.IndexByte("sdifjoOc", verb) >= 0:
			b.WriteString(vm.argument(verb, args[0]))
			args = args[1:]
		default:
			b.WriteString(format[i : i+2])
		}
		i++
	}
	return b.String(), args
}

// argument is one as its placeholder wants it. Styles (%c) are nothing that could be printed.
func (vm *VM) argument(verb byte, v goja.Value) string {
	switch verb {
	case 's':
		if goja.IsString(v) {
			return v.String()
		}
	case 'd':
		if goja.IsBigInt(v) {
			return primitive(v)
		}
		return vm.textOr("NaN", func() goja.Value { return v.ToNumber() })
	case 'i':
		return vm.textOr("NaN", func() goja.Value { return vm.invoke(vm.rt.GlobalObject(), "parseInt", v) })
	case 'f':
		return vm.textOr("NaN", func() goja.Value { return vm.invoke(vm.rt.GlobalObject(), "parseFloat", v) })
	case 'j':
		return vm.textOr("[Circular]", func() goja.Value {
			return vm.invoke(vm.rt.Get("JSON").ToObject(vm.rt), "stringify", v)
		})
	case 'c':
		return ""
	}
	return vm.show(v)
}

// textOr is the text of a value that may not be to be had; otherwise is what stands in its place.
func (vm *VM) textOr(otherwise string, make func() goja.Value) (text string) {
	if !vm.attempt(func() { text = primitive(make()) }) {
		return otherwise
	}
	return text
}

// invoke calls a method of the language. What it throws goes on.
func (vm *VM) invoke(of *goja.Object, name string, args ...goja.Value) goja.Value {
	method, ok := goja.AssertFunction(of.Get(name))
	if !ok {
		panic(vm.rt.NewTypeError("%s is no function any more", name))
	}
	v, err := method(of, args...)
	if err != nil {
		vm.Throw(err)
	}
	return v
}
