package script_test

import (
	"strings"
	"testing"

	"migrator/runtime/fault"
)

// TestCallsOfWhatIsNoFunctionAreWordedAsInNode holds the messages for the mistakes that goja words in its own way.
func TestCallsOfWhatIsNoFunctionAreWordedAsInNode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, code, want string }{
		{"a member that there is not", "main.js", "const helper = {}; await helper.doIt(1)", "TypeError: helper.doIt is not a function"},
		{"one of a member", "main.js", "const a = {b: {}}; a.b?.c(1)", "TypeError: a.b?.c is not a function"},
		{"one of what a call returns", "main.js", "const f = () => ({}); f().go()", "TypeError: go is not a function"},
		{"one of a class", "main.js", "Array.unique([1])", "TypeError: Array.unique is not a function"},
		{"a variable that is undefined", "main.js", "let fn; fn(5)", "TypeError: fn is not a function"},
		{"a member that is a number", "main.js", "const o = {f: 5}; o.f()", "TypeError: o.f is not a function"},
		{"a member in TypeScript", "main.ts", "const helper: any = {}; await helper.doIt(1)", "TypeError: helper.doIt is not a function"},
		{"a parameter that is an object", "main.js", "(next => next())({})", "TypeError: next is not a function"},
		{"a constructor that is undefined", "main.js", "const X = undefined; new X()", "TypeError: X is not a constructor"},
		{"in is no call", "main.js", "const s = 'b'; return 'a' in s", "TypeError: Value is not an object: b"},
		{"destructuring of null", "main.js", "const { name } = null", "TypeError: Cannot destructure undefined or null"},
		{"an AggregateError says what it gathers", "main.js", "await Promise.any([Promise.reject(new Error('one')), Promise.reject(new TypeError('two'))])",
			"AggregateError: All promises were rejected\n    at main.js\ncaused by Error: one\ncaused by TypeError: two"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, head := range []string{"exports.up = async () => {", "exports.up = async function up(db) {", "module.exports = { async up(db) {"} {
				code := head + "\n" + c.code + "\n}"
				if head[0] == 'm' {
					code += "}"
				}
				_, err := run(t, "-- "+c.file+" --\n"+code+"\n")
				if err == nil {
					t.Fatal("no error")
				}
				if got := fault.DetailOf(err); !strings.Contains(got, c.want) {
					t.Errorf("got %s\nwant %s", got, c.want)
				}
			}
		})
	}
}
