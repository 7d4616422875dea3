package bsonjs

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/dop251/goja"
)

// showBytes is how many bytes of a buffer are shown.
const showBytes = 50

// alien shows objects of the language and of the host that hold no data that could be listed.
func (p *printer) alien(o *goja.Object) (string, bool) {
	t := o.ExportType()
	switch {
	case t == typeBuffer:
		data, _ := p.realm.bytesOf(o)
		return fmt.Sprintf("ArrayBuffer { [Uint8Contents]: <%s>, byteLength: %d }", spaced(data), len(data)), true
	case t == typeBytes && p.constructor(o, "") == "Buffer":
		data, _ := p.realm.bytesOf(o)
		return "<" + strings.TrimSuffix("Buffer "+spaced(data), " ") + ">", true
	case t == typeBigInt:
		return "[BigInt: " + o.String() + "n]", true
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && t != typePromise:
		return o.String(), true // of the host, such as a URL
	}
	if _, callable := goja.AssertFunction(o); callable {
		return p.function(o), true
	}
	switch p.constructor(o, "") {
	case "WeakMap", "WeakSet":
		return p.constructor(o, "") + " { <items unknown> }", true
	case "Symbol":
		if symbol, ok := p.realm.invoke(o, "valueOf").(*goja.Symbol); ok {
			return "[Symbol: Symbol(" + symbol.String() + ")]", true
		}
	}
	return "", false
}

// spaced are bytes in hexadecimal digits: "61 62".
func spaced(data []byte) string {
	text := fmt.Sprintf("% x", data[:min(len(data), showBytes)])
	if more := len(data) - showBytes; more > 0 {
		text += fmt.Sprintf(" ... %d more bytes", more)
	}
	return text
}

// function shows a function by its kind and name: [Function: f], [AsyncFunction (anonymous)], [class B extends A].
func (p *printer) function(o *goja.Object) string {
	kind, name := p.constructor(o, "Function"), ""
	// one written in Go has a path for a name
	if v := o.Get("name"); v != nil && !strings.ContainsAny(v.String(), "/") {
		name = v.String()
	}
	source := o.String()
	if strings.HasPrefix(source, "function*") || strings.HasPrefix(source, "function *") {
		kind = "GeneratorFunction"
	}
	if !strings.HasPrefix(source, "class") {
		if name == "" {
			return "[" + kind + " (anonymous)]"
		}
		return "[" + kind + ": " + name + "]"
	}
	text := "[class " + name
	if name == "" {
		text = "[class (anonymous)"
	}
	if parent := o.Prototype(); parent != nil && parent.Get("name") != nil && parent.Get("name").String() != "" {
		text += " extends " + parent.Get("name").String()
	}
	return text + "]"
}

// isTyped reports whether an object is a typed array.
func isTyped(o *goja.Object) bool {
	t := o.ExportType()
	return t.Kind() == reflect.Slice && o.ClassName() == "Object" && t != typeMap && t != typeList
}

// typed shows a typed array.
func (p *printer) typed(o *goja.Object, indent int) shown {
	n := int(o.Get("length").ToInteger())
	var entries []shown
	for i := range min(n, showItems) {
		entries = append(entries, p.value(elementOf(o, i), indent+2, 0))
	}
	if n > showItems {
		entries = append(entries, shown{text: moreItems(n - showItems)})
	}
	return p.lay(braces{fmt.Sprintf("%s(%d) ", p.constructor(o, "TypedArray"), n), "[", "]"}, entries, indent, true)
}

func moreItems(n int) string {
	if n == 1 {
		return "... 1 more item"
	}
	return fmt.Sprintf("... %d more items", n)
}

// promise shows a Promise with what has become of it.
func (p *printer) promise(o *goja.Object, indent int) shown {
	promise := o.Export().(*goja.Promise)
	entry := shown{text: "<pending>"}
	switch promise.State() {
	case goja.PromiseStateFulfilled:
		entry = p.value(promise.Result(), indent+2, 0)
	case goja.PromiseStateRejected:
		entry = p.value(promise.Result(), indent+2, 0)
		entry.text = "<rejected> " + entry.text
	}
	return p.lay(braces{"Promise ", "{", "}"}, []shown{entry}, indent, false)
}

// prefix is what stands before the braces of an object: its class, unless it is a plain one, and its tag.
func (p *printer) prefix(o *goja.Object) string {
	if o.ExportType() == typeDocument {
		return ""
	}
	if o.Prototype() == nil && o.ExportType() != typeProxy {
		return "[Object: null prototype] "
	}
	name, tag := p.constructor(o, ""), ""
	if v := o.GetSymbol(goja.SymToStringTag); v != nil && isString(v) && v.String() != name {
		tag = "[" + v.String() + "] "
	}
	switch {
	case name != "" && (name != "Object" || tag != ""):
		return name + " " + tag
	default:
		return tag
	}
}

// property shows the value of a property. One that has to be asked for is not: that could do anything.
func (p *printer) property(o *goja.Object, name string, indent int) shown {
	if t := o.ExportType(); t == typePlain {
		if accessor := p.accessor(o, name); accessor != "" {
			return shown{text: accessor}
		}
	}
	return p.value(o.Get(name), indent, p.width(o, name))
}

// accessor is what is shown of a property with a getter or a setter; "" for any other.
func (p *printer) accessor(o *goja.Object, name string) string {
	descriptor, ok := p.realm.invoke(p.realm.rt.Get("Object"), "getOwnPropertyDescriptor", o,
		p.realm.rt.ToValue(name)).(*goja.Object)
	if !ok {
		return ""
	}
	get, set := !missing(descriptor.Get("get")), !missing(descriptor.Get("set"))
	switch {
	case get && set:
		return "[Getter/Setter]"
	case get:
		return "[Getter]"
	case set:
		return "[Setter]"
	}
	return ""
}
