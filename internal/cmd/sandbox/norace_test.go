//go:build !race

package main

const raced = false // by the race detector
