//go:build race

package api_test

// raced tells that the race detector watches, with which a test takes ten times as long.
const raced = true
