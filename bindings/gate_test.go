package bindings

import (
	"context"
	"errors"
	"testing"

	"migrator/bindings/funnel"
)

// What a gate or a dry run lets through must only read, whatever its command is called.
func TestGate(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused by the test")
	b := newBench(t, func(o *Options) {
		o.Middlewares = []funnel.Middleware{funnel.Gate(func(context.Context, *funnel.Operation) error { return refused })}
	})
	for _, code := range []string{
		`db.c.insertOne({})`, `db.runCommand({insert: 'c', documents: [{}]})`, `db.c.drop()`, `db.c.createIndex({a: 1})`,
		`db.c.validate({repair: true})`, `db.c.validate({fixMultikey: true})`, `db.runCommand({validate: 'c', repair: true})`,
		`db.c.aggregate([{$out: 'd'}]).toArray()`, `db.runCommand({aggregate: 'c', pipeline: [{$merge: 'd'}], cursor: {}})`,
		`db.adminCommand({renameCollection: 'a.c', to: 'a.d'})`, `db.runCommand({nobodyKnows: 1})`, `db.getSiblingDB('other').c.deleteMany({})`,
	} {
		if err := b.evalError(code); !errors.Is(err, refused) {
			t.Errorf("%s was not stopped, but ended with %v", code, err)
		}
	}
	for _, code := range []string{`db.c.find().toArray()`, `db.c.countDocuments()`, `db.runCommand({ping: 1})`} {
		b.eval(code)
	}
}
