package script

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// Eval runs code in the interpreter's global scope, where later code finds what it has declared, and waits until all
// has settled. The value is that of the last statement, or of its promise. The name stands for the code in positions;
// if it is a path relative to the root, imports by require are relative to its folder.
//
// Code that awaits at its top level runs as the body of an async function: what it declares is its own. So does code
// with import or export, which cannot await there too.
func (vm *VM) Eval(ctx context.Context, name, code string) (goja.Value, error) {
	m, program, err := compileEval(name, code)
	if err != nil {
		return nil, err
	}
	g := vm.graph.clone()
	g.modules[name] = m
	l := vm.host.newLinker(vm.host.project(), g)
	if err := l.link(ctx, m); err != nil {
		return nil, err
	}
	file := vm.file
	defer func() { vm.file = file }()
	vm.graph, vm.file = g, name
	return vm.run(ctx, "the last statement", func() (goja.Value, error) {
		if err := vm.boot(); err != nil {
			return nil, err
		}
		require, err := vm.requireFrom(m)
		if err != nil {
			return nil, err
		}
		file := filepath.Join(vm.host.options.Root, filepath.FromSlash(name))
		err = errors.Join(vm.setGlobal("require", require),
			vm.setGlobal("__filename", vm.rt.ToValue(file)),
			vm.setGlobal("__dirname", vm.rt.ToValue(filepath.Dir(file))))
		if err != nil {
			return nil, err
		}
		return vm.rt.RunProgram(program)
	})
}

// The async function that holds code which awaits at its top level.
const (
	asyncHead = "(async()=>{"
	asyncTail = "\n})()"
	// The same for code with import or export, which esbuild has made CommonJS of. Nobody sees what it exports.
	moduleHead = "(async(module)=>{"
	moduleTail = "\n})({})"
)

// compileEval compiles code as an expression, as a script, or as the body of an async function, whichever fits first.
func compileEval(name, code string) (*module, *goja.Program, error) {
	m := newModule(name, []byte(code), asModule)
	if isTypeScript(name) {
		program, err := m.transformed()
		return m, program, err
	}
	if strings.HasPrefix(strings.TrimSpace(m.text), "{") {
		// An object literal, which a statement cannot begin with.
		if program, err := m.script("(", m.text, "\n)", false); err == nil {
			return m, program, nil
		}
	}
	if program, err := m.script("", withoutHashbang(m.text), "", false); err == nil && !m.awaits {
		return m, program, nil
	}
	if program, err := m.script(asyncHead, withoutHashbang(m.text), asyncTail, true); err == nil {
		return m, program, nil
	}
	program, err := m.transformed()
	return m, program, err
}

// transformed compiles code that esbuild has to transform first.
func (m *module) transformed() (*goja.Program, error) {
	t, err := transform(m, toScript)
	if err != nil {
		return nil, err
	}
	head, tail := asyncHead, asyncTail
	if t.modular {
		// Only an await can be wrong now.
		var awaiting *Error
		if t, err = transform(m, toCommonJS); errors.As(err, &awaiting) {
			return nil, syntaxError(m, awaiting.Place,
				"a file with import or export cannot await at its top level: "+
					"write require('…') in place of import")
		}
		if err != nil {
			return nil, err
		}
		head, tail = moduleHead, moduleTail
	}
	m.sourceMap = t.sourceMap
	return m.script(head, t.code, tail, true)
}

// script compiles text between a head and a tail as a program of its own.
func (m *module) script(head, text, tail string, async bool) (*goja.Program, error) {
	m.shift = len(head)
	tree, err := m.parse(head + text + tail)
	if err != nil {
		return nil, err
	}
	m.awaits = strings.Contains(text, "await") && callsAwait(tree)
	if async {
		body, err := asyncBody(tree)
		if err != nil {
			return nil, err
		}
		returnLast(body)
	}
	if err := m.rewrite(tree); err != nil {
		return nil, err
	}
	program, err := m.compileTree(tree)
	if err == nil {
		m.scan(tree)
	}
	return program, err
}

// callsAwait reports whether a script uses await as a name: outside of an async function `await (x)` is a call of it.
func callsAwait(tree *ast.Program) (found bool) {
	var visit visitor
	visit = func(n any) visitor {
		x, ok := n.(*ast.Identifier)
		found = found || ok && x.Name == "await"
		return visit
	}
	walk(tree.Body, visit)
	return found
}

// asyncBody finds the body of the function that asyncHead begins.
func asyncBody(tree *ast.Program) (*ast.BlockStatement, error) {
	if len(tree.Body) == 1 {
		if statement, ok := tree.Body[0].(*ast.ExpressionStatement); ok {
			if call, ok := statement.Expression.(*ast.CallExpression); ok {
				if function, ok := call.Callee.(*ast.ArrowFunctionLiteral); ok {
					if body, ok := function.Body.(*ast.BlockStatement); ok {
						return body, nil
					}
				}
			}
		}
	}
	return nil, fmt.Errorf("the brackets of the code do not match")
}
