//go:build race

package desk_test

const raced = true // by the race detector
