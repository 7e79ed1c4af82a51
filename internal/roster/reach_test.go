package roster

import (
	"testing"
	"time"
)

// TestReachable holds who can be rung: by a device, by an open page, or because nothing is
// known of a row from before devices were counted.
func TestReachable(t *testing.T) {
	page := func(left time.Duration) func(r *Row) {
		return func(r *Row) { r.SetDevices(0); r.PageUntil = monday.Add(left).UnixMilli() }
	}
	tests := []struct {
		name    string
		row     func(r *Row)
		because string
	}{
		{"of before", func(*Row) {}, "receiving"},
		{"a device", func(r *Row) { r.SetDevices(1) }, "receiving"},
		{"nothing", func(r *Row) { r.SetDevices(0) }, "no_device"},
		{"an open page", page(time.Millisecond), "receiving"},
		{"a page that has closed", page(0), "no_device"},
		{"nothing, off shift", func(r *Row) { r.SetDevices(0); r.Schedule = lateShift }, "off_shift"},
		{"nothing, offline", func(r *Row) { r.SetDevices(0); r.Online = false }, "offline"},
		{"nothing, on a call", func(r *Row) { r.SetDevices(0); r.Add("esc_1", Call) }, "no_device"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := in("asha", 1, sales).but(tt.row)
			s := team(t, r)
			v := r.Availability(&s.Account, monday)
			if v.Because != tt.because {
				t.Errorf("got because %s, want %s", v.Because, tt.because)
			}
			receives := tt.because == "receiving"
			if r.There(&s.Account, monday) != receives || v.Receiving.Chat != receives {
				t.Errorf("got there %v and %+v, want %v", r.There(&s.Account, monday), v.Receiving, receives)
			}
			if next := s.Turn(Want{Channel: Chat, Department: sales}, monday).Next; (next != nil) != receives {
				t.Errorf("got the turn of %v, want a turn: %v", next, receives)
			}
		})
	}
}

// TestPageLease holds that a page which polls all the time is noted every five minutes.
func TestPageLease(t *testing.T) {
	r, writes := in("asha", 1, sales).but(func(r *Row) { r.SetDevices(0) }), 0
	for at := monday; at.Before(monday.Add(time.Hour)); at = at.Add(2 * time.Second) {
		if r.OpenPage(at) {
			writes++
		}
		if !r.Reachable(at) {
			t.Fatalf("not reachable at %v", at)
		}
	}
	if writes != 12 {
		t.Errorf("got %d writes in an hour, want 12", writes)
	}
	if last := monday.Add(time.Hour + 8*time.Minute); r.Reachable(last) {
		t.Errorf("still reachable eight minutes after the last sign")
	}
}

// TestLoseReach holds that members whom nothing can reach any more are offline.
func TestLoseReach(t *testing.T) {
	r := in("asha", 1, sales).but(func(r *Row) { r.SetDevices(1) })
	if r.LoseReach("unreachable", monday) {
		t.Error("offline with a device that works")
	}
	r.SetDevices(0)
	r.OpenPage(monday)
	if r.LoseReach("unreachable", monday) {
		t.Error("offline with an open page")
	}
	if later := monday.Add(9 * time.Minute); !r.LoseReach("unreachable", later) || r.Online || r.OfflineFor != "unreachable" {
		t.Errorf("got online %v for %q, want offline as unreachable", r.Online, r.OfflineFor)
	}
	if r.LoseReach("", monday.Add(time.Hour)) {
		t.Error("went offline twice")
	}
}

// TestSetDevices: the row is written when the number is another, or becomes known.
func TestSetDevices(t *testing.T) {
	r := in("asha", 1, sales)
	for i, c := range []struct {
		working int
		changed bool
	}{{0, true}, {0, false}, {2, true}, {2, false}, {1, true}} {
		if got := r.SetDevices(c.working); got != c.changed || *r.Devices != c.working {
			t.Errorf("%d: %d devices: changed %v, stored %d", i, c.working, got, *r.Devices)
		}
	}
}

// A sign of a page is noted anew from the moment on at which three minutes are left.
func TestPageFades(t *testing.T) {
	r := in("asha", 1, sales)
	r.OpenPage(monday)
	if got := r.PageSince(); !got.Equal(monday) {
		t.Errorf("last sign %v", got)
	}
	if r.PageFades(monday.Add(5*time.Minute-time.Millisecond)) || !r.PageFades(monday.Add(5*time.Minute)) {
		t.Error("it does not fade after five minutes")
	}
	if r.OpenPage(monday.Add(5*time.Minute-time.Millisecond)) || !r.OpenPage(monday.Add(5*time.Minute)) {
		t.Error("a sign is not noted after five minutes")
	}
}
