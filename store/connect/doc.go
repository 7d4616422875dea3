// Package connect leads from an environment to a client: it opens the database that a connection string names, learns
// what kind of server answers, and says in plain words why one does not.
//
// Three kinds of address are understood. A MongoDB URI is handed to the driver. "embedded:DIR" and "mongod:DIR" are
// servers that migrator runs itself, see package hosted.
//
// What belongs here: everything that depends on where and what the server is. What does not: the collections that
// migrator keeps there (package store), and what scripts may ask of it (package bindings).
package connect
