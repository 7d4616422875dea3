//go:build darwin || freebsd || netbsd || openbsd

package ui

import "golang.org/x/sys/unix"

const readTermios, writeTermios = unix.TIOCGETA, unix.TIOCSETA
