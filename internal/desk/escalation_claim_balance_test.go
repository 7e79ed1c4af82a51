package desk_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table/fault"
)

const (
	everyonesCalls = "*/call"
	everyonesChats = "*/chat"
)

// twoOfThree is a floor with two departments of three agents, the last of whom is in both.
func twoOfThree(t *testing.T, balance string) (f *floor, support string) {
	t.Helper()
	f = newFloor(t, false, 1, fault.Options{})
	support = f.world.department("Support")
	f.world.settings(desk.AccountPatch{Balance: &balance})
	var rows []desk.NewRow
	for i, deps := range [][]string{{f.world.dep}, {f.world.dep}, {support}, {support}, {f.world.dep, support}} {
		rows = append(rows, desk.NewRow{FirstName: fmt.Sprint("Agent", i), Calls: 1, Departments: deps})
	}
	ids, err := f.world.Crowd(f.world.ctx, f.world.acc, rows)
	must(t, err)
	f.world.agents = ids
	return f, support
}

// shares has so many chats taken and completed one after the other, and counts whose they
// were, in the order of agents.
func (f *floor) shares(n int, department func(i int) string) []int {
	f.world.t.Helper()
	counts := make([]int, len(f.world.agents))
	for i := range n {
		r := f.world.request(i)
		r.DepartmentID = department(i)
		a := f.world.ring(r)
		f.world.handle(a)
		counts[slices.Index(f.world.agents, a.Agent.ID)]++
		f.skip(time.Second)
	}
	return counts
}

// TestSharedAgent: of 48 chats between two departments of three an agent of both has a
// double share, unless the departments go by the team's order. Then all five have as many,
// or in random order about as many.
func TestSharedAgent(t *testing.T) {
	unraced(t)
	for _, test := range []struct {
		balance string
		seed    uint64 // 0: the departments take turns
		want    string
		as      func(counts []int) bool
	}{
		{"department", 0, "8 each, and 16 for the agent of both", func(counts []int) bool { return slices.Equal(counts, []int{8, 8, 8, 8, 16}) }},
		{"team", 0, "9 or 10 each", func(counts []int) bool { return slices.Min(counts) == 9 && slices.Max(counts) == 10 }},
		{"team", 1, "14 at most for the agent of both", func(counts []int) bool { return counts[4] <= 14 }},
		{"team", 2, "14 at most for the agent of both", func(counts []int) bool { return counts[4] <= 14 }},
		{"team", 3, "14 at most for the agent of both", func(counts []int) bool { return counts[4] <= 14 }},
	} {
		t.Run(fmt.Sprint(test.balance, " ", test.seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, support := twoOfThree(t, test.balance)
				r := rand.New(rand.NewPCG(test.seed, 1))
				counts := f.shares(48, func(i int) string {
					if test.seed > 0 {
						i = r.IntN(2)
					}
					return []string{f.world.dep, support}[i%2]
				})
				if !test.as(counts) {
					t.Errorf("chats %v, want %s", counts, test.want)
				}
				t.Logf("chats %v", counts)
				if v := judged(f.journal); v.judged == 0 || len(v.faults) > 0 || len(v.unended()) > 0 {
					t.Errorf("judged %d: %v, %v", v.judged, v.faults, v.unended())
				}
			})
		})
	}
}

// TestByTeam: the members of the department are asked, by the order of everyone: its counter
// gives the ticket and the place there alone moves, also that of one who is meant in person.
// Receipts and phones tell of the department that was asked.
func TestByTeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	first, second := w.agents[0], w.agents[1]
	w.phone(first)
	support := w.department("Support")
	susi := w.agent("Susi", support)
	w.settings(desk.AccountPatch{Balance: ptr("team")})
	places := func(member string) map[string]int64 {
		return map[string]int64{everyonesChats: w.row(member).Places[everyonesChats], "Sales": w.place(member, w.dep, roster.Chat)}
	}
	a := w.ring(w.request(1))
	if a.Agent.ID != first {
		first, second = second, first
	}
	if diff := cmp.Diff(map[string]int64{everyonesChats: 1, "Sales": 0}, places(first)); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	receipts, err := w.Receipts(w.ctx, w.admin, a.EscalationID)
	must(t, err)
	r := receipts[0]
	if r.Rotation != "everyone" || r.Asked != w.dep || r.Overflow || r.Ticket != 1 || len(r.Candidates) != 4 {
		t.Fatalf("receipt: %+v", r)
	}
	for _, c := range r.Candidates[2:] { // the owner and Susi
		if c.Reason != "not_in_department" {
			t.Errorf("%s: %s, want not_in_department", c.MemberID, c.Reason)
		}
	}
	for _, n := range w.notices(w.agents[0]) {
		if n.Kind == desk.NoticeOffer && n.Department != "Sales" {
			t.Errorf("the phone tells of %q, want Sales", n.Department)
		}
	}
	// Asked next, Support does not begin at 1.
	req := w.request(2)
	req.DepartmentID = support
	if b := w.ring(req); b.Agent.ID != susi || w.row(susi).Places[everyonesChats] != 2 {
		t.Errorf("%+v, places %v", b.Agent, w.row(susi).Places)
	}
	// A drill for one moves the place, too: the first is asked before the second.
	e, err := w.Drill(w.ctx, w.admin, "", desk.Drill{DepartmentID: w.dep, MemberID: second, Channel: roster.Chat})
	must(t, err)
	w.decline(second, e.ID)
	if diff := cmp.Diff(map[string]int64{everyonesChats: 3, "Sales": 0}, places(second)); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	w.accept(first, a.EscalationID)
	if c := w.ring(w.request(3)); c.Agent.ID != first {
		t.Errorf("rings at %s, want %s", c.Agent.ID, first)
	}
	// As does a transfer to a member.
	_, err = w.Transfer(w.ctx, w.staff(first), a.EscalationID, desk.Transfer{MemberID: susi, Note: "Yours."})
	must(t, err)
	if got := w.row(susi).Places[everyonesChats]; got != 5 {
		t.Errorf("place %d after the transfer, want 5", got)
	}
}

// TestPlacesByTeam: who is new, comes into another department, or has room again does not
// overtake anybody in the team's order, and leaves no place in it.
func TestPlacesByTeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	support := w.department("Support")
	w.settings(desk.AccountPatch{Balance: ptr("team")})
	for i := range 5 {
		w.handle(w.ring(w.request(i)))
		w.clock.Advance(time.Second)
	}
	agent := w.agents[0]
	place := func(member, key string) int64 { return w.row(member).Places[key] }
	if nina := w.agent("Nina", w.dep); place(nina, everyonesChats) != 5 {
		t.Errorf("a new member has the place %d, want 5, at the tail", place(nina, everyonesChats))
	}
	before := place(agent, everyonesChats)
	_, err := w.PatchMember(w.ctx, w.admin, agent, desk.MemberPatch{DepartmentIDs: &[]string{w.dep, support}})
	must(t, err)
	if got := place(agent, everyonesChats); got != before || got == 0 {
		t.Errorf("into another department: place %d, want %d as before", got, before)
	}
	for _, c := range []struct {
		name string
		gain func(w *world)
	}{
		{"own capacity", func(w *world) { w.capacity(agent, 1, 1) }},
		{"the account's capacity", func(w *world) { w.settings(desk.AccountPatch{ChatCapacity: ptr(1)}) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, worldOptions{agents: 2})
			w.settings(desk.AccountPatch{Balance: ptr("team"), ChatCapacity: ptr(0)})
			agent = w.agents[0]
			for i := range 3 {
				r := w.call(i)
				r.DepartmentID = ""
				w.handle(w.ring(r))
			}
			before := w.row(agent).Places[everyonesCalls]
			must(t, w.Draw(w.ctx, w.acc, "", 7))
			c.gain(w)
			if after := w.row(agent).Places[everyonesCalls]; after != before {
				t.Errorf("the place for calls went from %d to %d", before, after)
			}
			if got := w.row(agent).Places[everyonesChats]; got != 7 {
				t.Errorf("place %d after having room for chats, want 7, at the tail", got)
			}
		})
	}
}

// TestOrderChangedMeanwhile: a claim that has drawn by one order and reads the desk again
// draws by the order that holds now.
func TestOrderChangedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f *floor
		changed := false
		f = newFloor(t, false, 1, fault.Options{Before: func(c fault.Call) error {
			if c.Kind == fault.Increment && f != nil && !changed {
				changed = true
				_, err := f.bare.PatchAccount(f.world.ctx, f.world.admin, desk.AccountPatch{Balance: ptr("team")})
				return err
			}
			return nil
		}})
		f.world.crowd(3, 3, "")
		must(t, f.bare.Draw(f.world.ctx, f.world.acc, f.world.dep, 1)) // somebody drew just before
		a := f.world.ring(f.world.request(1))
		if got := f.world.row(a.Agent.ID).Places[everyonesChats]; got != 1 {
			t.Errorf("places %v, want the first of everyone's order", f.world.row(a.Agent.ID).Places)
		}
		receipts, err := f.world.Receipts(f.world.ctx, f.world.admin, a.EscalationID)
		must(t, err)
		if r := receipts[0]; r.Rotation != "everyone" || r.Asked != f.world.dep || r.Ticket != 1 {
			t.Errorf("receipt: %+v", r)
		}
		if v := judged(f.journal); len(v.faults) > 0 {
			t.Error(v.faults)
		}
	})
}
