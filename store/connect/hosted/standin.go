package hosted

import (
	"errors"
	"io/fs"
	"os"

	"migrator/runtime/fault"
)

// standInFor is the data directory to open in place of dir: dir itself, unless it does not exist and should not come
// into being. Then it is a new, empty one, which is also returned as the one to remove.
func standInFor(dir string, o Options) (opened, standIn string, err error) {
	if !o.NoTrace {
		return dir, "", nil
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return dir, "", nil // what else is wrong with it, opening it will tell
	}
	standIn, err = os.MkdirTemp("", "migrator-empty-")
	return standIn, standIn, fault.Wrap(fault.Failed, err, "",
		"make a directory in place of %s, which does not exist", dir)
}

// removeStandIn removes what standInFor has made; "" is nothing.
func removeStandIn(dir string) error {
	if dir == "" {
		return nil
	}
	return os.RemoveAll(dir)
}
