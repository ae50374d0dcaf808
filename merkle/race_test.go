//go:build race

package merkle

// The race detector makes sync.Pool drop values at random, which then have to be made anew.
const raceDetector = true
