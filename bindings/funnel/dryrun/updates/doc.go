// Package updates works out what an update makes of one document, as MongoDB would: the operators that migrations
// commonly use, replacements, and what an upsert inserts. A dry run shows it.
//
// It never guesses: what it does not know, or the server would refuse, is an error that says so in a few words. It
// knows BSON and nothing else.
package updates
