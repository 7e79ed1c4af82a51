//go:build race

package hours

const raced = true // by the race detector
