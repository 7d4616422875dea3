// Package types holds what an editor has to know to complete and check scripts: TypeScript declarations of everything
// that they find beside the language, and a jsconfig.json that makes an editor read them.
//
// The declarations are written by hand, one file for each part. A test of package bindings compares their names with
// what an interpreter really has, both ways, so that a method that is bound is declared, and nothing else is.
package types

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
)

// The names of the files as they stand beside the migrations.
const (
	DeclarationsName = "migrator.d.ts"
	ConfigName       = "jsconfig.json"
)

//go:embed *.d.ts
var parts embed.FS

//go:embed jsconfig.json
var config string

// mark begins the first line of a file that migrator has written. The hash that follows is that of the lines below.
const mark = "// Written by `migrator types`, which brings it up to date. "

// Declarations is the text of migrator.d.ts.
func Declarations() string {
	names, err := fs.Glob(parts, "*.d.ts")
	must(err)
	var body strings.Builder
	for _, name := range names {
		text, err := parts.ReadFile(name)
		must(err)
		fmt.Fprintf(&body, "\n%s", text)
	}
	return sealed(body.String())
}

// Config is the text of jsconfig.json.
func Config() string { return sealed(config) }

// sealed puts the line with the hash in front of a text.
func sealed(body string) string {
	sum := sha256.Sum256([]byte(body))
	return mark + "sha256:" + hex.EncodeToString(sum[:8]) + "\n" + body
}

// Current tells whether a file holds the version of want, by its first line alone: what somebody has changed below stays
// until there is a newer version.
func Current(have, want string) bool {
	first, _, _ := strings.Cut(have, "\n")
	wanted, _, _ := strings.Cut(want, "\n")
	return strings.TrimSuffix(first, "\r") == wanted
}

// Untouched tells whether a file is as some version of migrator has written it, so that nothing of anybody's is lost
// when it is overwritten.
func Untouched(have string) bool {
	have = strings.ReplaceAll(have, "\r\n", "\n")
	_, body, _ := strings.Cut(have, "\n")
	return have == sealed(body)
}

// must is for files that are part of the program.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
