package desk_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// remindedAt lists when a member's phone told of overdue callbacks, by the clocks of Berlin.
func (w *world) remindedAt(member string) (at []string) {
	w.t.Helper()
	pushes, err := w.phones.Feed("phone-"+member, 0)
	must(w.t, err)
	for _, p := range slices.Backward(pushes) {
		if p.Notice.Kind == desk.NoticeCallbackDue {
			at = append(at, p.At.Add(time.Hour).Format("Mon 15:04"))
		}
	}
	return at
}

func (w *world) wantReminded(member, why string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.remindedAt(member)); diff != "" {
		w.t.Errorf("%s: reminded (-want +got):\n%s", why, diff)
	}
}

// waiting is a world with an agent, offline since, and a callback of Monday 11:00 for them,
// due after an hour.
func waiting(t *testing.T, compact string) (w *world, agent, id string) {
	t.Helper()
	w = newWorld(t, worldOptions{agents: 2})
	for _, a := range w.agents {
		w.phone(a)
		w.schedule(a, compact)
		w.offline(a)
	}
	w.settings(desk.AccountPatch{CallbackDueMinutes: ptr(60)})
	return w, w.agents[0], w.miss(w.request(1)).Callback.ID
}

// As long as it is overdue people are reminded, less and less often, in business hours.
func TestRemindedAgain(t *testing.T) {
	t.Parallel()
	w, agent, _ := waiting(t, workdays)
	w.online(agent)
	w.until(berlin(26, 18, 0))
	w.wantReminded(agent, "until Thursday", "Mon 12:00", "Mon 13:00", "Mon 15:00", "Tue 11:00", "Wed 11:00", "Thu 11:00")
}

// A due time of three minutes reminds nobody every three minutes.
func TestRemindedHourlyAtMost(t *testing.T) {
	t.Parallel()
	w, agent, _ := waiting(t, workdays)
	w.settings(desk.AccountPatch{CallbackDueMinutes: ptr(3)})
	w.miss(w.request(2))
	w.online(agent)
	w.until(berlin(23, 11, 59))
	w.wantReminded(agent, "in the first hour", "Mon 11:03")
}

// Whom nobody could be told of is looked at when the next of them comes.
func TestNobodyThereToRemind(t *testing.T) {
	t.Parallel()
	w, agent, id := waiting(t, workdays)
	w.until(berlin(23, 17, 30))
	w.wantReminded(agent, "offline")
	if at := w.dueTimer(id).Due; !at.Equal(berlin(24, 9, 0)) {
		t.Errorf("the next look is at %v, want that of the next shift", at)
	}
	w.online(agent) // off shift
	w.until(berlin(24, 9, 1))
	w.wantReminded(agent, "the next day", "Tue 09:00")
}

// A holiday that is declared when the callback waits already moves it.
func TestDueMoves(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.phone(agent)
	w.schedule(agent, workdays)
	w.at(berlin(23, 16, 0))
	w.offline(agent)
	first, second := w.miss(w.request(1)).Callback.ID, w.miss(w.request(2)).Callback.ID
	w.online(agent)
	if due := w.callback(first).DueAt; !due.Equal(berlin(24, 12, 0)) {
		t.Fatalf("due %v", due)
	}
	w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-24"}})
	w.until(berlin(24, 12, 1))
	w.wantReminded(agent, "on the holiday")
	if due := w.callback(first).DueAt; !due.Equal(berlin(25, 12, 0)) {
		t.Errorf("due %v, want it to have moved", due)
	}
	list, err := w.Callbacks(w.ctx, w.admin, desk.CallbackFilter{}, desk.Page{})
	must(t, err)
	if got := ids(list.Items, func(cb desk.Callback) string { return cb.ID }); len(got) != 2 || !slices.Contains(got, second) {
		t.Errorf("listed are %v", got)
	}
	w.until(berlin(25, 12, 1))
	w.wantReminded(agent, "the day after", "Wed 12:00", "Wed 12:00")
}

// A holder who has gone loses the callback; one who sees to it, or comes, does not.
func TestClaimLapses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		does func(w *world, holder, id string)
		held bool
	}{
		{"gone", func(*world, string, string) {}, false},
		{"reads it", func(w *world, holder, id string) {
			_, err := w.Callback(w.ctx, w.staff(holder), id, "")
			must(w.t, err)
		}, true},
		{"tries to call", func(w *world, holder, id string) {
			_, err := w.AttemptCallback(w.ctx, w.staff(holder), id, desk.NewAttempt{Outcome: "busy"})
			must(w.t, err)
		}, true},
		{"is there at a look between", func(w *world, holder, _ string) {
			w.online(holder)
			w.until(berlin(24, 11, 1))
			w.offline(holder)
		}, true},
		{"a colleague reads it", func(w *world, _, id string) {
			_, err := w.Callback(w.ctx, w.staff(w.agents[1]), id, "")
			must(w.t, err)
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, holder, id := waiting(t, workdays)
			w.claim(holder, id)
			w.online(w.agents[1])
			w.until(berlin(23, 15, 30)) // at 12:00, 13:00 and 15:00 they were not there
			if w.callback(id).ClaimedBy == nil {
				t.Error("it lapsed before four hours of business")
			}
			c.does(w, holder, id)
			w.until(berlin(24, 12, 30))
			if held := w.callback(id).ClaimedBy != nil; held != c.held {
				t.Errorf("held: %t, want %t", held, c.held)
			}
			w.until(berlin(26, 12, 0))
			if w.callback(id).ClaimedBy != nil {
				t.Error("it is held by one who has not been there since")
			}
		})
	}
}

// Who is left with an overdue callback hears of it when nobody holds it any more.
func TestOverdueAndHeldByNobody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		goes func(w *world, holder, id string)
	}{
		{"released", func(w *world, holder, id string) {
			_, err := w.ReleaseCallback(w.ctx, w.staff(holder), id)
			must(w.t, err)
		}},
		{"removed", func(w *world, holder, _ string) { must(w.t, w.DeleteMember(w.ctx, w.admin, holder)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, holder, id := waiting(t, workdays)
			w.claim(holder, id)
			w.online(holder)
			w.until(berlin(23, 12, 5))
			w.wantReminded(holder, "the holder", "Mon 12:00")
			w.online(w.agents[1])
			c.goes(w, holder, id)
			w.until(berlin(23, 12, 6))
			w.wantReminded(w.agents[1], "a colleague", "Mon 12:05")
		})
	}
}

// A timer that was lost is sent again by who reads: ten minutes after its time, and of a
// list for one callback. What an older version stored has no next look, and none after it
// was reminded of.
func TestLostLooksAreMended(t *testing.T) {
	t.Parallel()
	w, agent, id := waiting(t, workdays)
	w.miss(w.request(2))
	w.online(agent)
	lose := func() {
		for _, d := range w.timers.Pending() {
			must(t, w.timers.Deliver(w.ctx, d.ID, func(ctx context.Context, m desk.Message) error { return nil }))
		}
	}
	list := func() {
		t.Helper()
		_, err := w.Callbacks(w.ctx, w.staff(agent), desk.CallbackFilter{}, desk.Page{})
		must(t, err)
		w.deliverDue()
	}
	lose()
	w.at(berlin(23, 12, 9))
	list()
	w.wantReminded(agent, "nine minutes late")
	w.at(berlin(23, 12, 10))
	list()
	w.wantReminded(agent, "ten minutes late", "Mon 12:10")
	list()
	w.wantReminded(agent, "read again", "Mon 12:10", "Mon 12:10")
	list()
	w.wantReminded(agent, "read a third time", "Mon 12:10", "Mon 12:10")

	lose()
	w.forgetLook(id)
	w.at(berlin(23, 12, 20))
	w.callback(id)
	w.deliverDue()
	w.wantReminded(agent, "as it was stored before", "Mon 12:10", "Mon 12:10", "Mon 12:20")
	if at := w.dueTimer(id).Due; !at.After(w.clock.Now()) {
		t.Errorf("the next look is at %v", at)
	}
}

// forgetLook stores a callback as a version did that knew of no next look.
func (w *world) forgetLook(id string) {
	w.t.Helper()
	k := table.Key{Partition: id, Sort: "callback"}
	it, _, err := w.Table.Get(w.ctx, k)
	must(w.t, err)
	var fields map[string]any
	must(w.t, json.Unmarshal(it.Body, &fields))
	for _, name := range []string{"nl", "rm", "aw"} {
		delete(fields, name)
	}
	it.Body, err = json.Marshal(fields)
	must(w.t, err)
	must(w.t, w.Table.Write(w.ctx, table.Put(it, table.AtVersion(it.Version))))
}
