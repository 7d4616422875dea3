//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package ui

import "errors"

func singleKeys(int) (restore func(), err error) {
	return nil, errors.New("single keys cannot be read on this system")
}
