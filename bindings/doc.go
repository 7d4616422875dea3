// Package bindings makes the `db` that scripts see: databases, collections, cursors, bulk builders, sessions, and the
// errors that they throw. It joins the JavaScript host (runtime/script), the types (bindings/bsonjs) and the funnel
// (bindings/funnel), and is the only one that knows both goja and the funnel.
//
// A call in a script takes one way to the server. A method (collection_*.go, database_*.go, …) reads its arguments and
// builds a funnel.Operation; scope.do hands it to the funnel, the chain of Doers that chain.go puts together. Whatever
// has to look at operations or to change them is a Middleware below bindings/funnel, and no method knows of it. A
// method that only sends a command has no code of its own: it is a row in commands_table.go.
//
// Calls are synchronous and may be awaited: `db.users.updateOne(…)` and `await db.users.updateOne(…)` do the same,
// since awaiting a value that has no `then` gives the value. So nothing here may ever have a member called then.
//
// All that belongs to one interpreter is its scope, which the interpreter carries (script.VM.Own).
//
// Methods that take callbacks which may be async (cursor.forEach, withTransaction) are written in boot.js, because the
// continuations of promises run only when the outermost call from Go has returned. What few scripts use is in
// errors.js and legacy.js, which are run when a script first needs them.
//
// What would be silent elsewhere is said: an option without effect by a notice (ignored.go), an operation beside its
// transaction by a warning (transaction.go), an error that the script catches in the report of the run (caught.go).
package bindings
