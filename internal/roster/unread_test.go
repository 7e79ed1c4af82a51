package roster

import (
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/table"
)

// What of stored times cannot be read is told, and costs nobody else their shift.
func TestUnread(t *testing.T) {
	const day = ` 1234567/0000-2400"`
	item := func(sort, body string) table.Item {
		return table.Item{Key: table.Key{Partition: "acc_abcdefghijkl/desk", Sort: sort}, Version: 1, Body: []byte(body)}
	}
	lost := `{"f":"Asha","on":true,"cc":1,"h":"Asia/Atlantis` + day + `}`
	good := `{"f":"Bilal","on":true,"cc":1,"h":"Asia/Kolkata` + day + `}`
	free := `{"f":"Chitra","on":true,"cc":1}`
	const holidays = `{"tz":"Asia/Atlantis","chats":3,"holidays":["2026-11-23"]}`
	for _, c := range []struct {
		name    string
		items   []table.Item
		onShift string   // by the letters of the rows
		told    []string // in the error; none is no error
	}{
		{"all can be read", []table.Item{item("account", `{"tz":"UTC"}`), item("mem/a", good), item("mem/b", free)}, "ab", nil},
		{"one", []table.Item{item("account", `{"tz":"UTC"}`), item("mem/a", lost), item("mem/b", good)}, "b", []string{"hours of a, and of 0 more", "Atlantis"}},
		{"two", []table.Item{item("mem/a", lost), item("mem/b", lost), item("mem/c", free)}, "c", []string{"hours of a, and of 1 more"}},
		{"form", []table.Item{item("mem/a", `{"f":"A","on":true,"cc":1,"h":"Asia/Kolkata at noon"}`)}, "", []string{"hours of a"}},
		{"removed", []table.Item{item("mem/a", strings.Replace(lost, `"}`, `","x":true}`, 1))}, "", nil},
		{"holidays", []table.Item{item("account", holidays), item("mem/a", free)}, "a", []string{"holidays", "timeZone"}},
		{"both", []table.Item{item("account", holidays), item("mem/a", lost)}, "", []string{"holidays", "hours of a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Read("acc_abcdefghijkl", c.items)
			if err != nil {
				t.Fatal(err)
			}
			onShift := ""
			for _, r := range s.Rows {
				if r.OnShift(&s.Account, monday) {
					onShift += r.ID
				}
			}
			if onShift != c.onShift {
				t.Errorf("on shift: %q, want %q", onShift, c.onShift)
			}
			told := s.Unread()
			if (told == nil) != (c.told == nil) {
				t.Fatalf("told %v, want %q in it", told, c.told)
			}
			for _, part := range c.told {
				if !strings.Contains(told.Error(), part) {
					t.Errorf("told %v, want %q in it", told, part)
				}
			}
		})
	}
}

// Whose hours cannot be read keeps no shop open and closes none.
func TestBusinessOfUnreadHours(t *testing.T) {
	lost, day := in("a", 0, sales), in("b", 0, sales)
	day.Schedule = dayShift
	s := team(t, lost, day)
	lost.Hours = hours.Unreadable("Asia/Atlantis 1/0900-1700")
	night := time.Date(monday.Year(), monday.Month(), monday.Day(), 3, 0, 0, 0, time.UTC)
	if business := s.Business("", monday); !business.Contains(monday) || business.Contains(night) {
		t.Errorf("with one other: open at noon %v, at night %v", business.Contains(monday), business.Contains(night))
	}
	s.Rows = []*Row{lost}
	if due := s.CallbackDue("", night, night); due.Sub(night) != time.Duration(s.Account.CallbackDueMinutes)*time.Minute {
		t.Errorf("alone: due at %v", due)
	}
}
