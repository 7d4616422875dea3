package bindings

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// verbosity is setLogLevel(level, component): a component is 'storage', or 'storage.recovery'.
func verbosity(field string) part {
	return func(b *commandBuilder) {
		level := bson.D{{Key: "verbosity", Value: b.a.integer(b.take(), "the level")}}
		if i := b.take(); b.a.given(i) {
			for _, component := range slices.Backward(strings.Split(b.a.text(i, "the component"), ".")) {
				level = bson.D{{Key: component, Value: level}}
			}
		}
		b.add(field, level)
	}
}

// lastError is for scripts of the time when writes were not acknowledged: a write that fails throws, so there is never an
// error to ask for.
func (d *database) lastError(a *args, none goja.Value) goja.Value {
	d.s.notice("old "+a.method, "%s is of no use: a write that fails throws", a)
	return none
}
