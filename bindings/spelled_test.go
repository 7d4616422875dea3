package bindings

import "testing"

// What a command did is read from the server's reply to it, also where some of its writes have failed.
func TestCommandsOfAScriptAreCountedByTheirReply(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, seed, code, counted, fails string }{
		{name: "an insert", counted: "2 inserted",
			code: `db.runCommand({insert: 'a', documents: [{}, {}]})`},
		{name: "an insert that fails half-way", counted: "2 inserted", fails: "MongoServerError 11000 1",
			code: `db.runCommand({insert: 'a', documents: [{_id: 1}, {_id: 1}, {_id: 2}], ordered: false})`},
		{name: "updates and an upsert", counted: "1 upserted, 3 modified",
			seed: `db.a.insertMany([{_id: 1}, {_id: 2}])`,
			code: `db.runCommand({update: 'a', updates: [
				{q: {_id: 9}, u: {$set: {x: 1}}, upsert: true}, {q: {}, u: {$set: {x: 2}}, multi: true}]})`},
		{name: "a delete", seed: `db.a.insertOne({})`, counted: "1 deleted",
			code: `db.runCommand({delete: 'a', deletes: [{q: {}, limit: 0}]})`},
		{name: "a findAndModify", seed: `db.a.insertOne({})`, counted: "1 modified",
			code: `db.runCommand({findAndModify: 'a', query: {}, update: {$set: {x: 1}}, new: true})`},
		{name: "a findAndModify that upserts", counted: "1 upserted",
			code: `db.runCommand({findAndModify: 'a', query: {_id: 7}, update: {x: 1}, upsert: true, new: true})`},
		{name: "a findAndModify that finds nothing", counted: "",
			code: `db.runCommand({findAndModify: 'a', query: {_id: 7}, update: {$set: {x: 1}}})`},
		{name: "the whole reply of findOneAndUpdate", counted: "1 upserted",
			code: `db.a.findOneAndUpdate({_id: 7}, {$set: {x: 1}}, {upsert: true, includeResultMetadata: true})`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.eval(c.seed)
			code := "try { " + c.code + "; '' } catch (e) { e.name + ' ' + e.code + ' ' + e.index }"
			r, err := b.engine.Eval(t.Context(), b.call(), "eval", code)
			if err != nil {
				t.Fatal(err)
			}
			if counted := r.Report.Operations.String(); counted != c.counted || r.EJSON != `"`+c.fails+`"` {
				t.Errorf("it counts as %q and throws %s, want %q and %q", counted, r.EJSON, c.counted, c.fails)
			}
		})
	}
}
