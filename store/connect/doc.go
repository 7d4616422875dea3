// Package connect leads from an environment to a client: it opens the database that a connection string names, learns
// what kind of server answers, and says in plain words why one does not.
//
// Three kinds of address are understood. A MongoDB URI is handed to the driver. "embedded:DIR" starts FerretDB on SQLite
// inside this process, and "mongod:DIR" starts the mongod program of this machine; both keep their data in DIR, listen on
// a private Unix socket and on nothing else, and are shared by all migrator processes that name the same DIR.
//
// What belongs here: everything that depends on where and what the server is. What does not: the collections that
// migrator keeps there (package store), and what scripts may ask of it (package bindings).
package connect
