package script

import (
	"context"
	"errors"

	"github.com/dop251/goja"

	"migrator/runtime/fault"
)

// VM is one interpreter. All of it but Interrupt belongs to the goroutine that has opened it.
type VM struct {
	host  *Host
	rt    *goja.Runtime
	own   any // what Setup has returned
	print func(line string)
	talk  talk

	graph     graph   // the modules that may be loaded
	entry     *module // the script's own; nil in a Blank VM
	file      string  // what is running, for errors whose place is not known
	instances map[string]*instance
	exported  map[*goja.Object]export // what Export has returned
	booted    bool
	chained   bool          // chain.js has run
	lent      map[lent]bool // the globals that are defined

	ctx       context.Context // of the call that is running, or was the last
	running   bool
	dead      error // why no call is possible any more
	interrupt *interruption
	rejected  []*goja.Promise // without a handler, in the order of their rejection
	main      *goja.Object    // see runner; nil before it is asked for
	timers    timers
	made      []made
	timeouts  *goja.Object // the prototype of what setTimeout returns; nil before the first
}

// maxCallDepth ends a runaway recursion within milliseconds, before it eats the memory.
const maxCallDepth = 2000

// newVM makes an interpreter with all globals in place.
func (h *Host) newVM(ctx context.Context, g graph, o OpenOptions) (*VM, error) {
	rt := goja.New()
	vm := &VM{
		host: h, rt: rt, print: o.Print, talk: talk{ask: o.Ask, progress: o.Progress}, graph: g, ctx: ctx,
		instances: map[string]*instance{},
		exported:  map[*goja.Object]export{},
		lent:      map[lent]bool{},
		interrupt: newInterruption(rt),
	}
	rt.SetMaxCallStackSize(maxCallDepth)
	rt.SetPromiseRejectionTracker(vm.trackRejection)
	_, err := vm.run(ctx, "", func() (goja.Value, error) { return nil, vm.install(o.Setup) })
	if err != nil {
		return nil, err
	}
	return vm, nil
}

// install defines the globals: first this package's, then those of whoever opens the interpreter.
func (vm *VM) install(setup func(*VM) (any, error)) error {
	err := vm.installGlobals()
	if err == nil && setup != nil {
		vm.own, err = setup(vm)
	}
	return err
}

// Own is what whoever has opened the interpreter keeps with it, see OpenOptions.Setup.
func (vm *VM) Own() any { return vm.own }

// Runtime is the interpreter itself, for bindings that make values. Code is run by Call and Eval.
func (vm *VM) Runtime() *goja.Runtime { return vm.rt }

// Context is the context of the call that is running, for bindings that wait for something.
func (vm *VM) Context() context.Context { return vm.ctx }

// Close ends the use of the interpreter. Calling it again does nothing.
func (vm *VM) Close() {
	if vm.dead == nil {
		vm.dead = errors.New("the interpreter is closed")
	}
	vm.timers = timers{}
	vm.talk.end()
}

// Where is the place in a script that is executing: the innermost call in a file of the project, its packages left
// out. It is for bindings, while the script calls them; at other times it is the zero Place.
func (vm *VM) Where() fault.Place {
	return vm.innermost(func(p fault.Place) bool { return !isPackaged(p.File) })
}

// innermost is the innermost call in a script whose place is wanted.
func (vm *VM) innermost(wanted func(fault.Place) bool) fault.Place {
	const nearby = 8 // calls that are tried first, since a whole stack costs more
	for _, depth := range []int{nearby, 0} {
		for _, f := range vm.rt.CaptureCallStack(depth, nil) {
			if frame, ok := vm.frame(f); ok && wanted(frame.Place) {
				return frame.Place
			}
		}
	}
	return fault.Place{}
}
