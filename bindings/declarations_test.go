package bindings

import (
	"regexp"
	"strings"
	"testing"

	"migrator/bindings/types"
)

// declarations are the names in migrator.d.ts.
type declarations struct {
	// members are those of an interface by its name, the values that a module exports ("module 'bson'"), and under
	// "globals" the global values.
	members map[string][]string
	extends map[string]string
}

// The lines that declare something. The files are formatted so that each has a line of its own.
var (
	comments    = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
	scopeBegins = regexp.MustCompile(`^(?:export )?(?:declare )?(interface|class|namespace|module) ([\w$'/:*]+)(?:<.*?>)?(?: extends (\w+))?.*\{$`)
	globalValue = regexp.MustCompile(`^declare (?:var|const|function|class) (\w+)`)
	exported    = regexp.MustCompile(`^export (?:const|class|function) (\w+)`)
	member      = regexp.MustCompile(`^(?:readonly )?'?([\w$]+)'?\??[(<:]`)
)

func readDeclarations(t *testing.T) declarations {
	t.Helper()
	d := declarations{members: map[string][]string{}, extends: map[string]string{}}
	var open []string // the scopes around a line; "" is one whose members are nobody's
	for line := range strings.Lines(comments.ReplaceAllString(types.Declarations(), "")) {
		line = strings.TrimSpace(line)
		scope := "globals"
		if len(open) > 0 {
			scope = open[len(open)-1]
		}
		pattern := member
		switch {
		case scope == "globals":
			pattern = globalValue
		case strings.HasPrefix(scope, "module"):
			pattern = exported
		}
		if m := pattern.FindStringSubmatch(line); m != nil && scope != "" {
			d.members[scope] = append(d.members[scope], m[1])
		}
		open = d.nest(open, line)
	}
	if len(open) != 0 || len(d.members) < 50 {
		t.Fatalf("the declarations were not understood: %d interfaces, %v left open", len(d.members), open)
	}
	return d
}

// nest opens and closes the scopes that a line begins and ends.
func (d declarations) nest(open []string, line string) []string {
	depth := strings.Count(line, "{") - strings.Count(line, "}")
	if m := scopeBegins.FindStringSubmatch(line); m != nil && depth == 1 {
		name := m[2]
		switch m[1] {
		case "module":
			name = "module " + name
		case "namespace":
			name = ""
		default:
			d.extends[name] = m[3]
		}
		return append(open, name)
	}
	for ; depth > 0; depth-- {
		open = append(open, "")
	}
	return open[:len(open)+depth]
}

// inherited are the members of an interface and of those that it extends.
func (d declarations) inherited(name string) []string {
	var all []string
	for ; name != ""; name = d.extends[name] {
		all = append(all, d.members[name]...)
	}
	return all
}
