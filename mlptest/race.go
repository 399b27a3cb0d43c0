//go:build race

package mlptest

// raceDetector says that sync.Pool drops items at random, so that what takes
// its memory from one allocates.
const raceDetector = true
