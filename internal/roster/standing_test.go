package roster

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Standings and Team say the same of everybody, and of how many are free.
func TestStandings(t *testing.T) {
	s := team(t,
		in("c", 1, sales), in("b", 2, sales, support), in("a", 3, support), in("call", 4, sales).but(onCall),
		in("full", 5, sales).but(full), in("home", 6, sales).but(offline), in("late", 7, support).but(off), in("gone", 8, sales).but(gone),
		in("chats", 9, sales).but(func(r *Row) { r.Calls = 0 }), in("lost", 10, "dep_deleteddelet"),
	)
	s.Row("mem_c").FirstName, s.Row("mem_lost").FirstName = "A", "B" // as two others are called
	team, free := s.Standings(monday)
	want := map[string]Counts{sales: s.Team(sales, monday, nil).Now, support: s.Team(support, monday, nil).Now, "": s.Team("", monday, nil).Now}
	if diff := cmp.Diff(want, free); diff != "" {
		t.Errorf("free (-want +got):\n%s", diff)
	}
	if free[sales] != (Counts{Call: 3, Chat: 3}) { // b, c, full; b, c, chats
		t.Errorf("free in sales: %+v", free[sales])
	}
	var ids []string
	for _, m := range team {
		ids = append(ids, m.Row.ID)
		if diff := cmp.Diff(m.Row.Availability(&s.Account, monday), m.Availability); diff != "" {
			t.Errorf("%s (-want +got):\n%s", m.Row.ID, diff)
		}
	}
	order := []string{"mem_a", "mem_c", "mem_b", "mem_lost", "mem_call", "mem_chats", "mem_full", "mem_home", "mem_late"}
	if !slices.Equal(ids, order) {
		t.Errorf("got %v, want %v", ids, order)
	}
	var listed []string
	for _, m := range s.Team("", monday, func(string, Receiving) Sight { return SeeReasons }).Members {
		listed = append(listed, m.ID)
	}
	if !slices.Equal(listed, order) {
		t.Errorf("Team lists %v, want %v", listed, order)
	}
}
