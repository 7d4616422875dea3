//go:build noembedded

package hosted

import (
	"context"

	"migrator/runtime/fault"
)

// EmbeddedBuilt reports whether this binary has the embedded database inside.
const EmbeddedBuilt = false

// embedded fails: this binary was built without FerretDB and SQLite.
func embedded() engine {
	return engine{
		name: "embedded database",
		start: func(context.Context, socketDir, Options) (running, error) {
			return running{}, fault.New(fault.Usage,
				"use a MongoDB server (--uri mongodb://…), "+
					"a mongod of this machine (--uri mongod:DIR), or another build",
				"this migrator was built without the embedded database")
		},
	}
}
