//go:build race

package api

const raced = true // by the race detector
