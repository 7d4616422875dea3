package config

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"migrator/runtime/fault"
)

// problem is a mistake at a position of the file.
func (d *document) problem(p position, hint, format string, args ...any) error {
	return d.at(p, fault.New(fault.Usage, hint, format, args...))
}

// at puts file:line:column before the message of err. What has no position in the file is left as it is.
func (d *document) at(p position, err error) error {
	if err == nil || p == (position{}) {
		return err
	}
	return fault.WithFields(fault.Wrap(fault.Usage, err, "", "%s:%d:%d", d.shown, p.line, p.column),
		map[string]any{"file": d.shown, "line": p.line, "column": p.column})
}

// environmentProblem is a mistake in an environment as a whole.
func (d *document) environmentProblem(name, hint, format string, args ...any) error {
	return d.problem(d.keys[name], hint, format, args...)
}

// explain says what the YAML library found wrong in terms of this file. The library's own text is not used where it
// speaks of Go types, nor the excerpt that it draws, which may show a password.
func (d *document) explain(root ast.Node, err error) error {
	var unknown *yaml.UnknownFieldError
	var unexpected *yaml.UnexpectedNodeTypeError
	var positioned yaml.Error
	switch {
	case errors.As(err, &unknown):
		return d.unknownKey(root, unknown.Token)
	case errors.As(err, &unexpected):
		return d.wrongType(root, unexpected)
	case errors.As(err, &positioned):
		hint := `put quotes around values that hold { } [ ] , : # or that begin with * & ! % @`
		return d.problem(positionOf(positioned.GetToken()), hint, "%s", positioned.GetMessage())
	}
	return fault.Wrap(fault.Usage, err, "", "read %s", d.shown)
}

func (d *document) unknownKey(root ast.Node, key *token.Token) error {
	path := pathOf(root, key)
	section, _, nested := strings.Cut(path, ".")
	if !nested {
		return d.problem(positionOf(key), "the keys are: "+strings.Join(keysIn(""), ", "), "unknown key %q", key.Value)
	}
	parent := strings.TrimSuffix(path, "."+key.Value)
	hint := fmt.Sprintf("the keys of %s are: %s", parent, strings.Join(keysIn(section), ", "))
	return d.problem(positionOf(key), hint, "unknown key %q in %s", key.Value, parent)
}

func (d *document) wrongType(root ast.Node, e *yaml.UnexpectedNodeTypeError) error {
	hint := ""
	switch actual := inWords(e.Actual); {
	case e.Expected != ast.StringType, actual == inWords(ast.SequenceType), actual == inWords(ast.MappingType):
	default:
		hint = "put quotes around it"
	}
	what := pathOf(root, e.Token)
	if what == "" {
		what = "the file"
	}
	return d.problem(positionOf(e.Token), hint, "%s must be %s, not %s", what, inWords(e.Expected), inWords(e.Actual))
}

func inWords(t ast.NodeType) string {
	switch t {
	case ast.MappingType, ast.MappingValueType:
		return "keys with values"
	case ast.SequenceType:
		return "a list"
	case ast.BoolType:
		return "true or false"
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
	case ast.NullType:
		return "nothing"
	case ast.StringType, ast.LiteralType:
		return "text"
	}
	return t.YAMLName()
}

// keysIn lists the keys that the file may hold at its top (section "") or in a section of it; for environments, those
// of one environment.
func keysIn(section string) []string {
	in := reflect.TypeFor[document]()
	if section != "" {
		for field := range fieldsOf(in) {
			if field.Tag.Get("yaml") == section {
				in = field.Type
			}
		}
	}
	if in.Kind() == reflect.Map {
		in = in.Elem()
	}
	var keys []string
	for field := range fieldsOf(in) {
		if key := field.Tag.Get("yaml"); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// fieldsOf yields the fields of a struct, and nothing for any other type.
func fieldsOf(t reflect.Type) func(yield func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := 0; t.Kind() == reflect.Struct && i < t.NumField(); i++ {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// pathOf is the dotted path of the first node that begins with a token: "environments.production.uri". The library's
// quotes around names with dots are dropped.
func pathOf(root ast.Node, t *token.Token) string {
	if root == nil {
		return ""
	}
	finder := &pathFinder{token: t}
	ast.Walk(finder, root)
	return strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(finder.path, "$"), "."), "'", "")
}

type pathFinder struct {
	token *token.Token
	path  string
}

// Visit implements ast.Visitor.
func (f *pathFinder) Visit(node ast.Node) ast.Visitor {
	if f.path != "" {
		return nil
	}
	if node.GetToken() == f.token {
		f.path = node.GetPath()
	}
	return f
}
