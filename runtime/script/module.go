package script

import (
	"bytes"
	"encoding/json"
	"errors"
	"path"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/go-sourcemap/sourcemap"

	"migrator/runtime/fault"
)

// module is one compiled file. It is not changed once made, so that interpreters on several goroutines share it.
type module struct {
	path string // relative to the project's root, with slashes
	name string // in stacks
	kind kind
	code []byte // as read
	text string // the code without a byte order mark
	// lines are the lines of text, split when first asked for.
	lines func() []string
	// program evaluates to the function that the module's text is the body of; nil for JSON.
	program *goja.Program
	// imports are the modules that the text names, in the order of their first mention.
	imports []reference
	// rare is true if the code may use something that boot.js defines.
	rare bool
	// awaits is true if a script for Eval uses await as a name.
	awaits bool
	// chains is true if the code uses chain.js.
	chains bool
	// lents are the globals of package node that the code may use.
	lents []lent
	// described is true if the code may ask what `module` and `require` have beside what every module uses.
	described bool
	// meta is true if an ES module asks for its own URL.
	meta bool
	// shift is the number of bytes that stand before the text on the first line of what goja compiled.
	shift int
	// sourceMap leads from what goja compiled to text; nil where goja compiled the text itself.
	sourceMap *sourcemap.Consumer
}

// kind is how a file is run.
type kind int

const (
	// asModule is a file that is imported: its top level is its own.
	asModule kind = iota
	// asScript is a file that load() evaluates: what its top level declares is global.
	asScript
)

// loadedPrefix marks, in stacks, a file that load() has evaluated: the same file may be a module too.
const loadedPrefix = "load:"

// name is what a file is called in stacks.
func (k kind) name(path string) string {
	if k == asScript {
		return loadedPrefix + path
	}
	return path
}

// reference is an import of a module, as written.
type reference struct {
	specifier string
	at        fault.Place
	// optional is an import that fails only if it is reached: in a try block, or in a function of a package. Packages
	// look in that way for what they can do without.
	optional bool
	// loaded is a call of load, rather than an import.
	loaded bool
}

// link is where the link for a reference of m starts.
func (r reference) link(m *module) link {
	if r.loaded {
		return link{m.name, loadedPrefix + r.specifier}
	}
	return link{m.name, r.specifier}
}

func newModule(path string, code []byte, kind kind) *module {
	text := string(bytes.TrimPrefix(code, []byte("\xef\xbb\xbf")))
	return &module{
		path: path, name: kind.name(path), kind: kind, code: code, text: text, described: mentionsDescription(text),
		lines: sync.OnceValue(func() []string { return lineBreak.Split(text, -1) }),
	}
}

// extensions are those of the files that can be imported, in the order in which they are tried for an import without
// one.
var extensions = [...]string{".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".json"}

func isModulePath(p string) bool {
	for _, ext := range extensions {
		if path.Ext(p) == ext {
			return true
		}
	}
	return false
}

func isJSON(p string) bool { return path.Ext(p) == ".json" }

func isTypeScript(p string) bool {
	return strings.HasSuffix(p, ".ts") || strings.HasSuffix(p, ".mts") || strings.HasSuffix(p, ".cts")
}

// checkJSON finds a mistake when the file is loaded rather than when it is used.
func (m *module) checkJSON() error {
	var ignored json.RawMessage
	err := json.Unmarshal([]byte(m.text), &ignored)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		before := lineBreak.Split(m.text[:max(syntax.Offset-1, 0)], -1)
		line := len(before)
		at := fault.Place{File: m.path, Line: line, Column: m.characters(line, len(before[line-1])) + 1}
		return syntaxError(m, at, syntax.Error())
	}
	return err
}
