package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"migrator/runtime/fault"
)

// locate is the absolute path of the configuration file: the one that was asked for, which must exist, or the nearest
// migrator.yaml in cwd and the folders above it. It is "" when there is none.
func locate(cwd, asked string) (string, error) {
	if asked != "" {
		file := absolute(cwd, asked)
		return file, checkFile(file, asked)
	}
	for dir := cwd; ; dir = filepath.Dir(dir) {
		file := filepath.Join(dir, FileName)
		switch _, err := os.Stat(file); {
		case err == nil:
			return file, checkFile(file, shownPath(cwd, "", file))
		case !errors.Is(err, fs.ErrNotExist):
			return "", fault.Wrap(fault.Usage, err, "", "look for %s", FileName)
		}
		if dir == filepath.Dir(dir) {
			return "", nil
		}
	}
}

func checkFile(file, shown string) error {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fault.New(fault.Usage, "run `migrator init` to write one, or name another with --config",
			"there is no configuration file %s", shown)
	case err != nil:
		return fault.Wrap(fault.Usage, err, "", "look for the configuration file")
	case !info.Mode().IsRegular():
		return fault.New(fault.Usage, "name a file with --config", "the configuration %s is no regular file", shown)
	}
	return nil
}

// shownPath is how messages name the configuration file: as it was asked for, or else as seen from cwd.
func shownPath(cwd, asked, file string) string {
	if asked != "" {
		return asked
	}
	if rel, err := filepath.Rel(cwd, file); err == nil {
		return rel
	}
	return file
}

func absolute(base, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(base, path)
}

// inside reports whether path is root or below it, both absolute and links not followed.
func inside(root, path string) bool {
	rel, err := filepath.Rel(root, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
