package stack_test

import (
	"runtime/metrics"
	"testing"

	"github.com/connectnow/backend/internal/stack"
)

// Goroutines that have made room have deep stacks.
func TestDeepen(t *testing.T) {
	const goroutines = 100
	began, end := make(chan struct{}), make(chan struct{})
	defer close(end)
	before := inStacks()
	for range goroutines {
		go func() {
			stack.Deepen()
			began <- struct{}{}
			<-end
		}()
		<-began
	}
	if each := (inStacks() - before) / goroutines; each < 24<<10 {
		t.Errorf("a stack has %d bytes, want 24 KB at least", each)
	}
}

// inStacks is how many bytes the stacks of all goroutines have.
func inStacks() int {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64())
}
