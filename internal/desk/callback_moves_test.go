package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

func waiting1() *callback {
	return &callback{Account: "acc_1", State: callbackOpen, Marks: "oho", Department: "dep_kids", Due: millis(after(3600)), Created: millis(begun)}
}

func claimed1() *callback {
	cb := waiting1()
	cb.State, cb.Claimed = callbackClaimed, &Agent{ID: "mem_a", FirstName: "Asha"}
	return cb
}

// opsText writes operations down: what is deleted and put, by state and body.
func opsText(ops []table.Op) string {
	var said []string
	for _, op := range ops {
		state := op.Item.Key.Partition[strings.LastIndexByte(op.Item.Key.Partition, '/')+1:]
		said = append(said, strings.TrimSpace(fmt.Sprint(op.Kind, " ", state, " ", string(op.Item.Body))))
	}
	return strings.Join(said, "; ")
}

// TestCallbackMoves: a change of the state takes the entry out of one list and puts it into
// another, and what has ended has an end.
func TestCallbackMoves(t *testing.T) {
	due := millis(after(3600))
	for _, c := range []struct {
		from, to string
		ended    int64
		entry    string
	}{
		{callbackOpen, callbackClaimed, 0, `{"d":"dep_kids","m":"mem_a"}`},
		{callbackClaimed, callbackOpen, 0, `{"d":"dep_kids"}`},
		{callbackOpen, callbackDone, millis(after(5)), `{"d":"dep_kids"}`},
		{callbackClaimed, callbackDismissed, millis(after(5)), `{"d":"dep_kids"}`},
	} {
		cb := claimed1()
		cb.State = c.from
		if got, want := cb.pending(), true; got != want {
			t.Errorf("%s is pending: %v", c.from, got)
		}
		ops := cb.move("cbk_1", c.to, after(5))
		want := []table.Op{
			table.Delete(keys.ListedCallback("acc_1", c.from, due, "cbk_1"), table.Condition{}),
			table.Put(table.Item{Key: keys.ListedCallback("acc_1", c.to, due, "cbk_1"), Body: []byte(c.entry)}, table.Condition{}),
		}
		if diff := cmp.Diff(want, ops, cmp.AllowUnexported(table.Condition{})); diff != "" || cb.State != c.to || cb.Ended != c.ended {
			t.Errorf("%s to %s: %+v (-want +got):\n%s", c.from, c.to, cb, diff)
		}
	}
	cb := waiting1() // one that an older version stored as claimed, by nobody
	cb.State = callbackClaimed
	if got, want := string(cb.list("cbk_1").Item.Body), `{"d":"dep_kids"}`; got != want {
		t.Errorf("listed as %s", got)
	}

	cb = claimed1()
	cb.State, cb.Note, cb.Ended, cb.EndedBy, cb.JoinedTo = callbackDone, "Reached.", 7, "req", "cbk_0"
	cb.Departments = []string{"dep_kids", "dep_men"}
	cb.NextLook, cb.Overdue, cb.Reminders, cb.Away = 8, "mark", 3, 9
	if got, want := opsText(cb.reopen("cbk_1")), fmt.Sprintf(`%v done; %v open {"d":"dep_kids","ds":["dep_kids","dep_men"]}`, table.OpDelete, table.OpPut); got != want {
		t.Errorf("opened again: %s, want %s", got, want)
	}
	fresh := waiting1()
	fresh.Departments, fresh.NextLook = cb.Departments, due
	if diff := cmp.Diff(fresh, cb, cmp.AllowUnexported(callback{})); diff != "" {
		t.Errorf("opened again (-want +got):\n%s", diff)
	}
}

// TestCallbackEntries: the marks say what has become of each entry.
func TestCallbackEntries(t *testing.T) {
	cb := waiting1()
	cb.mark(3, markTaken)
	if cb.Marks != "oht" || !cb.open() {
		t.Errorf("marks %q, open %v", cb.Marks, cb.open())
	}
	cb.mark(2, markOpen)
	cb.helped()
	if cb.Marks != "hht" || cb.open() {
		t.Errorf("helped: marks %q, open %v", cb.Marks, cb.open())
	}
	cb.Joined = []joined{{ID: "cbk_2", N: 2}, {ID: "cbk_3", N: 5}}
	if got := cb.entriesCount(); got != 10 {
		t.Errorf("%d entries", got)
	}
	if got := cb.departments(); !slices.Equal(got, []string{"dep_kids"}) {
		t.Errorf("departments %v", got)
	}
	cb.Departments = []string{"dep_kids", "dep_men"}
	if got := cb.departments(); !slices.Equal(got, cb.Departments) {
		t.Errorf("departments of more entries %v", got)
	}
	for _, c := range []struct {
		to   string
		want bool
	}{{"cbk_1", true}, {"cbk_3", true}, {"cbk_9", false}, {"", false}} {
		if got := cb.goesOnFor("cbk_1", &callback{JoinedTo: c.to}); got != c.want {
			t.Errorf("one that was joined to %q belongs to it: %v", c.to, got)
		}
	}
	cb.Joined = append(cb.Joined, joined{ID: ""})
	if cb.goesOnFor("cbk_1", &callback{}) {
		t.Error("one that was joined to none belongs to it")
	}
	e := works()
	e.noteClosed(closing{ID: "cbk_1", Entries: []int{1}})
	e.noteClosed(closing{ID: "cbk_2", Entries: []int{2}})
	e.noteClosed(closing{ID: "cbk_1", Entries: []int{3}})
	if diff := cmp.Diff([]closing{{"cbk_1", []int{1, 3}}, {"cbk_2", []int{2}}}, e.Closed); diff != "" {
		t.Errorf("closed (-want +got):\n%s", diff)
	}
}

// TestCallbackHeld: who holds it may go on with it, and whoever manages.
func TestCallbackHeld(t *testing.T) {
	asha, bilal, owner := Caller{MemberID: "mem_a", Role: RoleStaff}, Caller{MemberID: "mem_b", Role: RoleStaff}, Caller{MemberID: "mem_o", Role: RoleOwner}
	done := claimed1()
	done.State = callbackDone
	for _, c := range []struct {
		name string
		cb   *callback
		by   Caller
		want string // the problem
	}{
		{"its holder", claimed1(), asha, ""}, {"another", claimed1(), bilal, "claimed"}, {"the owner", claimed1(), owner, ""},
		{"nobody's", waiting1(), asha, "not-claimed"}, {"nobody's, the owner", waiting1(), owner, ""},
		{"ended", done, asha, "callback-ended"}, {"ended, the owner", done, owner, "callback-ended"},
	} {
		err := c.cb.held(c.by)
		if c.want == "" && err != nil || c.want != "" && !IsProblem(err, c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	var p *Problem
	if err := claimed1().held(bilal); !errors.As(err, &p) || !maps.Equal(p.Extra, map[string]any{"claimedBy": Agent{ID: "mem_a", FirstName: "Asha"}}) {
		t.Errorf("another is told: %+v", err)
	}
	if err := done.hasEnded(); !strings.HasSuffix(err.Error(), "It is done.") {
		t.Errorf("ended: %v", err)
	}
	if waiting1().claimedBy("") || !claimed1().claimedBy("mem_a") || claimed1().claimedBy("mem_b") {
		t.Error("claimed by the wrong one")
	}
}

// TestCallbackLooks: when it is looked at next, and since when its customer waits.
func TestCallbackLooks(t *testing.T) {
	cb := waiting1()
	if got := cb.nextLook(); !got.Equal(after(3600)) {
		t.Errorf("looked at %v before it is due", got)
	}
	cb.NextLook = millis(after(9000))
	if got := cb.nextLook(); !got.Equal(after(3600)) {
		t.Errorf("looked at %v though it is not overdue", got)
	}
	cb.Overdue = "mark"
	if got := cb.nextLook(); !got.Equal(after(9000)) {
		t.Errorf("looked at %v", got)
	}
	cb.NextLook = 0
	if got := cb.nextLook(); !got.Equal(after(3600)) {
		t.Errorf("of an older version it is looked at %v", got)
	}
	if got := cb.opened(); !got.Equal(begun) {
		t.Errorf("waits since %v", got)
	}
	if cb.Opened = millis(after(60)); !cb.opened().Equal(after(60)) {
		t.Errorf("opened again, waits since %v", cb.opened())
	}
	for _, c := range []struct {
		away   int64
		member string
		news   bool
		left   int64
	}{{0, "mem_a", false, 0}, {1, "mem_b", false, 1}, {1, "mem_a", true, 0}} {
		cb := claimed1()
		cb.Away = c.away
		if got := cb.stir(c.member); got != c.news || cb.Away != c.left {
			t.Errorf("away %d, %s stirs: %v, away %d", c.away, c.member, got, cb.Away)
		}
	}
	// A due time that moves begins the reminders anew, and leaves the holder as away as before.
	cb = claimed1()
	cb.Overdue, cb.Reminders, cb.Away = "mark", 3, 9
	l := &look{m: Message{CallbackID: "cbk_1"}}
	ops := l.move(cb, after(7200))
	if got, want := opsText(ops), fmt.Sprintf(`%v claimed; %v claimed {"d":"dep_kids","m":"mem_a"}`, table.OpDelete, table.OpPut); got != want || ops[0].Item.Key == ops[1].Item.Key {
		t.Errorf("moved: %s, want %s", got, want)
	}
	if cb.Due != millis(after(7200)) || cb.NextLook != cb.Due || cb.Overdue != "" || cb.Reminders != 0 || cb.Away != 9 {
		t.Errorf("moved: %+v", cb)
	}
}

// TestCallbackLapses: one who was not there at two looks, four hours of business apart, loses it.
func TestCallbackLapses(t *testing.T) {
	four := 4 * time.Hour
	there, offline := &roster.Row{ID: "mem_a", Online: true}, &roster.Row{ID: "mem_a"}
	never, err := hours.Parse("UTC 7/0000-0001")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		row    *roster.Row
		away   int64
		at     time.Time
		want   int64 // away then
		lapses bool
	}{
		{"there", there, 0, begun, 0, false}, {"there again", there, millis(begun), begun.Add(four), 0, false},
		{"away for the first time", offline, 0, begun, millis(begun), false}, {"not for long", offline, millis(begun), begun.Add(four - time.Millisecond), millis(begun), false},
		{"for long", offline, millis(begun), begun.Add(four), 0, true}, {"not in the team any more", &roster.Row{ID: "mem_b"}, millis(begun), begun.Add(four), 0, true},
		{"off shift", &roster.Row{ID: "mem_a", Online: true, Hours: never}, 0, begun, millis(begun), false},
	} {
		cb, l := claimed1(), &look{m: Message{CallbackID: "cbk_1"}, lapsed: &Agent{ID: "mem_old"}}
		cb.Away = c.away
		ops := l.lapse(&roster.Roster{Account: *settings(), Rows: []*roster.Row{c.row}}, cb, c.at)
		if cb.Away != c.want || (cb.Claimed == nil) != c.lapses || (cb.State == callbackOpen) != c.lapses || len(ops) > 0 != c.lapses {
			t.Errorf("%s: away %d, claimed %v, %s, %d operations", c.name, cb.Away, cb.Claimed, cb.State, len(ops))
		}
		if (l.lapsed != nil) != c.lapses || c.lapses && l.lapsed.ID != "mem_a" {
			t.Errorf("%s: lapsed %v", c.name, l.lapsed)
		}
	}
	cb, l := waiting1(), &look{lapsed: &Agent{}}
	cb.Away = 5
	if ops := l.lapse(&roster.Roster{}, cb, begun); ops != nil || cb.Away != 0 || l.lapsed != nil {
		t.Errorf("nobody's: %v, away %d", ops, cb.Away)
	}
}

// TestCallbackRefiled: the departments are those of all entries, the oldest entry's first.
func TestCallbackRefiled(t *testing.T) {
	entries := func(departments ...string) (list []numbered) {
		for i, dep := range departments {
			e := numbered{n: i + 1}
			e.value.Department, e.value.Escalation = dep, fmt.Sprint("esc_", i+1)
			list = append(list, e)
		}
		return list
	}
	for _, c := range []struct {
		list   []numbered
		joined bool
		own    string
		all    []string
	}{
		{entries("dep_men"), false, "dep_men", nil},
		{entries("dep_men", "dep_men"), false, "dep_men", nil},
		{entries("dep_men", "dep_kids", "dep_men"), false, "dep_men", []string{"dep_men", "dep_kids"}},
		{entries("dep_men"), true, "dep_men", []string{"dep_men", "dep_kids"}},
	} {
		cb := waiting1()
		if c.joined {
			cb.Joined = []joined{{ID: "cbk_2"}}
		}
		last := &entry{Escalation: fmt.Sprint("esc_", len(c.list)), Department: "dep_old"}
		cb.LastEntry = last
		cb.refile(c.list)
		if cb.Department != c.own || !slices.Equal(cb.Departments, c.all) || cb.LastEntry.Department != c.list[len(c.list)-1].value.Department {
			t.Errorf("%s of %v, the last %s", cb.Department, cb.Departments, cb.LastEntry.Department)
		}
		if last.Department != "dep_old" {
			t.Error("the entry was changed where it was read")
		}
	}
	cb := waiting1()
	cb.LastEntry = &entry{Escalation: "esc_9", Department: "dep_old"}
	if cb.refile(entries("dep_men")); cb.LastEntry.Department != "dep_old" {
		t.Error("another entry was filed too")
	}
	cb.LastEntry = nil
	cb.refile(entries("dep_men"))
}

// TestCallbackOfBefore: what an older version stored counts its entries and attempts.
func TestCallbackOfBefore(t *testing.T) {
	for _, c := range []struct {
		stored, marks, interaction string
		bare, tried                int
		last                       string
	}{
		{`{"s":"open","e":["esc_1"],"i":["conv-1"],"at":[{"outcome":"busy"},{"outcome":"no_answer"}]}`, "o", "conv-1", 1, 2, "no_answer"},
		{`{"s":"open","e":["esc_1"],"at":[{"outcome":"busy"}]}`, "o", "", 1, 1, "busy"},
		{`{"s":"claimed","e":["esc_1","esc_2"],"i":["conv-1"]}`, "oo", "", 2, 0, ""},
		{`{"s":"done","e":["esc_1"],"i":["conv-1","conv-2"]}`, "h", "", 1, 0, ""},
		{`{"s":"open","e":["esc_1"],"mk":"t","an":4}`, "t", "", 0, 4, ""},
	} {
		var cb callback
		if err := json.Unmarshal([]byte(c.stored), &cb); err != nil {
			t.Fatal(err)
		}
		last := ""
		if cb.LastTry != nil {
			last = cb.LastTry.Outcome
		}
		if cb.Marks != c.marks || cb.Interaction != c.interaction || cb.Bare != c.bare || cb.Tried != c.tried || last != c.last {
			t.Errorf("%s: %+v", c.stored, cb)
		}
	}
	if err := json.Unmarshal([]byte(`{"s":7}`), &callback{}); err == nil {
		t.Error("what is none was read")
	}
}
