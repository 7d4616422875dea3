package hosted

import (
	"encoding/json"
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

// place is where a server of ours listens: a fresh directory that nobody but this user can enter, since whoever can open
// the socket can do everything.
type place struct {
	home   string
	socket string
	// inner is the socket of FerretDB itself, behind the gate that listens on the other one.
	inner string
	// data is the data directory under a name that has no special characters, whatever its real name has: servers put it
	// into URLs and patterns.
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

// newPlace makes the directory for a server on the data in dir.
func newPlace(dir string) (place, error) {
	parent := os.TempDir()
	if len(filepath.Join(parent, homePrefix+"0000000000", socketName)) > socketMax {
		parent = "/tmp"
	}
	home, err := os.MkdirTemp(parent, homePrefix)
	if err != nil {
		return place{}, err
	}
	p := placeOf(filepath.Join(home, socketName))
	err = errors.Join(os.Symlink(dir, p.data), os.WriteFile(p.joined, nil, 0o600))
	if err != nil {
		return place{}, errors.Join(err, p.remove())
	}
	return p, nil
}

// placeOf is the place that a socket is in.
func placeOf(socket string) place {
	home := filepath.Dir(socket)
	return place{
		home:   home,
		socket: socket,
		inner:  filepath.Join(home, innerName),
		data:   filepath.Join(home, dataName),
		joined: filepath.Join(home, joinedName),
	}
}

// lock is the lock on the file that joiners lock. It does not make the file, so that a place that is gone stays so.
func (p place) lock() *flock.Flock { return flock.New(p.joined, flock.SetFlag(os.O_RDONLY)) }

// remove removes the place: its files, every socket, and the directory if nothing else is in it. It is no error when
// they are gone.
func (p place) remove() error {
	sockets, err := filepath.Glob(filepath.Join(p.home, "*.sock"))
	errs := []error{err}
	for _, name := range append(sockets, p.data, p.joined, p.home) {
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

// record says who runs the server of a data directory, and where it listens.
type record struct {
	PID    int    `json:"pid"`    // the owner's
	Server int    `json:"server"` // the server's, which is the owner's when it runs inside
	Socket string `json:"socket"`
	Brief  bool   `json:"brief,omitempty"` // the owner is gone in a moment, and takes no joiners
}

// readRecord reads the record of a data directory. ok is false when there is none, and when it is none that we wrote:
// what it names is joined, stopped or removed, so it must name a place as newPlace makes them.
func readRecord(dir string) (r record, ok bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, recordFile))
	if errors.Is(err, fs.ErrNotExist) {
		return record{}, false, nil
	}
	if err != nil {
		return record{}, false, err
	}
	if json.Unmarshal(text, &r) != nil {
		return record{}, false, nil
	}
	home, name := filepath.Split(r.Socket)
	ours := filepath.IsAbs(home) && strings.HasPrefix(filepath.Base(home), homePrefix) && name == socketName
	return r, ours && r.PID > 0 && r.Server > 0, nil
}

// write stores the record in one step, so that nobody reads half of it.
func (r record) write(dir string) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	name := filepath.Join(dir, recordFile)
	if err := os.WriteFile(name+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// announce adds this process to the list of those that have joined, before it does anything else there. The list is for
// people to read, and shows the owner that it is not alone; who is still there, the lock on the file says.
func (p place) announce() error {
	f, err := os.OpenFile(p.joined, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, os.Getpid())
	return errors.Join(err, f.Close())
}

// joiners names the living processes on the list of those that have joined.
func (p place) joiners() string {
	text, err := os.ReadFile(p.joined)
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
