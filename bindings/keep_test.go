package bindings

import (
	"strings"
	"testing"

	"migrator/bindings/funnel"
)

// A script must not take away the lock under which it runs, in whatever way it spells that.
func TestKeep(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.engine.options.Middlewares = []funnel.Middleware{funnel.Keep(b.name, []string{"migrations", "migrations_lock"}, "")}
	for _, code := range []string{
		`db.migrations.insertOne({})`, `db.migrations.updateMany({}, {$set: {a: 1}})`, `db.migrations.findOneAndDelete({})`, `db.migrations_lock.drop()`,
		`db.getSiblingDB(db.getName()).migrations.deleteMany({})`, `db.runCommand({delete: 'migrations', deletes: [{q: {}, limit: 0}]})`,
		`db.dropDatabase()`, `db.runCommand({dropDatabase: 1})`, `db.runCommand({drop: 'migrations'})`,
		`db.migrations.renameCollection('old')`, `db.adminCommand({renameCollection: db.getName() + '.c', to: db.getName() + '.migrations', dropTarget: true})`,
		`db.c.aggregate([{$out: 'migrations'}]).toArray()`, `db.runCommand({aggregate: 'c', pipeline: [{$merge: {into: 'migrations'}}], cursor: {}})`,
		`db.adminCommand({bulkWrite: 1, ops: [{delete: 0, filter: {}, multi: true}], nsInfo: [{ns: db.getName() + '.migrations'}]})`,
		`const o = db.migrations.initializeOrderedBulkOp(); o.insert({}); o.execute()`,
	} {
		if err := b.evalError(code); !strings.Contains(err.Error(), " that of migrator's registry, history or lock") && !strings.Contains(err.Error(), "holds the registry, and the lock of this run") {
			t.Errorf("%s was not stopped, but ended with %v", code, err)
		}
	}
	for _, code := range []string{
		`db.migrations.find().toArray()`, `db.migrations.countDocuments()`, `db.migration.insertOne({})`, `db.getSiblingDB(db.getName() + '_2').dropDatabase()`,
		`db.c.insertOne({}); db.c.createIndex({a: 1}); db.c.drop()`,
	} {
		b.eval(code)
	}
}
