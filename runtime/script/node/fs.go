package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dop251/goja"
)

// fsNatives read files and folders of the project.
func fsNatives(in Interpreter) (*goja.Object, error) {
	f := files{in}
	return object(in, functions{
		"read":   f.read,
		"list":   f.list,
		"stat":   f.stat,
		"lstat":  f.lstat,
		"exists": f.exists,
		"realpath": func(call goja.FunctionCall) goja.Value {
			return in.Runtime().ToValue(f.locate(call, "realpath"))
		},
	})
}

type files struct{ in Interpreter }

// locate is where the file is that the first argument names. The second is that name in messages.
func (f files) locate(call goja.FunctionCall, operation string) string {
	real, err := f.in.Locate(filepath.FromSlash(call.Argument(0).String()))
	f.check(err, operation, call)
	return real
}

// check raises an error of the file system as Node.js does.
func (f files) check(err error, operation string, call goja.FunctionCall) {
	if err == nil {
		return
	}
	name := f.shown(call.Argument(0).String())
	if pathError := (*fs.PathError)(nil); errors.As(err, &pathError) {
		err = pathError.Err // without the place on this machine
	}
	code, what := "EIO", err.Error()
	switch {
	case f.in.Denied(err):
		fail(f.in, "Error", "EACCES", "%s '%s': %v", operation, name, err)
	case errors.Is(err, fs.ErrNotExist):
		code, what = "ENOENT", "no such file or directory"
	case errors.Is(err, fs.ErrPermission):
		code, what = "EACCES", "permission denied"
	case errors.Is(err, errIsFolder):
		code, what = "EISDIR", "illegal operation on a directory"
	case errors.Is(err, errNoFolder):
		code, what = "ENOTDIR", "not a directory"
	}
	rt := f.in.Runtime()
	o, failed := rt.New(rt.GlobalObject().Get("Error"),
		rt.ToValue(fmt.Sprintf("%s: %s, %s '%s'", code, what, operation, name)))
	for field, value := range map[string]string{"code": code, "syscall": operation, "path": name} {
		if failed == nil {
			failed = o.Set(field, value)
		}
	}
	if failed != nil {
		f.in.Throw(failed)
	}
	panic(o)
}

// shown is how messages name a file: as the script does, or by its path from the root, which says the same everywhere.
func (f files) shown(name string) string {
	if rel, err := filepath.Rel(f.in.Root(), filepath.FromSlash(name)); err == nil && filepath.IsLocal(rel) {
		name = filepath.ToSlash(rel)
	}
	return strings.ReplaceAll(name, "\x00", `\0`)
}

var (
	errIsFolder = errors.New("it is a folder")
	errNoFolder = errors.New("it is no folder")
	errNoFile   = errors.New("it is neither a file nor a folder")
)

// read(name) is a Buffer. A pipe or a device is refused: reading one may never end.
func (f files) read(call goja.FunctionCall) goja.Value {
	name := f.locate(call, "open")
	info, err := os.Stat(name)
	switch {
	case err != nil:
	case info.IsDir():
		err = errIsFolder
	case !info.Mode().IsRegular():
		err = errNoFile
	case info.Size() > maxBytes:
		err = fmt.Errorf("it is larger than %d bytes", maxBytes)
	}
	f.check(err, "read", call)
	code, err := os.ReadFile(name)
	f.check(err, "read", call)
	return newBuffer(f.in, code)
}

// list(name, deep) are the entries of a folder, each with its name relative to it and whether it is a file, a folder
// or a link. A link to a folder is not followed, and what is private is not looked into.
func (f files) list(call goja.FunctionCall) goja.Value {
	name := f.locate(call, "scandir")
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		f.check(errNoFolder, "scandir", call)
	}
	var entries []any
	err := filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == name {
			return err
		}
		entries = append(entries, map[string]any{
			"name": filepath.ToSlash(strings.TrimPrefix(path, name+string(filepath.Separator))),
			"file": entry.Type().IsRegular(), "folder": entry.IsDir(), "link": entry.Type()&fs.ModeSymlink != 0,
		})
		if !entry.IsDir() {
			return nil
		}
		if !call.Argument(1).ToBoolean() {
			return fs.SkipDir
		}
		if _, err := f.in.Locate(path); f.in.Denied(err) {
			return fs.SkipDir
		}
		return nil
	})
	f.check(err, "scandir", call)
	return f.in.Runtime().NewArray(entries...)
}

// stat(name) are the facts about a file or folder.
func (f files) stat(call goja.FunctionCall) goja.Value {
	info, err := os.Stat(f.locate(call, "stat"))
	f.check(err, "stat", call)
	return f.facts(info)
}

// lstat(name) are those about a link itself, which may lead anywhere, or what stat gives.
func (f files) lstat(call goja.FunctionCall) goja.Value {
	name := filepath.FromSlash(call.Argument(0).String())
	if folder, err := f.in.Locate(filepath.Dir(name)); err == nil {
		if info, err := os.Lstat(filepath.Join(folder, filepath.Base(name))); err == nil &&
			info.Mode()&fs.ModeSymlink != 0 {
			return f.facts(info)
		}
	}
	return f.stat(call)
}

func (f files) facts(info fs.FileInfo) goja.Value {
	return f.in.Runtime().ToValue(map[string]any{
		"size": info.Size(), "time": info.ModTime().UnixMilli(), "mode": int(info.Mode().Perm()),
		"file": info.Mode().IsRegular(), "folder": info.IsDir(), "link": info.Mode()&fs.ModeSymlink != 0,
	})
}

// exists(name) is false of what scripts must not read, whether it is there or not, as it is in Node.js where a process
// has no permission.
func (f files) exists(call goja.FunctionCall) goja.Value {
	_, err := f.in.Locate(filepath.FromSlash(call.Argument(0).String()))
	return f.in.Runtime().ToValue(err == nil)
}
