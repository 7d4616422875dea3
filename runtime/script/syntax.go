package script

import (
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/unistring"
)

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

// declaredNames lists the functions, classes and plain variables that statements declare; destructured ones are left
// out.
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
