//go:build linux || darwin || freebsd || netbsd || openbsd

package ui

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// singleKeys lets a terminal hand over each key at once, unseen. Signals (Ctrl-C) and the ends of lines stay as they
// are.
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

// whileForeground gives the terminal back while the process is suspended, and takes single keys again once it goes on
// in the foreground. restore gives it back now; away is called before a suspension, and back behind it. What is
// returned ends it all.
func whileForeground(fd int, restore, away, back func()) (end func()) {
	if signal.Ignored(unix.SIGTSTP) {
		return restore // started so that nobody suspends it
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, unix.SIGTSTP, unix.SIGCONT)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for s := range signals {
			if s == unix.SIGTSTP {
				away()
				restore()
				_ = unix.Kill(os.Getpid(), unix.SIGSTOP)
				continue
			}
			// In the background, setting up the terminal would stop the process.
			if group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP); err != nil || group != unix.Getpgrp() {
				continue
			}
			_, _ = singleKeys(fd)
			back()
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
		<-ended
		restore()
	}
}
