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
)

// module is one compiled file. It is not changed once made, so that interpreters on several goroutines share it.
type module struct {
	path string // relative to the project's root, with slashes
	code []byte // as read
	text string // the code without a byte order mark
	// lines are the lines of text, split when first asked for.
	lines func() []string
	// program evaluates to the function that the module's text is the body of; nil for JSON.
	program *goja.Program
	// imports are the modules that the text names, in the order of their first mention.
	imports []reference
	// rare tells that the code may use something that boot.js defines.
	rare bool
	// shift is the number of bytes that stand before the text on the first line of what goja compiled.
	shift int
	// sourceMap leads from what goja compiled to text; nil where goja compiled the text itself.
	sourceMap *sourcemap.Consumer
}

// reference is an import of a module, as written.
type reference struct {
	specifier string
	at        Position
}

func newModule(path string, code []byte) *module {
	text := string(bytes.TrimPrefix(code, []byte("\xef\xbb\xbf")))
	return &module{
		path: path, code: code, text: text,
		lines: sync.OnceValue(func() []string { return lineBreak.Split(text, -1) }),
	}
}

// extensions are those of the files that can be imported, in the order in which they are tried where an import names
// none.
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
		at := Position{File: m.path, Line: line, Column: m.characters(line, len(before[line-1])) + 1}
		return syntaxError(m, at, syntax.Error())
	}
	return err
}
