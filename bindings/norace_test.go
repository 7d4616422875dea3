//go:build !race

package bindings

// raceDetector reports whether the race detector is on, which multiplies what a process needs.
const raceDetector = false
