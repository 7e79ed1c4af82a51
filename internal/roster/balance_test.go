package roster

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/table"
)

const everyonesChats = "*/chat"

// byTeam has the snapshot's departments go by one order.
func (s *Roster) byTeam() *Roster {
	s.Account.Balance = BalanceTeam
	return s
}

// at gives an agent a place in the order of everyone.
func at(place int64) func(r *Row) {
	return func(r *Row) { r.Places[everyonesChats] = place }
}

// TestTurnByTeam: the department says who is asked, and everyone's order whose turn it is.
// The places in the department's own order are all the other way round here.
func TestTurnByTeam(t *testing.T) {
	chat := Want{Channel: Chat, Department: sales, Overflow: true}
	with := func(change func(w *Want)) Want {
		w := chat
		change(&w)
		return w
	}
	crew := func() []*Row {
		return []*Row{
			in("anna", 1, sales).but(at(7)), in("bela", 9, sales).but(at(3)), in("carl", 5, sales, support).but(at(5)),
			in("dora", 0).but(at(1)), in("emil", 1, support).but(at(2)),
		}
	}
	tests := []struct {
		name     string
		rows     []*Row
		want     Want
		next     string
		asked    string
		overflow bool
	}{
		{"lowest of the department in everyone's order", crew(), chat, "bela", sales, false},
		{"another department", crew(), with(func(w *Want) { w.Department = support }), "emil", support, false},
		{"who is in both, after the others", crew(), with(func(w *Want) { w.Department, w.Offered = support, []string{"mem_emil"} }), "carl", support, false},
		{"everyone", crew(), with(func(w *Want) { w.Department = "" }), "dora", "", false},
		{"another channel has places of its own", crew(), with(func(w *Want) { w.Channel = Call }), "anna", sales, false},
		{"nobody in the department: everyone", []*Row{in("anna", 1, sales).but(offline), in("dora", 0), in("emil", 0, support).but(at(1))}, chat, "dora", "", true},
		{"nobody in the department, no overflow", []*Row{in("anna", 1, sales).but(offline), in("dora", 0)}, with(func(w *Want) { w.Overflow = false }), "", sales, false},
		{"unknown department, no overflow", crew(), with(func(w *Want) { w.Department, w.Unknown, w.Overflow = "", true, false }), "", "", false},
		{"deleted department: everyone", crew(), with(func(w *Want) { w.Department = "dep_deleted" }), "dora", "", true},
		{"directed", crew(), with(func(w *Want) { w.Member = "mem_anna" }), "anna", sales, false},
		{"directed out of the department", crew(), with(func(w *Want) { w.Member = "mem_dora" }), "dora", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := team(t, test.rows...).byTeam().Turn(test.want, monday)
			if chosen(got) != test.next || got.Asked != test.asked || got.overflow != test.overflow {
				t.Errorf("turn = %q of those in %q, overflow %v; want %q of %q, overflow %v",
					chosen(got), got.Asked, got.overflow, test.next, test.asked, test.overflow)
			}
			if want := (Rotation{"", test.want.Channel}); got.Rotation != want {
				t.Errorf("rotation %+v, want %+v", got.Rotation, want)
			}
		})
	}
}

// TestReceiptByTeam: it tells who was asked beside the order, and reads back as it was.
func TestReceiptByTeam(t *testing.T) {
	s := team(t, in("anna", 1, sales).but(at(7)), in("bela", 9, sales).but(at(3)), in("emil", 0, support)).byTeam()
	w := Want{Channel: Chat, Department: sales, Overflow: true}
	turn := s.Turn(w, monday)
	got := s.Receipt(turn, w, turn.Next, monday)
	want := Receipt{
		At: monday, Rotation: "everyone", Asked: sales, Others: map[string]int{},
		Candidates: []Candidate{{"mem_bela", "offered", 3}, {"mem_anna", "later_in_rotation", 7}, {"mem_emil", "not_in_department", 0}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
	body, err := json.Marshal(got.Stored())
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeReceipt(table.Item{Body: body})
	if diff := cmp.Diff(got, back); err != nil || diff != "" {
		t.Errorf("read again: %v\n%s", err, diff)
	}
}

// TestReceiptOfBefore: receipts that were stored without it tell whose members were asked.
func TestReceiptOfBefore(t *testing.T) {
	for _, c := range []struct{ stored, asked string }{
		{`{"n":1,"t":1795428000000,"r":"dep_zqexjwiisgya","k":1}`, "dep_zqexjwiisgya"},
		{`{"n":1,"t":1795428000000,"o":true,"k":1}`, "everyone"},
	} {
		r, err := DecodeReceipt(table.Item{Body: []byte(c.stored)})
		if err != nil || r.Asked != c.asked || r.Rotation != c.asked {
			t.Errorf("%s: asked %q by the order of %q (%v), want %q", c.stored, r.Asked, r.Rotation, err, c.asked)
		}
	}
}

// desks is an account whose turns are dealt one after the other, with its counters.
type desks struct {
	*Roster
	counters map[string]int64
}

// deals gives the turn to whoever it is: the counter moves on, and the place with it.
func (d *desks) deals(w Want) *Row {
	t := d.Turn(w, monday)
	if t.Next == nil {
		return nil
	}
	k := t.Rotation.Key()
	d.counters[k]++
	t.Next.Places[k] = d.counters[k]
	return t.Next
}

// sixOfTwo is two departments of three, with carl in both.
func sixOfTwo(t testing.TB) *desks {
	return &desks{team(t,
		in("anna", 0, sales), in("bela", 0, sales), in("carl", 0, sales, support), in("dora", 0, support), in("emil", 0, support),
	), map[string]int64{}}
}

// TestSharedAgent: 48 chats between two departments of three with one agent in both. By the
// team's order nobody has a double share, by that of departments the one in both has it.
func TestSharedAgent(t *testing.T) {
	share := func(s *desks, next func(i int) string) (counts map[string]int) {
		counts = map[string]int{}
		for i := range 48 {
			counts[s.deals(Want{Channel: Chat, Department: next(i)}).ID]++
		}
		return counts
	}
	both := []string{sales, support}
	turns := share(sixOfTwo(t), func(i int) string { return both[i%2] })
	if want := map[string]int{"mem_anna": 8, "mem_bela": 8, "mem_carl": 16, "mem_dora": 8, "mem_emil": 8}; !maps.Equal(turns, want) {
		t.Errorf("by departments: %v, want %v", turns, want)
	}
	s := sixOfTwo(t)
	s.byTeam()
	turns = share(s, func(i int) string { return both[i%2] })
	if all := slices.Sorted(maps.Values(turns)); !slices.Equal(all, []int{9, 9, 10, 10, 10}) {
		t.Errorf("by the team: %v, want 9 or 10 each", turns)
	}
	for seed := range uint64(20) {
		s, r := sixOfTwo(t), rand.New(rand.NewPCG(seed, 1))
		s.byTeam()
		turns := share(s, func(int) string { return both[r.IntN(2)] })
		if turns["mem_carl"] > 14 {
			t.Errorf("by the team in random order, seed %d: %v, want 14 at most for carl", seed, turns)
		}
	}
}

// shop is a desk on which chance plays, and what happened there since the order began.
type shop struct {
	*desks
	t      *rapid.T
	step   int
	able   map[string]int // by agent and department asked: since which step, without a break
	turns  []dealt
	judged int
}

// dealt is a turn that somebody had when the members of a department were asked.
type dealt struct {
	agent, asked string
	step         int
}

// TestNobodyIsPassedOver: whoever comes and goes, and whichever of the two orders holds,
// between two turns of one agent everybody who could have taken the second all the while
// had one: when the same were asked, or by the team's order in any department. A change of
// the order begins anew.
func TestNobodyIsPassedOver(t *testing.T) {
	judged := 0
	rapid.Check(t, func(rt *rapid.T) {
		s := &shop{desks: sixOfTwo(t), t: rt, able: map[string]int{}}
		for s.step = range rapid.IntRange(1, 120).Draw(rt, "steps") {
			s.look()
			if act := rapid.IntRange(0, 12).Draw(rt, "act"); act < 5 {
				s.change(act, rapid.SampledFrom(s.Rows).Draw(rt, "agent"))
			} else {
				s.turn()
			}
		}
		judged += s.judged
	})
	if judged == 0 {
		t.Error("nothing was judged")
	}
}

// look notes since when each could take a chat of each department.
func (s *shop) look() {
	for _, r := range s.Rows {
		for _, dep := range []string{"", sales, support} {
			k := r.ID + dep
			if _, is := s.able[k]; !r.In(dep) || r.Unable(&s.Account, Chat, monday) != "" {
				delete(s.able, k)
			} else if !is {
				s.able[k] = s.step
			}
		}
	}
}

// change has an agent do something, or the business change the order.
func (s *shop) change(act int, r *Row) {
	switch act {
	case 0:
		r.Online = !r.Online
	case 1:
		r.Departments = [][]string{nil, {sales}, {support}, {sales, support}}[rapid.IntRange(0, 3).Draw(s.t, "departments")]
	case 2:
		before := r.Clone()
		if len(r.Work) > 0 {
			r.Drop(r.Work[0].Escalation)
		}
		for _, ch := range RoomGained(before, r, &s.Account) {
			r.FreshPlaces(ch, s.counters)
		}
	case 3:
		if r.Unable(&s.Account, Chat, monday) == "" {
			r.Add(fmt.Sprint("esc_", s.step), Chat)
		}
	case 4:
		s.Account.Balance = map[string]string{"": BalanceTeam, BalanceTeam: ""}[s.Account.Balance]
		s.turns = nil
	}
}

// turn deals one, and wants that nobody waits while another gets a second.
func (s *shop) turn() {
	w := Want{
		Channel: Chat, Department: rapid.SampledFrom([]string{"", sales, support}).Draw(s.t, "asked"), Overflow: rapid.Bool().Draw(s.t, "overflow"),
	}
	asked := s.Turn(w, monday).Asked
	r := s.deals(w)
	if r == nil {
		return
	}
	since := func(agent string) int { // the step of their last turn that counts beside this one
		for _, u := range slices.Backward(s.turns) {
			if u.agent == agent && (u.asked == asked || s.Account.Balance == BalanceTeam) {
				return u.step
			}
		}
		return -1
	}
	first := since(r.ID)
	for _, other := range s.Rows {
		if from, is := s.able[other.ID+asked]; first < 0 || other == r || !is || from > first {
			continue
		}
		if s.judged++; since(other.ID) < first {
			s.t.Fatalf("step %d: a second turn of %s among those of %q, and none of %s since step %d: %+v", s.step, r.ID, asked, other.ID, first, s.turns)
		}
	}
	s.turns = append(s.turns, dealt{r.ID, asked, s.step})
}
