package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"migrator/runtime/fault"
)

// drifted reports whether the file, or one that it imports, is no longer what the record was made from. Nothing is
// compiled: as long as the recorded files are unchanged they import what they imported.
func drifted(m Migration, record Record) (bool, error) {
	if record.Checksum == "" || m.Path == "" {
		return false, nil
	}
	b, err := readAgain(m, record.Files)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, fault.Wrap(fault.Usage, err, "", "compare %s with what was executed", m.Name)
	}
	return b.Checksum() != record.Checksum, nil
}

// readAgain reads the files of a record as they are now. The recorded paths are followed from the migration's own
// directory, so that a project may be checked out anywhere.
func readAgain(m Migration, files []string) (Bundle, error) {
	entry := m.Name
	if len(files) > 0 {
		entry = files[0]
	}
	code, err := os.ReadFile(m.Path)
	if err != nil {
		return Bundle{}, err
	}
	b := Bundle{Files: []File{{Path: entry, Code: code}}}
	for i := 1; i < len(files); i++ {
		if IsPackaged(files[i]) {
			continue // it does not count for the checksum, and need not be installed here
		}
		relative := relativeTo(path.Dir(entry), files[i])
		code, err := os.ReadFile(filepath.Join(filepath.Dir(m.Path), filepath.FromSlash(relative)))
		if err != nil {
			return Bundle{}, err
		}
		b.Files = append(b.Files, File{Path: files[i], Code: code})
	}
	return b, nil
}

// stored unpacks the source of a record and checks that it is what was executed.
func stored(record Record) (Bundle, error) {
	if len(record.Source) == 0 {
		return Bundle{}, fault.New(fault.Usage, "put the file back, then try again",
			"the file of %s is gone, and the registry holds no source of it", record.Name)
	}
	b, err := Unpack(record.Source)
	if err != nil {
		return Bundle{}, fmt.Errorf("read the registry's copy of %s: %w", record.Name, err)
	}
	if sum := b.Checksum(); sum != record.Checksum {
		return Bundle{}, fault.New(fault.Failed, "put the file back as it was executed, then try again",
			"the registry's copy of %s is not what was executed (its checksum is %s, recorded is %s)", record.Name, sum, record.Checksum)
	}
	return b, nil
}
