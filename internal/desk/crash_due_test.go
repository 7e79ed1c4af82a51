package desk_test

import (
	"github.com/connectnow/backend/internal/desk"
)

// remindingOf are the operations that remind people of callbacks.
func remindingOf() []operation {
	due := wakes(desk.WakeDue)
	over := func(begin func(st *stage)) func(st *stage) {
		return func(st *stage) {
			begin(st)
			st.over(desk.WakeDue)
		}
	}
	toOwner := func(st *stage) {
		must(st.world.t, st.world.SetOwner(st.world.ctx, st.world.acc, st.world.admin.MemberID))
		st.world.phone(st.world.admin.MemberID)
		st.calledFor()
		st.world.online(st.world.admin.MemberID)
	}
	toDepartment := func(st *stage) {
		st.calledFor()
		for _, id := range st.world.agents {
			st.world.online(id)
		}
	}
	toRound := func(st *stage) {
		st.calledFor()
		for _, id := range st.world.agents {
			must(st.world.t, st.world.SetOnline(st.world.ctx, st.world.acc, id, true))
		}
	}
	gone := func(st *stage) { // since the look before, four hours ago
		st.claimed()
		st.world.offline(st.world.agents[0])
		st.over(desk.WakeDue)
		must(st.world.t, due(st, st.world.Desk))
	}
	lapsed := func(st *stage) bool { return len(st.witness.Callbacks()["open"]) == 1 }
	always := func(*stage) bool { return true }
	reminded := func(st *stage) bool { return st.witness.CallbackStates()[st.cb].Reminded }
	return []operation{
		{name: "a callback is due, claimed", agents: 1, before: over((*stage).claimed), act: due, needs: "Write Push", told: reminded},
		{name: "a callback is due, a department", agents: 2, before: over(toDepartment), act: due, needs: "Query Write Push", told: reminded},
		{name: "a callback is due, the owner there", agents: 1, before: over(toOwner), act: due, needs: "Query Write Push", told: reminded},
		{name: "a callback is due, nobody there", agents: 1, before: over((*stage).calledFor), act: due, needs: "Query Send:due Write", told: reminded},
		{name: "a holder is away at a second look", agents: 1, before: over(gone), act: due, needs: "Query Send:due Write", told: lapsed},
		{name: "a round", agents: 2, before: toRound, act: wakes(desk.WakeRound), needs: "Write Query Push", told: always},
		{name: "a callback is not due", agents: 1, before: (*stage).calledFor, act: due, needs: "Send:due", told: reminded},
	}
}

// checkReminders checks that of every callback a due message was sent, that people were
// reminded of those and only those that were not done in time, and nobody twice.
func (st *stage) checkReminders(s *schedule, note noter) {
	states := st.witness.CallbackStates()
	for id, cb := range states {
		sent := len(st.post.about(desk.WakeDue, id)) > 0
		switch {
		case !sent && !s.timerFailed("due"):
			note("%s was registered without a timer", id)
		case sent && cb.Pending && !cb.Reminded && !s.timerFailed("due"): // else who reads it now sends it
			note("%s is due since %v, and nobody was reminded", id, cb.Due)
		case !cb.Pending && cb.Ended.Before(cb.Due) && cb.Reminded:
			note("%s had ended at %v and was due at %v", id, cb.Ended, cb.Due)
		}
	}
	told := map[ring]int{}
	for _, r := range st.bells.rung {
		if r.notice.Kind != desk.NoticeCallbackDue {
			continue
		}
		told[r]++
		if id := r.notice.CallbackID; !states[id].Reminded || told[r] > len(st.looks(id)) {
			note("%s was reminded of %s, for the %d. time", r.member, id, told[r])
		}
	}
}
