package saves

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// beingWritten reports whether somebody has the file open for writing, and so may not be done with it. Linux grants a
// read lease only on a file that nobody has; where it grants none at all, the quiet time has to do.
func beingWritten(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	_, err = unix.FcntlInt(file.Fd(), unix.F_SETLEASE, unix.F_RDLCK)
	if err != nil {
		return errors.Is(err, unix.EAGAIN)
	}
	// Closing the file ends the lease as well.
	_, _ = unix.FcntlInt(file.Fd(), unix.F_SETLEASE, unix.F_UNLCK)
	return false
}
