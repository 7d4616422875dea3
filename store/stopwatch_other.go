//go:build !linux

package store

import "time"

// stopwatch returns a function that says how much time has passed since, the time counted in which the machine slept.
// There is no clock for that which all systems have, so it is the longer of what the monotonic clock says, which may
// have stood still, and what the wall clock says, which may have been set. A wall clock that was set back during a
// sleep hides the sleep.
func stopwatch() func() time.Duration {
	begun := time.Now()
	return func() time.Duration {
		now := time.Now()
		return max(now.Sub(begun), now.Round(0).Sub(begun.Round(0)))
	}
}
