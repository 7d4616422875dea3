package store

import (
	"time"

	"golang.org/x/sys/unix"
)

// stopwatch returns a function that says how much time has passed since, the time counted in which the machine slept:
// Go's own clock stands still then.
func stopwatch() func() time.Duration {
	begun := sinceBoot()
	return func() time.Duration { return sinceBoot() - begun }
}

// sinceBoot reads the clock that every kernel has on which Go runs; it cannot fail.
func sinceBoot() time.Duration {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_BOOTTIME, &t)
	return time.Duration(t.Nano())
}
