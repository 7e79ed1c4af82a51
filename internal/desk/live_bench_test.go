package desk_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table/meter"
)

// lookers is a world of many members, whose looks at what goes on are metered.
type lookers struct {
	world *world
	meter *meter.Table
	took  []time.Duration
	size  int // of the answer, in bytes
}

// newLookers makes a team of so many, half of whom have hours, with so many escalations in
// the past, 20 that ring or are open, and 20 callbacks.
func newLookers(t *testing.T, members, past int) *lookers {
	l := &lookers{world: newWorld(t, worldOptions{agents: 10})}
	for n := range past {
		a := l.world.take(l.world.request(n))
		l.world.complete(a.Agent.ID, a.EscalationID)
	}
	l.world.crowd(members-len(l.world.agents)-1, 3, "Europe/Berlin 12345/0830-1230,1315-1730") // and Olga
	for n := range 10 {
		l.world.take(l.world.request(past + n))
		l.world.ring(l.world.call(past + 10 + n))
	}
	l.world.settings(desk.AccountPatch{Overflow: ptr("none")})
	empty := l.world.department("Empty")
	for n := range 20 {
		r := l.world.request(past + 20 + n)
		r.DepartmentID = empty
		l.world.miss(r)
	}
	l.meter = meter.New(l.world.twins.Table) // without what tests check of each key
	l.world.Desk.Table = l.meter
	return l
}

// look looks once and notes how long it took.
func (l *lookers) look(t *testing.T) meter.Counts {
	before, began := l.meter.Counts(), time.Now()
	v := l.world.goesOn()
	l.took = append(l.took, time.Since(began))
	if len(v.Ringing) != 10 || len(v.Active) != 10 || v.Departments[0].CallbacksOpen != 20 || v.More {
		t.Fatalf("%d ring, %d are open", len(v.Ringing), len(v.Active))
	}
	body, err := json.Marshal(v)
	must(t, err)
	l.size = len(body)
	return l.meter.Counts().Sub(before)
}

// median is that of what looks took.
func (l *lookers) median() time.Duration {
	slices.Sort(l.took)
	return at(l.took, .5)
}

// TestBenchLive prints what a look costs with much in the past and with nothing, by turns in
// one run.
func TestBenchLive(t *testing.T) {
	benchOnly(t, "A look at what goes on: 10 chats are open, 10 calls ring, 20 callbacks wait")
	head("members", "escalations in the past", "read units", "gets", "queries", "time, median of 101", "to that without a past", "bytes")
	for _, members := range []int{12, 1000} {
		const past = 10_000
		none, much := newLookers(t, members, 0), newLookers(t, members, past)
		var without, with meter.Counts
		for range 101 {
			without, with = none.look(t), much.look(t)
		}
		if with != without || with.Calls() != 23 {
			t.Errorf("with a past %+v, without %+v", with, without)
		}
		ratio := float64(much.median()) / float64(none.median())
		if ratio > 1.5 {
			t.Errorf("a look takes %.2f times as long with a past", ratio)
		}
		us := func(l *lookers) time.Duration { return l.median().Round(10 * time.Microsecond) }
		line(members, 0, without.ReadUnits, without.Gets, without.Queries, us(none), "1", none.size)
		line(members, past, with.ReadUnits, with.Gets, with.Queries, us(much), fmt.Sprintf("%.2f", ratio), much.size)
	}
}
