// Package script hosts JavaScript: it compiles the files of a project, links their imports, and runs them in
// interpreters of their own until every promise and timer has settled. It knows goja and esbuild and no database; what a
// script may use beyond the language comes in through Options.
//
// A Host compiles a file with everything that it imports to a Unit. A Unit opens any number of VMs, one for each run, so
// that no run sees what another has left behind. A VM belongs to one goroutine; Interrupt alone may come from others.
//
// What is here is about any script: modules, positions and traces, settlement, interrupts, the globals that have nothing
// to do with a database. What a script sees of MongoDB belongs into package bindings, and when a script runs at all into
// package runtime.
package script
