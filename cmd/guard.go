package cmd

import (
	"context"

	"migrator/bindings/funnel"
	"migrator/cmd/config"
	"migrator/store/connect/address"
)

// guardWrite asks before a command changes a protected environment; what says what would be done: "execute migrations".
func (a *app) guardWrite(ctx context.Context, e config.Environment, what string) error {
	if !e.Protected {
		return nil
	}
	return a.ui.ConfirmName(ctx, what, e.Name)
}

// guardDestroy asks before a command destroys more than what was named, wherever that could hurt: on a protected
// environment, on one called production, and on any host that is not this machine.
func (a *app) guardDestroy(ctx context.Context, e config.Environment, what string) error {
	if !e.Protected && e.Name != "production" && address.IsLocal(e.URI) {
		return nil
	}
	return a.ui.ConfirmName(ctx, what, e.Name)
}

// guardFirstWrite asks before the first write of a script: what it will do is not known before it runs.
func (a *app) guardFirstWrite(e config.Environment) funnel.Middleware {
	asked := false
	return funnel.Gate(func(ctx context.Context, _ *funnel.Operation) error {
		if asked {
			return nil
		}
		asked = true
		return a.guardWrite(ctx, e, "write")
	})
}
