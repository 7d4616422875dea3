// Package node is the part of Node.js that scripts may require, with and without the prefix "node:". It holds what a
// migration needs of it and what needs nothing of a system but reading the project's own files: Buffer, crypto, path,
// url, util, fs for reading, assert, events, os, process, timers, and the formats of Intl.
//
// A module is one file in Go, for what JavaScript cannot do or is slow at, and one of the same name in js/, for its
// surface; either may be all of it. A module is made when a script first requires it and costs nothing before. What
// exists in Node.js and not here is refused, at load or at the call, with the reason and with what to do instead.
//
// The package knows goja and no other package of this project; what it needs of the interpreter is Interpreter.
package node
