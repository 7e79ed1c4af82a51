package desk

import (
	"errors"
	"sync"
	"sync/atomic"
)

// together runs all of fs side by side and joins the errors.
func together(fs ...func() error) error {
	return inParallel(len(fs), func(i int) error { return fs[i]() })
}

// inParallel runs f for 0..n-1 side by side and joins the errors. It waits for all of them, so
// nothing goes on behind a caller who has returned: in a Lambda it would be frozen half-way.
func inParallel(n int, f func(i int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
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
