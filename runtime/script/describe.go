package script

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dop251/goja"

	"migrator/runtime/script/node"
)

// mentionsDescription reports whether code may use what describeModule and describeRequire define. Most code does not,
// and is spared the cost.
func mentionsDescription(code string) bool {
	for _, name := range [...]string{
		"require.main", "require.resolve", "require.cache", "require.extensions", "require?.", "require[",
		"module?.", "module[", "module.id", "module.filename", "module.path", "module.loaded", "module.children",
		"module.parent",
	} {
		if strings.Contains(code, name) {
			return true
		}
	}
	return false
}

// describeModule gives the object that a module's code knows as `module` what it has in Node.js beside its exports.
func (vm *VM) describeModule(object *goja.Object, m *module, file string) error {
	dir := filepath.Dir(file)
	var err error
	if m.meta {
		err = errors.Join(object.Set("url", node.FileURL(file)), object.Set("dirname", dir),
			object.Set("filename", file))
	}
	if !m.described || err != nil {
		return err
	}
	err = errors.Join(object.Set("id", file), object.Set("filename", file), object.Set("path", dir),
		object.Set("loaded", false), object.Set("children", vm.rt.NewArray()), object.Set("parent", vm.runner()))
	return errors.Join(err, vm.defineGetter(object, "paths", func() goja.Value {
		return vm.rt.ToValue(packageFolders(vm.host.options.Root, dir))
	}))
}

// packageFolders are the folders in which a file of a folder finds packages, the nearest first.
func packageFolders(root, dir string) []string {
	var folders []string
	for ; ; dir = filepath.Dir(dir) {
		if filepath.Base(dir) != packageFolder {
			folders = append(folders, filepath.Join(dir, packageFolder))
		}
		if _, err := within(root, dir); err != nil || dir == root {
			return folders
		}
	}
}

// describeRequire gives a module's require its properties. A package that asks for what does not exist is told that
// there is nothing: it can do without.
func (vm *VM) describeRequire(require *goja.Object, m *module) error {
	if !m.described {
		return nil
	}
	err := errors.Join(require.Set("main", vm.runner()), require.Set("resolve",
		func(call goja.FunctionCall) goja.Value {
			return vm.rt.ToValue(vm.resolved(m, call.Argument(0).String()))
		}))
	if isPackaged(m.path) {
		return err
	}
	for name, advice := range map[string]string{
		"cache": "a module is evaluated once for each migration; export a function, " +
			"and call it where a new value is wanted",
		"extensions": "JavaScript, TypeScript and JSON files are imported as they are; " +
			"read others with fs.readFileSync",
	} {
		err = errors.Join(err, vm.defineRefusal(require, "require."+name, advice))
	}
	return err
}

// resolved is the place of a module that is imported too.
func (vm *VM) resolved(m *module, specifier string) string {
	target, ok := vm.target(m, specifier)
	if !ok {
		if vm.graph.refused[link{m.name, specifier}] != nil || node.IsBuiltin(specifier) {
			vm.throwNotFound(m, specifier)
		}
		vm.Throw(fmt.Errorf("require.resolve(%q): it is known of modules that the file imports with require('…'); "+
			"for other files use path.join(__dirname, …)", specifier))
	}
	if strings.HasPrefix(target, nativePrefix) {
		return specifier
	}
	return filepath.Join(vm.host.options.Root, filepath.FromSlash(target))
}

// runner is the module that has imported the script, in Node.js that of the program that runs migrations. A file
// sees by it that it is imported, so that `if (require.main === module)` and `if (!module.parent)` do nothing.
func (vm *VM) runner() *goja.Object {
	if vm.main != nil {
		return vm.main
	}
	vm.main = vm.rt.NewObject()
	const advice = "a migration is imported by migrator; use __dirname, or process.cwd() for the project's root"
	err := errors.Join(vm.main.Set("id", "."), vm.main.Set("exports", vm.rt.NewObject()), vm.main.Set("loaded", true),
		vm.main.Set("children", vm.rt.NewArray()), vm.main.Set("paths", vm.rt.NewArray()),
		vm.defineRefusal(vm.main, "require.main.filename", advice),
		vm.defineRefusal(vm.main, "require.main.path", advice))
	if err != nil {
		vm.Throw(err)
	}
	return vm.main
}

// defineRefusal defines a property, the last of a dotted name, that throws where it is read.
func (vm *VM) defineRefusal(object *goja.Object, name, advice string) error {
	return vm.defineGetter(object, name[strings.LastIndex(name, ".")+1:], func() goja.Value {
		vm.Throw(fmt.Errorf("%s does not exist in scripts: %s", name, advice))
		return nil
	})
}

// defineGetter defines a property that is read by a function, and that does not show.
func (vm *VM) defineGetter(object *goja.Object, name string, get func() goja.Value) error {
	getter := vm.rt.ToValue(func(goja.FunctionCall) goja.Value { return get() })
	return object.DefineAccessorProperty(name, getter, nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// requireOf is the function that createRequire makes for a file, given by its path or its address.
func (vm *VM) requireOf(file string) (goja.Value, error) {
	m := vm.caller()
	if rel, err := relative(vm.host.options.Root, filepath.FromSlash(file)); err == nil &&
		vm.graph.modules[rel] != nil {
		m = vm.graph.modules[rel]
	}
	if m == nil {
		return nil, fmt.Errorf("createRequire(%q): it is called by no file", file)
	}
	return vm.requireFrom(m)
}
