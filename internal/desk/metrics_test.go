package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// leisurely phones take their time to ring.
type leisurely struct {
	desk.Phones
	clock *clock
}

func (l leisurely) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	l.clock.Advance(120 * time.Millisecond)
	return l.Phones.Push(ctx, d, n)
}

// measured is a world with gauges, whose agents have phones, the last two of a kind each.
func measured(t *testing.T) (*world, *gauges, *moody) {
	t.Helper()
	w := newWorld(t, worldOptions{agents: 2})
	w.phone(w.agents[0])
	w.put(w.agents[1], "phone-"+w.agents[1], "token")
	phones := w.moodyPhones()
	w.Phones = leisurely{phones, w.clock}
	g := newGauges()
	w.Desk.Metrics = g.add
	return w, g, phones
}

// business is a day on which all happens that is measured.
func (w *world) business(phones *moody) {
	w.t.Helper()
	first, second := w.agents[0], w.agents[1]
	marked := func(n int, reason desk.Reason) desk.Request {
		r := w.request(n)
		r.Reason = reason
		r.Customer = desk.Customer{Name: "Meera Qzx", Phone: fmt.Sprintf("+4998765432%d", n), Email: fmt.Sprintf("meera%d@qzx.example", n)}
		return r
	}
	w.offline(second)
	a := w.ring(marked(1, desk.CustomerRequest))
	w.online(second)
	phones.set("phone-"+second, errors.New("throttled"))
	w.decline(first, a.EscalationID)
	phones.set("phone-"+second, nil)
	w.seen(a.EscalationID)
	w.pass(time.Minute) // missed, and called for

	w.offline(second)
	a = w.ring(marked(2, desk.LowConfidence))
	w.clock.Advance(7 * time.Second)
	w.accept(first, a.EscalationID)
	w.online(second)
	_, err := w.Transfer(w.ctx, w.staff(first), a.EscalationID, desk.Transfer{MemberID: second})
	must(w.t, err)
	w.accept(second, a.EscalationID)
	must(w.t, w.DeleteMember(w.ctx, w.admin, second)) // and so it rings anew, at the first
	w.accept(first, a.EscalationID)
	w.complete(first, a.EscalationID)

	r := marked(1, desk.ConditionMet)
	r.RequestID, r.InteractionID = "again", "again"
	a = w.take(r)
	w.complete(first, a.EscalationID) // and with it the callback of the first
	w.end(w.ring(marked(3, desk.ConditionMet)).EscalationID)
	w.callbacks(marked)
}

// callbacks has nobody online, and ends callbacks in every way that there is.
func (w *world) callbacks(marked func(int, desk.Reason) desk.Request) {
	w.t.Helper()
	w.offline(w.agents[0])
	id := w.miss(marked(4, desk.Direct)).Callback.ID
	r := marked(4, desk.Direct)
	r.RequestID, r.InteractionID = "joins", "joins"
	w.miss(r)
	for range 2 { // the same again is counted once
		_, err := w.CompleteCallback(w.ctx, w.admin, id, desk.Ending{Note: "done"})
		must(w.t, err)
	}
	w.settings(desk.AccountPatch{Overflow: ptr("none")})
	r = marked(5, desk.Direct)
	r.DepartmentID = "dep_aaaaaaaaaaaa"
	_, err := w.DismissCallback(w.ctx, w.admin, w.miss(r).Callback.ID, desk.Ending{Note: "no such team"})
	must(w.t, err)
	w.miss(marked(6, desk.Direct))
	w.pass(untilDue)
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	w, g, phones := measured(t)
	var met atomic.Bool
	w.Desk.Table = fault.New(w.Desk.Table, fault.Options{Before: func(c fault.Call) error {
		if c.Kind == fault.Write && len(c.Ops) > 2 && !met.Swap(true) {
			return table.ErrConflict
		}
		return nil
	}})
	w.business(phones)
	want := map[string]float64{
		"Escalations Reason customer_request": 1, "Escalations Reason low_confidence": 1,
		"Escalations Reason condition": 2, "Escalations Reason direct": 4,
		"Escalations Outcome ringing": 4, "Escalations Outcome active": 2, "Escalations Outcome completed": 2,
		"Escalations Outcome cancelled": 1, "Escalations Outcome callback": 5,
		"OffersMissed": 1, "OffersDeclined": 1, "Pushes Platform fcm": 7, "Pushes Platform apns": 6, "PushFailures Platform apns": 1, "ConflictsRetried": 1,
		"CallbacksRegistered Because no_answer": 1, "CallbacksRegistered Because nobody_online": 2,
		"CallbacksRegistered Because no_such_team": 1,
		"CallbacksClosed State done":               2, "CallbacksClosed State dismissed": 1, "CallbacksOverdue": 1, "NobodyLeft": 1,
	}
	if diff := cmp.Diff(want, g.sums); diff != "" {
		t.Errorf("counted (-want +got):\n%s", diff)
	}
	if got := g.times["TimeToRing"]; len(got) != 4 || slices.Max(got[1:]) != 120 || got[0] <= 120 {
		t.Errorf("times to ring %v, want 120 ms and at first a retry more", got)
	}
	if got, want := g.times["TimeToAccept"], []float64{7120, 120}; !slices.Equal(got, want) {
		t.Errorf("times to accept: got %v, want %v", got, want)
	}
	w.impersonal(g)
}

// impersonal wants no metric to say whose it is.
func (w *world) impersonal(g *gauges) {
	w.t.Helper()
	secret := append([]string{"Qzx", "qzx", "98765432", w.acc, w.dep, w.admin.MemberID, "esc_", "cb_", "mem_", "req-", "conv-"}, w.agents...)
	for _, m := range g.all {
		for _, s := range secret {
			if strings.Contains(fmt.Sprintf("%+v", m), s) {
				w.t.Errorf("%+v tells %q", m, s)
			}
		}
		if (m.Dimension == "") != (m.Of == "") {
			w.t.Errorf("%+v has half a dimension", m)
		}
	}
}

// Of drills nothing is counted, whatever becomes of them. Their timers are as others' are.
func TestDrillsAreNotMeasured(t *testing.T) {
	t.Parallel()
	w, g, phones := measured(t)
	w.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(0)})
	var met atomic.Int32
	w.Desk.Table = fault.New(w.Desk.Table, fault.Options{Before: func(c fault.Call) error {
		if c.Kind == fault.Write && c.N%3 == 0 {
			met.Add(1)
			return table.ErrConflict
		}
		return nil
	}})
	for _, id := range w.agents {
		phones.set("phone-"+id, errors.New("throttled"))
	}
	for _, end := range []func(id string){
		func(id string) { w.decline(w.peek(id).OfferTo, id) },
		func(id string) { w.end(id) },
		func(id string) { w.complete(w.accept(w.peek(id).OfferTo, id).AssignedTo.ID, id) },
		func(id string) { w.accept(w.peek(id).OfferTo, id); w.pass(25 * time.Hour) }, // is told, and timed out
	} {
		e, err := w.Drill(w.ctx, w.admin, "", desk.Drill{DepartmentID: w.dep, Channel: roster.Chat})
		must(t, err)
		end(e.ID)
		w.pass(time.Minute)
		if s := w.peek(e.ID); s.State.Open() {
			t.Errorf("a drill goes on: %+v", s)
		}
	}
	g.all = slices.DeleteFunc(g.all, func(m desk.Metric) bool { return m.Name == "TimerLate" && m.Value == 0 || m.Name == "TimersFailed" })
	if met.Load() == 0 || len(phones.tries()) == 0 || len(g.all) > 0 {
		t.Errorf("%d conflicts, pushes to %v, measured: %+v", met.Load(), phones.tries(), g.all)
	}
}

// checkMetrics checks that whatever was written was counted once. What a process wrote
// that died then may be missing, and so may what others changed before it knew that it had.
func (st *stage) checkMetrics(s *schedule, note noter) {
	want := st.witness.Metrics()
	for name, n := range st.gauges.sums {
		word, _, _ := strings.Cut(name, " ")
		elsewhere := slices.Contains([]string{"Pushes", "PushFailures", "ConflictsRetried", "NobodyLeft", "TimersFailed", "Trouble", "CodesUnsent", "Refused"}, word)
		if !elsewhere && n > want[name] {
			note("%s: counted %v, and it was %v", name, n, want[name])
		}
	}
	for name, n := range want {
		if got := st.gauges.sums[name]; got < n && !s.died && s.chance == nil {
			note("%s: counted %v, and it was %v", name, got, n)
		}
	}
}
