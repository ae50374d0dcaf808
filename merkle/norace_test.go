//go:build !race

package merkle

const raceDetector = false
