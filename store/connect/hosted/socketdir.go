package hosted

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// socketDir is where a server of ours listens: a fresh directory that nobody but this user can enter, since whoever can
// open the socket can do everything.
type socketDir struct {
	home   string
	socket string
	// inner is the socket of FerretDB itself, behind the turnstile that listens on the other one.
	inner string
	// data is the data directory under a name that has no special characters, whatever its real name has: servers put
	// it into URLs and patterns.
	data string
	// joined is the file that joiners lock.
	joined string
}

const (
	homePrefix = "migrator-"
	socketName = "s.sock"
	innerName  = "f.sock"
	dataName   = "data"
	joinedName = "joined"
	// socketMax is the longest path that every system takes for a Unix socket.
	socketMax = 103
)

// newSocketDir makes the directory for a server on the data in dir.
func newSocketDir(dir string) (socketDir, error) {
	parent := os.TempDir()
	if len(filepath.Join(parent, homePrefix+"0000000000", socketName)) > socketMax {
		parent = "/tmp"
	}
	home, err := os.MkdirTemp(parent, homePrefix)
	if err != nil {
		return socketDir{}, err
	}
	d := socketDirOf(filepath.Join(home, socketName))
	err = errors.Join(os.Symlink(dir, d.data), os.WriteFile(d.joined, nil, 0o600))
	if err != nil {
		return socketDir{}, errors.Join(err, d.remove())
	}
	return d, nil
}

// socketDirOf is the directory that a socket is in.
func socketDirOf(socket string) socketDir {
	home := filepath.Dir(socket)
	return socketDir{
		home:   home,
		socket: socket,
		inner:  filepath.Join(home, innerName),
		data:   filepath.Join(home, dataName),
		joined: filepath.Join(home, joinedName),
	}
}

// lock is the lock on the file that joiners lock. It does not make the file, so that a directory
// that is gone stays so.
func (d socketDir) lock() *flock.Flock { return flock.New(d.joined, flock.SetFlag(os.O_RDONLY)) }

// remove removes its files, every socket, and the directory itself if nothing else is in it. It is not an error when
// they are gone.
func (d socketDir) remove() error {
	sockets, err := filepath.Glob(filepath.Join(d.home, "*.sock"))
	errs := []error{err}
	for _, name := range append(sockets, d.data, d.joined, d.home) {
		errs = append(errs, ignoreMissing(os.Remove(name)))
	}
	return errors.Join(errs...)
}

// ignoreMissing is err unless it says that a file does not exist.
func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// announce adds this process to the list of those that have joined, before it does anything else there. The list is for
// people to read, and shows the owner that it is not alone; who is still there, the lock on the file says.
func (d socketDir) announce() error {
	f, err := os.OpenFile(d.joined, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, os.Getpid())
	return errors.Join(err, f.Close())
}

// joiners names the living processes on the list of those that have joined.
func (d socketDir) joiners() string {
	text, err := os.ReadFile(d.joined)
	if err != nil {
		return "another process"
	}
	var names []string
	for _, line := range strings.Fields(string(text)) {
		pid, err := strconv.Atoi(line)
		switch name := "process " + line; {
		case err != nil || !alive(pid) || slices.Contains(names, name):
		default:
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "another process"
	}
	return strings.Join(names, ", ")
}
