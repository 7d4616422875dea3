package bindings

import (
	"fmt"
	"strings"
	"time"

	"github.com/dop251/goja"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/runtime/script"
)

// exportedFunction is one of the functions up, down and check.
type exportedFunction struct {
	object   *goja.Object
	takesDB  bool // it has a parameter
	callback int  // which of its arguments is a callback, or 0, see takesNext
	async    bool // one with a callback need not call it then
}

// readExports reads all that the file exports, once for all: each look may run code of the script, which belongs to
// the loading of the file and not to its run.
func (i *instance) readExports() error {
	r := exportReader{vm: i.s.vm, file: i.s.call.Migration.Name}
	i.functions = map[string]*exportedFunction{}
	for _, name := range []string{"up", "down", "check"} {
		if f := r.function(name); f != nil {
			i.functions[name] = f
		}
	}
	i.info = runtime.Info{
		Description:  r.text("description"),
		HasUp:        i.functions["up"] != nil,
		HasDown:      i.functions["down"] != nil,
		HasCheck:     i.functions["check"] != nil,
		Transaction:  r.flag("transaction"),
		Irreversible: r.text("irreversible"),
		Timeout:      r.seconds("timeout"),
		Environments: r.list("environments"),
	}
	if !i.info.HasUp {
		i.info.Advice = adviseUp(i.s.vm)
	}
	return r.err
}

// adviseUp looks for an up where other tools have it, in an object, a class or a function, and says what to write.
func adviseUp(vm *script.VM) string {
	const within = "its up is in an export of another name: add `export default %s`"
	for _, name := range vm.Exports() {
		exported, ok := vm.Export(name).(*goja.Object)
		if !ok {
			continue
		}
		if isFunction(exported.Get("up")) {
			return fmt.Sprintf(within, name)
		}
		if classHasUp(exported.Get("prototype")) {
			return fmt.Sprintf(within, "new "+name+"()")
		}
	}
	if classHasUp(vm.Export("prototype")) {
		return "its up is a method of a class: " +
			"export an instance, `module.exports = new …()`, or `export default new …()`"
	}
	if name := vm.Export("name"); name != nil && name.String() == "up" {
		return "the file exports up itself: write `exports.up = …`, or `export function up` without default"
	}
	return ""
}

// classHasUp reports whether v is the prototype of a class with an up.
func classHasUp(v goja.Value) bool {
	proto, ok := v.(*goja.Object)
	return ok && isFunction(proto.Get("up"))
}

// exportReader reads what a file exports; the first that has a wrong type is the error.
type exportReader struct {
	vm   *script.VM
	file string
	err  error
}

func (r *exportReader) get(name string) (any, bool) {
	v := r.vm.Export(name)
	if !given(v) {
		return nil, false
	}
	return v.Export(), true
}

func (r *exportReader) function(name string) *exportedFunction {
	function, ok := r.vm.Export(name).(*goja.Object)
	if !ok || !isFunction(function) {
		return nil
	}
	length := function.Get("length").ToInteger()
	f := &exportedFunction{object: function, takesDB: length > 0}
	if length > 1 {
		source := function.String()
		f.callback, f.async = takesNext(length, source), strings.HasPrefix(source, "async")
	}
	return f
}

func (r *exportReader) wrong(name, want string) {
	if r.err == nil {
		r.err = fault.New(fault.Script, "", "%s: the export %s must be %s", r.file, name, want)
	}
}

func (r *exportReader) text(name string) string {
	v, ok := r.get(name)
	if !ok {
		return ""
	}
	s, isString := v.(string)
	if !isString {
		r.wrong(name, "a string")
	}
	return s
}

func (r *exportReader) flag(name string) bool {
	v, ok := r.get(name)
	if !ok {
		return false
	}
	b, isBool := v.(bool)
	if !isBool {
		r.wrong(name, "true or false")
	}
	return b
}

func (r *exportReader) seconds(name string) time.Duration {
	v, ok := r.get(name)
	if !ok {
		return 0
	}
	switch n := v.(type) {
	case int64:
		if n > 0 {
			return time.Duration(n) * time.Second
		}
	case float64:
		if n > 0 {
			return time.Duration(n * float64(time.Second))
		}
	}
	r.wrong(name, "a number of seconds above 0")
	return 0
}

func (r *exportReader) list(name string) []string {
	v, ok := r.get(name)
	if !ok {
		return nil
	}
	elements, isArray := v.([]any)
	if !isArray {
		r.wrong(name, "an array of names")
		return nil
	}
	list := make([]string, len(elements))
	for i, element := range elements {
		if list[i], ok = element.(string); !ok {
			r.wrong(name, "an array of names")
		}
	}
	return list
}
