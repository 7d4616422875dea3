package script

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"migrator/runtime"
)

// errNoFile refuses a pipe or a device.
var errNoFile = errors.New("it is no regular file")

// source is where the files of a project are read from. Paths are relative to the root, with slashes. An error is
// fs.ErrNotExist where there is nothing of that name, and a denial where scripts must not read it.
type source interface {
	// read gives the code of a file.
	read(path string) ([]byte, error)
	// folder is the path of a folder with its links resolved.
	folder(path string) (string, error)
}

// denial is why scripts must not read a file, whether it exists or not.
type denial string

func (d denial) Error() string { return string(d) }

const (
	errOutside denial = "it is outside the project, and scripts may only use files inside it"
	errPrivate denial = "it may hold addresses and secrets, which scripts do not see: " +
		"list the variables that a script needs in migrator.yaml (scripts: {env: [NAME]}) " +
		"and read them with env('NAME'), and keep other data in a file of its own"
	errName denial = "a path cannot hold the character NUL"
)

func isDenied(err error) bool {
	var d denial
	return errors.As(err, &d)
}

// projectSource reads from the directory root. A link that leads out of it, or to what is private, is refused.
type projectSource struct {
	root    string
	private []string
}

func (s projectSource) read(name string) ([]byte, error) {
	real, err := s.locate(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(real); err == nil && info.IsDir() {
		return nil, fs.ErrNotExist
	}
	return readRegular(real)
}

// readRegular reads a file. A pipe or a device is refused: reading one may never end.
func readRegular(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNoFile
	}
	return os.ReadFile(name)
}

func (s projectSource) folder(name string) (string, error) {
	real, err := s.locate(filepath.FromSlash(name))
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(real); err != nil || !info.IsDir() {
		return "", fs.ErrNotExist
	}
	return relative(s.root, real)
}

// locate is where a file or folder of the project is, its links resolved. The name is absolute or relative to the
// root.
func (s projectSource) locate(name string) (string, error) {
	if strings.ContainsRune(name, 0) {
		return "", errName
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(s.root, name)
	}
	realRoot, err := filepath.EvalSymlinks(s.root)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return "", missing(err, name, s.root, realRoot)
	}
	rel, err := within(realRoot, real)
	if err != nil {
		return "", err
	}
	if s.isPrivate(rel, real) {
		return "", errPrivate
	}
	return real, nil
}

// isPrivate reports whether a file or folder, its links resolved, is private or in a folder that is. Names are
// compared without regard to case, since not every file system distinguishes it.
func (s projectSource) isPrivate(rel, real string) bool {
	names := strings.Split(strings.ToLower(rel), "/")
	for _, private := range s.private {
		if filepath.IsAbs(private) {
			if isAt(private, real) {
				return true
			}
			continue
		}
		pattern := strings.ToLower(private)
		if slices.ContainsFunc(names, func(name string) bool {
			ok, err := path.Match(pattern, name)
			return ok || err != nil
		}) {
			return true
		}
	}
	return false
}

// isAt reports whether real is at or below a path, which may be a link, or be linked to.
func isAt(private, real string) bool {
	if resolved, err := filepath.EvalSymlinks(private); err == nil {
		private = resolved
	}
	if _, err := within(strings.ToLower(private), strings.ToLower(real)); err == nil {
		return true
	}
	a, err := os.Stat(private)
	if err != nil {
		return false
	}
	b, err := os.Stat(real)
	return err == nil && os.SameFile(a, b)
}

// missing is the error for a file that was not found: "no such file" in the project, and errOutside elsewhere, so that
// a script does not even learn whether something exists there.
func missing(err error, name string, roots ...string) error {
	for _, root := range roots {
		if _, outside := within(root, name); outside == nil {
			if errors.Is(err, syscall.ENOTDIR) {
				return fs.ErrNotExist
			}
			return err
		}
	}
	return errOutside
}

// withoutPlace is an error of the file system without the path on this machine, for messages that name the file
// themselves.
func withoutPlace(err error) error {
	if pathError := (*fs.PathError)(nil); errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// storedSource has files that were kept with a migration, and nothing else.
type storedSource struct {
	files map[string][]byte
	links map[string]string
}

func newStoredSource(files []runtime.File) storedSource {
	s := storedSource{files: make(map[string][]byte, len(files))}
	for _, f := range files {
		s.files[f.Path] = f.Code
	}
	s.links = parseLinks(s.files[linksFile])
	return s
}

func (s storedSource) read(name string) ([]byte, error) {
	code, ok := s.files[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return code, nil
}

func (s storedSource) folder(name string) (string, error) {
	if real, ok := s.links[name]; ok {
		return real, nil
	}
	for file := range s.files {
		if strings.HasPrefix(file, name+"/") {
			return name, nil
		}
	}
	return "", fs.ErrNotExist
}

// within is name relative to root, with slashes, or errOutside.
func within(root, name string) (string, error) {
	rel, err := filepath.Rel(root, name)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", errOutside
	}
	return filepath.ToSlash(rel), nil
}

// relative names a file by its path from the root. The path may go through a link to the root, or the root through one
// to the path.
func relative(root, name string) (string, error) {
	if rel, err := within(root, name); err == nil {
		return rel, nil
	}
	realRoot, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", err
	}
	realPath, err := filepath.EvalSymlinks(name)
	if err != nil {
		return "", err
	}
	return within(realRoot, realPath)
}

// isOutside reports whether a path relative to the root leaves it.
func isOutside(name string) bool {
	return name == ".." || strings.HasPrefix(name, "../") || path.IsAbs(name)
}
