//go:build !unix

package hosted

import (
	"os"
	"os/exec"
)

// alive takes every process to be there, since that only makes somebody wait.
func alive(int) bool { return true }

// terminate ends a process.
func terminate(pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return p.Kill()
}

// detach does nothing here: there are no process groups.
func detach(*exec.Cmd) {}
