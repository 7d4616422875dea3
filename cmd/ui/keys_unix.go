//go:build linux || darwin || freebsd || netbsd || openbsd

package ui

import "golang.org/x/sys/unix"

// singleKeys lets a terminal hand over each key at once, unseen. Signals (Ctrl-C) and the ends of lines stay as they are.
func singleKeys(fd int) (restore func(), err error) {
	before, err := unix.IoctlGetTermios(fd, readTermios)
	if err != nil {
		return nil, err
	}
	single := *before
	single.Lflag &^= unix.ICANON | unix.ECHO
	single.Cc[unix.VMIN], single.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(fd, writeTermios, &single); err != nil {
		return nil, err
	}
	return func() { _ = unix.IoctlSetTermios(fd, writeTermios, before) }, nil
}
