package desk_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
)

func escalating() []operation {
	next := func(st *stage) desk.Request { return st.world.request(st.next + 1) }
	again := func(st *stage) desk.Request { return st.world.request(st.next) }
	call := func(st *stage) desk.Request { return st.world.call(st.next + 1) }
	sameCustomer := func(st *stage) desk.Request {
		r := next(st)
		r.Customer = again(st).Customer
		return r
	}
	sameInteraction := func(st *stage) desk.Request {
		r := next(st)
		r.InteractionID = again(st).InteractionID
		return r
	}
	kept := func(st *stage) bool { return st.world.peek(st.esc).Found }
	const rings, nobody, joins = "Query Write Send Increment Push", "Query Write Send:ring Send:due", "Query Write Send:ring"
	return []operation{
		{name: "escalate, rings", agents: 3, act: escalates(next), needs: rings, told: kept},
		{name: "escalate, in an account that was read", agents: 3, act: knowing(escalates(next)), needs: rings, told: kept},
		{name: "escalate, nobody free in such an account", agents: 2, before: (*stage).allOffline, act: knowing(escalates(next)), needs: nobody, told: kept},
		{name: "escalate, the same again in such an account", agents: 2, before: (*stage).rings, act: knowing(escalates(again)), needs: "Query Get Send:ring", told: kept},
		{name: "escalate, people are at it in such an account", agents: 2, before: (*stage).rings, act: knowing(escalates(sameInteraction)), needs: "Send:ring Write", told: kept},
		{name: "escalate, a call", agents: 2, before: (*stage).active, act: escalates(call), needs: rings, told: kept},
		{name: "escalate, a long conversation", agents: 2, before: func(st *stage) {
			st.piece = 100
			st.connect()
		}, act: escalates(next), needs: rings, told: kept},
		{name: "escalate, everyone is asked", before: func(st *stage) {
			st.world.agents = append(st.world.agents, st.agent("Other", st.world.department("Service")))
		}, act: escalates(next), needs: rings, told: kept},
		{name: "escalate, nobody free", agents: 2, before: (*stage).allOffline, act: escalates(next), needs: nobody, told: kept},
		{name: "escalate, joins a callback", before: (*stage).rings, act: escalates(sameCustomer), needs: joins, told: kept},
		{name: "escalate, the same again", agents: 2, before: (*stage).rings, act: escalates(again), needs: "Query Get", told: kept},
		{name: "escalate, people are at it", agents: 2, before: (*stage).rings, act: escalates(sameInteraction), needs: "Write", told: kept},
		{name: "escalate, people were at it", agents: 2, before: func(st *stage) {
			st.active()
			st.world.complete(st.holder().MemberID, st.esc)
		}, act: escalates(sameInteraction), needs: rings, told: kept},
		{name: "escalate, for a callback alone", agents: 2, needs: nobody, told: kept, act: func(st *stage, d *desk.Desk) error {
			asked := next(st).Asked()
			asked.Callback = true
			a, err := d.Escalate(st.world.ctx, asked)
			st.esc = a.EscalationID
			return err
		}},
		{name: "drill", agents: 2, needs: rings, act: does(func(st *stage, d *desk.Desk) (desk.Escalation, error) {
			return d.Drill(st.world.ctx, st.world.admin, "", desk.Drill{DepartmentID: st.world.dep, Channel: roster.Call})
		})},
		{name: "drill for a member", agents: 2, needs: rings, act: does(func(st *stage, d *desk.Desk) (desk.Escalation, error) {
			return d.Drill(st.world.ctx, st.world.admin, "", desk.Drill{MemberID: st.world.agents[1], Channel: roster.Chat})
		})},
	}
}

// knowing has the process read the account first: it knows how long it rings there then.
func knowing(act action) action {
	return func(st *stage, d *desk.Desk) error {
		st.knows = true
		if _, err := d.Live(st.world.ctx, st.world.admin); err != nil {
			return err
		}
		return act(st, d)
	}
}

func offering() []operation {
	const next = "Send Increment Write Push"
	return []operation{
		{name: "accept", agents: 2, before: (*stage).rings, act: accepts, needs: "Send Write", told: has("accepted")},
		{name: "accept, long after", agents: 2, before: func(st *stage) {
			st.rings()
			st.world.clock.Advance(time.Hour)
		}, act: accepts, needs: "Send Write", told: has("accepted")},
		{name: "accept a call beside chats that ring", agents: 2, before: (*stage).callBesideChats, act: accepts, needs: "Send Write", told: has("accepted")},
		{name: "decline, next", agents: 3, before: (*stage).rings, act: declines, needs: next, told: has("declined")},
		{name: "decline, the last", agents: 1, before: (*stage).rings, act: declines, needs: "Send:due Write", told: has("declined")},
		{name: "decline, joins a callback", agents: 1, before: (*stage).callsAgain, act: declines, needs: "Write", told: has("declined")},
		{name: "goes offline while two ring", agents: 2, before: func(st *stage) {
			st.world.offline(st.world.agents[1])
			st.rings()
			st.rings()
			st.world.online(st.world.agents[1])
		}, act: goesOffline, needs: next},
	}
}

// callBesideChats has two chats and a call ring at the first agent.
func (st *stage) callBesideChats() {
	st.world.offline(st.world.agents[1])
	st.rings()
	st.rings()
	st.next++
	st.esc = st.world.escalate(st.world.call(st.next)).EscalationID
	st.world.online(st.world.agents[1])
}

// A process that dies between taking a call and passing on what rings beside it leaves that to
// the finish message: the chats' customers do not wait for the end of a ring time.
func TestDiesAfterAcceptingACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, 2)
		st.callBesideChats()
		agent, writes := st.world.agents[0], 0
		s := &schedule{how: dies, stopAt: func(a attempt) bool {
			if a.kind == "Write" {
				writes++
			}
			return writes == 3 // behind the entry in the list, and what makes the call theirs
		}}
		p := s.process()
		_ = s.run(func() error { return accepts(st, st.process(p)) })
		if got := st.world.row(agent).Work; len(got) != 3 || st.world.peek(st.esc).Assigned != agent {
			t.Fatalf("it died with %v of the agent, want the call accepted and both chats ringing", got)
		}
		st.rangBy(st.world.clock.Now().Add(6*time.Second), st.esc)
		if got := st.world.row(agent).Work; !slices.Equal(got, []string{st.esc}) {
			t.Errorf("the agent has %v, want the call alone", got)
		}
	})
}

func ringing() []operation {
	ring := wakes(desk.WakeRing)
	const next = "Send Increment Write Push"
	return []operation{
		{name: "ring time over, next", agents: 3, before: rungOut((*stage).rings), act: ring, needs: next},
		{name: "ring time over, the last", agents: 1, before: rungOut((*stage).rings), act: ring, needs: "Send:due Write Push"},
		{name: "ring time over, joins a callback", agents: 1, before: rungOut((*stage).callsAgain), act: ring, needs: "Write"},
		{name: "ring time over, offers used up", agents: 3, before: rungOut(func(st *stage) {
			st.world.settings(desk.AccountPatch{MaxOffers: ptr(1)})
			st.rings()
		}), act: ring, needs: "Send:due Write Push"},
		{name: "ring time over, sets offline", agents: 2, before: rungOut(func(st *stage) {
			st.world.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(1)})
			st.world.offline(st.world.agents[1])
			st.rings()
			first := st.esc
			st.world.clock.Advance(time.Second)
			st.rings()
			st.esc = first
			st.world.online(st.world.agents[1])
		}), act: ring, needs: next},
		{name: "ring time not over", agents: 2, before: (*stage).rings, act: ring, needs: "Send"},
		{name: "timer of a request whose caller died", agents: 2, before: rungOut((*stage).callerDies), act: ring, needs: next},
		{name: "timer of such a request, late", agents: 2, before: func(st *stage) {
			rungOut((*stage).callerDies)(st)
			st.world.clock.Advance(time.Minute)
		}, act: ring, needs: "Send:due Write"},
		{name: "push once more", agents: 2, before: func(st *stage) {
			st.bells.mute = true
			st.rings()
			st.bells.mute = false
		}, act: wakes(desk.WakePush), needs: "Push"},
	}
}

// callerDies has one die who was about to claim an agent.
func (st *stage) callerDies() {
	st.next++
	r := st.world.request(st.next)
	st.esc = keys.EscalationID(st.world.acc, r.RequestID, r.InteractionID)
	claims := func(a attempt) bool { return a.kind == "Write" && strings.Contains(a.what, "/desk mem/") }
	s := &schedule{stopAt: claims, how: dies}
	d := st.process(s.process())
	err := s.run(func() error { _, err := d.Escalate(st.world.ctx, r.Asked()); return err })
	if !s.died {
		st.world.t.Fatalf("the caller did not die: %v%s", err, s.story())
	}
}
