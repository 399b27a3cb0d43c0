//go:build race

package mlptest

// raceDetector reports whether the race detector is on: sync.Pool then drops
// items at random, so functions that use one allocate.
const raceDetector = true
