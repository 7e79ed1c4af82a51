package roster

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/table"
)

// monday is ten o'clock in the account's zone.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

const (
	dayShift   = "Europe/Berlin 12345/0900-1700"
	lateShift  = "Europe/Berlin 12345/1400-2200"
	sales      = "dep_salessalesss"
	support    = "dep_supportsuppo"
	salesChats = "salessalesss/chat"
)

// team is a snapshot with the departments sales and support.
func team(t testing.TB, rows ...*Row) *Roster {
	t.Helper()
	s := &Roster{
		AccountID: "acc_1", Account: NewAccount("Shop", "Europe/Berlin", ""), Version: 1,
		Departments: map[string]Department{sales: {Name: "Sales"}, support: {Name: "Support"}}, Rows: rows,
	}
	for _, r := range rows {
		var err error
		if r.Hours, err = hours.Parse(r.Schedule); err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(s.Rows, func(a, b *Row) int { return strings.Compare(a.ID, b.ID) })
	return s
}

// in is an online agent of departments, with a place for chats in the first of them.
func in(id string, place int64, departments ...string) *Row {
	r := &Row{ID: "mem_" + id, FirstName: id, Online: true, Calls: 1, Departments: departments, Places: map[string]int64{}}
	if place > 0 {
		r.Places[Rotation{departments[0], Chat}.Key()] = place
	}
	return r
}

// but changes a row.
func (r *Row) but(change func(r *Row)) *Row {
	change(r)
	return r
}

func offline(r *Row) { r.Online = false }
func off(r *Row)     { r.Schedule = lateShift }
func gone(r *Row)    { r.Removed = true }
func onCall(r *Row)  { r.Add("esc_call", Call) }
func full(r *Row) {
	for i := range 3 {
		r.Add(fmt.Sprint("esc_chat", i), Chat)
	}
}

func chosen(t Turn) string {
	if t.Next == nil {
		return ""
	}
	return strings.TrimPrefix(t.Next.ID, "mem_")
}

func TestTurn(t *testing.T) {
	chat := Want{Channel: Chat, Department: sales, Overflow: true}
	with := func(change func(w *Want)) Want {
		w := chat
		change(&w)
		return w
	}
	crew := func() []*Row {
		return []*Row{in("anna", 7, sales), in("bela", 3, sales), in("carl", 5, sales, support), in("dora", 0), in("emil", 2, support)}
	}
	lone := with(func(w *Want) { w.Overflow = false })
	tests := []struct {
		name     string
		rows     []*Row
		want     Want
		next     string
		rotation string // department
		overflow bool
	}{
		{"lowest place", crew(), chat, "bela", sales, false},
		{"lowest of those not asked yet", crew(), with(func(w *Want) { w.Offered = []string{"mem_bela"} }), "carl", sales, false},
		{"another channel has places of its own", crew(), with(func(w *Want) { w.Channel = Call }), "anna", sales, false},
		{"another department", crew(), with(func(w *Want) { w.Department = support }), "carl", support, false},
		{"everyone", crew(), with(func(w *Want) { w.Department = "" }), "anna", "", false},
		{"equal places: by id", []*Row{in("bela", 4, sales), in("anna", 4, sales)}, chat, "anna", sales, false},
		{"no place is the lowest", []*Row{in("anna", 1, sales), in("bela", 0, sales)}, chat, "bela", sales, false},
		{"unable ones are passed", []*Row{
			in("anna", 1, sales).but(offline), in("bela", 2, sales).but(off), in("carl", 3, sales).but(onCall),
			in("dora", 4, sales).but(full), in("emil", 5, sales).but(gone), in("finn", 6, sales),
		}, chat, "finn", sales, false},
		{"open chats do not block a call", []*Row{in("anna", 0, sales).but(full)}, with(func(w *Want) { w.Channel = Call }), "anna", sales, false},
		{"nobody in the department: everyone", []*Row{in("anna", 1, sales).but(offline), in("dora", 0)}, chat, "dora", "", true},
		{"nobody in the department, no overflow", []*Row{in("anna", 1, sales).but(offline), in("dora", 0)}, lone, "", sales, false},
		{"nobody at all", []*Row{in("anna", 1, sales).but(offline)}, chat, "", "", true},
		{"unknown department: everyone", crew(), with(func(w *Want) { w.Department, w.Unknown = "", true }), "anna", "", true},
		{"unknown department, no overflow", crew(), with(func(w *Want) { w.Department, w.Unknown, w.Overflow = "", true, false }), "", "", false},
		{"deleted department: as if unknown", crew(), with(func(w *Want) { w.Department = "dep_deleted" }), "anna", "", true},
		{"everyone, and nobody is free", []*Row{in("anna", 1, sales).but(offline)}, with(func(w *Want) { w.Department = "" }), "", "", false},
		{"deleted department: its members are no more asked", []*Row{in("anna", 0, "dep_deleted")}, with(func(w *Want) { w.Department, w.Overflow = "dep_deleted", false }), "", "", false},
		{"directed", crew(), with(func(w *Want) { w.Member = "mem_anna" }), "anna", sales, false},
		{"directed at one who cannot", []*Row{in("anna", 1, sales).but(offline), in("bela", 2, sales)}, with(func(w *Want) { w.Member = "mem_anna" }), "", sales, false},
		{"directed out of the department", crew(), with(func(w *Want) { w.Member = "mem_dora" }), "dora", "", false},
		{"directed, department unknown", crew(), with(func(w *Want) { w.Member, w.Unknown, w.Overflow = "mem_anna", true, false }), "anna", "", false},
		{"directed at one who is gone", crew(), with(func(w *Want) { w.Member = "mem_zora" }), "", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := team(t, test.rows...).Turn(test.want, monday)
			if chosen(got) != test.next || got.Rotation != (Rotation{test.rotation, test.want.Channel}) || got.Asked != test.rotation || got.overflow != test.overflow {
				t.Errorf("turn = %q by %+v, overflow %v; want %q by %q, overflow %v",
					chosen(got), got.Rotation, got.overflow, test.next, test.rotation, test.overflow)
			}
		})
	}
}

// TestTurnHours: a shift counts to the moment, and the account's holidays silence all.
func TestTurnHours(t *testing.T) {
	s := team(t, in("anna", 0, sales).but(func(r *Row) { r.Schedule = dayShift }), in("bela", 1, sales))
	chat := Want{Channel: Chat, Department: sales}
	five := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		at   time.Time
		next string
	}{{five.Add(-time.Nanosecond), "anna"}, {five, "bela"}, {five.Add(16*time.Hour - time.Nanosecond), "bela"}, {five.Add(16 * time.Hour), "anna"}} {
		if got := chosen(s.Turn(chat, test.at)); got != test.next {
			t.Errorf("at %v it is %q's turn, want %q's", test.at, got, test.next)
		}
	}
	s.Account.Holidays = []string{"2026-11-23"}
	s.Account.Prepare()
	if err := s.Account.Unread(); err != nil {
		t.Fatal(err)
	}
	if got := chosen(s.Turn(chat, monday)); got != "" {
		t.Errorf("on a holiday it is %q's turn, want nobody's", got)
	}
}

func TestReceipt(t *testing.T) {
	rows := []*Row{
		in("anna", 9, sales), in("bela", 3, sales), in("carl", 4, sales).but(offline), in("dora", 0), in("emil", 2, support).but(full),
		in("finn", 5, sales).but(onCall), in("gina", 6, sales), in("hugo", 7, sales).but(off), in("ines", 8, sales).but(full), in("jens", 1, sales).but(gone),
	}
	s := team(t, rows...)
	w := Want{Channel: Chat, Department: sales, Overflow: true, Offered: []string{"mem_gina"}}
	turn := s.Turn(w, monday)
	got := s.Receipt(turn, w, turn.Next, monday)
	want := Receipt{
		At: monday, Rotation: sales, Asked: sales, Others: map[string]int{},
		Candidates: []Candidate{
			{"mem_bela", "offered", 3}, {"mem_carl", "offline", 4}, {"mem_finn", "on_call", 5}, {"mem_gina", "already_offered", 6},
			{"mem_hugo", "off_shift", 7}, {"mem_ines", "at_capacity", 8}, {"mem_anna", "later_in_rotation", 9},
			{"mem_dora", "not_in_department", 0}, {"mem_emil", "not_in_department", 0},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}

	w.Offered = []string{"mem_anna", "mem_bela", "mem_gina"}
	turn = s.Turn(w, monday)
	got = s.Receipt(turn, w, turn.Next, monday)
	if !got.Overflow || got.Rotation != "everyone" || got.Asked != "everyone" || got.Candidates[0] != (Candidate{"mem_dora", "offered", 0}) || len(got.Candidates) != 9 {
		t.Errorf("receipt of an overflow: %+v", got)
	}

	w.Offered = append(w.Offered, "mem_dora")
	turn = s.Turn(w, monday)
	got = s.Receipt(turn, w, nil, monday)
	if turn.Next != nil || !got.Overflow || got.Candidates[0] != (Candidate{"mem_anna", "already_offered", 0}) || len(got.Candidates) != 9 {
		t.Errorf("receipt when nobody is free: %+v", got)
	}
}

// TestReceiptIsShort: of a large team twenty are listed and the others counted, and
// what is stored of it is paid as one kilobyte.
func TestReceiptIsShort(t *testing.T) {
	var rows []*Row
	for i := range 1000 {
		r := in(fmt.Sprintf("%012d", i), int64(100_000+i*37%1000), sales)
		switch {
		case i%10 == 0:
			r.but(offline)
		case i%3 == 0:
			r.Departments = []string{support}
		}
		rows = append(rows, r)
	}
	s := team(t, rows...)
	w := Want{Channel: Chat, Department: sales, Overflow: true}
	turn := s.Turn(w, monday)
	rec := s.Receipt(turn, w, turn.Next, monday)
	rec.Offer, rec.Ticket = 12, 123_456
	if n := len(rec.Candidates); n != receiptLength+1 {
		t.Errorf("%d candidates, want %d", n, receiptLength+1)
	}
	if !slices.IsSortedFunc(rec.Candidates[1:], func(a, b Candidate) int { return int(a.Place - b.Place) }) {
		t.Errorf("candidates are not in order: %+v", rec.Candidates)
	}
	all := len(rec.Candidates)
	for _, n := range rec.Others {
		all += n
	}
	if all != len(rows) || rec.Others["not_in_department"] != 300 {
		t.Errorf("%d members in the receipt, want %d: %v", all, len(rows), rec.Others)
	}
	body, err := json.Marshal(rec.Stored())
	if err != nil {
		t.Fatal(err)
	}
	item := table.Item{Key: table.Key{Partition: "esc_abcdefghijkl", Sort: "receipt/012"}, Body: body}
	if size := table.Size(item); size > 1024 {
		t.Errorf("stored receipt has %d bytes", size)
	}
	back, err := DecodeReceipt(item)
	if diff := cmp.Diff(rec, back); err != nil || diff != "" {
		t.Errorf("read again: %v\n%s", err, diff)
	}
}

func TestReasonLetters(t *testing.T) {
	if len(reasonsByLetter) != len(reasonLetters) {
		t.Errorf("letters %v stand for %d reasons", slices.Collect(maps.Keys(reasonsByLetter)), len(reasonLetters))
	}
	for _, bad := range []string{"", "l", "l12", "lx mem"} {
		if c, err := parseCandidate(bad); err == nil {
			t.Errorf("candidate %q was read as %+v", bad, c)
		}
	}
}

func TestBecause(t *testing.T) {
	tests := []struct {
		name string
		rows []*Row
		want Want
		is   Because
	}{
		{"one is online, on shift and busy", []*Row{in("anna", 0, sales).but(full), in("bela", 0, sales).but(offline)}, Want{Department: sales}, AllBusy},
		{"on shift, none online", []*Row{in("anna", 0, sales).but(offline)}, Want{Department: sales}, NobodyOnline},
		{"online off shift", []*Row{in("anna", 0, sales).but(off)}, Want{Department: sales}, OffShift},
		{"in no department, no overflow", []*Row{in("anna", 0, support).but(off)}, Want{Department: sales}, NobodyOnline},
		{"in no department, everyone was asked", []*Row{in("anna", 0, support).but(off)}, Want{Department: sales, Overflow: true}, OffShift},
		{"nobody at all", nil, Want{}, NobodyOnline},
		{"others do not count", []*Row{in("anna", 0, support), in("bela", 0, sales).but(offline)}, Want{Department: sales, Overflow: true}, NobodyOnline},
		{"removed ones do not count", []*Row{in("anna", 0, sales).but(gone), in("bela", 0, sales).but(off)}, Want{Department: sales}, OffShift},
		{"everyone", []*Row{in("anna", 0, support)}, Want{}, AllBusy},
		{"nobody at all, everyone was asked", nil, Want{Overflow: true}, NobodyOnline},
		{"one on shift is enough", []*Row{in("anna", 0, sales).but(offline), in("bela", 0, sales).but(off)}, Want{Department: sales}, NobodyOnline},
		{"no such team", []*Row{in("anna", 0, sales)}, Want{Unknown: true}, NoSuchTeam},
		{"no such team, everyone was asked", []*Row{in("anna", 0, sales)}, Want{Unknown: true, Overflow: true}, AllBusy},
		{"team deleted", []*Row{in("anna", 0, "dep_deleted")}, Want{Department: "dep_deleted"}, NoSuchTeam},
	}
	for _, test := range tests {
		if got := team(t, test.rows...).Because(test.want, monday); got != test.is {
			t.Errorf("%s: %s, want %s", test.name, got, test.is)
		}
	}
}

func TestNextShift(t *testing.T) {
	two := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)
	deaf := func(r *Row) { r.Calls, r.Chats = 0, new(int) }
	tests := []struct {
		name string
		rows []*Row
		dep  string
		at   time.Time
	}{
		{"the first to come", []*Row{in("anna", 0, sales).but(off), in("bela", 0, sales).but(func(r *Row) { r.Schedule = "Europe/Berlin 2/0800-1200" })}, sales, two},
		{"those on shift do not count", []*Row{in("anna", 0, sales), in("bela", 0, sales).but(func(r *Row) { r.Schedule = dayShift })}, sales, time.Time{}},
		{"others do not count", []*Row{in("anna", 0, support).but(off)}, sales, time.Time{}},
		{"everyone", []*Row{in("anna", 0, support).but(off)}, "", two},
		{"removed ones do not count", []*Row{in("anna", 0, sales).but(off).but(gone)}, sales, time.Time{}},
		{"who takes nothing does not count", []*Row{in("anna", 0, sales).but(off).but(deaf)}, sales, time.Time{}},
		{"who takes no calls counts for any", []*Row{in("anna", 0, sales).but(off).but(func(r *Row) { r.Calls = 0 })}, sales, two},
		{"never again", []*Row{in("anna", 0, sales).but(func(r *Row) { r.Schedule = "Europe/Berlin" })}, sales, time.Time{}},
	}
	for _, test := range tests {
		if got := team(t, test.rows...).NextShift(test.dep, "", monday); !got.Equal(test.at) {
			t.Errorf("%s: %v, want %v", test.name, got, test.at)
		}
	}
}

// Of a call only who takes calls is told to come, and an owner without hours keeps nothing open.
func TestWhoCounts(t *testing.T) {
	two, late := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC), func(r *Row) { r.Schedule = "Europe/Berlin 1/1600-2000" }
	rows := func() []*Row {
		return []*Row{
			in("anna", 0, sales).but(off).but(func(r *Row) { r.Calls = 0 }), in("bela", 0, sales).but(late), in("olga", 0).but(offline),
		}
	}
	s := team(t, rows()...)
	if at := s.NextAgent(Want{Channel: Call, Overflow: true}, monday); at == nil || !at.Equal(two.Add(2*time.Hour)) {
		t.Errorf("next agent for a call: %v", at)
	}
	if at := s.NextAgent(Want{Channel: Chat, Overflow: true}, monday); at == nil || !at.Equal(two) {
		t.Errorf("next agent for a chat: %v", at)
	}
	if s.Business("", monday).Contains(monday) {
		t.Error("it is open, with nobody on shift and the owner away")
	}
	if got := s.Team("", monday, nil); got.Online != 2 || got.OnShift != 0 {
		t.Errorf("%d online, %d on shift; want 2 and 0", got.Online, got.OnShift)
	}
	s.Rows[2].Online = true
	if !s.Business("", monday).Contains(monday) {
		t.Error("it is closed, though the owner is there")
	}
	if !s.Business(support, monday).Contains(monday) || s.Business(sales, monday).Contains(monday) {
		t.Error("a department without members has not the hours of the account")
	}
	free := team(t, in("anna", 0, sales).but(offline), in("bela", 0, sales))
	if got := free.Team(sales, monday, nil); got.OnShift != 2 || !free.Business(sales, monday).Contains(monday) {
		t.Errorf("without any hours: %+v", got)
	}
}

// What is meant for one is not later in anybody's rotation who could not have had it.
func TestReceiptOfDirected(t *testing.T) {
	s := team(t, in("anna", 0, sales), in("bela", 0, sales).but(offline), in("carl", 0, sales))
	w := Want{Channel: Chat, Department: sales, Member: "mem_anna"}
	turn := s.Turn(w, monday)
	want := []Candidate{{"mem_anna", "offered", 0}, {"mem_bela", "offline", 0}, {"mem_carl", "later_in_rotation", 0}}
	if got := s.Receipt(turn, w, turn.Next, monday); !cmp.Equal(got.Candidates, want) {
		t.Errorf("candidates %+v, want %+v", got.Candidates, want)
	}
}

func TestFreshPlaces(t *testing.T) {
	counters := map[string]int64{"*/chat": 40, "*/call": 41, salesChats: 30, "salessalesss/call": 31, "supportsuppo/chat": 20}
	r := in("anna", 12, sales)
	r.FreshPlaces(Chat, counters)
	if diff := cmp.Diff(map[string]int64{"*/chat": 40, salesChats: 30}, r.Places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	r.Places[salesChats] = 33 // drawn after the counters were read
	r.FreshPlaces(Chat, counters)
	if got := r.Places[salesChats]; got != 33 {
		t.Errorf("the place went back to %d", got)
	}
}

func TestRoomGained(t *testing.T) {
	a := NewAccount("Shop", "Europe/Berlin", "")
	free := in("anna", 0, sales)
	tests := []struct {
		name          string
		before, after *Row
		want          []Channel
	}{
		{"was free", free, free, nil},
		{"call over", in("anna", 0, sales).but(onCall), free, []Channel{Call, Chat}},
		{"call over, chats still full", in("anna", 0, sales).but(full).but(onCall), in("anna", 0, sales).but(full), []Channel{Call}},
		{"one of three chats over", in("anna", 0, sales).but(full), in("anna", 0, sales).but(full).but(func(r *Row) { r.Drop("esc_chat1") }), []Channel{Chat}},
		{"capacity raised", in("anna", 0, sales).but(func(r *Row) { r.Calls = 0 }), free, []Channel{Call}},
	}
	for _, test := range tests {
		if got := RoomGained(test.before, test.after, &a); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestNextAgent: of everyone with overflow, else of the department, and never of one that is gone.
func TestNextAgent(t *testing.T) {
	two, four := utc(23, 13), utc(23, 15)
	s := team(t, in("anna", 0, sales).but(hoursOf("Europe/Berlin 1/1600-2000")), in("bela", 0, support).but(off), in("carl", 0, "dep_deleted").but(off))
	for _, c := range []struct {
		name string
		want Want
		at   *time.Time
	}{
		{"of the department", Want{Channel: Chat, Department: sales}, &four},
		{"of everyone", Want{Channel: Chat}, &two},
		{"of everyone by overflow", Want{Channel: Chat, Department: sales, Overflow: true}, &two},
		{"no such department", Want{Channel: Chat, Unknown: true}, nil},
		{"no such department, everyone was asked", Want{Channel: Chat, Unknown: true, Overflow: true}, &two},
		{"a deleted department", Want{Channel: Chat, Department: "dep_deleted"}, nil},
	} {
		if diff := cmp.Diff(c.at, s.NextAgent(c.want, monday)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if at := team(t, in("anna", 0, sales)).NextAgent(Want{Channel: Chat, Overflow: true}, monday); at != nil {
		t.Errorf("without hours: %v", at)
	}
}

// TestCannot: why the member of an offer could not take it any more, as if it did not ring.
func TestCannot(t *testing.T) {
	rings := func(ch Channel) func(r *Row) { return func(r *Row) { r.Add("esc_1", ch) } }
	for _, c := range []struct {
		name    string
		changes []func(r *Row)
		channel Channel
		from    string
		want    string
	}{
		{"they can", []func(r *Row){rings(Call)}, Call, sales, ""},
		{"the last chat that fits", []func(r *Row){full, func(r *Row) { r.Drop("esc_chat0") }, rings(Chat)}, Chat, sales, ""},
		{"one chat too many", []func(r *Row){full, rings(Chat)}, Chat, sales, "at_capacity"},
		{"on another call", []func(r *Row){rings(Chat), onCall}, Chat, sales, "on_call"},
		{"offline", []func(r *Row){rings(Chat), offline}, Chat, sales, "offline"},
		{"not in the department any more", []func(r *Row){rings(Chat)}, Chat, support, "not_in_department"},
		{"offline, and not in it", []func(r *Row){rings(Chat), offline}, Chat, support, "offline"},
		{"a department that was deleted", []func(r *Row){rings(Chat)}, Chat, "dep_deleted", ""},
		{"everyone was asked", []func(r *Row){rings(Chat)}, Chat, "", ""},
	} {
		r := in("anna", 0, sales)
		for _, change := range c.changes {
			r.but(change)
		}
		s, work := team(t, r), len(r.Work)
		if got := s.Cannot("mem_anna", "esc_1", c.channel, c.from, monday); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if len(r.Work) != work {
			t.Errorf("%s: the row has lost work", c.name)
		}
	}
	if got := team(t).Cannot("mem_anna", "esc_1", Chat, "", monday); got != "offline" {
		t.Errorf("who is not there: %q", got)
	}
}

func TestNewest(t *testing.T) {
	chats := Rotation{sales, Chat}
	if got := team(t, in("anna", 0, sales)).Newest(chats); got != 0 {
		t.Errorf("of none: %d", got)
	}
	if got := team(t, in("anna", 7, sales), in("bela", 9, sales), in("carl", 8, sales)).Newest(chats); got != 9 {
		t.Errorf("of three: %d", got)
	}
}
