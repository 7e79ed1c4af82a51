package roster

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTeam: sums are of those who count, and each is listed as far as the viewer sees them.
func TestTeam(t *testing.T) {
	both := Receiving{Call: true, Chat: true}
	s := team(t,
		in("anna", 0, sales).but(off), in("bela", 0, sales).but(hoursOf(dayShift)), in("carl", 0, sales).but(hoursOf(dayShift)).but(offline),
		in("dora", 0, support).but(hoursOf(dayShift)), in("emil", 0, sales).but(gone), in("olga", 0, sales).but(offline), // she never set hours
	)
	two := utc(23, 13)
	got := s.Team(sales, monday, nil)
	want := TeamAvailability{Now: Counts{Call: 1, Chat: 1}, Online: 2, OnShift: 2, NextAt: &two}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sums alone (-want +got):\n%s", diff)
	}
	five := utc(23, 16)
	want.Members = []TeamMember{
		{ID: "mem_anna", FirstName: "anna"},
		{ID: "mem_bela", FirstName: "bela", Receiving: both, Availability: &Availability{Status: "online", OnShift: true, Receiving: both, Because: "receiving", ShiftEndsAt: &five}},
	}
	got = s.Team(sales, monday, func(id string, can Receiving) Sight {
		switch {
		case can == both:
			return SeeReasons
		case id == "mem_anna":
			return SeeReceiving
		}
		return SeeNothing
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with members (-want +got):\n%s", diff)
	}
	// Of nobody the list is empty, not absent, and nobody is known to come.
	got = team(t, in("anna", 0, sales)).Team(support, monday, func(string, Receiving) Sight { return SeeReasons })
	if got.Members == nil || len(got.Members) != 0 || got.NextAt != nil {
		t.Errorf("of nobody: %+v", got)
	}
	if got := team(t, in("anna", 0, sales)).Team("", monday.Add(time.Hour), nil); got.NextAt != nil {
		t.Errorf("without hours somebody comes at %v", got.NextAt)
	}
}
