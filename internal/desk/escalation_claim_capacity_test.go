package desk_test

import (
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestACallBlocksEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	a := w.ring(w.call(1))
	blocked := func(when string, n int) {
		t.Helper()
		for i, r := range []desk.Request{w.call(n), w.request(n + 1)} {
			if a := w.miss(r); *a.Because != roster.AllBusy {
				t.Errorf("%s, request %d: because %s, want all_busy", when, i, *a.Because)
			}
		}
	}
	blocked("while it rings", 10)
	w.accept(agent, a.EscalationID)
	blocked("while it is active", 20)
	w.complete(agent, a.EscalationID)
	w.ring(w.request(2))
}

func TestChatsDoNotBlockACall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	for i := range 3 { // what the account says
		w.take(w.request(i))
	}
	if a := w.miss(w.request(3)); *a.Because != roster.AllBusy {
		t.Errorf("the fourth chat: %+v", a)
	}
	call := w.take(w.call(4))
	if r := w.row(agent); r.Calls != 1 || r.Chats != 3 {
		t.Errorf("open: %+v", r)
	}
	w.complete(agent, call.EscalationID)
	w.capacity(agent, 1, 4)
	w.ring(w.request(5))
	w.miss(w.request(6)) // what rings counts
}

func TestNoCapacity(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.capacity(w.agents[0], 0, 0)
	w.miss(w.call(1))
	w.miss(w.request(2))
	w.capacity(w.agents[0], 1, 0)
	w.miss(w.request(3))
	w.ring(w.call(4))
}

// A lowered capacity takes nothing away and only stops what is new.
func TestLoweredCapacity(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a, b := w.take(w.request(1)), w.take(w.request(2))
	w.capacity(w.agents[0], 1, 1)
	w.complete(w.agents[0], a.EscalationID)
	w.miss(w.request(3))
	w.complete(w.agents[0], b.EscalationID)
	w.ring(w.request(4))
}

// What becomes of an agent's place when there is room again, or there was all the time.
func TestPlaces(t *testing.T) {
	t.Parallel()
	complete := func(w *world, agent, id string) { w.complete(agent, id) }
	left := func(w *world, _, id string) { w.end(id) }
	transferAway := func(w *world, agent, id string) {
		support := w.department("Support")
		helper := w.agent("Hanna", support)
		_, err := w.Transfer(w.ctx, w.staff(agent), id, desk.Transfer{DepartmentID: support})
		must(w.t, err)
		w.accept(helper, id)
	}
	rename := func(w *world, agent, _ string) {
		_, err := w.PatchMember(w.ctx, w.admin, agent, desk.MemberPatch{FirstName: ptr("Ada")})
		must(w.t, err)
	}
	for _, c := range []struct {
		name     string
		chats    int  // the agent's capacity, 0 for the account's, which is 1; they have one chat
		accepted bool // the chat is, rather than ringing
		end      func(w *world, agent, id string)
		tail     bool
	}{
		{"complete, was full", 1, true, complete, true},
		{"complete, had room", 2, true, complete, false},
		{"the customer left, was full", 1, true, left, true},
		{"the customer left, had room", 2, true, left, false},
		{"the customer left while it rang", 1, false, left, false},
		{"decline, was full", 1, false, func(w *world, agent, id string) { w.decline(agent, id) }, false},
		{"missed, was full", 1, false, func(w *world, _, _ string) { w.pass(stands) }, false},
		{"raised capacity, was full", 1, true, func(w *world, agent, _ string) { w.capacity(agent, 1, 2) }, true},
		{"raised capacity, had room", 2, true, func(w *world, agent, _ string) { w.capacity(agent, 1, 3) }, false},
		{"lowered capacity, is full then", 2, true, func(w *world, agent, _ string) { w.capacity(agent, 1, 1) }, false},
		{"offline and online, was full", 1, true, func(w *world, agent, _ string) { w.offline(agent); w.online(agent) }, false},
		{"transferred away, was full", 1, true, transferAway, true},
		{"transferred away, had room", 2, true, transferAway, false},
		{"a change of the name", 1, true, rename, false},
		{"account's capacity, own is set", 1, true, func(w *world, _, _ string) { w.settings(desk.AccountPatch{ChatCapacity: ptr(9)}) }, false},
		{"account's capacity raised to room", 0, true, func(w *world, _, _ string) { w.settings(desk.AccountPatch{ChatCapacity: ptr(2)}) }, true},
		{"account's capacity, not to room", 0, true, func(w *world, _, _ string) { w.settings(desk.AccountPatch{ChatCapacity: ptr(1)}) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			w.settings(desk.AccountPatch{ChatCapacity: ptr(1)})
			agent := w.agents[0]
			if c.chats > 0 {
				w.capacity(agent, 1, c.chats)
			}
			a := w.ring(w.request(1))
			if c.accepted {
				w.accept(agent, a.EscalationID)
			}
			before := w.place(agent, w.dep, roster.Chat)
			must(t, w.Draw(w.ctx, w.acc, w.dep, 3)) // as if others were served meanwhile
			c.end(w, agent, a.EscalationID)
			want := before
			if c.tail {
				want = before + 3
			}
			if got := w.place(agent, w.dep, roster.Chat); got != want {
				t.Errorf("place: got %d, want %d; it was %d", got, want, before)
			}
		})
	}
}
