package script

import (
	"reflect"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/unistring"
)

// required is the module that a call names when it is require("…").
func required(call *ast.CallExpression) (string, bool) {
	callee, ok := call.Callee.(*ast.Identifier)
	if !ok || callee.Name != "require" || len(call.ArgumentList) != 1 {
		return "", false
	}
	argument, ok := call.ArgumentList[0].(*ast.StringLiteral)
	if !ok {
		return "", false
	}
	return argument.Value.String(), true
}

// propertyEscape finds a regular expression that matches by Unicode property, which goja accepts and never matches. It
// sees literals, and RegExp with a pattern that is written out.
func propertyEscape(node any) (pattern string, at file.Idx, found bool) {
	switch node := node.(type) {
	case *ast.RegExpLiteral:
		return node.Literal, node.Idx, strings.ContainsAny(node.Flags, "uv") && hasPropertyEscape(node.Pattern)
	case *ast.NewExpression:
		return propertyEscapeIn(node.Callee, node.ArgumentList, node.New)
	case *ast.CallExpression:
		return propertyEscapeIn(node.Callee, node.ArgumentList, node.Idx0())
	}
	return "", 0, false
}

// propertyEscapeIn looks at a call of RegExp(pattern, flags).
func propertyEscapeIn(callee ast.Expression, args []ast.Expression, at file.Idx) (string, file.Idx, bool) {
	name, ok := callee.(*ast.Identifier)
	if !ok || name.Name != "RegExp" || len(args) < 2 {
		return "", 0, false
	}
	pattern, ok := args[0].(*ast.StringLiteral)
	if !ok {
		return "", 0, false
	}
	return pattern.Literal, at, hasPropertyEscape(pattern.Value.String())
}

// hasPropertyEscape tells whether a pattern has \p{…} or \P{…}, and not behind an escaped backslash.
func hasPropertyEscape(pattern string) bool {
	pattern = strings.ReplaceAll(pattern, `\\`, "")
	return strings.Contains(pattern, `\p{`) || strings.Contains(pattern, `\P{`)
}

// returnDeclarations ends a module with `return {a: a, …}` for every name that its top level declares. A file that
// exports nothing offers those: `function up(db) {…}` alone is a migration.
func returnDeclarations(body *ast.BlockStatement) {
	var properties []ast.Property
	for _, name := range declaredNames(body.List) {
		properties = append(properties, &ast.PropertyKeyed{
			Kind:  ast.PropertyKindValue,
			Key:   &ast.StringLiteral{Value: name},
			Value: &ast.Identifier{Name: name},
		})
	}
	if len(properties) > 0 {
		body.List = append(body.List, &ast.ReturnStatement{Argument: &ast.ObjectLiteral{Value: properties}})
	}
}

// declaredNames lists the functions, classes and plain variables that statements declare; destructured ones are left out.
func declaredNames(statements []ast.Statement) []unistring.String {
	var names []unistring.String
	add := func(bindings []*ast.Binding) {
		for _, b := range bindings {
			if id, ok := b.Target.(*ast.Identifier); ok {
				names = append(names, id.Name)
			}
		}
	}
	for _, statement := range statements {
		switch s := statement.(type) {
		case *ast.VariableStatement:
			add(s.List)
		case *ast.LexicalDeclaration:
			add(s.List)
		case *ast.FunctionDeclaration:
			names = append(names, s.Function.Name.Name)
		case *ast.ClassDeclaration:
			names = append(names, s.Class.Name.Name)
		}
	}
	return names
}

// returnLast makes a function of statements return what its last one evaluates to, if that is an expression.
func returnLast(body *ast.BlockStatement) {
	if len(body.List) == 0 {
		return
	}
	last := &body.List[len(body.List)-1]
	if s, ok := (*last).(*ast.ExpressionStatement); ok {
		*last = &ast.ReturnStatement{Return: s.Idx0(), Argument: s.Expression}
	}
}

// walk visits every node of a syntax tree, each before those inside it. goja has no walker of its own; reflection makes
// one that knows of every kind of node.
func walk(tree any, visit func(node any)) {
	walkValue(reflect.ValueOf(tree), visit)
}

func walkValue(v reflect.Value, visit func(node any)) {
	switch v.Kind() {
	case reflect.Interface:
		walkValue(v.Elem(), visit)
	case reflect.Pointer:
		if !v.IsNil() {
			visit(v.Interface())
			walkValue(v.Elem(), visit)
		}
	case reflect.Slice:
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
