//go:build !race

package api

const raced = false // by the race detector
