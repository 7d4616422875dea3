package saves

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"migrator/runtime"
)

// imprint is what one text of a file differs in from another.
type imprint struct {
	sum   [sha256.Size]byte
	empty bool
	// unread is true for what could not be read: a change of rights may mend that.
	unread bool
	// size and changed save reading a file again that nobody has touched.
	size    int64
	changed time.Time
	read    time.Time
}

// snapshot holds the imprints of all files that count, by absolute path.
type snapshot map[string]imprint

// tick is more than the resolution of a file system's clock: a file that changed so shortly before it was read may
// change again without a new time.
const tick = 50 * time.Millisecond

// counts reports whether a file of that name can be a part of a migration: a script or JSON. Dot files, swap files and
// backups of editors are not.
func counts(name string) bool {
	if strings.HasPrefix(name, ".") {
		return false
	}
	switch filepath.Ext(name) {
	case ".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".json":
		return true
	}
	return false
}

// scan reads every file that counts, and listens to every folder on the way. Files that were touched are read whatever
// their size and time say.
func (f *Files) scan(touched map[string]bool) (snapshot, error) {
	now := snapshot{}
	if err := f.walk(f.tree, touched, now); err != nil {
		return nil, err
	}
	for path := range f.followed {
		if p, ok := read(path, f.known[path], touched[path]); ok {
			now[path] = p
		}
	}
	return now, nil
}

func (f *Files) walk(folder string, touched map[string]bool, into snapshot) error {
	// It is listened to before it is read, so that nothing falls in between.
	if err := f.listen(folder); err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		into[folder] = unreadable(err)
		return nil
	}
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		switch {
		case entry.IsDir() && skipped(entry.Name()):
		case entry.IsDir():
			if err := f.walk(path, touched, into); err != nil {
				return err
			}
		case counts(entry.Name()):
			if entry.Type()&fs.ModeSymlink != 0 {
				if err := f.listenBehind(path); err != nil {
					return err
				}
			}
			if p, ok := read(path, f.known[path], touched[path]); ok {
				into[path] = p
			}
		}
	}
	return nil
}

// skipped reports whether a folder of that name holds nothing that a save could concern.
func skipped(name string) bool {
	return strings.HasPrefix(name, ".") || name == runtime.PackageFolder
}

// covers reports whether the walk finds the file by itself.
func (f *Files) covers(path string) bool {
	rest, inside := strings.CutPrefix(path, f.tree+string(filepath.Separator))
	if !inside || !counts(filepath.Base(path)) {
		return false
	}
	folder := f.tree
	for part := range strings.SplitSeq(filepath.Dir(rest), string(filepath.Separator)) {
		if part == "." {
			continue
		}
		folder = filepath.Join(folder, part)
		if info, err := os.Lstat(folder); skipped(part) || err != nil || !info.IsDir() {
			return false // a linked folder is not walked
		}
	}
	return true
}

// read takes the imprint of a file. One that was neither touched nor looks different keeps the one that it had. A file
// that is gone, or is not a file, is ok == false.
func read(path string, had imprint, touched bool) (p imprint, ok bool) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return imprint{}, false
	}
	if !touched && had.isOf(info) {
		return had, true
	}
	at := time.Now()
	text, err := os.ReadFile(path)
	if err != nil {
		return unreadable(err), true
	}
	text = runtime.Normalise(text)
	return imprint{
		sum: sha256.Sum256(text), empty: len(text) == 0, size: info.Size(), changed: info.ModTime(), read: at,
	}, true
}

// isOf reports whether a file looks as it did when the imprint was taken, and had not changed just before: a second
// change within one tick of the file system's clock would look the same.
func (p imprint) isOf(info os.FileInfo) bool {
	return !p.read.IsZero() && p.size == info.Size() && p.changed.Equal(info.ModTime()) && p.read.Sub(p.changed) > tick
}

// unreadable is the imprint of what cannot be read. It counts as another text, and whoever loads it reports the error.
func unreadable(err error) imprint {
	return imprint{sum: sha256.Sum256([]byte(err.Error())), unread: true}
}

// differs lists the files that are new, gone or other. doubtful is true when one of them is gone or empty that was not:
// editors do that for a moment.
func (s snapshot) differs(now snapshot) (paths []string, doubtful bool) {
	for path, p := range now {
		had, known := s[path]
		if !known || had.sum != p.sum {
			paths = append(paths, path)
			doubtful = doubtful || p.empty
		}
	}
	for path := range s {
		if _, there := now[path]; !there {
			paths = append(paths, path)
			doubtful = true
		}
	}
	slices.Sort(paths)
	return paths, doubtful
}
