// Package stack makes room on the stacks of goroutines before it is needed.
package stack

import "runtime"

// Deepen grows the stack of the goroutine that calls it to what a call of AWS needs: 32 KB, since the SDK's
// handlers lie in one another. A stack that grows with what is called doubles four times from 2 KB on, and
// is copied each time with more on it: a tenth of what a new process works until a phone rings, and a
// sixth of each later escalation. Whoever begins a goroutine in which AWS is called calls it first.
//
//go:noinline
func Deepen() {
	var room [24 << 10]byte
	runtime.KeepAlive(&room)
}
