package script

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/go-sourcemap/sourcemap"

	"migrator/runtime/fault"
)

// transformed is what esbuild made of a module.
type transformed struct {
	code      string
	sourceMap *sourcemap.Consumer
	esModule  bool // in CommonJS: the text has exports
	modular   bool // in a script: it has imports or exports, which only a module may have
}

// What a module is transformed to.
const (
	toCommonJS = api.FormatCommonJS
	// toScript keeps `await` at the top level, for code that is wrapped in an async function afterwards.
	toScript = api.FormatESModule
)

// transform has esbuild turn a module's text into JavaScript that goja understands. Its output is ASCII, so a column
// in bytes is one in UTF-16 units.
func transform(m *module, format api.Format) (transformed, error) {
	loader := api.LoaderJS
	if isTypeScript(m.path) {
		loader = api.LoaderTS
	}
	result := api.Transform(m.text, api.TransformOptions{
		Loader: loader, Format: format, Define: importMeta(m.text, format), Target: api.ES2022, Sourcefile: m.path,
		Supported:      map[string]bool{"async-generator": false, "for-await": false, "dynamic-import": false},
		Sourcemap:      api.SourceMapExternal,
		SourcesContent: api.SourcesContentExclude,
		LegalComments:  api.LegalCommentsNone,
		LogLevel:       api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return transformed{}, transformError(m, result.Errors[0])
	}
	sourceMap, err := readMap(result.Map)
	if err != nil {
		return transformed{}, fmt.Errorf("read the source map of %s: %w", m.path, err)
	}
	code := string(result.Code)
	return transformed{
		code:      likeNode(walkSyncIterators(code)),
		sourceMap: sourceMap,
		esModule:  strings.Contains(code, "\nmodule.exports = __toCommonJS("),
		modular:   moduleStatement.MatchString(code),
	}, nil
}

// What an ES module's own place is read from: properties that only such a module is given.
const (
	metaURL      = "module.url"
	metaDirname  = "module.dirname"
	metaFilename = "module.filename"
)

// usesMeta reports whether a module's code asks for its own place.
func usesMeta(code string) bool {
	return strings.Contains(code, metaURL) || strings.Contains(code, metaDirname) ||
		strings.Contains(code, metaFilename)
}

// importMeta are the properties of import.meta, in terms of what a CommonJS module has.
func importMeta(text string, format api.Format) map[string]string {
	if format != toCommonJS || !strings.Contains(text, "import.meta") {
		return nil
	}
	return map[string]string{"import.meta.url": metaURL, "import.meta.dirname": metaDirname,
		"import.meta.filename": metaFilename}
}

// likeNode gives a default import what it is in Node.js. That of an ES module is its default export, also in a file
// whose name ends in .mjs, for which esbuild takes every module for CommonJS: what it has made of one is known by a
// mark. That of a CommonJS module that calls itself an ES module and has no default export is the module itself;
// esbuild makes it undefined.
func likeNode(code string) string {
	code = strings.Replace(code, `isNodeMode || !mod || !mod.__esModule ?`,
		`!mod || !mod.__esModule || !("default" in mod) || isNodeMode && mod.__esModule !== "module" ?`, 1)
	return strings.Replace(code, `__defProp({}, "__esModule", { value: true })`,
		`__defProp({}, "__esModule", { value: "module" })`, 1)
}

// readMap reads esbuild's map. It is nil for a file without a statement, whose map is empty: nothing of it is ever in
// a trace.
func readMap(text []byte) (*sourcemap.Consumer, error) {
	if bytes.Contains(text, []byte(`"mappings": ""`)) {
		return nil, nil
	}
	return sourcemap.Parse("", text)
}

func transformError(m *module, message api.Message) error {
	text := message.Text
	if strings.HasPrefix(text, "Top-level await") {
		text = "await is not possible at the top level of a file that is imported or run as a migration: " +
			"use it inside an async function"
	}
	at := fault.Place{File: m.path}
	if l := message.Location; l != nil {
		at.Line, at.Column = l.Line, utf8.RuneCountInString(l.LineText[:min(l.Column, len(l.LineText))])+1
	}
	return syntaxError(m, at, text)
}

// moduleStatement is an import or export as esbuild writes it, at the start of a line.
var moduleStatement = regexp.MustCompile(`(?m)^(import|export)\b`)

// The two pieces of esbuild's rendering of `for await` that walkSyncIterators changes.
var (
	forAwaitHelper = "var __forAwait = (obj, it, method) => "
	forAwaitStep   = regexp.MustCompile(`(\w+) = await (\w+)\.next\(\)\)\.done`)
)

// walkSyncIterators makes a lowered `for await` over an iterable that carries SyncIterator as fast as a plain loop:
// its iterator is used as it is, and a step is awaited only when it is a promise. Otherwise each element would cost
// two promises and an await. The loop's head ends its line, so that no mapped column moves.
func walkSyncIterators(code string) string {
	if !strings.Contains(code, forAwaitHelper) {
		return code
	}
	code = strings.Replace(code, forAwaitHelper,
		forAwaitHelper+"obj[Symbol.syncIterator] ? obj[Symbol.iterator]() : ", 1)
	return forAwaitStep.ReplaceAllString(code,
		`$1 = typeof ($1 = $2.next()).then === "function" ? await $1 : $1).done`)
}
