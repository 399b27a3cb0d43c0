//go:build !race

package mlptest

const raceDetector = false
