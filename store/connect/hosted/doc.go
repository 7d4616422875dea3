// Package hosted runs the databases that migrator starts by itself, and shares them between processes: FerretDB on
// SQLite inside this process, and the mongod program of this machine. Both keep their data in a directory, listen on a
// private Unix socket and on nothing else, and serve all migrator processes that name the same directory.
//
// What belongs here: the life of such a server, from the lock on its directory to the repair of what a killed process
// has left behind, and what FerretDB has to be helped with from outside. What does not: who connects to it and why
// (package connect), and what it cannot do for scripts (package bindings).
package hosted
