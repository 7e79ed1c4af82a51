package desk_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// untilDue is how long a callback may take in an account that has set nothing.
const untilDue = 4 * time.Hour

// reminded lists whose phones told of an overdue callback.
func (w *world) reminded(members ...string) (who []string) {
	w.t.Helper()
	for _, id := range members {
		for _, n := range w.notices(id) {
			if n.Kind == desk.NoticeCallbackDue {
				who = append(who, w.name(id))
			}
		}
	}
	slices.Sort(who)
	return who
}

func (w *world) claim(member, id string) {
	w.t.Helper()
	_, err := w.ClaimCallback(w.ctx, w.staff(member), id)
	must(w.t, err)
}

// dueTimer is the message of a callback that waits for its time.
func (w *world) dueTimer(id string) desk.Message {
	w.t.Helper()
	var found []desk.Message
	for _, d := range w.timers.Pending() {
		if m := d.Message; m.Kind == desk.WakeDue && m.CallbackID == id {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		w.t.Fatalf("%d due messages of %s wait, want 1", len(found), id)
	}
	return found[0]
}

func TestWhoIsReminded(t *testing.T) {
	t.Parallel()
	sales := func(w *world, _ map[string]string) desk.Request { return w.request(1) }
	none := func(w *world, _ map[string]string) desk.Request {
		r := w.request(1)
		r.DepartmentID = ""
		return r
	}
	// Agent0 and Agent1 are in Sales, Susi in Support, and Olga is the owner.
	for _, c := range []struct {
		name  string
		ask   func(w *world, team map[string]string) desk.Request
		since func(w *world, team map[string]string, id string)
		want  []string
	}{
		{"its holder", sales, func(w *world, team map[string]string, id string) {
			w.online(team["Agent0"])
			w.online(team["Agent1"])
			w.claim(team["Agent0"], id)
		}, []string{"Agent0"}},
		{"a colleague, its holder being offline", sales, func(w *world, team map[string]string, id string) {
			w.claim(team["Agent0"], id)
			w.online(team["Agent1"])
		}, []string{"Agent1"}},
		{"a colleague, its holder being off shift", sales, func(w *world, team map[string]string, id string) {
			w.claim(team["Agent0"], id)
			w.online(team["Agent0"])
			must(w.t, w.SetSchedule(w.ctx, w.acc, team["Agent0"], "Europe/Berlin 7/0900-1700"))
			w.online(team["Agent1"])
		}, []string{"Agent1"}},
		{"its department", sales, func(w *world, team map[string]string, _ string) {
			w.online(team["Agent0"])
			w.online(team["Agent1"])
			w.online(team["Susi"])
		}, []string{"Agent0", "Agent1"}},
		{"who is online", sales, func(w *world, team map[string]string, _ string) { w.online(team["Agent1"]) }, []string{"Agent1"}},
		{"who is on shift", sales, func(w *world, team map[string]string, _ string) {
			w.online(team["Agent0"])
			w.online(team["Agent1"])
			must(w.t, w.SetSchedule(w.ctx, w.acc, team["Agent0"], "Europe/Berlin 7/0900-1700"))
		}, []string{"Agent1"}},
		{"everyone, of no department", none, func(w *world, team map[string]string, _ string) {
			w.online(team["Agent0"])
			w.online(team["Susi"])
		}, []string{"Agent0", "Susi"}},
		{"everyone, of one that was deleted", sales, func(w *world, team map[string]string, _ string) {
			w.online(team["Susi"])
			must(w.t, w.BuryDepartment(w.ctx, w.acc, w.dep))
		}, []string{"Susi"}},
		{"the owner who is there, when nobody else is", sales, func(w *world, team map[string]string, _ string) {
			w.online(team["Susi"])
			w.online(team["Olga"])
		}, []string{"Olga"}},
		{"an admin who is there, when nobody else is", sales, func(w *world, team map[string]string, _ string) {
			w.online(team["Susi"])
			w.online(team["Ada"])
		}, []string{"Ada"}},
		{"nobody who is not there", sales, func(w *world, team map[string]string, _ string) { w.online(team["Susi"]) }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 2})
			g := newGauges()
			w.Desk.Metrics = g.add
			susi := w.agent("Susi", w.department("Support"))
			team := map[string]string{"Agent0": w.agents[0], "Agent1": w.agents[1], "Susi": susi, "Olga": w.admin.MemberID, "Ada": w.member("Ada", desk.RoleAdmin)}
			all := slices.Collect(maps.Values(team))
			for _, id := range all {
				w.phone(id)
				w.offline(id)
			}
			id := w.miss(c.ask(w, team)).Callback.ID
			c.since(w, team, id)
			w.pass(untilDue - time.Second)
			if got := w.reminded(all...); got != nil {
				t.Errorf("before it was due: %v", got)
			}
			w.pass(time.Second)
			if got := w.reminded(all...); !slices.Equal(got, c.want) {
				t.Errorf("reminded were %v, want %v", got, c.want)
			}
			if n := g.sums["CallbacksOverdue"]; n != 1 {
				t.Errorf("counted %v times, want once", n)
			}
		})
	}
}

// What is pushed names the callback and its department, and nothing of the customer.
func TestReminder(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	agent := w.agents[0]
	w.phone(agent)
	id := w.miss(w.request(1)).Callback.ID
	w.online(agent)
	w.pass(untilDue)
	all := w.notices(agent)
	got := all[len(all)-1]
	if diff := cmp.Diff(desk.Notice{Kind: desk.NoticeCallbackDue, CallbackID: id, Department: "Sales"}, got); diff != "" {
		t.Errorf("notice (-want +got):\n%s", diff)
	}
	body, err := json.Marshal(got)
	must(t, err)
	if strings.Contains(string(body), "Meera") || strings.Contains(string(body), "+49") {
		t.Errorf("it tells whose it is: %s", body)
	}
}

// The same message twice, or eight times at once, reminds once.
func TestRemindedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	g := newGauges()
	w.Desk.Metrics = g.add
	w.offline(agent)
	r := w.request(1)
	id := w.miss(r).Callback.ID
	r.RequestID, r.InteractionID = "joins", "joins"
	if joined := w.miss(r).Callback.ID; joined != id {
		t.Fatalf("%s did not join %s", joined, id)
	}
	w.online(agent)
	m := w.dueTimer(id) // one, though two wait for it
	w.clock.Advance(untilDue)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := w.Wake(w.ctx, m); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.pass(time.Hour)
	if got := w.reminded(agent); len(got) != 1 || g.sums["CallbacksOverdue"] != 1 {
		t.Errorf("reminded %v, counted %v times; want once", got, g.sums["CallbacksOverdue"])
	}
}

// Of what was done in time nobody is reminded, and it is not counted.
func TestNotRemindedOfWhatIsDone(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	agent := w.agents[0]
	w.phone(agent)
	g := newGauges()
	w.Desk.Metrics = g.add
	done, dismissed := w.miss(w.request(1)).Callback.ID, w.miss(w.request(2)).Callback.ID
	w.online(agent)
	w.pass(untilDue - time.Minute)
	_, err := w.CompleteCallback(w.ctx, w.admin, done, desk.Ending{Note: ""})
	must(t, err)
	_, err = w.DismissCallback(w.ctx, w.admin, dismissed, desk.Ending{Note: "spam"})
	must(t, err)
	w.pass(time.Hour)
	if got := w.reminded(agent); got != nil || g.sums["CallbacksOverdue"] != 0 {
		t.Errorf("reminded %v, counted %v", got, g.sums["CallbacksOverdue"])
	}
}

func TestDueTimerLate(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	w.phone(w.agents[0])
	w.miss(w.request(1))
	w.online(w.agents[0])
	w.clock.Advance(30 * time.Hour)
	w.deliverDue()
	if got := w.reminded(w.agents[0]); len(got) != 1 {
		t.Errorf("a day late: reminded %v, want once", got)
	}
}

func TestDueTimerEarly(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	w.phone(w.agents[0])
	id := w.miss(w.request(1)).Callback.ID
	w.online(w.agents[0])
	m := w.dueTimer(id)
	orphan := m
	orphan.CallbackID = "cb_aaaaaaaaaaaa"
	w.clock.Advance(time.Hour)
	for _, d := range w.timers.Pending() {
		must(t, w.timers.Deliver(w.ctx, d.ID, w.Wake))
	}
	must(t, w.Wake(w.ctx, orphan)) // its Write may still come
	if again := w.dueTimer(id); again != m {
		t.Errorf("early: %+v waits, want %+v", again, m)
	}
	if again := w.dueTimer(orphan.CallbackID); again != orphan {
		t.Errorf("early, of one that is not there: %+v waits, want %+v", again, orphan)
	}
	w.pass(untilDue - time.Hour)
	if got := w.reminded(w.agents[0]); len(got) != 1 || !w.dueTimer(id).Due.After(m.Due) {
		t.Errorf("at its time: reminded %v, want once; %+v waits", got, w.timers.Pending())
	}
	// A message of another account is nobody's.
	m.AccountID = w.outsider().AccountID
	w.untouched(id, "another account", func() { must(t, w.Wake(w.ctx, m)) })
}

// Of many the least busy are reminded.
func TestMostReminded(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	w.miss(w.request(1))
	w.crowd(25, 3, "")
	crowd := w.agents[1:]
	for _, id := range crowd {
		w.phone(id)
	}
	w.pass(untilDue - time.Minute)
	busy := map[string]bool{}
	for i := range 5 {
		busy[w.take(w.request(10+i)).Agent.ID] = true
	}
	w.pass(time.Minute)
	n := 0
	for _, id := range crowd {
		told := len(w.reminded(id))
		if n += told; told > 0 && busy[id] {
			t.Errorf("%s was reminded, who is busy", id)
		}
	}
	if n != 20 || len(busy) != 5 {
		t.Errorf("%d of 25 were reminded with %d busy, want 20 with 5", n, len(busy))
	}
}

// A callback is registered also when its timer cannot be sent.
func TestCallbackWithoutTimer(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	w.Desk.Timers = &unpunctual{w.timers, func(m desk.Message) bool { return m.Kind == desk.WakeDue }}
	a := w.miss(w.request(1))
	if cb := w.callback(a.Callback.ID); cb.State != "open" || !cb.DueAt.Equal(w.clock.Now().Add(untilDue)) {
		t.Errorf("callback: %+v", cb)
	}
}

func TestDueInBusinessHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	for _, id := range w.agents {
		w.offline(id)
	}
	due := func(n int, change func(*desk.Request)) time.Time {
		r := w.request(n)
		change(&r)
		return w.callback(w.miss(r).Callback.ID).DueAt
	}
	same := func(*desk.Request) {}
	want := func(name string, got, want time.Time) {
		t.Helper()
		if !got.Equal(want) {
			t.Errorf("%s: due %v, want %v", name, got, want)
		}
	}
	w.at(berlin(23, 15, 0))
	want("nobody has hours: always", due(6, same), berlin(23, 19, 0))
	w.schedule(w.agents[0], workdays)
	want("only one has hours: theirs", due(1, same), berlin(24, 11, 0))
	w.schedule(w.agents[1], "Europe/Berlin 1/1700-1800")
	want("3 h today, 1 tomorrow", due(2, same), berlin(24, 10, 0))
	want("everyone's, of whom Olga has no hours", due(3, everyone), berlin(24, 10, 0))
	w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-24"}, CallbackDueMinutes: ptr(200)})
	want("a holiday between", due(4, same), berlin(25, 9, 20))
	w.at(berlin(28, 12, 0)) // Saturday
	want("from the weekend on", due(5, same), berlin(30, 12, 20))
}
