package script

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"

	"migrator/runtime/script/node"
)

// graph is a set of modules and what each of their imports leads to.
type graph struct {
	modules map[string]*module // by the name that they have in stacks
	links   map[link]string    // to a module's name, or to "native:" and a name
	refused map[link]error     // imports that fail only if they are reached
	// manifests are the package.json files that were looked at, and folders where links of the file system lead.
	// Both are needed to link the same files again.
	manifests map[string][]byte
	folders   map[string]string
}

type link struct{ from, specifier string }

// nativePrefix marks a link to a module that is made by the program itself.
const nativePrefix = "native:"

func newGraph() graph {
	return graph{
		modules: map[string]*module{}, links: map[link]string{}, refused: map[link]error{},
		manifests: map[string][]byte{}, folders: map[string]string{},
	}
}

func (g graph) clone() graph {
	return graph{
		modules: maps.Clone(g.modules), links: maps.Clone(g.links), refused: maps.Clone(g.refused),
		manifests: maps.Clone(g.manifests), folders: maps.Clone(g.folders),
	}
}

// file is a module of the file at a path, to show its text.
func (g graph) file(path string) *module {
	if m := g.modules[path]; m != nil {
		return m
	}
	return g.modules[loadedPrefix+path]
}

// linker fills a graph with the files that a module imports, directly or not.
type linker struct {
	host   *Host
	source source
	graph  graph
	// failed are modules that could not be linked, which is an error only where they are needed.
	failed map[string]error
}

func (h *Host) newLinker(s source, g graph) linker {
	return linker{host: h, source: s, graph: g, failed: map[string]error{}}
}

// add compiles the file at a path and all that it imports.
func (l linker) add(ctx context.Context, path string, kind kind) (*module, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	name := kind.name(path)
	if m, err := l.graph.modules[name], l.failed[name]; m != nil || err != nil {
		return m, err
	}
	code, err := l.source.read(path)
	if err != nil {
		return nil, err
	}
	m, err := l.host.compile(path, code, kind)
	if err == nil {
		l.graph.modules[name] = m
		err = l.link(ctx, m)
	}
	if err != nil {
		delete(l.graph.modules, name)
		l.failed[name] = err
		return nil, err
	}
	return m, nil
}

// link resolves what m imports.
func (l linker) link(ctx context.Context, m *module) error {
	for _, ref := range m.imports {
		at := ref.link(m)
		target, err := l.resolve(ctx, m, ref)
		if err == nil {
			l.graph.links[at] = target
			continue
		}
		if ctx.Err() != nil {
			return err
		}
		var r *refusal
		// A function of the script's own may be called load, so only the call shows what it means.
		isRefusal := errors.As(err, &r)
		switch {
		case !ref.optional && !(ref.loaded && isRefusal):
			return blame(m, ref, err)
		case isRefusal:
			err = r.through(ref).asThrown(ref)
		}
		l.graph.refused[at] = err
	}
	return nil
}

// resolve finds and links the module that an import means, and returns the end of the link.
func (l linker) resolve(ctx context.Context, m *module, ref reference) (string, error) {
	switch specifier := ref.specifier; {
	case ref.loaded:
		return l.loaded(ctx, m, ref)
	case l.host.native(specifier) != "":
		return nativePrefix + l.host.native(specifier), nil
	case isRelative(specifier):
		return l.first(ctx, path.Join(path.Dir(m.path), specifier), ref)
	case path.IsAbs(specifier), strings.HasPrefix(specifier, "file:"):
		return "", refuse(ref, "files are imported by a path relative to the importing file",
			"write ./ or ../ and the path from there")
	default:
		return l.fromPackage(ctx, m, ref)
	}
}

// loaded links a file that load() evaluates.
func (l linker) loaded(ctx context.Context, m *module, ref reference) (string, error) {
	target := path.Join(path.Dir(m.path), ref.specifier)
	if isOutside(target) || path.IsAbs(ref.specifier) {
		return "", refuse(ref, errOutside.Error(), "")
	}
	loaded, err := l.add(ctx, target, asScript)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", l.missing(ref, target)
	case isDenied(err):
		return "", refuse(ref, err.Error(), "")
	case err != nil:
		return "", unreadable(ref, target, err)
	}
	return loaded.name, nil
}

// unreadable explains an error of the file system. Those of what was read explain themselves.
func unreadable(ref reference, file string, err error) error {
	var read *fs.PathError
	if !errors.As(err, &read) && !errors.Is(err, errNoFile) {
		return err
	}
	return refuse(ref, fmt.Sprintf("%s cannot be read: %v", file, withoutPlace(err)), "")
}

func isRelative(specifier string) bool {
	return specifier == "." || specifier == ".." || strings.HasPrefix(specifier, "./") ||
		strings.HasPrefix(specifier, "../")
}

// first links the first file that an import of target may mean.
func (l linker) first(ctx context.Context, target string, ref reference) (string, error) {
	if isOutside(target) {
		return "", refuse(ref, errOutside.Error(), "")
	}
	for candidate := range l.candidates(target) {
		m, err := l.add(ctx, candidate, asModule)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if isDenied(err) {
			return "", refuse(ref, err.Error(), "")
		}
		if err != nil {
			return "", unreadable(ref, candidate, err)
		}
		return m.name, nil
	}
	return "", l.missing(ref, target)
}

// candidates are the files that an import of target may mean, the likeliest first: the name as written, with an
// extension, TypeScript's habit of writing .js for a .ts file, what a folder's package.json names, and its index.
func (l linker) candidates(target string) iter.Seq[string] {
	return func(yield func(string) bool) {
		base, isJavaScript := strings.CutSuffix(target, ".js")
		_ = (!isModulePath(target) || yield(target)) && withExtensions(target, yield) &&
			(!isJavaScript || yield(base+".ts")) &&
			l.mains(target, yield) && withExtensions(path.Join(target, "index"), yield)
	}
}

// mains yields the files that the package.json of a folder may mean, if there is one.
func (l linker) mains(folder string, yield func(string) bool) bool {
	p, err := l.manifest(folder)
	if err != nil {
		return true
	}
	for _, main := range []string{string(p.Main), string(p.Module)} {
		if main == "" {
			continue
		}
		main = path.Join(folder, main)
		if isModulePath(main) && !yield(main) || !withExtensions(main, yield) ||
			!withExtensions(main+"/index", yield) {
			return false
		}
	}
	return true
}

func withExtensions(target string, yield func(string) bool) bool {
	for _, ext := range extensions {
		if !yield(target + ext) {
			return false
		}
	}
	return true
}

// missing explains why an import of target finds nothing.
func (l linker) missing(ref reference, target string) error {
	if path.Ext(target) == ".node" {
		return refuse(ref, "scripts run inside migrator, not Node.js, and machine code cannot be loaded",
			"use a package that is written in JavaScript alone")
	}
	if path.Ext(target) != "" && !isModulePath(target) {
		switch _, err := l.source.read(target); {
		case isDenied(err):
			return refuse(ref, err.Error(), "")
		case err == nil:
			return refuse(ref, "only JavaScript, TypeScript and JSON files can be imported", "")
		}
	}
	return refuse(ref, fmt.Sprintf("there is no file %s", target), "the path is relative to "+ref.at.File)
}

// refusal is why an import fails, and the imports that have led to it, outermost first.
type refusal struct {
	chain        []string
	reason, hint string
}

func refuse(ref reference, reason, hint string) error {
	return &refusal{chain: []string{ref.specifier}, reason: reason, hint: hint}
}

// Error is "imports "a", which imports "b": why".
func (r *refusal) Error() string {
	names := make([]string, len(r.chain))
	for i, name := range r.chain {
		names[i] = fmt.Sprintf("%q", name)
	}
	return "imports " + strings.Join(names, ", which imports ") + ": " + r.reason
}

// asThrown is the error for a call that is reached. It has no place of its own: the call has one.
func (r *refusal) asThrown(ref reference) error {
	call := "require"
	if ref.loaded {
		call = "load"
	}
	return fmt.Errorf("%s(%q)%s", call, ref.specifier, strings.TrimPrefix(r.Error(),
		fmt.Sprintf("imports %q", ref.specifier)))
}

// through is the refusal as seen by who imports, by ref, the file that it is about. Where the package is known to need
// what does not exist here, that says more than the part of Node.js that it has stumbled on.
func (r *refusal) through(ref reference) *refusal {
	if r.chain[0] == ref.specifier || isRelative(ref.specifier) {
		return r
	}
	longer := &refusal{append([]string{ref.specifier}, r.chain...), r.reason, r.hint}
	if instead := node.Instead(ref.specifier); instead != "" {
		longer.reason = notNode + instead
	}
	return longer
}

// blame adds to a refusal what m has imported. In a file of the project the chain ends: that is the place to show.
// What is wrong in the text of a package keeps its own place, with a hint at the import that has led there.
func blame(m *module, ref reference, err error) error {
	var r *refusal
	if errors.As(err, &r) {
		r = r.through(ref)
		if isPackaged(m.path) {
			return r
		}
		return &Error{Name: importErrorName, Message: r.Error(), Place: ref.at, hint: r.hint, source: m}
	}
	var e *Error
	if errors.As(err, &e) && e.hint == "" && isPackaged(e.File) && !isPackaged(m.path) {
		hinted := *e
		hinted.hint = fmt.Sprintf("the file belongs to a package that %s imports: %q", ref.at, ref.specifier)
		return &hinted
	}
	return err
}

// offered lists the modules that the program itself has.
func (l linker) offered() string {
	hint := "available are files of the project (./lib/x.js, ./data.json), packages of its node_modules"
	if names := slices.Sorted(maps.Keys(l.host.options.Modules)); len(names) > 0 {
		hint += ", " + strings.Join(names, ", ")
	}
	return hint + " and, of Node.js, " + strings.Join(l.host.node.Names(), ", ")
}
