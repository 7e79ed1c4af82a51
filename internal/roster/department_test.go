package roster

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/hours/hourstest"
	"github.com/connectnow/backend/internal/table"
)

// TestDepartmentOf: a machine may say an id or a name, in any case, in either field; of twins the
// older is meant.
func TestDepartmentOf(t *testing.T) {
	s := &Roster{Departments: map[string]Department{
		"dep_kids": {Name: "Kids", Created: 2}, "dep_men": {Name: "Men", Created: 5},
		"dep_b": {Name: "Twins", Created: 7}, "dep_c": {Name: "twins", Created: 6}, "dep_d": {Name: "Twins", Created: 8},
		"dep_y": {Name: "Old"}, "dep_x": {Name: "OLD"}, "dep_z": {Name: "Old", Created: 1}, // from before times were kept
	}}
	for _, c := range []struct {
		id, name, want string
		unknown        bool
	}{
		{"dep_kids", "", "dep_kids", false}, {"DEP_KIDS", "", "dep_kids", false}, {"kIDS", "", "dep_kids", false},
		{"", "KIDS", "dep_kids", false}, {"", "dep_men", "dep_men", false}, {"dep_gone", "men", "dep_men", false}, {"Men", "Kids", "dep_men", false},
		{"", "", "", false}, {"dep_gone", "", "", true}, {"", "Toys", "", true}, {"dep_gone", "Toys", "", true},
		{"", "Twins", "dep_c", false}, {"", "Old", "dep_x", false},
	} {
		for range 20 { // a map has no order
			if dep, unknown := s.DepartmentOf(c.id, c.name); dep != c.want || unknown != c.unknown {
				t.Fatalf("id %q, name %q: %q, unknown %v; want %q, %v", c.id, c.name, dep, unknown, c.want, c.unknown)
			}
		}
	}
	for _, c := range []struct {
		said, dep string
		want      bool
	}{{"Kids", "dep_kids", true}, {"dep_kids", "dep_kids", true}, {"Kids", "dep_men", false}, {"Toys", "", false}, {"", "", false}, {"", "dep_kids", false}} {
		if got := s.Says(c.said, c.dep); got != c.want {
			t.Errorf("%q says %q: %v", c.said, c.dep, got)
		}
	}
}

func item(sort, body string) table.Item {
	return table.Item{Key: table.Key{Partition: "acc_1/desk", Sort: sort}, Version: 7, Body: []byte(body)}
}

// TestRead: a roster is what the items say, and passes by what a newer version writes beside.
func TestRead(t *testing.T) {
	s, err := Read("acc_1", []table.Item{
		item("account", `{"name":"Shop","tz":"Europe/Berlin","holidays":["2026-11-24"]}`),
		item("dep/dep_kids", `{"name":"Kids","at":5}`), item("dep/dep_gone", `{"name":"Gone","x":true}`), item("dep/", `{"name":"None"}`),
		item("mem/mem_a", `{"f":"Asha","on":true,"cc":1,"h":"`+dayShift+`"}`), item("mem/mem_b", `{"f":"Bilal","cc":1,"h":"`+dayShift+`"}`),
		item("mem/", `{"f":"Nobody","cc":1}`), item("x", `{`), item("new/thing", `[`), item("memo", `{"f":"Nobody","cc":1}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.AccountID != "acc_1" || s.Version != 7 || s.Account.Name != "Shop" || len(s.Departments) != 1 || s.Departments["dep_kids"].Created != 5 {
		t.Errorf("read %+v", s)
	}
	if len(s.Rows) != 2 || s.Rows[0].ID != "mem_a" || s.Rows[0].Version != 7 || s.Rows[1].FirstName != "Bilal" {
		t.Errorf("rows %+v", s.Rows)
	}
	if s.Rows[0].Hours != s.Rows[1].Hours {
		t.Error("the same hours were parsed twice")
	}
	if s.Rows[0].OnShift(&s.Account, monday.AddDate(0, 0, 1)) || !s.Rows[0].OnShift(&s.Account, monday) {
		t.Error("the holidays are not those that are stored")
	}
	if !s.Has("dep_kids") || !s.Has("") || s.Has("dep_gone") || s.Row("mem_b") != s.Rows[1] || s.Row("mem_c") != nil {
		t.Error("not found, or found though it is not there")
	}
	for _, bad := range []table.Item{item("account", `{`), item("dep/dep_kids", `{`), item("mem/mem_a", `{`)} {
		if _, err := Read("acc_1", []table.Item{bad}); err == nil || !strings.Contains(err.Error(), bad.Key.Sort+" of acc_1") {
			t.Errorf("%s: %v", bad.Key.Sort, err)
		}
	}
}

// TestReadAfter: what has changed since is read anew, and the rest is as it was.
func TestReadAfter(t *testing.T) {
	items := func(bodies ...string) (items []table.Item) {
		for i, body := range bodies {
			if body != "" {
				items = append(items, item(fmt.Sprintf("mem/mem_%d", i), body))
			}
		}
		return append([]table.Item{item("account", `{"name":"Shop"}`), item("dep/dep_kids", `{"name":"Kids"}`)}, items...)
	}
	const asha, bilal, chitra = `{"f":"Asha","cc":1}`, `{"f":"Bilal","cc":1,"h":"` + dayShift + `"}`, `{"f":"Chitra","cc":1,"p":{"*/chat":4}}`
	before, err := Read("acc_1", items(asha, bilal, chitra))
	if err != nil {
		t.Fatal(err)
	}
	later := items(asha, bilal)
	later[2].Version++
	for _, c := range []struct {
		name  string
		acc   string
		items []table.Item
		same  int // rows that are those of before
	}{
		{"the same", "acc_1", items(asha, bilal, chitra), 3},
		{"another body", "acc_1", items(asha, `{"f":"Bilal","on":true,"cc":1}`, chitra), 2},
		{"another version", "acc_1", later, 1},
		{"one that is gone", "acc_1", items("", bilal, chitra), 2},
		{"a new one", "acc_1", items(asha, bilal, chitra, asha), 3},
		{"none", "acc_1", nil, 0},
		{"another account", "acc_2", items(asha, bilal, chitra), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadAfter(c.acc, c.items, before)
			if err != nil {
				t.Fatal(err)
			}
			want, err := Read(c.acc, c.items)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range []*Roster{got, want} {
				s.schedules, s.room = nil, nil
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("read %+v, want %+v", got, want)
			}
			same := 0
			for _, r := range got.Rows {
				if before.Row(r.ID) == r {
					same++
				}
			}
			if same != c.same {
				t.Errorf("%d rows are those of before, want %d", same, c.same)
			}
		})
	}
}

// TestReadAfterALaw: under other laws of clocks hours are read anew.
func TestReadAfterALaw(t *testing.T) {
	defer hours.Use(nil)
	items := []table.Item{item("mem/mem_a", `{"f":"Asha","cc":1,"h":"`+dayShift+`"}`)}
	before, err := Read("acc_1", items)
	if err != nil {
		t.Fatal(err)
	}
	hours.Use(hourstest.Database(t, "2099a", nil))
	if got, err := ReadAfter("acc_1", items, before); err != nil || got.Rows[0] == before.Rows[0] {
		t.Errorf("the row is that of before: %v", err)
	}
}

// TestDecodeRow: hours are shared with those that were parsed before, and a row that is not in
// the usual form leaves nothing behind of how far it was read by it.
func TestDecodeRow(t *testing.T) {
	known := map[string]*hours.Schedule{}
	a, err := DecodeRow(item("mem/mem_a", `{"f":"Asha","cc":1,"h":"`+dayShift+`"}`), known)
	if err != nil || known[dayShift] != a.Hours || a.Hours == nil {
		t.Errorf("hours %v, kept %v: %v", a.Hours, known[dayShift], err)
	}
	r, err := DecodeRow(item("mem/mem_a", `{"f":"Asha","on":true,"cc":1,"f":null,"on":null,"p":{"*/chat":4}}`), nil)
	if err != nil || !r.Online || r.FirstName != "Asha" || r.Places["*/chat"] != 4 {
		t.Errorf("%+v: %v", r, err)
	}
	r, err = DecodeRow(item("mem/mem_a", `{"f":"A","on":true,"cc":1,"on":false,"d":["dep_a","dep_b"]} `), nil)
	if err != nil || r.Online || len(r.Departments) != 2 {
		t.Errorf("%+v: %v", r, err)
	}
	r, err = DecodeRow(item("mem/mem_a", `{"f":"A","cc":1,"p":{"a\u0062/chat":4}}`), nil)
	if err != nil || len(r.Places) != 1 || r.Places["ab/chat"] != 4 {
		t.Errorf("%+v: %v", r, err)
	}
	r, err = DecodeRow(item("mem/mem_a", `{"f":"A","d":["dep_a"],"cc":1, "w":[]}`), nil)
	if err != nil || len(r.Departments) != 1 {
		t.Errorf("%+v: %v", r, err)
	}
}

// TestSomeone: a team whose agents are all busy is not gone.
func TestSomeone(t *testing.T) {
	for _, c := range []struct {
		row  func(r *Row)
		want bool
	}{{func(*Row) {}, true}, {full, true}, {onCall, true}, {offline, false}, {off, false}, {gone, false}} {
		if got := team(t, in("zora", 0).but(offline), in("anna", 0).but(c.row)).Someone(monday); got != c.want {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}
