package store

import "os"

// process is where a process runs and since when, so that another one on the same machine can see that it has gone.
// The system's name for a machine is not enough: two containers may have the same, and a process id is used again.
type process struct {
	Host  string // the machine's name
	Boot  string // the machine's run: it has another one after each start
	Space string // the space of process ids, and of the clock that dates processes: containers have their own
	PID   int
	Start string // when the process began, in the system's own count
}

// thisProcess is the process that asks. What the system does not say is left empty.
func thisProcess() process {
	p := process{PID: os.Getpid()}
	p.Host, _ = os.Hostname() // without a name it is known by nobody, and waited for
	p.Boot, p.Space, p.Start = systemFacts(p.PID)
	return p
}

// sees reports whether what p finds out about process ids is true of the other one too.
func (p process) sees(other process) bool {
	return p.Boot != "" && p.Host == other.Host && p.Boot == other.Boot && p.Space == other.Space
}

// hasGone reports whether the other process has ended for certain. Where nothing is known it has not.
func (p process) hasGone(other process) bool {
	return other.Start != "" && other.PID > 0 && p.sees(other) && isGone(other.PID, other.Start)
}
