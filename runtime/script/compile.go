package script

import (
	"errors"
	"regexp"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"

	"migrator/runtime/fault"
)

// A module's text becomes the body of a function. The function's head stands on the first line, so that no line moves.
const (
	wrapperHead = "(function(exports,require,module,__filename,__dirname){"
	wrapperTail = "\n})"
	// strictHead is for ES modules, which the language makes strict. Other files are loose: a variable need not be
	// declared in them.
	strictHead = wrapperHead + `"use strict";`
	// bareHead is for ES modules that declare __filename or __dirname themselves, as they have to in Node.js.
	bareHead = `(function(exports,require,module){"use strict";`
)

// declaresPath finds such a declaration in what esbuild has written.
var declaresPath = regexp.MustCompile(`(?m)^(const|let) __(file|dir)name\b`)

// compile makes a module of a file's code. JavaScript goes straight to goja, which is twenty times faster than esbuild
// on a small file; TypeScript, ES modules and whatever goja rejects are transformed first.
func compile(path string, code []byte, kind kind) (*module, error) {
	m := newModule(path, code, kind)
	if kind == asScript {
		return m, m.compileScript()
	}
	if isJSON(path) {
		return m, m.checkJSON()
	}
	if !isTypeScript(path) {
		if tree, err := m.build(withoutHashbang(m.text), false); err == nil {
			m.scan(tree)
			return m, nil
		}
	}
	t, err := transform(m, toCommonJS)
	if err != nil {
		return nil, err
	}
	m.sourceMap, m.meta = t.sourceMap, usesMeta(t.code)
	tree, err := m.build(t.code, t.esModule)
	if err != nil {
		return nil, err
	}
	m.scan(tree)
	return m, nil
}

// compileScript compiles a file that load() evaluates.
func (m *module) compileScript() (err error) {
	if !isTypeScript(m.path) {
		if m.program, err = m.script("", withoutHashbang(m.text), "", false); err == nil {
			return nil
		}
	}
	t, err := transform(m, toScript)
	if err != nil {
		return err
	}
	if t.modular {
		return syntaxError(m, fault.Place{File: m.path},
			"a file with import or export is a module: import it instead of loading it")
	}
	m.sourceMap = t.sourceMap
	m.program, err = m.script("", t.code, "", false)
	return err
}

// withoutHashbang makes a comment of a first line that names an interpreter, which may only open a whole program.
func withoutHashbang(text string) string {
	if strings.HasPrefix(text, "#!") {
		return "//" + text[2:]
	}
	return text
}

// build compiles text, which is the module's own or what esbuild made of it.
func (m *module) build(text string, strict bool) (*ast.Program, error) {
	head := wrapperHead
	switch {
	case strict && declaresPath.MatchString(text):
		head = bareHead
	case strict:
		head = strictHead
	}
	m.shift = len(head)
	tree, err := m.parse(head + text + wrapperTail)
	if err != nil {
		return nil, err
	}
	body, err := m.body(tree)
	if err != nil {
		return nil, err
	}
	if !strict && !isPackaged(m.path) {
		returnDeclarations(body)
	}
	if err := m.rewrite(tree); err != nil {
		return nil, err
	}
	m.program, err = m.compileTree(tree)
	return tree, err
}

// rewrite changes, in the syntax tree, what would mean something else here than what it says.
func (m *module) rewrite(tree *ast.Program) error {
	m.chains = !isPackaged(m.path) && promised(tree)
	return m.expandProperties(tree)
}

// body is the body of the wrapper. A text with unbalanced brackets can close it early; that is an error of the text.
func (m *module) body(tree *ast.Program) (*ast.BlockStatement, error) {
	if len(tree.Body) == 1 {
		if statement, ok := tree.Body[0].(*ast.ExpressionStatement); ok {
			if wrapper, ok := statement.Expression.(*ast.FunctionLiteral); ok {
				return wrapper.Body, nil
			}
		}
	}
	return nil, syntaxError(m, fault.Place{File: m.path}, "Unexpected token }")
}

// parse has goja read a whole program. Source maps are looked up by this package, not by goja, which would also follow
// those that a script names.
func (m *module) parse(program string) (*ast.Program, error) {
	tree, err := parser.ParseFile(nil, m.name, program, 0, parser.WithDisableSourceMaps)
	var list parser.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		return nil, m.syntaxErrorAt(list[0].Position, list[0].Message)
	}
	return tree, err
}

func (m *module) compileTree(tree *ast.Program) (*goja.Program, error) {
	program, err := goja.CompileAST(tree, false)
	var syntax *goja.CompilerSyntaxError
	if errors.As(err, &syntax) && syntax.File != nil {
		return nil, m.syntaxErrorAt(syntax.File.Position(syntax.Offset), syntax.Message)
	}
	if err != nil {
		return nil, syntaxError(m, fault.Place{File: m.path}, err.Error())
	}
	return program, nil
}

// syntaxErrorAt is for an error at a place in what goja compiled.
func (m *module) syntaxErrorAt(p file.Position, message string) error {
	at, ok := m.locate(p.Line, p.Column)
	if !ok {
		at = fault.Place{File: m.path}
	}
	if last := len(m.lines()); at.Line > last {
		// The parser ran into the wrapper's tail, so the text ends too early.
		at = fault.Place{File: m.path, Line: last, Column: m.characters(last, len(m.line(last))) + 1}
		message = "Unexpected end of input"
	}
	return syntaxError(m, at, message)
}

func syntaxError(m *module, at fault.Place, message string) error {
	return &Error{Name: "SyntaxError", Message: message, Place: at, source: m}
}

// scan notes what the text needs. The tree is walked only where the text may have something to find, since that takes
// longer than compiling it.
func (m *module) scan(tree *ast.Program) {
	text := tree.File.Source()[m.shift:]
	m.imports, m.rare, m.lents = nil, mentionsRare(text), mentionedLents(text)
	if !strings.Contains(text, "require") && !strings.Contains(text, "load") {
		return
	}
	s := scanner{m: m, file: tree.File, seen: map[reference]int{}}
	walk(tree.Body, s.visit)
}

// statement is the place of an offset in what goja compiled. An import of an ES module is the place of the whole
// statement, which the source map has for the start of the line that esbuild makes of it.
func (m *module) statement(f *file.File, offset int) fault.Place {
	if m.sourceMap != nil {
		start := strings.LastIndexByte(f.Source()[:offset], '\n') + 1
		if strings.HasPrefix(f.Source()[start:], "var import_") {
			offset = start
		}
	}
	p := f.Position(offset)
	at, _ := m.locate(p.Line, p.Column)
	return at
}
