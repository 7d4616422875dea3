package store

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// systemFacts are the boot, the space and the start of this process. They are empty where /proc is not this process's
// own: its numbers are then those of another space.
func systemFacts(pid int) (boot, space, start string) {
	self, err := os.Readlink("/proc/self")
	if err != nil || self != strconv.Itoa(pid) {
		return "", "", ""
	}
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", "", ""
	}
	pids, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return "", "", ""
	}
	times, _ := os.Readlink("/proc/self/ns/time") // old kernels have one for all
	start, running, err := statOf(pid)
	if err != nil || !running {
		return "", "", ""
	}
	return strings.TrimSpace(string(id)), strings.TrimSpace(pids + " " + times), start
}

// isGone reports whether the process of that number, in this space, that began then has ended. One whose exit nobody
// has collected has ended too.
func isGone(pid int, start string) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return true
	}
	now, running, err := statOf(pid)
	return err == nil && (!running || now != start)
}

// statOf reads /proc/PID/stat: "4711 (a name) S 1 …". The name may hold brackets and spaces.
func statOf(pid int) (start string, running bool, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", false, err
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	const state, began = 0, 19 // the 3rd and the 22nd, as the manual counts: the first two stand before
	if len(fields) <= began {
		return "", false, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields)+2)
	}
	return fields[began], fields[state] != "Z" && fields[state] != "X", nil
}
