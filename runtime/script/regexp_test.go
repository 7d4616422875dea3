package script_test

import (
	"context"
	"fmt"
	"testing"
)

func TestUnicodePropertiesMatch(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"letters":                             `/^\p{L}+$/u.test('Zoë日') && !/\p{L}/u.test('1 _')`,
		"what is no letter":                   `'a1é2'.replace(/\P{L}/gu, '') === 'aé'`,
		"inside a class":                      `'Zoë 1!'.replace(/[^\p{L}\p{N}-]+/gu, '-') === 'Zoë-1-'`,
		"the others, inside a class":          `/^[\P{Lu}]$/u.test('a') && !/^[\P{Lu}]$/u.test('A')`,
		"upper and lower case":                `'fooBarÄx'.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2') === 'foo_Bar_Äx'`,
		"long names":                          `/^\p{Letter}\p{General_Category=Decimal_Number}\p{gc=Pd}$/u.test('é٣-')`,
		"scripts":                             `/^\p{Script=Greek}+$/u.test('λόγος') && !/\p{sc=Greek}/u.test('logos')`,
		"binary properties":                   `/^\p{Alphabetic}\p{White_Space}\p{ASCII}$/u.test('é ~') && /^\p{Any}$/u.test('😀')`,
		"beyond the first plane":              `/^\p{Lu}$/u.test('\u{10400}')`,
		"a pattern that is made":              `new RegExp('^\\p{' + 'L' + '}$', 'u').test('é') && !RegExp(['\\p{N}'][0], 'gu').test('é')`,
		"a pattern in a variable, and flags":  `((p, f) => new RegExp(p, f).test('Zoë') && new RegExp(/x/, f).test('X') && new RegExp(p).test('p{L}'))('\\p{L}', 'iu')`,
		"a pattern in a text":                 `new RegExp('^\\p{L}$', 'u').test('é') && RegExp('\\p{N}', 'gu').test('1')`,
		"without the flag, a p is a p":        `/^\p{2}$/.test('pp')`,
		"a backslash that is escaped":         `/^\\p\{L\}$/u.test('\\p{L}')`,
		"without regard to case":              `/^\p{Lu}$/iu.test('é')`,
		"a bracket that is escaped, in class": `/^[\]\p{L}]+$/u.test(']a')`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vm, _ := blank(t, "")
			v, err := vm.Eval(context.Background(), "eval", code)
			if err != nil || !v.ToBoolean() {
				t.Errorf("%s is %v, %v", code, v, err)
			}
		})
	}
}

func TestAUnicodePropertyThatIsNotKnownIsAnError(t *testing.T) {
	t.Parallel()
	const unknown = `SyntaxError: Invalid regular expression: the property \p{Emoji} is not known here`
	for _, c := range []struct{ name, main, want string }{
		{"in a literal", "\nexports.up = () => /\\p{Emoji}/u.test('x')", "main.js:2:20: " + unknown},
		{"in an ES module", "export const up = () => {\n  return /a\\p{Emoji}/u.test('x')\n}", "main.js:2:10: " + unknown},
		{"in a pattern that is made", "exports.up = () => new RegExp('\\\\p{' + 'Emoji}', 'u').test('x')", "main.js:1:31: " + unknown},
		{"in a package, where it may never be used", "require('p'); exports.up = () => {}\n-- node_modules/p/index.js --\n/\\p{Emoji}/u", ""},
	} {
		_, err := run(t, "-- main.js --\n"+c.main)
		if got := fmt.Sprint(err); c.want == "" && err != nil || c.want != "" && got != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
