package script

import (
	"reflect"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
)

// scanner collects what a module imports.
type scanner struct {
	m    *module
	file *file.File
	seen map[reference]int // where in the module's imports the one of that name and kind is
	// optional is set inside of what a module may fail in and go on.
	optional bool
}

// visit looks at one node, and says who looks at those inside it.
func (s scanner) visit(n any) visitor {
	switch n := n.(type) {
	case *ast.TryStatement:
		if n.Catch != nil {
			return s.inTry
		}
	case *ast.FunctionLiteral, *ast.ArrowFunctionLiteral:
		// The outermost function is the module itself.
		if isPackaged(s.m.path) && !s.isWrapper(n) {
			s.optional = true
		}
	case *ast.CallExpression:
		if ref, ok := s.named(n); ok {
			s.add(ref, n.Idx0())
		}
	}
	return s.visit
}

// isWrapper reports whether a function is the one that a module's text is the body of.
func (s scanner) isWrapper(n any) bool {
	literal, ok := n.(*ast.FunctionLiteral)
	return ok && int(literal.Idx0())-s.file.Base() <= 1
}

// inTry is for the parts of a try statement. The first is what may fail.
func (s scanner) inTry(n any) visitor {
	if _, ok := n.(*ast.BlockStatement); ok {
		s.optional = true
	}
	return s.visit(n)
}

// add notes an import once. It is optional only if each of its mentions is.
func (s scanner) add(ref reference, idx file.Idx) {
	if i, ok := s.seen[ref]; ok {
		s.m.imports[i].optional = s.m.imports[i].optional && s.optional
		return
	}
	s.seen[ref] = len(s.m.imports)
	ref.at, ref.optional = s.m.statement(s.file, int(idx)-s.file.Base()), s.optional
	s.m.imports = append(s.m.imports, ref)
}

// named is the module that a call names when it is require("…") or load("…").
func (s scanner) named(call *ast.CallExpression) (reference, bool) {
	callee, ok := call.Callee.(*ast.Identifier)
	if !ok || !s.isRequire(callee.Name.String()) && callee.Name != "load" || len(call.ArgumentList) != 1 {
		return reference{}, false
	}
	argument, ok := call.ArgumentList[0].(*ast.StringLiteral)
	if !ok {
		return reference{}, false
	}
	return reference{specifier: argument.Value.String(), loaded: callee.Name == "load"}, true
}

// isRequire reports whether a function is that of the module. One that an ES module makes with createRequire is called
// require there too, and gets a number from the compiler.
func (s scanner) isRequire(name string) bool {
	if name == "require" {
		return true
	}
	base := strings.TrimRight(name, "0123456789")
	return base == "require" && strings.Contains(s.m.text, "createRequire")
}

// visitor looks at a node of a syntax tree and returns the visitor for the nodes inside it.
type visitor func(node any) visitor

// walk visits every node of a syntax tree, each before those inside it. goja has no walker of its own; reflection
// makes one that knows of every kind of node.
func walk(tree any, v visitor) { walkValue(reflect.ValueOf(tree), v) }

func walkValue(v reflect.Value, visit visitor) {
	switch v.Kind() {
	case reflect.Interface:
		walkValue(v.Elem(), visit)
	case reflect.Pointer:
		if !v.IsNil() && strings.HasPrefix(v.Type().Elem().PkgPath(), astPackage) {
			walkValue(v.Elem(), visit(v.Interface()))
		}
	case reflect.Slice:
		if k := v.Type().Elem().Kind(); k != reflect.Interface && k != reflect.Pointer && k != reflect.Struct {
			return
		}
		for i := range v.Len() {
			walkValue(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			// DeclarationList repeats nodes that are in the body as well.
			if v.Type().Field(i).Name != "DeclarationList" {
				walkValue(v.Field(i), visit)
			}
		}
	}
}

// astPackage is where the types of syntax trees are.
var astPackage = reflect.TypeFor[ast.Program]().PkgPath()
