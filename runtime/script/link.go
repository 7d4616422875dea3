package script

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// graph is a set of modules and what each of their imports leads to.
type graph struct {
	modules map[string]*module // by path
	links   map[link]string    // to a module's path, or to "native:" and a name
}

type link struct{ from, specifier string }

// nativePrefix marks a link to a module that is made by the program itself.
const nativePrefix = "native:"

func newGraph() graph {
	return graph{modules: map[string]*module{}, links: map[link]string{}}
}

func (g graph) clone() graph {
	return graph{modules: maps.Clone(g.modules), links: maps.Clone(g.links)}
}

// linker fills a graph with the files that a module imports, directly or not.
type linker struct {
	host  *Host
	read  reader
	graph graph
}

// add compiles the file at a path and all that it imports.
func (l linker) add(ctx context.Context, path string) (*module, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	code, err := l.read(path)
	if err != nil {
		return nil, err
	}
	m, err := l.host.compile(path, code)
	if err != nil {
		return nil, err
	}
	l.graph.modules[path] = m
	return m, l.link(ctx, m)
}

// link resolves what m imports.
func (l linker) link(ctx context.Context, m *module) error {
	for _, ref := range m.imports {
		target, err := l.resolve(ctx, m, ref)
		if err != nil {
			return err
		}
		l.graph.links[link{m.path, ref.specifier}] = target
	}
	return nil
}

func (l linker) resolve(ctx context.Context, m *module, ref reference) (string, error) {
	if name := strings.TrimPrefix(ref.specifier, "node:"); l.host.natives[name] != nil {
		return nativePrefix + name, nil
	}
	if !isRelative(ref.specifier) {
		return "", l.refuse(m, ref)
	}
	target := path.Join(path.Dir(m.path), ref.specifier)
	if target == ".." || strings.HasPrefix(target, "../") {
		return "", importError(m, ref, errOutside.Error(), "")
	}
	for _, candidate := range candidates(target) {
		if l.graph.modules[candidate] != nil {
			return candidate, nil
		}
		_, err := l.add(ctx, candidate)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if errors.Is(err, errOutside) {
			return "", importError(m, ref, errOutside.Error(), "")
		}
		return candidate, err
	}
	return "", l.missing(m, ref, target)
}

func isRelative(specifier string) bool {
	return specifier == "." || specifier == ".." || strings.HasPrefix(specifier, "./") || strings.HasPrefix(specifier, "../")
}

// candidates are the files that an import of target may mean, the likeliest first: the name as written, with an
// extension, TypeScript's habit of writing .js for a .ts file, and a folder's index.
func candidates(target string) []string {
	var found []string
	if isModulePath(target) {
		found = append(found, target)
	}
	for _, ext := range extensions {
		found = append(found, target+ext)
	}
	if base, ok := strings.CutSuffix(target, ".js"); ok {
		found = append(found, base+".ts")
	}
	for _, ext := range extensions {
		found = append(found, target+"/index"+ext)
	}
	return found
}

func (l linker) missing(m *module, ref reference, target string) error {
	if path.Ext(target) != "" && !isModulePath(target) {
		if _, err := l.read(target); err == nil {
			return importError(m, ref, "only JavaScript, TypeScript and JSON files can be imported", "")
		}
	}
	return importError(m, ref, fmt.Sprintf("there is no file %s", target), "the path is relative to "+m.path)
}

// refuse explains why a module that is neither the project's nor ours cannot be had.
func (l linker) refuse(m *module, ref reference) error {
	if path.IsAbs(ref.specifier) || strings.HasPrefix(ref.specifier, "file:") {
		return importError(m, ref, "files are imported by a path relative to the importing file", "write ./ or ../ and the path from there")
	}
	hint := "available are files of the project (./lib/x.js, ./data.json)"
	if names := slices.Sorted(maps.Keys(l.host.natives)); len(names) > 0 {
		hint += " and " + strings.Join(names, ", ")
	}
	return importError(m, ref, "scripts run inside migrator, not Node.js, and there is no such module here"+instead(ref.specifier), hint)
}

// instead says how a script does without a module of Node.js, where there is a way.
func instead(specifier string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(specifier, "node:"), "/")
	switch name {
	case "fs":
		return "; data is read by importing a .json file"
	case "http", "https", "net", "tls", "dns", "http2", "axios", "node-fetch", "got", "request", "undici":
		return "; scripts have no network: fetch the data beforehand and import it as a .json file"
	case "child_process", "worker_threads", "cluster":
		return "; scripts cannot start processes"
	case "dotenv", "process":
		return "; environment variables are read by env('NAME')"
	case "mongoose":
		return "; use db, the first argument of up and down"
	default:
		return ""
	}
}

func importError(m *module, ref reference, message, hint string) error {
	return &Error{
		Name: importErrorName, Message: fmt.Sprintf("imports %q: %s", ref.specifier, message),
		Position: ref.at, hint: hint, source: m,
	}
}
