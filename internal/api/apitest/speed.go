package apitest

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// ProcessorTime is what a thing costs, whoever else is at work on the machine: the least of so
// many tries. What else this process does meanwhile is counted.
func ProcessorTime(t testing.TB, tries int, do func()) time.Duration {
	t.Helper()
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	least := time.Hour
	for range tries {
		runtime.GC() // what was thrown away before is no part of it
		before := used()
		do()
		least = min(least, used()-before)
	}
	return least
}
