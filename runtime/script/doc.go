// Package script hosts JavaScript: it compiles the files of a project, links their imports, and runs them in
// interpreters of their own until every promise and timer has settled. It knows goja and esbuild and no database; what
// a script may use beyond the language comes in through Options.
//
// A Host compiles a file with everything that it imports to a Unit. A Unit opens any number of VMs, one for each run,
// so that no run sees what another has left behind. A VM belongs to one goroutine; Interrupt alone may come from
// others.
//
// Installed packages are linked as the project's own files are, and are part of a Unit's bundle with the package.json
// files that led to them, so that what is stored runs without a folder node_modules. They are held to less: what a
// package imports in a function or a try block may be absent, and the environment variables that it looks for unset.
//
// What is here is about any script: modules, positions and traces, settlement, interrupts, the globals that have
// nothing to do with a database. The part of Node.js that scripts may require is in package node. What a script sees
// of MongoDB belongs into package bindings, and when a script runs at all into package runtime.
package script
