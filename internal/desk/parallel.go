package desk

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/connectnow/backend/internal/stack"
)

// together runs all of fs side by side and joins the errors.
func together(fs ...func() error) error {
	return inParallel(len(fs), func(i int) error { return fs[i]() })
}

// inParallel runs f for 0..n-1 side by side and joins the errors, the last on the caller's own stack, which
// is deep already. It waits for all of them, so nothing goes on behind a caller who has returned: in
// a Lambda it would be frozen half-way.
func inParallel(n int, f func(i int) error) error {
	if n == 0 {
		return nil
	}
	errs, last := make([]error, n), n-1
	var wg sync.WaitGroup
	for i := range last {
		wg.Go(func() {
			stack.Deepen()
			errs[i] = f(i)
		})
	}
	func() {
		defer wg.Wait() // also when it panics
		errs[last] = f(last)
	}()
	return errors.Join(errs...)
}

// readOnce gives a function that reads when it is first called, for all who call it. They
// wait on a channel: on the mutex of sync.OnceValues the clock of a test's bubble would stand
// still for ever.
func readOnce[T any](read func() (T, error)) func() (T, error) {
	var begun atomic.Bool
	var value T
	var err error
	done := make(chan struct{})
	return func() (T, error) {
		if begun.CompareAndSwap(false, true) {
			defer close(done)
			value, err = read()
			return value, err
		}
		<-done
		return value, err
	}
}
