package script_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/runtime/script"
)

// blank opens an interpreter without a script, in a project of an archive's files.
func blank(t testing.TB, archive string) (*script.VM, *output) {
	t.Helper()
	host := script.NewHost(script.Options{Root: project(t, archive), Modules: natives})
	var out output
	vm, err := host.Blank(context.Background(), script.OpenOptions{Print: out.print})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(vm.Close)
	return vm, &out
}

func TestEvalGivesTheValueOfTheLastStatement(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"an expression":                       {"1 + 1", "2"},
		"several statements":                  {"const a = 2; a * 3", "6"},
		"several lines":                       {"let n = 0\nfor (const x of [1, 2]) n += x\nn", "3"},
		"a promise":                           {"Promise.resolve(4)", "4"},
		"a promise that needs time":           {"new Promise(r => setTimeout(() => r(5), 1))", "5"},
		"an await":                            {"await Promise.resolve(6)", "6"},
		"an await of a bracket":               {"await (async () => 6)()", "6"},
		"an await before the last":            {"const x = await 3\nx + 4 // seven", "7"},
		"a for await":                         {"let s = ''; for await (const x of ['a', 'b']) s += x\ns", "ab"},
		"an object literal":                   {"{a: 1, b: {c: 2}}", `{"a":1,"b":{"c":2}}`},
		"a block":                             {"{ const a = 1; a + 1 }", "2"},
		"a declaration":                       {"const a = 1", "undefined"},
		"nothing":                             {"", "undefined"},
		"a comment at the end":                {"await 1 // one", "1"},
		"a module of ours":                    {"require('greeter').hello('you')", "hello you"},
		"a file of the project":               {"require('./lib/x.js').word", "x"},
		"an import":                           {"import {hello} from 'greeter'\nexport const a = 1\nhello('you')", "hello you"},
		"a file of the project, and an await": {"(await import('./lib/x.js')).word", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vm, out := blank(t, "-- lib/x.js --\nexports.word = 'x'")
			v, err := vm.Eval(context.Background(), "eval", c.code)
			if err != nil {
				t.Fatal(err)
			}
			if err := vm.Runtime().Set("value", v); err != nil {
				t.Fatal(err)
			}
			if _, err := vm.Eval(context.Background(), "eval", "print(value)"); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEvalKeepsWhatWasDeclared(t *testing.T) {
	t.Parallel()
	vm, _ := blank(t, "")
	for _, code := range []string{"const a = 1", "function f() { return a }", "b = f() + 1"} {
		if _, err := vm.Eval(context.Background(), "eval", code); err != nil {
			t.Fatal(err)
		}
	}
	v, err := vm.Eval(context.Background(), "eval", "a + b")
	if err != nil {
		t.Fatal(err)
	}
	if v.ToInteger() != 3 {
		t.Errorf("a + b is %v", v)
	}
}

func TestEvalUnderstandsTypeScriptByName(t *testing.T) {
	t.Parallel()
	vm, _ := blank(t, "")
	v, err := vm.Eval(context.Background(), "tools/fix.ts", "enum E { A = 7 }\nconst x: number = await E.A\nx")
	if err != nil {
		t.Fatal(err)
	}
	if v.ToInteger() != 7 {
		t.Errorf("it is %v", v)
	}
}

func TestEvalNamesThePlaceOfAFailure(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ code, want string }{
		"a throw":                        {"throw new Error('boom')", "eval:1:7: Error: boom"},
		"an object literal":              {"{a: b.c}", "eval:1:5: ReferenceError: b is not defined"},
		"after an await":                 {"await 1; throw new Error('boom')", "eval:1:16: Error: boom"},
		"after a for await":              {"for await (const x of []) ;\nthrow new Error('boom')", "eval:2:7: Error: boom"},
		"a syntax error":                 {"1 +\n)", `eval:2:1: SyntaxError: Unexpected ")"`},
		"code that is not finished":      {"find({", "eval:1:7: SyntaxError: Expected identifier but found end of file"},
		"a rejected promise":             {"Promise.reject(new Error('boom'))", "eval:1:16: Error: boom"},
		"a promise that never settles":   {"new Promise(() => {})", "eval:1:1: Error: the last statement returned a promise that never settles: the one that is made here is neither resolved nor rejected"},
		"an import and an await":         {"import {hello} from 'greeter'\nawait hello('you')", "eval:2:1: SyntaxError: a file with import or export cannot await at its top level: write require('…') in place of import"},
		"a failure behind an import":     {"import {hello} from 'greeter'\nhello.nope()", "eval:2:7: TypeError: hello.nope is not a function"},
		"a module that there is not":     {"require('http')", `eval:1:1 imports "http": scripts run inside migrator, not Node.js, and there is no such module here; scripts have no network: fetch the data beforehand and import it as a .json file`},
		"a bracket that closes too much": {"1 }", `eval:1:3: SyntaxError: Unexpected "}"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vm, _ := blank(t, "")
			v, err := vm.Eval(context.Background(), "eval", c.code)
			if err == nil {
				t.Fatalf("it is %v", v)
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
