// Package saves reports when files have changed and have come to rest: it knows what editors, copies and checkouts do
// to files, and nothing of migrations. What a change means is for package runtime to decide.
//
// A change is one of content. A save that leaves the text as it was, line endings aside, does not count. Neither does
// one that is not over yet: a file that is being written, has just been emptied, or is away for the moment that an
// editor takes to put the new one in its place.
package saves
