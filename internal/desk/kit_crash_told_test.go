package desk_test

import (
	"context"
	"slices"
	"sync"

	"github.com/connectnow/backend/internal/desk"
)

// hearing is what other systems heard of a stage.
type hearing struct {
	mu     sync.Mutex
	events []desk.Announcement
}

func (l *hearing) clone() *hearing {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &hearing{events: slices.Clone(l.events)}
}

// hear takes note of what a process announces while it lives.
func (l *hearing) hear(p *process) func(context.Context, desk.Announcement) error {
	return func(_ context.Context, a desk.Announcement) error {
		if p != nil {
			p.schedule.mu.Lock()
			dead := p.dead
			p.schedule.mu.Unlock()
			if dead {
				return errDead
			}
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.events = append(l.events, a)
		return nil
	}
}

// checkTold holds the numbers of events against what was written: each number that was
// written is of one event, no event has another, and none is missing but those that a process
// had no time for.
func (st *stage) checkTold(s *schedule, note noter) {
	heard := map[string]map[int]desk.Announcement{}
	for _, a := range st.told.events {
		if (a.EscalationID == "") != (a.Sequence == 0) {
			note("of no escalation, or without a number: %+v", a)
		}
		numbers := heard[a.EscalationID]
		if numbers == nil {
			numbers = map[int]desk.Announcement{}
			heard[a.EscalationID] = numbers
		}
		if before, twice := numbers[a.Sequence]; twice && a.Sequence > 0 && before != a {
			note("two events have one number: %+v and %+v", before, a)
		}
		numbers[a.Sequence] = a
	}
	written := st.witness.Events()
	for id, numbers := range heard {
		for n := range numbers {
			if n > written[id] {
				note("%s has an event %d, and only %d were written", id, n, written[id])
			}
		}
	}
	if s.stopped() != nil {
		return
	}
	for id, last := range written {
		for n := 1; n <= last; n++ {
			if heard[id][n].Sequence != n {
				note("%s has no event %d of %d", id, n, last)
			}
		}
	}
}
