package script

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"migrator/runtime"
)

// reader gives the code of a file of the project by its path relative to the root, with slashes. The error is
// fs.ErrNotExist where there is no such file, and errOutside where it is outside the project.
type reader func(path string) ([]byte, error)

// errOutside refuses a file that is not in the project.
var errOutside = errors.New("it is outside the project, and scripts may only use files inside it")

// projectReader reads from the directory root. A link that leads out of it is refused.
func projectReader(root string) reader {
	return func(path string) ([]byte, error) {
		name := filepath.Join(root, filepath.FromSlash(path))
		real, err := filepath.EvalSymlinks(name)
		if err != nil {
			return nil, notDirectory(err)
		}
		realRoot, err := filepath.EvalSymlinks(root)
		if err != nil {
			return nil, err
		}
		if _, err := within(realRoot, real); err != nil {
			return nil, err
		}
		if info, err := os.Stat(real); err == nil && info.IsDir() {
			return nil, fs.ErrNotExist
		}
		return os.ReadFile(real)
	}
}

// notDirectory makes "a/b where a is a file" the same as "no such file".
func notDirectory(err error) error {
	if errors.Is(err, syscall.ENOTDIR) {
		return fs.ErrNotExist
	}
	return err
}

// storedReader reads from files that were kept with a migration, and from nowhere else.
func storedReader(files []runtime.File) reader {
	stored := make(map[string][]byte, len(files))
	for _, f := range files {
		stored[f.Path] = f.Code
	}
	return func(path string) ([]byte, error) {
		code, ok := stored[path]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return code, nil
	}
}

// within is path relative to root, with slashes, or errOutside.
func within(root, path string) (string, error) {
	rel, err := filepath.Rel(root, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", errOutside
	}
	return filepath.ToSlash(rel), nil
}

// relative names a file by its path from the root. The path may go through a link to the root, or the root through one
// to the path.
func relative(root, path string) (string, error) {
	if rel, err := within(root, path); err == nil {
		return rel, nil
	}
	realRoot, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", err
	}
	realPath, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return within(realRoot, realPath)
}
