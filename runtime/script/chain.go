package script

import (
	_ "embed"
	"errors"
	"regexp"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/unistring"
)

// Files for the Node driver treat its calls as what they are there, promises: call().then(…), call().catch(…), and
// Promise.allSettled([call(), call()]). Here such a call gives its value, or throws. So the call is handed, in the
// syntax tree, to a function of chain.js, which makes a promise of the value, and a rejected one of an error of the
// database:
//
//	db.users.insertOne(user).catch(f)   becomes   METHOD("catch", db.users, "insertOne", user).catch(f)
//	insert(user).then(f)                becomes   FUNCTION("then", insert, user).then(f)
//	inserted.then(f)                    becomes   VALUE(inserted, "then").then(f)
//	Promise.all(users.map(insert))      becomes   Promise.all(users.map(CALLBACK(insert)))
//
// What a call is made on and with is evaluated where it was, so that await, yield and this mean what they did, and a
// mistake in it is thrown at once, as in Node.js. A value that has the method keeps it.

// chained are the functions of chain.js. They are globals whose names no script can write, for their space.
type chained string

const (
	chainedValue    chained = "value"
	chainedMethod   chained = "method"
	chainedFunction chained = "function"
	chainedCallback chained = "callback"
	chainedNew      chained = "constructor"
	chainedRegExp   chained = "pattern"
)

func (c chained) global() string { return "promise " + string(c) }

// chains is a quick look for what promised changes.
var chains = regexp.MustCompile(`\.\s*(then|catch|finally|all|allSettled|any|race)\b|new\s+Promise\b`)

// promised changes the calls of a tree that take results for promises. It reports whether there are any.
func promised(tree *ast.Program) (found bool) {
	if !chains.MatchString(tree.File.Source()) {
		return false
	}
	var visit visitor
	visit = func(n any) visitor {
		switch n := n.(type) {
		case *ast.CallExpression:
			found = chainCall(n) || found
		case *ast.NewExpression:
			found = noteMade(n) || found
		}
		return visit
	}
	walk(tree.Body, visit)
	return found
}

// chainCall changes one call, if it takes a result for a promise.
func chainCall(call *ast.CallExpression) bool {
	member, ok := call.Callee.(*ast.DotExpression)
	if !ok {
		return false
	}
	switch name := member.Identifier.Name.String(); name {
	case "then", "catch", "finally":
		if optional, ok := member.Left.(*ast.Optional); ok {
			optional.Expression = chain(optional.Expression, name)
		} else {
			member.Left = chain(member.Left, name)
		}
		return true
	case "all", "allSettled", "any", "race":
		if isNamed(member.Left, "Promise") && len(call.ArgumentList) > 0 {
			collect(call.ArgumentList[0])
			return true
		}
	}
	return false
}

// chain is what stands for x where its method is called.
func chain(x ast.Expression, method string) ast.Expression {
	switch x := x.(type) {
	case *ast.Identifier:
		if x.Name == "Promise" {
			return x
		}
		return helper(chainedValue, x.Idx0(), x.Idx0(), x, text(method))
	case *ast.DotExpression, *ast.BracketExpression:
		if isOptional(x) {
			return x
		}
		return helper(chainedValue, x.Idx0(), x.Idx0(), x, text(method))
	case *ast.CallExpression:
		return chainResult(x, method)
	case *ast.OptionalChain, *ast.ConditionalExpression, *ast.BinaryExpression, *ast.SequenceExpression,
		*ast.AssignExpression:
		return late(x, method)
	}
	return x
}

// chainResult is what stands for a call where a method of its result is called.
func chainResult(x *ast.CallExpression, method string) ast.Expression {
	if isOptional(x) {
		return late(x, method)
	}
	use := func(kind chained, args ...ast.Expression) ast.Expression {
		return helper(kind, x.Idx0(), x.LeftParenthesis, append(append([]ast.Expression{text(method)}, args...),
			x.ArgumentList...)...)
	}
	switch callee := x.Callee.(type) {
	case *ast.DotExpression:
		switch callee.Identifier.Name {
		case "then", "catch", "finally":
			return x // it is changed itself
		}
		switch left := callee.Left.(type) {
		case *ast.SuperExpression:
			return late(x, method)
		case *ast.Identifier:
			if left.Name == "Promise" {
				return x
			}
		}
		return use(chainedMethod, callee.Left, text(callee.Identifier.Name.String()))
	case *ast.BracketExpression:
		if _, ok := callee.Left.(*ast.SuperExpression); ok {
			return late(x, method)
		}
		return use(chainedMethod, callee.Left, callee.Member)
	case *ast.PrivateDotExpression:
		return late(x, method)
	case *ast.Identifier:
		switch callee.Name {
		case "require", "load", "eval": // each looks at where it is called
			return x
		}
	case *ast.SuperExpression:
		return x
	}
	return use(chainedFunction, x.Callee)
}

// collect changes the calls that make the elements of an array for Promise.all and its like.
func collect(x ast.Expression) {
	switch x := x.(type) {
	case *ast.ArrayLiteral:
		for i, element := range x.Value {
			switch element := element.(type) {
			case *ast.SpreadElement:
				collect(element.Expression)
			case *ast.CallExpression, *ast.OptionalChain, *ast.ConditionalExpression:
				x.Value[i] = chain(element, "then")
			}
		}
	case *ast.CallExpression:
		if callee, ok := x.Callee.(*ast.DotExpression); ok && callee.Identifier.Name == "map" &&
			len(x.ArgumentList) > 0 {
			callback := x.ArgumentList[0]
			x.ArgumentList[0] = helper(chainedCallback, callback.Idx0(), callback.Idx0(), callback)
		}
	}
}

// late is FUNCTION(method, () => x), for what cannot be taken apart. What awaits stays as it is: the function would
// have to be async.
func late(x ast.Expression, method string) ast.Expression {
	if pauses(x) {
		return x
	}
	if _, ok := x.(*ast.OptionalChain); !ok {
		x = &ast.OptionalChain{Expression: x}
	}
	thunk := &ast.ArrowFunctionLiteral{
		Start: x.Idx0(), ParameterList: &ast.ParameterList{Opening: x.Idx0(), Closing: x.Idx0()},
		Body: &ast.ExpressionBody{Expression: x},
	}
	return helper(chainedFunction, x.Idx0(), x.Idx0(), text(method), thunk)
}

// pauses reports whether an expression awaits or yields, itself and not in a function inside it.
func pauses(x ast.Expression) (found bool) {
	var visit, ignore visitor
	ignore = func(any) visitor { return ignore }
	visit = func(n any) visitor {
		switch n.(type) {
		case *ast.AwaitExpression, *ast.YieldExpression:
			found = true
		case *ast.FunctionLiteral, *ast.ArrowFunctionLiteral:
			return ignore
		}
		return visit
	}
	walk(x, visit)
	return found
}

// isOptional reports whether an expression belongs to an optional chain that goes on behind it: a?.b() in
// a?.b().catch(f).
func isOptional(x ast.Expression) bool {
	for {
		switch y := x.(type) {
		case *ast.Optional:
			return true
		case *ast.CallExpression:
			x = y.Callee
		case *ast.DotExpression:
			x = y.Left
		case *ast.PrivateDotExpression:
			x = y.Left
		case *ast.BracketExpression:
			x = y.Left
		default:
			return false
		}
	}
}

func isNamed(x ast.Expression, name unistring.String) bool {
	identifier, ok := x.(*ast.Identifier)
	return ok && identifier.Name == name
}

// helper is a call of a function of chain.js in the place of what stood at start, with its bracket at a place of its
// own.
func helper(kind chained, start, bracket file.Idx, args ...ast.Expression) ast.Expression {
	return &ast.CallExpression{
		Callee:          &ast.Identifier{Name: unistring.NewFromString(kind.global()), Idx: start},
		LeftParenthesis: bracket, ArgumentList: args, RightParenthesis: bracket,
	}
}

func text(s string) ast.Expression { return &ast.StringLiteral{Value: unistring.NewFromString(s)} }

//go:embed chain.js
var chainSource string

// installChains defines the functions of chain.js.
func (vm *VM) installChains() error {
	vm.chained = true
	program, err := vm.host.chains()
	if err != nil {
		return err
	}
	raised := func(call goja.FunctionCall) goja.Value {
		object, ok := call.Argument(0).(*goja.Object)
		var misspelt *Misspelt
		return vm.rt.ToValue(ok && vm.attempt(func() {
			cause := causeOf(object)
			ok = cause != nil && !errors.As(cause, &misspelt)
		}) && ok)
	}
	functions, err := CallProgram(vm.rt, program, vm.rt.ToValue(raised), vm.rt.ToValue(vm.jsMade),
		vm.rt.ToValue(vm.jsExpand))
	if err != nil {
		return err
	}
	for _, kind := range []chained{chainedValue, chainedMethod, chainedFunction, chainedCallback, chainedNew,
		chainedRegExp} {
		if err := vm.setGlobal(kind.global(), functions.ToObject(vm.rt).Get(string(kind))); err != nil {
			return err
		}
	}
	return nil
}
