package script

import (
	"fmt"

	"github.com/dop251/goja"

	"migrator/runtime/fault"
	"migrator/runtime/script/node"
)

// nodeSide is an interpreter as the modules of package node see it.
type nodeSide struct{ vm *VM }

var _ node.Interpreter = nodeSide{}

func (s nodeSide) Runtime() *goja.Runtime             { return s.vm.rt }
func (s nodeSide) Throw(err error)                    { s.vm.Throw(err) }
func (s nodeSide) Show(v goja.Value) string           { return s.vm.show(v) }
func (s nodeSide) Format(args []goja.Value) string    { return s.vm.format(args) }
func (s nodeSide) Print(text string)                  { s.vm.printText(text) }
func (s nodeSide) Root() string                       { return s.vm.host.options.Root }
func (s nodeSide) Import(name string) *goja.Object    { return s.vm.native(name) }
func (s nodeSide) Locate(name string) (string, error) { return s.vm.host.project().locate(name) }
func (s nodeSide) Denied(err error) bool              { return isDenied(err) }

func (s nodeSide) Env(name string) (string, error) { return s.vm.env(name) }

func (s nodeSide) EnvNames() []string {
	if s.vm.host.options.EnvNames == nil {
		return nil
	}
	return s.vm.host.options.EnvNames()
}

func (s nodeSide) Require(file string) (goja.Value, error) { return s.vm.requireOf(file) }

func (s nodeSide) InPackage() bool {
	return isPackaged(s.vm.innermost(func(fault.Place) bool { return true }).File)
}

// env is a variable that the configuration lists.
func (vm *VM) env(name string) (string, error) {
	if vm.host.options.Env == nil {
		return "", fmt.Errorf("env(%q): scripts may read no environment variable here", name)
	}
	return vm.host.options.Env(name)
}
