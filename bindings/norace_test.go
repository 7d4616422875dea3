//go:build !race

package bindings

// raceDetector tells whether the race detector is on, which multiplies what a process needs.
const raceDetector = false
