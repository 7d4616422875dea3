package script

import (
	"context"
	"sync"

	"github.com/dop251/goja"
)

// Interrupt ends the call that is running, or the next one if nothing runs, with an error that wraps cause. It may be
// called from any goroutine. A script cannot catch it, and its finally blocks do not run.
//
// A binding whose work has been cancelled calls Interrupt and then Throw: the error alone could be caught.
func (vm *VM) Interrupt(cause error) { vm.interrupt.raise(cause) }

// interruption is the state behind Interrupt.
type interruption struct {
	rt *goja.Runtime

	mu     sync.Mutex
	cause  error
	raised chan struct{} // closed while an interruption is pending
}

func newInterruption(rt *goja.Runtime) *interruption {
	return &interruption{rt: rt, raised: make(chan struct{})}
}

// raise keeps the first cause.
func (i *interruption) raise(cause error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.cause != nil {
		return
	}
	i.cause = cause
	close(i.raised)
	i.rt.Interrupt(cause)
}

// pending is a channel that is closed once an interruption has been raised, and its cause, nil until then.
func (i *interruption) pending() (<-chan struct{}, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.raised, i.cause
}

// take ends a pending interruption and returns its cause, or nil.
func (i *interruption) take() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	cause := i.cause
	if cause != nil {
		i.cause, i.raised = nil, make(chan struct{})
		i.rt.ClearInterrupt()
	}
	return cause
}

// watch raises an interruption when ctx is done. The function that it returns ends that, and returns only when no
// interruption by ctx can follow any more.
func (i *interruption) watch(ctx context.Context) (stop func()) {
	finished := make(chan struct{})
	unregister := context.AfterFunc(ctx, func() {
		defer close(finished)
		i.raise(context.Cause(ctx))
	})
	return func() {
		if !unregister() {
			<-finished
		}
	}
}
