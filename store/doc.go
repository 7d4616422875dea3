// Package store is what outlives a run, in MongoDB: the registry of migrations, their history, and the lock.
//
// Three collections beside each other, named after the registry's ("migrations", "migrations_history",
// "migrations_lock"), are written with rights to read and write alone: no index, no rename and no drop is needed, and
// every document is found by its _id, so that they work sharded. The package knows no JavaScript.
//
// A network may bring each message late, twice or never. So a record is written only in the place of what was read, an
// event and a generation of the lock are inserted under an _id that nothing else has, and nothing is removed that a
// message which is still under way could bring back.
package store
