package script

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/runtime/script/node"
)

// packageFolder is the folder that packages are installed in.
const packageFolder = runtime.PackageFolder

// isPackaged reports whether a file belongs to an installed package.
func isPackaged(name string) bool { return runtime.IsPackaged(name) }

// packageName splits the name of a package from the path inside it: "@scope/name/lib/x" to "@scope/name" and
// "./lib/x".
func packageName(specifier string) (name, subpath string) {
	parts := strings.SplitN(specifier, "/", 3)
	n := 1
	if strings.HasPrefix(specifier, "@") {
		n = 2
	}
	if len(parts) <= n || strings.Join(parts[n:], "/") == "" {
		return strings.TrimSuffix(specifier, "/"), "."
	}
	return strings.Join(parts[:n], "/"), "./" + strings.Join(parts[n:], "/")
}

// fromPackage finds what a bare name means: a package in a folder node_modules, the nearest first, as Node.js does. A
// name that begins with # is one that the importing package has given to a file of its own.
func (l linker) fromPackage(ctx context.Context, m *module, ref reference) (string, error) {
	if strings.HasPrefix(ref.specifier, "#") {
		return l.fromImports(ctx, m, ref)
	}
	name, subpath := packageName(ref.specifier)
	if node.IsAddonLoader(name) {
		return "", refuse(ref, notNode+node.Instead(name), l.offered())
	}
	if node.IsBuiltin(ref.specifier) {
		return "", refuse(ref, noBuiltin(ref.specifier), l.offered())
	}
	for dir := path.Dir(m.path); ; dir = path.Dir(dir) {
		if path.Base(dir) != packageFolder {
			folder, err := l.folder(path.Join(dir, packageFolder, name))
			if err == nil {
				return l.inPackage(ctx, folder, subpath, ref)
			}
			if !errors.Is(err, fs.ErrNotExist) {
				return "", refuse(ref, withoutPlace(err).Error(), "install the package inside the project")
			}
		}
		if dir == "." {
			break
		}
	}
	if isPackaged(m.path) {
		if dir, p := l.enclosing(m.path); p != nil && p.Name == name && p.Exports != nil {
			return l.inPackage(ctx, dir, subpath, ref)
		}
	}
	return "", l.unknown(ref, name)
}

const notNode = "scripts run inside migrator, not Node.js"

// noBuiltin says how a script does without a module of Node.js.
func noBuiltin(specifier string) string {
	return notNode + ", and there is no such module here" + node.Instead(specifier)
}

// unknown explains that nothing has the name of a package.
func (l linker) unknown(ref reference, name string) error {
	if node.Instead(name) != "" {
		return refuse(ref, noBuiltin(name), l.offered())
	}
	if strings.HasPrefix(name, "@/") || strings.HasPrefix(name, "~") {
		return refuse(ref,
			"it is an alias for a folder, as bundlers and tsconfig.json have them, and aliases are not followed here",
			"write the path from "+ref.at.File+" to the file, as in ./lib/names")
	}
	hint := fmt.Sprintf("npm install %s, if it is written in JavaScript alone", name)
	if strings.Contains(ref.specifier, "/") {
		hint += "; if it is an alias of tsconfig.json, write the path, as in ./lib/names"
	}
	return refuse(ref,
		"no package of that name is installed in a folder node_modules of the project, beside the file or above it",
		hint)
}

// folder is a package's folder with its links resolved, which are noted to find the package again.
func (l linker) folder(name string) (string, error) {
	real, err := l.source.folder(name)
	if err == nil && real != name {
		l.graph.folders[name] = real
	}
	return real, err
}

// inPackage links a file of the package in a folder.
func (l linker) inPackage(ctx context.Context, folder, subpath string, ref reference) (string, error) {
	p, err := l.manifest(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", refuse(ref, fmt.Sprintf("read %s/package.json: %v", folder, withoutPlace(err)), "")
	}
	if p == nil || p.Exports == nil {
		return l.first(ctx, path.Join(folder, subpath), ref)
	}
	found := p.Exports.find(subpath)
	if !strings.HasPrefix(found, "./") {
		return "", refuse(ref, fmt.Sprintf("the package does not export it (%s/package.json)", folder), "")
	}
	return l.first(ctx, path.Join(folder, found), ref)
}

// fromImports resolves a name that the package.json of the importing file's package gives to a file or another
// package.
func (l linker) fromImports(ctx context.Context, m *module, ref reference) (string, error) {
	dir, p := l.enclosing(m.path)
	if p == nil || p.Imports == nil {
		return "", refuse(ref, "no package.json above the file has imports", "")
	}
	switch found := p.Imports.find(ref.specifier); {
	case found == "":
		return "", refuse(ref, fmt.Sprintf("it is not among the imports of %s", path.Join(dir, "package.json")), "")
	case strings.HasPrefix(found, "./"):
		return l.first(ctx, path.Join(dir, found), ref)
	default:
		return l.resolve(ctx, m, reference{specifier: found, at: ref.at})
	}
}

// enclosing is the package that a file belongs to: the nearest package.json above it.
func (l linker) enclosing(file string) (dir string, p *manifest) {
	for dir = path.Dir(file); ; dir = path.Dir(dir) {
		if p, err := l.manifest(dir); err == nil {
			return dir, p
		}
		if dir == "." || path.Base(path.Dir(dir)) == packageFolder {
			return dir, nil
		}
	}
}

// manifest reads the package.json of a folder.
func (l linker) manifest(folder string) (*manifest, error) {
	name := path.Join(folder, "package.json")
	code, known := l.graph.manifests[name]
	if !known {
		var err error
		if code, err = l.source.read(name); err != nil {
			return nil, err
		}
		l.graph.manifests[name] = code
	}
	return parseManifest(code)
}

// linksFile is the file of a bundle that says where links between the folders of packages lead: one link a line, from
// and to with a tab between. Package managers such as pnpm make them.
const linksFile = packageFolder + "/.links"

func formatLinks(folders map[string]string) []byte {
	var lines []string
	for from, to := range folders {
		lines = append(lines, from+"\t"+to+"\n")
	}
	slices.Sort(lines)
	return []byte(strings.Join(lines, ""))
}

func parseLinks(text []byte) map[string]string {
	links := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if from, to, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			links[from] = to
		}
	}
	return links
}

// maxKept bounds what is kept of a script and all that it imports, compressed. A record of the registry is one
// document of at most 16 MiB, and it is kept with every migration.
const maxKept = 4 << 20

// checkSize refuses a script that imports more than can be kept with it.
func (u *Unit) checkSize() error {
	size := 0
	for _, m := range u.graph.modules {
		size += len(m.code)
	}
	if size <= maxKept {
		return nil
	}
	bundle := u.Bundle()
	packed, err := bundle.Pack()
	if err != nil || len(packed) <= maxKept {
		return err
	}
	sizes := map[string]int{}
	for _, f := range bundle.Files {
		if _, inside, ok := strings.Cut(f.Path, packageFolder+"/"); ok {
			name, _ := packageName(inside)
			sizes[name] += len(f.Code)
		}
	}
	largest := ""
	for name, n := range sizes {
		if n > sizes[largest] || n == sizes[largest] && name < largest {
			largest = name
		}
	}
	message := fmt.Sprintf("%s and what it imports take %.1f MB compressed, "+
		"and at most %d MB are kept with a migration", u.entry.path, float64(len(packed))/(1<<20), maxKept>>20)
	if largest != "" {
		message += fmt.Sprintf("; the largest package is %s, with %.1f MB before compression", largest,
			float64(sizes[largest])/(1<<20))
	}
	return fault.New(fault.Script,
		"import only the part that is needed (lodash/get for lodash), or a smaller package; "+
			"data belongs into a collection", "%s", message)
}
