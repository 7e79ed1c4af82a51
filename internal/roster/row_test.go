package roster

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCountMissed plays offers one after the other, by how each ended.
func TestCountMissed(t *testing.T) {
	type end struct {
		how         string
		from, until int64
		offline     bool // it takes them offline
	}
	const missed, unreached, declined, withdrawn = EndMissed, EndUnreached, EndDeclined, "withdrawn"
	limit := func(n int) func(a *Account) { return func(a *Account) { a.MissedOffersUntilOffline = n } }
	for _, c := range []struct {
		name string
		set  func(a *Account)
		row  func(r *Row)
		ends []end
		want Row // what is stored of it
	}{
		{"two misses", limit(2), nil, []end{{missed, 10, 20, false}, {missed, 20, 30, true}}, Row{OfflineFor: "missed_offers", Missed: 2, CountedUntil: 30}},
		{"rung side by side", limit(2), nil, []end{{missed, 10, 20, false}, {missed, 19, 29, false}}, Row{Online: true, Missed: 1, CountedUntil: 20}},
		{"one is enough", limit(1), nil, []end{{missed, 10, 20, true}}, Row{OfflineFor: "missed_offers", Missed: 1, CountedUntil: 20}},
		{"of three two", limit(3), nil, []end{{missed, 10, 20, false}, {missed, 20, 30, false}}, Row{Online: true, Missed: 2, CountedUntil: 30}},
		{"never offline", limit(0), nil, []end{{missed, 10, 20, false}, {missed, 20, 30, false}}, Row{Online: true, Missed: 2, CountedUntil: 30}},
		{"two that arrived nowhere", limit(9), nil, []end{{unreached, 10, 20, false}, {unreached, 20, 30, true}}, Row{OfflineFor: "unreachable", Unreached: 2, CountedUntil: 30}},
		{"nowhere is no miss", limit(1), nil, []end{{unreached, 10, 20, false}}, Row{Online: true, Unreached: 1, CountedUntil: 20}},
		{"nowhere, and then a miss", limit(2), nil, []end{{unreached, 10, 20, false}, {missed, 20, 30, false}, {unreached, 30, 40, false}}, Row{Online: true, Missed: 1, Unreached: 1, CountedUntil: 40}},
		{"nowhere, and then declined", limit(2), nil, []end{{unreached, 10, 20, false}, {declined, 20, 25, false}, {unreached, 30, 40, false}}, Row{Online: true, Unreached: 1, CountedUntil: 40}},
		{"declined counts as nothing", limit(1), nil, []end{{declined, 10, 20, false}, {declined, 20, 30, false}}, Row{Online: true}},
		{"a miss stays when one is declined", limit(2), nil, []end{{missed, 10, 20, false}, {declined, 20, 25, false}, {missed, 30, 40, true}}, Row{OfflineFor: "missed_offers", Missed: 2, CountedUntil: 40}},
		{"withdrawn counts as nothing", limit(1), nil, []end{{withdrawn, 10, 20, false}}, Row{Online: true}},
		{"withdrawn says nothing of the phone", limit(9), nil, []end{{unreached, 10, 20, false}, {withdrawn, 20, 30, false}, {unreached, 30, 40, true}}, Row{OfflineFor: "unreachable", Unreached: 2, CountedUntil: 40}},
		{"a limit that was lowered since", limit(2), func(r *Row) { r.Missed = 5 }, []end{{unreached, 10, 20, false}}, Row{Online: true, Missed: 5, Unreached: 1, CountedUntil: 20}},
		{"who is offline already", limit(1), offline, []end{{missed, 10, 20, false}, {unreached, 20, 30, false}, {unreached, 30, 40, false}}, Row{Missed: 1, Unreached: 2, CountedUntil: 40}},
		{"a page at which nobody looked", limit(9), func(r *Row) { r.SetDevices(0); r.PageUntil = 99 }, []end{{unreached, 10, 20, false}}, Row{Online: true, Devices: new(int), Unreached: 1, CountedUntil: 20}},
		{"a page that was seen", limit(9), func(r *Row) { r.SetDevices(0); r.PageUntil = 99 }, []end{{missed, 10, 20, false}}, Row{Online: true, Devices: new(int), Missed: 1, CountedUntil: 20, PageUntil: 99}},
		{"a page beside a device", limit(9), func(r *Row) { r.SetDevices(1); r.PageUntil = 99 }, []end{{unreached, 10, 20, false}}, Row{Online: true, Devices: one(), Unreached: 1, CountedUntil: 20, PageUntil: 99}},
		{"a page of a row of before", limit(9), func(r *Row) { r.PageUntil = 99 }, []end{{unreached, 10, 20, false}}, Row{Online: true, Unreached: 1, CountedUntil: 20, PageUntil: 99}},
	} {
		a, r := NewAccount("Shop", "UTC", ""), &Row{Online: true}
		c.set(&a)
		if c.row != nil {
			r.but(c.row)
		}
		for i, e := range c.ends {
			if got := r.CountMissed(e.how, Rang{e.from, e.until}, &a); got != e.offline {
				t.Errorf("%s: offer %d takes them offline: %v", c.name, i+1, got)
			}
		}
		if diff := cmp.Diff(&c.want, r); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func one() *int { n := 1; return &n }

func TestForgetMissed(t *testing.T) {
	for _, r := range []Row{{}, {Missed: 1}, {Missed: 2}, {Unreached: 1}, {CountedUntil: 1}, {CountedUntil: 1795428000000}} {
		had := r.Missed+r.Unreached > 0 || r.CountedUntil > 0
		if got := r.ForgetMissed(); got != had || r.Missed != 0 || r.Unreached != 0 || r.CountedUntil != 0 {
			t.Errorf("forgot something: %v, want %v; left %+v", got, had, r)
		}
	}
}

// TestClone: a change of the copy leaves the row as it was read.
func TestClone(t *testing.T) {
	r := in("anna", 4, sales, support).but(onCall)
	before, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	c := r.Clone()
	if diff := cmp.Diff(r, c); diff != "" {
		t.Errorf("the copy differs:\n%s", diff)
	}
	c.Work[0].Escalation, c.Departments[0], c.Places[salesChats] = "esc_x", "dep_x", 99
	c.Places["*/call"] = 1
	c.Drop("esc_x")
	if after, _ := json.Marshal(r); string(after) != string(before) {
		t.Errorf("the row has become %s, was %s", after, before)
	}
	(&Row{}).Clone().Places["*/chat"] = 1 // never nil
}

// TestFree: who speaks is there, and not free; who has chats open is both.
func TestFree(t *testing.T) {
	for _, c := range []struct {
		name string
		row  func(r *Row)
		free bool
	}{
		{"idle", func(*Row) {}, true}, {"on a call", onCall, false}, {"full of chats", full, true}, {"offline", offline, false}, {"off shift", off, false},
	} {
		s := team(t, in("anna", 0, sales).but(c.row))
		if got := s.Rows[0].Free(&s.Account, monday); got != c.free {
			t.Errorf("%s: free %v", c.name, got)
		}
	}
}

// TestWork: what is added twice is there once, and only what is dropped goes.
func TestWork(t *testing.T) {
	r := &Row{}
	r.Add("esc_1", Chat)
	r.Add("esc_2", Call)
	r.Add("esc_1", Chat)
	if r.Open(Chat) != 1 || r.Open(Call) != 1 {
		t.Errorf("work %+v", r.Work)
	}
	r.Drop("esc_3")
	r.Drop("esc_1")
	if diff := cmp.Diff([]work{{"esc_2", Call}}, r.Work); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

// Of one who has no places yet the counters that stand at nothing leave none.
func TestFreshPlacesOfANewcomer(t *testing.T) {
	r := &Row{Departments: []string{sales}}
	r.FreshPlaces(Chat, map[string]int64{salesChats: 7})
	if diff := cmp.Diff(map[string]int64{salesChats: 7}, r.Places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

// TestRowTextIsQuick: what is written of a row is read by hand, without encoding/json, whatever
// it has; only an escape is left to that.
func TestRowTextIsQuick(t *testing.T) {
	two, minus := 2, -1
	for _, r := range []Row{
		{FirstName: "Asha", Calls: 1},
		{FirstName: "Zoë", Online: true, Calls: 1, Departments: []string{sales}, Places: map[string]int64{salesChats: 41}, Devices: &two},
		{
			FirstName: "", OfflineFor: "missed_offers", Departments: []string{sales, support}, Calls: 10, Chats: &two,
			Work:   []work{{"esc_1", Chat}, {"esc_2", Call}},
			Places: map[string]int64{salesChats: 100_000, "*/call": 1, "*/chat": 999_999_999_999_999_999}, Schedule: dayShift,
			Missed: 3, Unreached: 1, CountedUntil: 1795428000000, Devices: new(int), PageUntil: 1795428480000, Removed: true,
		},
		{FirstName: "B", Online: true, Chats: &minus, Places: map[string]int64{"*/chat": -5}},
	} {
		body, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var got Row
		if !got.readText(string(body)) {
			t.Errorf("not read by hand: %s", body)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	for _, other := range []string{
		``, `{}`, `{"f":"A"}`, `{"f":"A","cc":1}x`, `{"f":"A","cc":1`, `{"f":"A","cc":01}`, `{"f":"A","cc":}`, `{"f":"A","cc":-}`,
		`{"f":"A","cc":1,"m":1234567890123456789}`, `{"f":"A\n","cc":1}`, "{\"f\":\"A\x1f\",\"cc\":1}", "{\"f\":\"\xff\",\"cc\":1}", `{"f":"A,"cc":1}`,
		`{"f":"A","d":["a""b"],"cc":1}`, `{"f":"A","d":["a","cc":1}`, `{"f":"A","cc":1,"w":[{"e":"x","c":"chat"]}`, `{"f":"A","cc":1,"w":[{"e":"x","c":"chat"}}`,
		`{"f":"A","cc":1,"w":[{"e":"x","d":"chat"}]}`, `{"f":"A","cc":1,"p":{"a"1}}`, `{"f":"A","cc":1,"p":{"a":1}`, `"f":"A","cc":1}`, `{"f":"A"1}`,
		`{"f":"A","cc":1,"w":[{"e":"x","c":"}]}`, `{"f":"A","cc":1,"h":"}`,
	} {
		if got := (&Row{}); got.readText(other) {
			t.Errorf("%s was read by hand as %+v", other, got)
		}
	}
}
