package bindings

import (
	"migrator/bindings/funnel"
	"migrator/bindings/funnel/ferretdb"
)

// chain is the funnel for one run of a script, and the only place that says what stands where. An operation passes it
// from the first to the last, and what came of it passes it back.
func (s *scope) chain() funnel.Doer {
	// What the script left out is filled in first, so that all others see the operation as it is sent. A transaction
	// comes before the settings, which do not all hold in one.
	chain := []funnel.Middleware{s.joinTransaction, inheritSettings}
	// Counting is before all that refuse: what they refuse is a step that failed.
	chain = append(chain, funnel.Counting(s.tally))
	// What the command asks for (the gate, the keeping of the registry, the trace) sees each operation as the script
	// meant it, before a dry run makes reads of it and the embedded database gets it in pieces.
	chain = append(chain, s.engine.options.Middlewares...)
	// What no command of this purpose may do is refused whatever else the command has asked for.
	chain = append(chain, funnel.Within(s.engine.options.Purpose, s.call))
	// The fence is behind them, since a gate may wait for an answer and the lease be lost meanwhile.
	chain = append(chain, funnel.Fence(s.call.Check))
	// A dry run is before what belongs to the server: what it asks in place of a write has to pass that too.
	if s.plan != nil {
		chain = append(chain, s.plan.Middleware)
	}
	if s.engine.options.FerretDB {
		chain = append(chain, ferretdb.Middlewares(s.engine.options.Alone)...)
	}
	return funnel.Chain(s.engine.last, chain...)
}

// refuse fails for what the server is known not to do.
func (e *Engine) refuse(op *funnel.Operation) error {
	if e.options.FerretDB {
		return ferretdb.Check(op)
	}
	return nil
}
