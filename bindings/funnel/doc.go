// Package funnel is what a call of a script asks of the server, and the chain that it passes. It knows no JavaScript.
//
// An Operation is one call: where it stands in the script, its session and settings, and its Request. Doers carry
// operations out; a Middleware puts one Doer before another. Package bindings makes the operations and puts the chain
// together (bindings/chain.go); package driver is its last Doer.
//
// Here are the requests and their encoding as commands, the middlewares of every run (counting, fence, gate, keep,
// trace), and what all who look at operations share: walking documents (documents.go), the server's error codes
// (codes.go), and which commands there are and what they change (commands.go). Middlewares that only some runs need
// have packages of their own below this one: ferretdb for the embedded database, dryrun for dry runs.
package funnel
