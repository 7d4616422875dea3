package config

import (
	"bytes"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"migrator/runtime/fault"
)

// document is migrator.yaml as it is written. Its yaml tags are the keys that the file may hold.
type document struct {
	DefaultEnvironment text `yaml:"default_environment"`
	Migrations         struct {
		Directory        text `yaml:"directory"`
		Pattern          text `yaml:"pattern"`
		Collection       text `yaml:"collection"`
		DuplicateNumbers text `yaml:"duplicate_numbers"`
	} `yaml:"migrations"`
	Registry struct {
		Database text `yaml:"database"`
		Quiet    text `yaml:"quiet"`
	} `yaml:"registry"`
	Environments map[string]environment `yaml:"environments"`
	Scripts      struct {
		Env []text `yaml:"env"`
	} `yaml:"scripts"`

	shown string              // the file, for messages
	names []string            // of the environments, as they are ordered in the file
	keys  map[string]position // where each environment is declared
}

type environment struct {
	URI       text  `yaml:"uri"`
	Database  text  `yaml:"database"`
	Protected yesNo `yaml:"protected"`
}

// position is where something stands in the file, counted from 1. The zero value is no position.
type position struct{ line, column int }

// positionOf is where a token stands. A mapping in block style begins at its first key: the library hands out the colon
// behind it.
func positionOf(t *token.Token) position {
	if t != nil && t.Type == token.MappingValueType && t.Prev != nil {
		t = t.Prev
	}
	if t == nil || t.Position == nil {
		return position{}
	}
	return position{t.Position.Line, t.Position.Column}
}

// text is a string of the file that knows where it stands. Numbers and the like have to be quoted to be one.
type text struct {
	value    string
	position position
}

func (t text) given() bool { return t.position != position{} }

// UnmarshalYAML implements yaml.NodeUnmarshaler. A key with nothing behind it does not get here, and counts as left
// out.
func (t *text) UnmarshalYAML(node ast.Node) error {
	switch n := node.(type) {
	case *ast.StringNode:
		*t = text{n.Value, positionOf(n.Token)}
	case *ast.LiteralNode:
		*t = text{strings.TrimSpace(n.Value.Value), positionOf(n.Start)}
	default:
		return &yaml.UnexpectedNodeTypeError{Actual: node.Type(), Expected: ast.StringType, Token: node.GetToken()}
	}
	return nil
}

// yesNo is true or false, and nothing that resembles them.
type yesNo struct{ value bool }

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (b *yesNo) UnmarshalYAML(node ast.Node) error {
	n, ok := node.(*ast.BoolNode)
	if !ok {
		return &yaml.UnexpectedNodeTypeError{Actual: node.Type(), Expected: ast.BoolType, Token: node.GetToken()}
	}
	b.value = n.Value
	return nil
}

// readDocument reads a file whose name for messages is shown. An empty file is a configuration that says nothing.
func readDocument(file, shown string) (*document, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fault.Wrap(fault.Usage, err, "", "read the configuration")
	}
	return parseDocument(content, shown)
}

func parseDocument(content []byte, shown string) (*document, error) {
	d := &document{shown: shown}
	file, err := parser.ParseBytes(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), 0)
	if err != nil {
		return nil, d.explain(nil, err)
	}
	root, err := d.root(file)
	if err != nil || root == nil {
		return d, err
	}
	if err := yaml.NodeToValue(root, d, yaml.Strict()); err != nil {
		return nil, d.explain(root, err)
	}
	return d, d.orderEnvironments(root)
}

// root is the content of the one YAML document that the file holds, or nil.
func (d *document) root(file *ast.File) (root ast.Node, err error) {
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.NullType || doc.Body.Type() == ast.CommentType {
			continue
		}
		if root != nil {
			return nil, d.problem(positionOf(doc.Body.GetToken()), "remove the --- that begins it",
				"a second YAML document begins here, and %s holds one", FileName)
		}
		root = doc.Body
	}
	return root, nil
}

// orderEnvironments finds where each environment is declared, since a Go map forgets their order, and checks their
// names. One that came in by a merge key is declared elsewhere and goes last.
func (d *document) orderEnvironments(root ast.Node) error {
	d.keys = map[string]position{}
	for _, key := range keysOf(root, "environments") {
		name := key.GetToken().Value
		if _, ok := d.Environments[name]; ok {
			d.keys[name] = positionOf(key.GetToken())
			d.names = append(d.names, name)
		}
	}
	var merged []string
	for name := range d.Environments {
		if !slices.Contains(d.names, name) {
			merged = append(merged, name)
		}
	}
	slices.Sort(merged)
	d.names = append(d.names, merged...)
	for _, name := range d.names {
		if !isEnvironmentName(name) {
			return d.environmentProblem(name, "use letters, digits, _ . and -",
				"%q cannot be the name of an environment", name)
		}
	}
	return nil
}

// keysOf lists the keys of the mapping that stands under a key of root.
func keysOf(root ast.Node, key string) []ast.MapKeyNode {
	var keys []ast.MapKeyNode
	for _, section := range entries(root) {
		if section.Key.GetToken().Value == key {
			for _, entry := range entries(section.Value) {
				keys = append(keys, entry.Key)
			}
		}
	}
	return keys
}

func entries(node ast.Node) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	case *ast.AnchorNode:
		return entries(n.Value)
	}
	return nil
}
