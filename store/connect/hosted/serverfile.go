package hosted

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// serverFile is what the file of a data directory says: who runs its server, and where that listens.
type serverFile struct {
	PID    int    `json:"pid"`    // the owner's
	Server int    `json:"server"` // the server's, which is the owner's when it runs inside
	Socket string `json:"socket"`
	Brief  bool   `json:"brief,omitempty"` // the owner is gone in a moment, and takes no joiners
}

// readServerFile reads the file of a data directory. ok is false when it is not there, or was not written by us: what
// it names is joined, stopped or removed, so it must name a directory as newSocketDir makes them.
func readServerFile(dir string) (f serverFile, ok bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, serverFileName))
	if errors.Is(err, fs.ErrNotExist) {
		return serverFile{}, false, nil
	}
	if err != nil {
		return serverFile{}, false, err
	}
	if json.Unmarshal(text, &f) != nil {
		return serverFile{}, false, nil
	}
	home, name := filepath.Split(f.Socket)
	ours := filepath.IsAbs(home) && strings.HasPrefix(filepath.Base(home), homePrefix) && name == socketName
	return f, ours && f.PID > 0 && f.Server > 0, nil
}

// write stores the file in one step, so that nobody reads half of it.
func (f serverFile) write(dir string) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	name := filepath.Join(dir, serverFileName)
	if err := os.WriteFile(name+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}
