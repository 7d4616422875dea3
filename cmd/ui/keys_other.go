//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package ui

import "errors"

func whileForeground(_ int, restore, _, _ func()) func() { return restore }

func singleKeys(int) (restore func(), err error) {
	return nil, errors.New("single keys cannot be read on this system")
}
