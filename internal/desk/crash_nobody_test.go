package desk_test

import (
	"slices"

	"github.com/connectnow/backend/internal/desk"
)

// missingOf are the operations that find out that nobody is left, and tell the owner.
func missingOf() []operation {
	gone := func(st *stage) {
		st.owned()
		st.allOffline()
		st.over(desk.WakeNobody)
	}
	back := func(st *stage) { // and their process died before it cleared the note
		gone(st)
		must(st.world.t, st.world.SetOnline(st.world.ctx, st.world.acc, st.world.agents[0], true))
	}
	unseen := func(st *stage) {
		st.owned()
		for _, id := range st.world.agents {
			must(st.world.t, st.world.SetOnline(st.world.ctx, st.world.acc, id, false))
		}
	}
	asks := func(st *stage) desk.Request { return st.world.request(1) }
	next := func(st *stage) bool { // a look that failed is taken by the next claim
		if ownerHeard(st) {
			return true
		}
		st.world.escalate(st.world.request(2))
		must(st.world.t, st.recover(inTime, 1))
		return ownerHeard(st)
	}
	silent := func(st *stage) bool { return st.heard() == 0 }
	return []operation{
		{name: "nobody is left", agents: 1, before: gone, act: wakes(desk.WakeNobody), needs: "Query Write Push", told: ownerHeard},
		{name: "one is back in time", agents: 1, before: back, act: wakes(desk.WakeNobody), needs: "Query Write", told: silent},
		{name: "a claim finds that nobody is left", agents: 2, before: unseen, act: escalates(asks), needs: "Send:nobody Write", told: next},
	}
}

// owned gives the account its owner, who has a phone.
func (st *stage) owned() {
	must(st.world.t, st.world.SetOwner(st.world.ctx, st.world.acc, st.world.admin.MemberID))
	st.world.phone(st.world.admin.MemberID)
}

// heard is how often the owner was told that nobody is left.
func (st *stage) heard() int {
	return len(slices.DeleteFunc(slices.Clone(st.bells.rung), func(r ring) bool { return r.notice.Kind != desk.NoticeNobodyLeft }))
}

// ownerHeard says that the owner was told, at most twice, or that the push did not get through.
func ownerHeard(st *stage) bool {
	told, err := st.world.NobodyTold(st.world.ctx, st.world.acc)
	return err == nil && told && st.heard() <= 2
}

// checkOwner checks that the owner was told of what was noted, once all messages have come.
func (st *stage) checkOwner(note noter) {
	if untold, err := st.world.NobodyUntold(st.world.ctx, st.world.acc); untold || err != nil {
		note("nobody is left, it is noted, and the owner was not told: %v", err)
	}
}
