package desk

import (
	"context"
	"sync"
	"time"
)

// landings tells claims that wait in turn when the one before them has landed in this process, so
// that they need neither wait for a whole lap nor look at the desk before, and which tickets were drawn
// here. On a laptop many are at once; in the cloud, where a process has one claim at a time, all waiting
// goes by laps.
type landings struct {
	mu    sync.Mutex
	lines memo[*line] // by account and rotation
}

// line is of those who wait in one rotation.
type line struct {
	landed  int64            // the highest ticket
	waiting map[int64]func() // what wakes those who wait for a ticket

	drew  int64     // the highest ticket that was drawn here
	alone bool      // so were all that were drawn within turnWindow before it
	by    time.Time // when the last of these draws had returned
}

// of finds a line. The lock is held.
func (l *landings) of(account, rotation string) *line {
	key := account + "/" + rotation
	in, known := l.lines.get(key)
	if !known {
		in = &line{waiting: map[int64]func(){}}
		l.lines.keep(key, in)
	}
	return in
}

// draw notes a ticket that was drawn here just now, crowded where others were within turnWindow before the
// desk began to be read. It tells whether all of these had been drawn by then, as this process knows where it
// drew them itself: no clock and no call of others is in doubt.
func (l *landings) draw(account, rotation string, ticket int64, crowded bool, began, now time.Time) (before bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	in := l.of(account, rotation)
	own := in.alone && in.drew == ticket-1
	before = !crowded || own && in.by.Before(began)
	if ticket > in.drew {
		in.drew, in.alone, in.by = ticket, !crowded || own, now
	}
	return before
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
