//go:build unix

package cmd

import (
	"strings"
	"unsafe"

	"migrator/store/connect/address"
)

// hidden copies the arguments of the process and overwrites the passwords in the original ones, so that `ps` shows them
// to nobody for longer than the process takes to get here. The strings of os.Args are the very memory that the system
// shows.
func hidden(args []string) []string {
	copied := make([]string, len(args))
	for i, arg := range args {
		copied[i] = strings.Clone(arg)
	}
	for i, arg := range copied {
		for _, secret := range address.Secrets(arg) {
			if at := strings.Index(arg, secret); at >= 0 {
				overwrite(args[i][at : at+len(secret)])
			}
		}
	}
	return copied
}

func overwrite(text string) {
	shown := unsafe.Slice(unsafe.StringData(text), len(text))
	for i := range shown {
		shown[i] = '*'
	}
}
