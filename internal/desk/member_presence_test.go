package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestGoingOffline(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		by   func(w *world, agent string) desk.Caller
	}{
		{"by oneself", func(w *world, agent string) desk.Caller { return w.staff(agent) }},
		{"by an admin", func(w *world, _ string) desk.Caller { return w.admin }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent := w.agents[0]
			w.phone(agent)
			other := w.agent("Other")
			w.schedule(other, "Europe/Berlin 7/0000-2400") // today is Monday
			active := w.take(w.request(1))
			one, two := w.ring(w.request(2)), w.ring(w.request(3))
			w.schedule(other, "")
			a, err := w.SetPresence(w.ctx, c.by(w, agent), agent, "offline")
			must(t, err)
			if a.Status != "offline" || a.Because != "offline" || a.Receiving.Call || a.Receiving.Chat {
				t.Errorf("availability: %+v", a)
			}
			for _, id := range []string{one.EscalationID, two.EscalationID} {
				s := w.peek(id)
				if s.State != desk.Ringing || s.OfferTo != other {
					t.Errorf("what rang: %+v, want it at the next agent", s)
				}
				if e := w.view(id); e.History[1].What != "declined" || e.History[1].MemberID != agent {
					t.Errorf("history: %+v", e.History)
				}
				w.clean(id)
			}
			if s := w.peek(active.EscalationID); s.State != desk.Active || s.Assigned != agent {
				t.Errorf("what was active: %+v", s)
			}
			if r := w.row(agent); r.Missed != 0 || !slices.Equal(r.Work, []string{active.EscalationID}) {
				t.Errorf("row: %+v", r)
			}
			w.wantKinds(agent, "offer", "offer", "offer", "offerWithdrawn", "offerWithdrawn")
			w.complete(agent, active.EscalationID)
		})
	}
}

func TestOnlineAgainKeepsThePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	var order []string
	for i := range 3 {
		a := w.take(w.request(i))
		w.complete(a.Agent.ID, a.EscalationID)
		order = append(order, a.Agent.ID)
	}
	before := w.place(order[0], w.dep, roster.Chat)
	w.offline(order[0])
	a := w.take(w.request(3))
	w.online(order[0])
	if got := w.place(order[0], w.dep, roster.Chat); got != before {
		t.Errorf("place: got %d, want %d", got, before)
	}
	b := w.take(w.request(4))
	if a.Agent.ID != order[1] || b.Agent.ID != order[0] {
		t.Errorf("turns: got %s and %s, want %s while away and %s when back", a.Agent.ID, b.Agent.ID, order[1], order[0])
	}
}

func TestWhoSetsPresence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	_, err := w.SetPresence(w.ctx, w.staff(w.agents[0]), w.agents[1], "offline")
	wantProblem(t, err, "forbidden")
	_, err = w.SetPresence(w.ctx, w.outsider(), w.agents[0], "offline")
	wantProblem(t, err, "not-found")
	_, err = w.SetPresence(w.ctx, w.staff(w.agents[0]), w.agents[0], "away")
	wantFields(t, err, "status")
	for _, id := range w.agents {
		if !w.row(id).Online {
			t.Errorf("%s went offline", id)
		}
	}
	for range 2 { // repeated
		if a, err := w.SetPresence(w.ctx, w.admin, w.agents[0], "offline"); err != nil || a.Status != "offline" {
			t.Errorf("by an admin: %+v, %v", a, err)
		}
	}
}

// A repeat of going offline ends what a first one, that died half-way, left ringing.
func TestGoingOfflineAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.ring(w.request(1))
	must(t, w.SetOnline(w.ctx, w.acc, w.agents[0], false))
	w.offline(w.agents[0])
	if s := w.peek(a.EscalationID); s.State != desk.CalledFor {
		t.Errorf("got %+v, want the offer ended", s)
	}
}

func TestBecause(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	want := func(because string, call, chat bool) {
		t.Helper()
		a := w.availability(agent)
		if a.Because != because || a.Receiving != (roster.Receiving{Call: call, Chat: chat}) {
			t.Errorf("got %s and %+v, want %s, call %t, chat %t", a.Because, a.Receiving, because, call, chat)
		}
	}
	want("receiving", true, true)
	w.capacity(agent, 1, 0)
	want("receiving", true, false)
	w.capacity(agent, 0, 1)
	want("receiving", false, true)
	chat := w.take(w.request(1))
	want("at_capacity", false, false)
	w.capacity(agent, 1, 1)
	want("receiving", true, false) // open chats do not block a call
	call := w.ring(w.call(2))
	want("on_call", false, false) // one that rings blocks as well
	w.accept(agent, call.EscalationID)
	want("on_call", false, false)
	w.schedule(agent, "Europe/Berlin 7/0900-1700")
	want("off_shift", false, false) // before on_call
	w.offline(agent)
	want("offline", false, false) // before off_shift
	w.complete(agent, chat.EscalationID)
	w.complete(agent, call.EscalationID)
	w.schedule(agent, "")
	w.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(1)})
	w.online(agent)
	w.seen(w.ring(w.call(3)).EscalationID)
	w.pass(stands)
	w.schedule(agent, "Europe/Berlin 7/0900-1700")
	want("missed_offers", false, false) // before offline and off_shift
	w.offline(agent)                    // by themselves: they know
	want("offline", false, false)
}

func TestShiftTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	if a := w.availability(agent); !a.OnShift || a.ShiftEndsAt != nil || a.NextShiftAt != nil {
		t.Errorf("without hours: %+v", a)
	}
	w.schedule(agent, workdays)
	end := berlin(23, 17, 0)
	if a := w.availability(agent); !a.OnShift || a.ShiftEndsAt == nil || !a.ShiftEndsAt.Equal(end) || a.NextShiftAt != nil {
		t.Errorf("on shift: %+v, want it to end at %v", a, end)
	}
	w.at(end)
	next := berlin(24, 9, 0)
	if a := w.availability(agent); a.OnShift || a.ShiftEndsAt != nil || a.NextShiftAt == nil || !a.NextShiftAt.Equal(next) || a.Because != "off_shift" {
		t.Errorf("after it: %+v, want the next at %v", a, next)
	}
	w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-24"}})
	next = berlin(25, 9, 0)
	if a := w.availability(agent); a.NextShiftAt == nil || !a.NextShiftAt.Equal(next) {
		t.Errorf("with a holiday between: %+v, want the next at %v", a, next)
	}
	w.at(berlin(24, 12, 0))
	w.schedule(agent, "")
	if a := w.availability(agent); a.OnShift || a.Because != "off_shift" {
		t.Errorf("a holiday silences those without hours: %+v", a)
	}
}

func TestHoursAreKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		at    time.Time
		rings bool
	}{
		{"a millisecond before it ends", berlin(23, 17, 0).Add(-time.Millisecond), true},
		{"when it ends", berlin(23, 17, 0), false},
		{"a millisecond before it", berlin(24, 9, 0).Add(-time.Millisecond), false},
		{"when it begins", berlin(24, 9, 0), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			w.schedule(w.agents[0], workdays)
			w.at(c.at)
			a := w.escalate(w.request(1))
			if got := a.Outcome == desk.OutcomeRinging; got != c.rings {
				t.Errorf("rings: got %t, want %t", got, c.rings)
			}
			if !c.rings && (*a.Because != roster.OffShift || a.NextAgentAt == nil || !a.NextAgentAt.Equal(berlin(24, 9, 0))) {
				t.Errorf("got because %s, next %v", *a.Because, a.NextAgentAt)
			}
		})
	}
}

// The end of a shift ends nothing: what rings rings on, what is active stays.
func TestEndOfShift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.schedule(agent, workdays)
	w.at(berlin(23, 16, 59))
	active := w.take(w.request(1))
	w.at(berlin(23, 17, 0).Add(-10 * time.Second))
	ringing := w.ring(w.request(2))
	w.pass(20 * time.Second)
	if s := w.peek(ringing.EscalationID); s.State != desk.Ringing || s.OfferTo != agent {
		t.Errorf("what rang: %+v", s)
	}
	w.accept(agent, ringing.EscalationID)
	if s := w.peek(active.EscalationID); s.State != desk.Active {
		t.Errorf("what was active: %+v", s)
	}
	w.miss(w.request(3))
}

func TestTeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	support := w.department("Support")
	outside := w.agent("Susi", support)
	off := w.member("Otto", desk.RoleStaff, w.dep)
	late := w.agents[2]
	w.schedule(late, "Europe/Berlin 12345/1800-2200")
	w.schedule(off, workdays)
	busy := w.take(w.call(1)).Agent.ID
	w.capacity(w.agents[0], 1, 2)
	free := w.agents[0]
	if free == busy {
		free = w.agents[1]
	}

	team, err := w.Team(w.ctx, w.admin, w.dep)
	must(t, err)
	if team.Now != (roster.Counts{Call: 1, Chat: 1}) || team.Online != 3 || team.OnShift != 3 || team.NextAt == nil || !team.NextAt.Equal(berlin(23, 18, 0)) {
		t.Errorf("for an admin: %+v", team)
	}
	got := map[string]string{}
	for _, m := range team.Members {
		got[m.ID] = m.Availability.Because
	}
	if diff := cmp.Diff(map[string]string{free: "receiving", busy: "on_call", late: "off_shift", off: "offline"}, got); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}

	team, err = w.Team(w.ctx, w.staff(busy), w.dep)
	must(t, err)
	want := []roster.TeamMember{{ID: free, FirstName: w.name(free), Receiving: roster.Receiving{Call: true, Chat: true}}}
	if diff := cmp.Diff(want, team.Members); diff != "" {
		t.Errorf("for staff (-want +got):\n%s", diff)
	}
	if team, err = w.Team(w.ctx, w.staff(free), w.dep); err != nil || len(team.Members) != 0 || team.Members == nil {
		t.Errorf("for the one who is free, others: %+v, %v", team.Members, err)
	}
	if team, err = w.Team(w.ctx, w.staff(free), ""); err != nil || team.Now.Call != 2 || len(team.Members) != 1 || team.Members[0].ID != outside {
		t.Errorf("of the account: %+v, %v", team, err)
	}
	_, err = w.Team(w.ctx, w.admin, "dep_aaaaaaaaaaaa")
	wantProblem(t, err, "not-found")
	_, err = w.Team(w.ctx, w.outsider(), w.dep)
	wantProblem(t, err, "not-found")
}

func TestTeamForTheAssistant(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	support := w.department("Support")
	w.agent("Susi", support)
	for _, c := range []struct {
		name, dep string
		want      int
	}{
		{"Sales", w.dep, 2},
		{"Support", support, 1},
		{"everyone", "", 3},
		{"an unknown one", "dep_aaaaaaaaaaaa", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := w.TeamAvailability(w.ctx, w.acc, c.dep, "")
			must(t, err)
			if got.Now.Chat != c.want || got.Members != nil {
				t.Errorf("got %+v, want %d and no members", got, c.want)
			}
		})
	}
	w.settings(desk.AccountPatch{Overflow: ptr("none")})
	if got, err := w.TeamAvailability(w.ctx, w.acc, "dep_aaaaaaaaaaaa", ""); err != nil || got.Now.Chat != 0 {
		t.Errorf("an unknown one without overflow: %+v, %v", got, err)
	}
	_, err := w.TeamAvailability(w.ctx, "acc_aaaaaaaaaaaa", "", "")
	wantProblem(t, err, "not-found")
}
