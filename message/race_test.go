//go:build race

package message

// The race detector makes sync.Pool drop values at random, and then new ones are allocated.
const raceDetector = true
