package roster

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestAvailability: what pages and apps show of one member, the first reason of several.
func TestAvailability(t *testing.T) {
	five, two, nine := utc(23, 16), utc(23, 13), utc(24, 8)
	both := Receiving{Call: true, Chat: true}
	noChats := func(r *Row) { r.Chats = new(int) }
	noCalls := func(r *Row) { r.Calls = 0 }
	day := func(r *Row) { r.Schedule = dayShift }
	missed := func(r *Row) { r.Online, r.OfflineFor = false, "missed_offers" }
	tests := []struct {
		name    string
		changes []func(r *Row)
		want    Availability
	}{
		{"free, no hours", nil, Availability{Status: "online", OnShift: true, Receiving: both, Because: "receiving"}},
		{"on shift", []func(r *Row){day}, Availability{Status: "online", OnShift: true, Receiving: both, Because: "receiving", ShiftEndsAt: &five}},
		{"off shift", []func(r *Row){off}, Availability{Status: "online", Because: "off_shift", NextShiftAt: &two}},
		{"offline", []func(r *Row){offline, day}, Availability{Status: "offline", OnShift: true, Because: "offline", ShiftEndsAt: &five}},
		{"missed offers", []func(r *Row){missed, off}, Availability{Status: "offline", Because: "missed_offers", NextShiftAt: &two}},
		{"missed, and online again", []func(r *Row){missed, func(r *Row) { r.Online = true }, full, noCalls},
			Availability{Status: "online", OnShift: true, Because: "at_capacity"}},
		{"on a call", []func(r *Row){onCall}, Availability{Status: "online", OnShift: true, Because: "on_call"}},
		{"calls alone", []func(r *Row){noChats}, Availability{Status: "online", OnShift: true, Receiving: Receiving{Call: true}, Because: "receiving"}},
		{"chats alone", []func(r *Row){noCalls}, Availability{Status: "online", OnShift: true, Receiving: Receiving{Chat: true}, Because: "receiving"}},
		{"full of chats, no calls", []func(r *Row){full, noCalls}, Availability{Status: "online", OnShift: true, Because: "at_capacity"}},
		{"hours of tomorrow", []func(r *Row){func(r *Row) { r.Schedule = "Europe/Berlin 2/0900-1700" }}, Availability{Status: "online", Because: "off_shift", NextShiftAt: &nine}},
		{"never on shift", []func(r *Row){func(r *Row) { r.Schedule = "Europe/Berlin" }}, Availability{Status: "online", Because: "off_shift"}},
	}
	for _, test := range tests {
		r := in("anna", 0, sales)
		for _, change := range test.changes {
			r.but(change)
		}
		s := team(t, r)
		if diff := cmp.Diff(test.want, r.Availability(&s.Account, monday)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// utc is an hour of a day of November 2026, of which the 23rd is a Monday.
func utc(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC) }
