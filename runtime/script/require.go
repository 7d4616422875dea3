package script

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/dop251/goja"

	"migrator/runtime/script/node"
)

// instance is a module that has been evaluated in an interpreter, or is being evaluated.
type instance struct {
	// module is what the module's code knows by that name. The code may have replaced module.exports.
	module *goja.Object
	// exports is what module.exports was at first.
	exports *goja.Object
	// bare has what the module's top level declares, or is nil.
	bare *goja.Object
}

// evaluate runs the script's own module.
func (vm *VM) evaluate(ctx context.Context, entry *module) error {
	vm.entry, vm.file = entry, entry.path
	_, err := vm.run(ctx, "the top level of "+path.Base(entry.path), func() (goja.Value, error) {
		_, err := vm.load(entry.path)
		return nil, err
	})
	return err
}

// load evaluates a module once. A module that imports one that is being evaluated sees the exports made so far, as in
// Node.js.
func (vm *VM) load(target string) (*instance, error) {
	if loaded := vm.instances[target]; loaded != nil {
		return loaded, nil
	}
	i := &instance{module: vm.rt.NewObject(), exports: vm.rt.NewObject()}
	if err := i.module.Set("exports", i.exports); err != nil {
		return nil, err
	}
	vm.instances[target] = i
	if err := vm.fill(i, target); err != nil {
		delete(vm.instances, target)
		return nil, err
	}
	return i, nil
}

func (vm *VM) fill(i *instance, target string) error {
	if name, ok := strings.CutPrefix(target, nativePrefix); ok {
		if loader := vm.host.options.Modules[name]; loader != nil {
			return i.module.Set("exports", loader(vm))
		}
		exports, err := vm.host.node.Load(name, nodeSide{vm})
		if err != nil {
			return err
		}
		return i.module.Set("exports", exports)
	}
	m := vm.graph.modules[target]
	if m == nil {
		return fmt.Errorf("%s was left out, since something that it imports cannot be had", target)
	}
	if m.program == nil {
		value, err := vm.parseJSON(m.text)
		if err != nil {
			return err
		}
		return i.module.Set("exports", value)
	}
	return vm.execute(i, m)
}

// execute calls the function that the module's text is the body of.
func (vm *VM) execute(i *instance, m *module) error {
	wrapper, err := vm.rt.RunProgram(m.program)
	if err != nil {
		return err
	}
	body, ok := goja.AssertFunction(wrapper)
	if !ok {
		return fmt.Errorf("evaluate %s: it is not a module", m.path)
	}
	file := filepath.Join(vm.host.options.Root, filepath.FromSlash(m.path))
	require, err := vm.requireFrom(m)
	if err == nil {
		err = vm.describeModule(i.module, m, file)
	}
	if err != nil {
		return err
	}
	result, err := body(i.exports, i.exports, require, i.module, vm.rt.ToValue(file),
		vm.rt.ToValue(filepath.Dir(file)))
	if m.described && err == nil {
		err = i.module.Set("loaded", true)
	}
	i.bare, _ = result.(*goja.Object)
	return err
}

// target is the module that a specifier in m means.
func (vm *VM) target(m *module, specifier string) (string, bool) {
	target, ok := vm.graph.links[link{m.name, specifier}]
	if name := vm.host.native(specifier); !ok && name != "" {
		return nativePrefix + name, true
	}
	return target, ok
}

// requireFrom is the function require of a module.
func (vm *VM) requireFrom(m *module) (goja.Value, error) {
	require := vm.rt.ToValue(func(call goja.FunctionCall) goja.Value {
		specifier := call.Argument(0).String()
		target, ok := vm.target(m, specifier)
		if !ok {
			vm.throwNotFound(m, specifier)
		}
		i, err := vm.load(target)
		if err != nil {
			vm.Throw(err)
		}
		return i.module.Get("exports")
	})
	return require, vm.describeRequire(require.ToObject(vm.rt), m)
}

// throwNotFound raises the error for an import without a link. Packages that try what they can import look for its
// code.
func (vm *VM) throwNotFound(m *module, specifier string) {
	err := vm.graph.refused[link{m.name, specifier}]
	if err == nil && node.IsBuiltin(specifier) {
		err = fmt.Errorf("require(%q): %s", specifier, noBuiltin(specifier))
	}
	if err == nil {
		err = fmt.Errorf("require(%q): a module is imported by a name that is written out in the call, "+
			"since it is kept with the migration", specifier)
	}
	object := vm.newError("Error", err)
	if failed := object.Set("code", "MODULE_NOT_FOUND"); failed != nil {
		vm.Throw(failed)
	}
	panic(object)
}

func (vm *VM) parseJSON(text string) (goja.Value, error) {
	parse, ok := goja.AssertFunction(vm.rt.Get("JSON").ToObject(vm.rt).Get("parse"))
	if !ok {
		return nil, fmt.Errorf("JSON.parse is no function any more")
	}
	return parse(goja.Undefined(), vm.rt.ToValue(text))
}

// export is where a function that Export has returned comes from.
type export struct {
	name   string
	holder *goja.Object
}

// Export is what the script exports under a name, or nil: a property of module.exports, or of the default export, or,
// in a file that exports nothing, a function or variable that its top level declares. It is called within Inspect.
func (vm *VM) Export(name string) goja.Value {
	for _, holder := range vm.holders(vm.instances[vm.entry.path]) {
		v := holder.Get(name)
		if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
			continue
		}
		if function, ok := v.(*goja.Object); ok {
			vm.exported[function] = export{name, holder}
		}
		return v
	}
	return nil
}

// Exports are the names of all that the script exports. It is called within Inspect.
func (vm *VM) Exports() []string {
	var names []string
	for _, holder := range vm.holders(vm.instances[vm.entry.path]) {
		names = append(names, holder.Keys()...)
	}
	return names
}

// holders are the objects that may hold an export, in their order.
func (vm *VM) holders(i *instance) []*goja.Object {
	var holders []*goja.Object
	exports, ok := i.module.Get("exports").(*goja.Object)
	if ok {
		holders = append(holders, exports)
		if byDefault, ok := exports.Get("default").(*goja.Object); ok {
			holders = append(holders, byDefault)
		}
	}
	if exports != i.exports {
		// An ES module replaces module.exports; what the same file adds to `exports` is in the first object.
		return append(holders, i.exports)
	}
	if i.bare != nil && len(exports.Keys()) == 0 {
		holders = append(holders, i.bare)
	}
	return holders
}
