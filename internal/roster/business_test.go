package roster

import (
	"testing"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

func hoursOf(text string) func(r *Row) { return func(r *Row) { r.Schedule = text } }

func TestTakes(t *testing.T) {
	takes := func(calls, chats int) *Row { return &Row{Calls: calls, Chats: &chats} }
	for _, c := range []struct {
		calls, chats    int
		call, chat, any bool
	}{{0, 0, false, false, false}, {1, 0, true, false, true}, {0, 1, false, true, true}, {1, 1, true, true, true}} {
		r, a := takes(c.calls, c.chats), &Account{}
		if r.Takes(a, Call) != c.call || r.Takes(a, Chat) != c.chat || r.Takes(a, "") != c.any {
			t.Errorf("%d calls, %d chats: %v %v %v", c.calls, c.chats, r.Takes(a, Call), r.Takes(a, Chat), r.Takes(a, ""))
		}
	}
}

// Who has left keeps nothing open, and whose hours cannot be read neither opens nor closes.
func TestBusinessOfOthers(t *testing.T) {
	s := team(t, in("anna", 0, sales).but(hoursOf(dayShift)), in("bela", 0, sales).but(hoursOf("Europe/Berlin 1234567/0000-2400")).but(gone))
	if night := utc(23, 3); s.Business("", night).Contains(night) {
		t.Error("open by the hours of one who has left")
	}
	s = team(t, in("anna", 0, sales).but(offline))
	s.Rows = append(s.Rows, in("bela", 0, support))
	s.Rows[1].Hours = hours.Unreadable("Asia/Atlantis 1/0900-1700")
	if !s.Business(sales, monday).Contains(monday) || !s.Business("", monday).Contains(monday) {
		t.Error("closed where nobody has hours that can be read")
	}
}

// A department in which one counts has that one's hours, and one without anybody those of all.
func TestBusinessOfDepartment(t *testing.T) {
	s := team(t, in("anna", 0, sales).but(hoursOf(dayShift)), in("bela", 0).but(hoursOf(lateShift)))
	evening := utc(23, 18)
	for dep, open := range map[string]bool{sales: false, support: true, "": true} {
		if got := s.Business(dep, evening).Contains(evening); got != open {
			t.Errorf("%q in the evening: open %v, want %v", dep, got, open)
		}
	}
	if s.Business(support, monday).Contains(utc(23, 3)) || s.Business("", monday).Contains(utc(23, 3)) {
		t.Error("open at night")
	}
}

// TestCallbackDue: minutes of business hours, and at once where no shift will come.
func TestCallbackDue(t *testing.T) {
	friday := utc(27, 15) // 16:00 in Berlin
	s := team(t, in("anna", 0, sales).but(hoursOf(dayShift)))
	if at := s.CallbackDue(sales, friday, monday); !at.Equal(utc(30, 11)) || at.Location() != time.UTC {
		t.Errorf("due %v, want Monday at noon", at)
	}
	s = team(t, in("anna", 0, sales).but(hoursOf("Europe/Berlin")))
	if at := s.CallbackDue(sales, friday, monday); !at.Equal(friday.Add(4 * time.Hour)) {
		t.Errorf("due %v, want four hours later where nobody has a shift", at)
	}
}

// TestNextShiftOfOne: of a member who is off shift, and of the first of several to come.
func TestNextShiftOfOne(t *testing.T) {
	anna, bela := in("anna", 0, sales).but(off), in("bela", 0, sales).but(hoursOf("Europe/Berlin 1/1600-2000"))
	carl, dora := in("carl", 0, sales).but(hoursOf(dayShift)), in("dora", 0, sales).but(hoursOf("Europe/Berlin"))
	s := team(t, bela, anna, dora, carl)
	a := &s.Account
	for _, c := range []struct {
		row        *Row
		next, ends time.Time
	}{
		{anna, utc(23, 13), time.Time{}}, {bela, utc(23, 15), time.Time{}}, {carl, time.Time{}, utc(23, 16)},
		{dora, time.Time{}, time.Time{}}, {in("emil", 0, sales), time.Time{}, time.Time{}},
	} {
		if got := c.row.NextShift(a, monday); !got.Equal(c.next) {
			t.Errorf("%s comes at %v, want %v", c.row.ID, got, c.next)
		}
		if got := c.row.ShiftEnds(a, monday); !got.Equal(c.ends) {
			t.Errorf("the shift of %s ends %v, want %v", c.row.ID, got, c.ends)
		}
	}
	if got := s.NextShift(sales, "", monday); !got.Equal(utc(23, 13)) {
		t.Errorf("the first comes at %v", got)
	}
	if got := team(t, in("anna", 0, sales).but(hoursOf("Europe/Berlin 1/1600-2000")), in("bela", 0, sales).but(off)).NextShift(sales, "", monday); !got.Equal(utc(23, 13)) {
		t.Errorf("the first by time is not the first by id: %v", got)
	}
	if got := anna.but(gone).NextShift(a, monday); !got.IsZero() {
		t.Errorf("who has left comes at %v", got)
	}
	s.Account.Holidays = []string{"2026-11-24"}
	s.Account.Prepare()
	if got := in("emil", 0, sales).ShiftEnds(a, monday); !got.IsZero() {
		t.Errorf("without hours, before a holiday, the shift ends %v", got)
	}
	// A holiday takes the shift of today, though it is a day without hours for nobody.
	s.Account.Holidays = []string{"2026-11-23"}
	s.Account.Prepare()
	if got := in("emil", 0, sales).ShiftEnds(a, monday); !got.IsZero() {
		t.Errorf("without hours, on a holiday, the shift ends %v", got)
	}
	if got := carl.ShiftEnds(a, monday); !got.IsZero() {
		t.Errorf("on a holiday the shift ends %v", got)
	}
}

// TestBusinessDay: the longest 24 hours of the seven from now on.
func TestBusinessDay(t *testing.T) {
	for _, c := range []struct {
		name, schedule string
		want           time.Duration
	}{
		{"nobody has hours", "", 24 * time.Hour},
		{"never open", "Europe/Berlin", 24 * time.Hour},
		{"eight hours", dayShift, 8 * time.Hour},
		{"two shifts", "Europe/Berlin 1/0900-1200,1300-1400 7/1000-1100", 3 * time.Hour},
		{"the last of the seven", "Europe/Berlin 1/0900-1000 7/1000-1300", 4 * time.Hour},
		{"round the clock", "Europe/Berlin 1234567/0000-2400", 24 * time.Hour},
	} {
		s := team(t, in("anna", 0, sales).but(hoursOf(c.schedule)))
		if got := s.BusinessDay(sales, monday); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	// A day of the week after counts no more, nor is a night cut where the day is.
	s := team(t, in("anna", 0, sales).but(hoursOf("UTC 1/0900-1000 20261130/1000-1700")))
	if got := s.BusinessDay(sales, monday); got != time.Hour {
		t.Errorf("with a long day in a week: %v", got)
	}
	s = team(t, in("anna", 0, sales).but(hoursOf("UTC 2/0800-1000")))
	if got := s.BusinessDay(sales, monday); got != time.Hour { // the day begins at nine
		t.Errorf("around nine: %v", got)
	}
}

// TestReminder: after the account's minutes, an hour at least, then twice that, up to a day.
func TestReminder(t *testing.T) {
	always := team(t, in("anna", 0, sales))
	after := func(s *Roster, minutes, reminders int) time.Duration {
		s.Account.CallbackDueMinutes = minutes
		return s.Reminder(sales, reminders, monday).Sub(monday)
	}
	for _, c := range []struct {
		minutes, reminders int
		want               time.Duration
	}{
		{240, 0, 4 * time.Hour}, {240, 1, 8 * time.Hour}, {240, 2, 16 * time.Hour}, {240, 3, 24 * time.Hour}, {240, 9, 24 * time.Hour},
		{10, 0, time.Hour}, {10, 1, 2 * time.Hour}, {2880, 0, 24 * time.Hour}, {240, 1_000_000, 24 * time.Hour},
	} {
		if got := after(always, c.minutes, c.reminders); got != c.want {
			t.Errorf("%d minutes, after %d reminders: %v, want %v", c.minutes, c.reminders, got, c.want)
		}
	}
	day := team(t, in("anna", 0, sales).but(hoursOf(dayShift)))
	if got := after(day, 240, 5); got != 24*time.Hour { // eight hours of business from ten to ten
		t.Errorf("in business hours: %v, want the same time tomorrow", got)
	}
}
