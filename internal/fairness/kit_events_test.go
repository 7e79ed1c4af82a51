package fairness

import (
	"container/heap"
	"time"
)

// happens has the next event happen, and reports whether there was one.
func (s *shop) happens() bool {
	if len(s.events) == 0 {
		return false
	}
	e := heap.Pop(&s.events).(event)
	s.now = e.at
	e.do()
	return true
}

// event is something that happens at a time; of those of one time the first planned is the first.
type event struct {
	at time.Time
	n  int
	do func()
}

type events []event

func (s *shop) later(at time.Time, do func()) {
	s.planned++
	heap.Push(&s.events, event{at, s.planned, do})
}

func (e events) Len() int      { return len(e) }
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e events) Less(i, j int) bool {
	return e[i].at.Before(e[j].at) || e[i].at.Equal(e[j].at) && e[i].n < e[j].n
}
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}
