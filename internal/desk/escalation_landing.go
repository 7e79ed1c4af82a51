package desk

import (
	"context"
	"sync"
	"time"
)

// landings tells claims that wait in turn when the one before them has landed in this process, so
// that they need neither wait for a whole lap nor look at the desk before. On a laptop many are at
// once; in the cloud, where a process has one claim at a time, all waiting goes by laps.
type landings struct {
	mu    sync.Mutex
	lines map[string]*line // by account and rotation
}

// line is of those who wait in one rotation.
type line struct {
	landed  int64            // the highest ticket
	waiting map[int64]func() // what wakes those who wait for a ticket
}

// of finds a line. The lock is held.
func (l *landings) of(account, rotation string) *line {
	if l.lines == nil {
		l.lines = map[string]*line{}
	}
	key := account + "/" + rotation
	if l.lines[key] == nil {
		l.lines[key] = &line{waiting: map[int64]func(){}}
	}
	return l.lines[key]
}

// land wakes all who wait for this ticket, or for one before it, which will not land any more.
func (l *landings) land(account, rotation string, ticket int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	in := l.of(account, rotation)
	in.landed = max(in.landed, ticket)
	for waited, wake := range in.waiting {
		if waited <= ticket {
			wake()
		}
	}
}

// wait sleeps until this ticket has landed here, for d at most. Its error is that of sleep.
func (l *landings) wait(ctx context.Context, account, rotation string, ticket int64, d time.Duration, sleep func(context.Context, time.Duration) error) error {
	sleeping, wake := context.WithCancel(ctx)
	defer wake()
	l.mu.Lock()
	in := l.of(account, rotation)
	landed := in.landed >= ticket
	in.waiting[ticket] = wake
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(in.waiting, ticket)
	}()
	if landed {
		return nil
	}
	if err := sleep(sleeping, d); err != nil && (sleeping.Err() == nil || ctx.Err() != nil) {
		return err
	}
	return nil
}
