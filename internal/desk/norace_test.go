//go:build !race

package desk_test

const raced = false // by the race detector
