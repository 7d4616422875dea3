package bindings

import (
	"migrator/bindings/funnel"
	"migrator/bindings/funnel/driver"
	"migrator/bindings/funnel/dryrun"
	"migrator/bindings/funnel/ferretdb"
	"migrator/runtime"
)

// funnel is the chain for one run of a script, the only place that says what stands where. An operation passes it from
// the first to the last, and what came of it passes it back.
func (e *Engine) funnel(call runtime.Call, tally *funnel.Tally, plan *dryrun.Plan) funnel.Doer {
	// Counting is first: what any of the others refuses is a step that failed.
	chain := []funnel.Middleware{funnel.Counting(tally)}
	// What the command asks for (the gate, the keeping of the registry, the trace) sees each operation as the script wrote
	// it, before a dry run makes reads of it and the embedded database gets it in pieces.
	chain = append(chain, e.options.Middlewares...)
	// What no command of this purpose may do is refused whatever else the command has asked for.
	chain = append(chain, funnel.Within(e.options.Purpose, call))
	// The fence is behind them, since a gate may wait for an answer and the lease be lost meanwhile.
	chain = append(chain, funnel.Fence(call.Check))
	// A dry run is before what belongs to the server: what it asks in place of a write has to pass that too.
	if plan != nil {
		chain = append(chain, plan.Middleware)
	}
	if e.options.FerretDB {
		chain = append(chain, ferretdb.Middlewares()...)
	}
	return funnel.Chain(driver.New(e.options.Client), chain...)
}

// refuse fails for what the server is known not to do.
func (e *Engine) refuse(r funnel.Request) error {
	if e.options.FerretDB {
		return ferretdb.Check(r)
	}
	return nil
}
