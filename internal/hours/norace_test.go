//go:build !race

package hours

const raced = false // by the race detector
