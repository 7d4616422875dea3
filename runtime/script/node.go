package script

import (
	"errors"
	"fmt"

	"github.com/dop251/goja"

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
func (s nodeSide) Locate(name string) (string, error) { return locate(s.vm.host.options.Root, name) }
func (s nodeSide) Outside(err error) bool             { return errors.Is(err, errOutside) }

func (s nodeSide) Env(name string) (string, error) { return s.vm.env(name) }

func (s nodeSide) InPackage() bool {
	return isPackaged(s.vm.innermost(func(Position) bool { return true }).File)
}

// env is a variable that the configuration lists.
func (vm *VM) env(name string) (string, error) {
	if vm.host.options.Env == nil {
		return "", fmt.Errorf("env(%q): scripts may read no environment variable here", name)
	}
	return vm.host.options.Env(name)
}
