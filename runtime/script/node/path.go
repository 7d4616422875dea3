package node

import (
	"path"
	"strings"

	"github.com/dop251/goja"
)

// pathNatives are the module path, as on POSIX systems wherever it runs: the paths of a project are written with
// slashes.
func pathNatives(in Interpreter) (*goja.Object, error) {
	rt := in.Runtime()
	p := paths{in}
	o, err := object(in, functions{
		"join": func(call goja.FunctionCall) goja.Value {
			return rt.ToValue(normalize(strings.Join(p.parts(call), "/")))
		},
		"resolve":    func(call goja.FunctionCall) goja.Value { return rt.ToValue(p.resolve(p.texts(call)...)) },
		"normalize":  func(call goja.FunctionCall) goja.Value { return rt.ToValue(normalize(p.text(call, 0))) },
		"isAbsolute": func(call goja.FunctionCall) goja.Value { return rt.ToValue(path.IsAbs(p.text(call, 0))) },
		"dirname":    func(call goja.FunctionCall) goja.Value { return rt.ToValue(dirname(p.text(call, 0))) },
		"basename":   p.basename,
		"extname":    func(call goja.FunctionCall) goja.Value { return rt.ToValue(extname(p.text(call, 0))) },
		"relative": func(call goja.FunctionCall) goja.Value {
			return rt.ToValue(relative(p.resolve(p.text(call, 0)), p.resolve(p.text(call, 1))))
		},
		"toNamespacedPath": func(call goja.FunctionCall) goja.Value { return call.Argument(0) },
		"parse":            p.parse,
		"format":           p.format,
	})
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]any{"sep": "/", "delimiter": ":", "posix": o, "win32": goja.Undefined()} {
		if err := o.Set(name, value); err != nil {
			return nil, err
		}
	}
	return o, nil
}

type paths struct{ in Interpreter }

// text is an argument that has to be a string.
func (p paths) text(call goja.FunctionCall, n int) string {
	v := call.Argument(n)
	if !goja.IsString(v) {
		fail(p.in, "TypeError", "ERR_INVALID_ARG_TYPE", "The \"path\" argument must be of type string. Received %s",
			received(p.in, v))
	}
	return v.String()
}

func (p paths) texts(call goja.FunctionCall) []string {
	texts := make([]string, len(call.Arguments))
	for i := range texts {
		texts[i] = p.text(call, i)
	}
	return texts
}

// parts are the arguments that are not empty.
func (p paths) parts(call goja.FunctionCall) []string {
	var parts []string
	for _, text := range p.texts(call) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return parts
}

// resolve is the absolute path that paths lead to, one from the other, the first from the project's root.
func (p paths) resolve(texts ...string) string {
	result := ""
	for i := len(texts) - 1; i >= 0 && !path.IsAbs(result); i-- {
		if texts[i] != "" {
			result = path.Join(texts[i], result)
		}
	}
	if !path.IsAbs(result) {
		result = path.Join(p.in.Root(), result)
	}
	return path.Clean(result)
}

// normalize keeps a slash at the end, which path.Clean drops.
func normalize(text string) string {
	clean := path.Clean(text)
	if strings.HasSuffix(text, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

// trimmed is a path without slashes at its end.
func trimmed(text string) string {
	if short := strings.TrimRight(text, "/"); short != "" || text == "" {
		return short
	}
	return "/"
}

func dirname(text string) string {
	text = trimmed(text)
	i := strings.LastIndexByte(text, '/')
	switch {
	case i < 0:
		return "."
	case i == 0:
		return "/"
	default:
		return strings.TrimRight(text[:i], "/")
	}
}

func (p paths) basename(call goja.FunctionCall) goja.Value {
	text := p.text(call, 0)
	name := basename(text)
	if suffix := call.Argument(1); goja.IsString(suffix) && (name != suffix.String() || text == name) {
		name = strings.TrimSuffix(name, suffix.String())
	}
	return p.in.Runtime().ToValue(name)
}

func basename(text string) string {
	text = strings.TrimRight(text, "/")
	return text[strings.LastIndexByte(text, '/')+1:]
}

// extname is what follows the last point of a name, the point included, unless the name begins with it.
func extname(text string) string {
	name := basename(text)
	i := strings.LastIndexByte(name, '.')
	if i <= 0 || name == ".." {
		return ""
	}
	return name[i:]
}

// relative is the way from one absolute path to another.
func relative(from, to string) string {
	if from == to {
		return ""
	}
	a, b := segments(from), segments(to)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	return strings.TrimSuffix(strings.Repeat("../", len(a))+strings.Join(b, "/"), "/")
}

func segments(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '/' })
}

func (p paths) parse(call goja.FunctionCall) goja.Value {
	text := p.text(call, 0)
	root, dir := "", dirname(text)
	if path.IsAbs(text) {
		root = "/"
	}
	if dir == "." && !strings.HasPrefix(text, "./") {
		dir = ""
	}
	base, ext := basename(text), extname(text)
	o := p.in.Runtime().NewObject()
	for _, field := range [][2]string{{"root", root}, {"dir", dir}, {"base", base}, {"ext", ext},
		{"name", strings.TrimSuffix(base, ext)}} {
		if err := o.Set(field[0], field[1]); err != nil {
			p.in.Throw(err)
		}
	}
	return o
}

func (p paths) format(call goja.FunctionCall) goja.Value {
	o := call.Argument(0).ToObject(p.in.Runtime())
	field := func(name string) string {
		if v := o.Get(name); v != nil && v.ToBoolean() {
			return v.String()
		}
		return ""
	}
	base, dir := field("base"), field("dir")
	if base == "" {
		ext := field("ext")
		if ext != "" && !strings.HasPrefix(ext, ".") {
			ext = "." + ext
		}
		base = field("name") + ext
	}
	switch {
	case dir == "":
		base = field("root") + base
	case dir == field("root"):
		base = dir + base
	default:
		base = dir + "/" + base
	}
	return p.in.Runtime().ToValue(base)
}
