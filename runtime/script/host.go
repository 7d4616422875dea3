package script

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"

	"migrator/runtime"
	"migrator/runtime/fault"
	"migrator/runtime/script/node"
)

// Options say what scripts may use.
type Options struct {
	// Root is the project's root, absolute. Files outside it, links resolved, are refused.
	Root string
	// Private are what scripts must not read although it is below Root, links resolved. A name stands for every file
	// and folder that is called so, in any case, with "*" for any text; an absolute path stands for that file, or for
	// all that is in that folder.
	Private []string
	// Modules are the modules that are imported by a bare name ("mongodb", "bson"), beside those of package node. They
	// win over an installed package of the name.
	Modules map[string]Loader
	// Show is how a value is printed, on one line or several: by console.log, by print, and in the message of an error
	// where a script throws something that is not an Error. If nil, objects are printed as JSON.
	Show func(vm *VM, v goja.Value) string
	// Env is the value of env(name) and of process.env[name]. If nil, every name is refused.
	Env func(name string) (string, error)
	// EnvNames are the variables that Env gives and that are set, which process.env lists. If nil, it lists
	// nothing.
	EnvNames func() []string
}

// Loader makes what a module exports, once for each interpreter that imports it.
type Loader func(vm *VM) goja.Value

// Host compiles scripts and opens interpreters for them. It may be used from several goroutines.
type Host struct {
	options Options
	node    *node.Library
	boot    func() (*goja.Program, error)
	chains  func() (*goja.Program, error)

	mu       sync.Mutex
	compiled map[place][]version
}

// place is where a text stands. With the text itself, that is all that a compiled module depends on.
type place struct {
	path string
	kind kind
}

// version is one text of a file, compiled.
type version struct {
	hash   [sha256.Size]byte
	module *module
}

// versions is how many texts of one file stay compiled: the file as it is, as it was executed, and one more. A
// developer who saves it again and again leaves no other behind.
const versions = 3

// NewHost makes a Host. It reads nothing yet.
func NewHost(o Options) *Host {
	return &Host{
		options: o, node: node.NewLibrary(),
		boot:     sync.OnceValues(compileBoot),
		chains:   sync.OnceValues(compileChain),
		compiled: map[place][]version{},
	}
}

// Load reads and compiles the file at path, which is absolute, and the files that it imports, directly or not. Nothing
// of them is evaluated. An error has code fault.Script and says where in which file. What takes more than 4 MB,
// compressed, is refused, since all of it is kept with a migration.
func (h *Host) Load(ctx context.Context, path string) (*Unit, error) {
	name, err := relative(h.options.Root, path)
	if err != nil {
		return nil, fault.Wrap(fault.Script, err, "", "read %s", path)
	}
	u, err := h.unit(ctx, name, h.project())
	if err != nil {
		return nil, err
	}
	return u, u.checkSize()
}

// project is where the files are read from that scripts may read.
func (h *Host) project() projectSource { return projectSource{h.options.Root, h.options.Private} }

// native is the name of the module that the program itself has for a specifier, or "".
func (h *Host) native(specifier string) string {
	name := strings.TrimPrefix(specifier, "node:")
	if h.options.Modules[name] != nil || h.node.Has(name) {
		return name
	}
	return ""
}

// Restore compiles files that were kept, the entry first, each with its path relative to the root. It is what Load
// does, with the files in place of the project's, which are not read.
func (h *Host) Restore(ctx context.Context, files []runtime.File) (*Unit, error) {
	if len(files) == 0 {
		return nil, fault.New(fault.Script, "", "restore a script: no source is stored with it")
	}
	return h.unit(ctx, files[0].Path, newStoredSource(files))
}

func (h *Host) unit(ctx context.Context, path string, from source) (*Unit, error) {
	l := h.newLinker(from, newGraph())
	entry, err := l.add(ctx, path, asModule)
	if err == nil {
		return &Unit{host: h, entry: entry, graph: l.graph}, nil
	}
	if located := (*Error)(nil); errors.As(err, &located) {
		return nil, err
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("there is no such file")
	}
	return nil, fault.Wrap(fault.Script, withoutPlace(err), "", "read %s", path)
}

// compile compiles a file, or finds it compiled already.
func (h *Host) compile(path string, code []byte, kind kind) (*module, error) {
	at, hash := place{path, kind}, sha256.Sum256(code)
	if m := h.compiledAs(at, hash); m != nil {
		return m, nil
	}
	m, err := compileSafely(path, code, kind)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := append(h.compiled[at], version{hash, m})
	h.compiled[at] = slices.Clone(kept[max(0, len(kept)-versions):])
	return m, nil
}

// compiledAs is that text of the file where it is compiled, or nil.
func (h *Host) compiledAs(at place, hash [sha256.Size]byte) *module {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, v := range h.compiled[at] {
		if v.hash == hash {
			return v.module
		}
	}
	return nil
}

// compileSafely turns a panic of a compiler into an error that names the file.
func compileSafely(path string, code []byte, kind kind) (m *module, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = newBug(fault.Place{File: path}, p)
		}
	}()
	return compile(path, code, kind)
}

// Unit is a compiled script with all that it imports. It may be used from several goroutines.
type Unit struct {
	host  *Host
	entry *module
	graph graph
}

// Bundle is the source of the unit: its own file, all that is imported, directly or not, and what linking them again
// needs to know of the packages among them.
func (u *Unit) Bundle() runtime.Bundle {
	files := maps.Clone(u.graph.manifests)
	for _, m := range u.graph.modules {
		files[m.path] = m.code
	}
	if len(u.graph.folders) > 0 {
		files[linksFile] = formatLinks(u.graph.folders)
	}
	delete(files, u.entry.path)
	imports := make([]runtime.File, 0, len(files))
	for path, code := range files {
		imports = append(imports, runtime.File{Path: path, Code: code})
	}
	return runtime.NewBundle(runtime.File{Path: u.entry.path, Code: u.entry.code}, imports)
}

// OpenOptions are what one interpreter needs beside what its Host has.
type OpenOptions struct {
	// Print receives each line that the script prints; nil drops them.
	Print func(line string)
	// Ask answers prompt and confirm; nil refuses them.
	Ask runtime.Asker
	// Progress shows how far the script says that it is; nil shows nothing.
	Progress runtime.Progresser
	// Setup is called before any code of the script, to define globals. VM.Own returns from then on what it returned.
	// It may be nil.
	Setup func(vm *VM) (own any, err error)
}

// Open makes a new interpreter and evaluates the script in it, until all that its top level has started has settled.
func (u *Unit) Open(ctx context.Context, o OpenOptions) (*VM, error) {
	vm, err := u.host.newVM(ctx, u.graph, o)
	if err != nil {
		return nil, err
	}
	if err := vm.evaluate(ctx, u.entry); err != nil {
		vm.Close()
		return nil, err
	}
	return vm, nil
}

// Blank makes an interpreter that has the globals and no script, for Eval.
func (h *Host) Blank(ctx context.Context, o OpenOptions) (*VM, error) {
	return h.newVM(ctx, newGraph(), o)
}

// newBug is the error for a panic that is not a script's doing.
func newBug(at fault.Place, value any) error {
	text := fmt.Sprintf("migrator has a bug: %v", value)
	if at.File != "" {
		text = at.String() + ": " + text
	}
	return fault.New(fault.Failed, "please report it, with the script that leads to it", "%s", strings.TrimSpace(text))
}
