package funnel

import (
	"context"

	"migrator/runtime"
	"migrator/runtime/fault"
)

// Within holds a script to the purpose of the command that calls it. That a write arrives here which the purpose does not
// allow is a fault of that command; nothing of it is sent.
func Within(p runtime.Purpose, call runtime.Call) Middleware {
	if p.AllowsWrites(call) {
		return nil
	}
	return Gate(func(context.Context, *Operation) error {
		return fault.New(fault.Failed, "", "this command was not opened for scripts that write")
	})
}
