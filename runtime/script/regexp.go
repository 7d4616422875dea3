package script

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// expandProperties gives the regular expressions of a syntax tree their Unicode properties: goja reads \p{L} and never
// matches it. Each is replaced by the characters that have the property, in literals, and in the patterns that the
// project's own calls of RegExp make while they run. A property that is not known is an error in the project's files.
func (m *module) expandProperties(tree *ast.Program) error {
	own := !isPackaged(m.path)
	if !mentionsProperty(tree.File.Source()) && !(own && strings.Contains(tree.File.Source(), "RegExp")) {
		return nil
	}
	var failed error
	var visit visitor
	visit = func(n any) visitor {
		switch n := n.(type) {
		case *ast.RegExpLiteral:
			if !strings.ContainsAny(n.Flags, "uv") {
				return visit
			}
			expanded, err := expandPattern(n.Pattern)
			if err != nil && own && failed == nil {
				p := tree.File.Position(int(n.Idx) - tree.File.Base())
				failed = m.syntaxErrorAt(p, badPattern+err.Error())
			}
			n.Pattern = expanded
			n.Literal = "/" + n.Pattern + "/" + n.Flags
		case *ast.NewExpression:
			n.ArgumentList = m.expandArguments(n.Callee, n.ArgumentList)
		case *ast.CallExpression:
			n.ArgumentList = m.expandArguments(n.Callee, n.ArgumentList)
		}
		return visit
	}
	walk(tree.Body, visit)
	return failed
}

// badPattern begins the message for a regular expression that cannot be compiled, as goja has it.
const badPattern = "Invalid regular expression: "

// expandArguments has RegExp(pattern, flags) pass its arguments through a function of chain.js:
// RegExp(...REGEXP(pattern, flags)).
func (m *module) expandArguments(callee ast.Expression, args []ast.Expression) []ast.Expression {
	if !isNamed(callee, "RegExp") || len(args) < 2 {
		return args
	}
	m.chains = true
	return []ast.Expression{&ast.SpreadElement{Expression: helper(chainedRegExp, args[0].Idx0(), args[0].Idx0(),
		args...)}}
}

// jsExpand is expandPattern for chain.js.
func (vm *VM) jsExpand(call goja.FunctionCall) goja.Value {
	pattern := call.Argument(0).String()
	expanded, err := expandPattern(pattern)
	if err != nil {
		panic(vm.newError("SyntaxError", fmt.Errorf("%s%w", badPattern, err)))
	}
	return vm.rt.ToValue(expanded)
}

// expandPattern replaces each \p{…} and \P{…} of a pattern. What is no property that is known stays as it is, which is
// the error.
func expandPattern(pattern string) (expanded string, err error) {
	if !mentionsProperty(pattern) {
		return pattern, nil
	}
	var b strings.Builder
	inClass := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case c == '\\' && i+1 < len(pattern):
			set, length := property(pattern[i:])
			if set != "" {
				if !inClass {
					set = "[" + set + "]"
				}
				b.WriteString(set)
				i += length - 1
				continue
			}
			if length > 0 && err == nil {
				err = fmt.Errorf("the property %s is not known here", pattern[i:i+length])
			}
			b.WriteByte(c)
			i++
		}
		b.WriteByte(pattern[i])
	}
	return b.String(), err
}

// mentionsProperty is a quick look for what expandPattern replaces.
func mentionsProperty(text string) bool {
	return strings.Contains(text, `\p{`) || strings.Contains(text, `\P{`)
}

// property reads \p{…} or \P{…} at the start of a text: the characters, as the inside of a class, "" where it is not
// known, and the length of what was read.
func property(text string) (set string, length int) {
	if !strings.HasPrefix(text, `\p{`) && !strings.HasPrefix(text, `\P{`) {
		return "", 0
	}
	end := strings.IndexByte(text, '}')
	if end < 0 {
		return "", 0
	}
	tables := propertyTables(text[len(`\p{`):end])
	if tables == nil {
		return "", end + 1
	}
	return classOf(tables, text[1] == 'P'), end + 1
}

// propertyTables are the characters of a property: a general category ("Lu", "Letter", "gc=Lu"), a script
// ("Script=Greek"), or one of the binary properties.
func propertyTables(name string) []*unicode.RangeTable {
	key, value, hasValue := strings.Cut(name, "=")
	if hasValue {
		switch key {
		case "Script", "sc", "Script_Extensions", "scx":
			return tablesOf(unicode.Scripts, value)
		case "General_Category", "gc":
			name = value
		default:
			return nil
		}
	}
	switch name {
	case "Any":
		return []*unicode.RangeTable{{R16: []unicode.Range16{{Lo: 0, Hi: 0xffff, Stride: 1}},
			R32: []unicode.Range32{{Lo: 0x10000, Hi: unicode.MaxRune, Stride: 1}}}}
	case "ASCII":
		return []*unicode.RangeTable{{R16: []unicode.Range16{{Lo: 0, Hi: 0x7f, Stride: 1}}}}
	case "Alphabetic", "Alpha":
		return []*unicode.RangeTable{unicode.L, unicode.Nl, unicode.Other_Alphabetic}
	case "Uppercase", "Upper":
		return []*unicode.RangeTable{unicode.Lu, unicode.Other_Uppercase}
	case "Lowercase", "Lower":
		return []*unicode.RangeTable{unicode.Ll, unicode.Other_Lowercase}
	case "ID_Start", "IDS":
		return []*unicode.RangeTable{unicode.L, unicode.Nl, unicode.Other_ID_Start}
	case "ID_Continue", "IDC":
		return []*unicode.RangeTable{unicode.L, unicode.Nl, unicode.Other_ID_Start, unicode.Mn, unicode.Mc, unicode.Nd,
			unicode.Pc, unicode.Other_ID_Continue}
	}
	if alias, ok := unicode.CategoryAliases[name]; ok {
		name = alias
	}
	if tables := tablesOf(unicode.Categories, name); tables != nil {
		return tables
	}
	return tablesOf(unicode.Properties, name)
}

func tablesOf(set map[string]*unicode.RangeTable, name string) []*unicode.RangeTable {
	if table := set[name]; table != nil {
		return []*unicode.RangeTable{table}
	}
	return nil
}

// classOf writes the characters of tables, or all others, as the inside of a character class.
func classOf(tables []*unicode.RangeTable, negated bool) string {
	var b strings.Builder
	write := func(lo, hi rune) {
		if lo <= hi {
			fmt.Fprintf(&b, `\u{%x}-\u{%x}`, lo, hi)
		}
	}
	next := rune(0) // the first character behind those that are done
	for _, r := range merged(tables) {
		if negated {
			write(next, r.lo-1)
		} else {
			write(r.lo, r.hi)
		}
		next = r.hi + 1
	}
	if negated {
		write(next, unicode.MaxRune)
	}
	return b.String()
}

type runeRange struct{ lo, hi rune }

// merged lists the characters of tables as ranges in their order. No two of them touch.
func merged(tables []*unicode.RangeTable) []runeRange {
	var all []runeRange
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			all = append(all, runeRange{lo, hi})
			return
		}
		for r := lo; r <= hi; r += stride {
			all = append(all, runeRange{r, r})
		}
	}
	for _, table := range tables {
		for _, r := range table.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range table.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	slices.SortFunc(all, func(a, b runeRange) int { return cmp.Compare(a.lo, b.lo) })
	var ranges []runeRange
	for _, r := range all {
		if last := len(ranges) - 1; last >= 0 && r.lo <= ranges[last].hi+1 {
			ranges[last].hi = max(ranges[last].hi, r.hi)
			continue
		}
		ranges = append(ranges, r)
	}
	return ranges
}
