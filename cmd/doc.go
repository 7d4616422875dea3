// Package cmd is the command line: one file for each command, and the wiring of everything else.
//
// It is the only package that knows the others. A command parses its flags, asks package runtime (or, for what touches
// no registry, package bindings) to do the work, and returns a document; the document is printed as text or as JSON in
// one place, and the exit code comes from the error alone.
package cmd
