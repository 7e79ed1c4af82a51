package desk_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// month is a team, its customers and what can go wrong: pushes and timers get lost, agents
// claim and vanish, holidays are declared, departments deleted, customers have two numbers,
// and strangers have the same one.
type month struct {
	*chance
	watch  *censor
	said   map[string]string // the phone that each conversation gave
	lost   int               // timers of looks
	states map[string]int    // of callbacks, in the end
	marks  map[string]int    // of entries
}

// Send implements desk.Timers: of the timers of looks one in fifty is lost, as if by hand.
func (m *month) Send(ctx context.Context, at time.Time, msg desk.Message) error {
	if msg.Kind == desk.WakeDue && m.r.IntN(50) == 0 {
		m.lost++
		return nil
	}
	return m.timers.Send(ctx, at, msg)
}

// A month of callbacks beside the real desk: each entry ends helped or taken back, or is open
// with a look due; no push is forbidden, nobody's contact is on another's entry, and nobody
// drowns in pushes. make bench plays it whole, and prints the sums.
func TestBenchMonthOfCallbacks(t *testing.T) {
	days, daily := 3, 60
	if os.Getenv("BENCH") == "1" {
		days, daily = 30, 334
		benchOnly(t, "A month of callbacks")
	}
	m := newMonth(t)
	for day := range days {
		for range daily {
			m.asks()
			for range 2 {
				m.act()
			}
			m.pass(20 * time.Hour / time.Duration(daily))
		}
		if day%10 == 1 {
			must(t, m.DeleteDepartment(m.ctx, m.admin, m.deps[1]))
			m.deps[1] = m.department(fmt.Sprint("Support ", day))
		}
	}
	m.check()
	m.wantLooked(m.all("open", "claimed"))
	if os.Getenv("BENCH") == "1" {
		line("days", "conversations", "callbacks", "entries", "timers lost", "pushes", "most an hour")
		line("---", "---", "---", "---", "---", "---", "---")
		line(days, len(m.said), m.states, m.marks, m.lost, m.watch.sent, m.watch.most())
	}
}

func newMonth(t *testing.T) *month {
	t.Helper()
	w := newWorld(t, worldOptions{agents: 3, table: func(_ *testing.T, now func() time.Time) table.Table { return newMemory(now) }})
	m := &month{
		chance: &chance{world: w, r: rand.New(rand.NewPCG(30, 11)), deps: []string{w.dep, w.department("Support"), ""}},
		said:   map[string]string{}, states: map[string]int{}, marks: map[string]int{},
	}
	w.agents = append(w.agents, w.agent("Susi", m.deps[1]), w.admin.MemberID)
	for i, id := range w.agents {
		w.phone(id)
		w.capacity(id, 1, 0)
		if h := []string{workdays, "Europe/Berlin 12345/1200-2000", workdays, "Europe/Berlin 1234567/2200-0600", ""}[i]; h != "" {
			w.schedule(id, h)
		}
	}
	m.watch = &censor{Phones: w.Desk.Phones, w: w, sent: map[desk.NoticeKind]int{}, of: map[string][]time.Time{}}
	w.Desk.Phones, w.Desk.Timers = m.watch, m
	return m
}

// asks has a customer ask: some have two numbers, and one number is that of two people.
func (m *month) asks() {
	m.n++
	r := m.request(m.n)
	who := m.r.IntN(400)
	r.RequestID, r.InteractionID = fmt.Sprint("r-", m.n), fmt.Sprint("i-", m.n)
	r.DepartmentID = m.deps[m.r.IntN(len(m.deps))]
	r.Customer = desk.Customer{Name: fmt.Sprint("Customer ", who), Phone: fmt.Sprintf("+4930%07d", who/2*10+m.r.IntN(2))}
	if _, err := m.Escalate(m.ctx, r.Asked()); err == nil {
		m.said[r.InteractionID] = r.Customer.Phone
	}
}

// all reads all callbacks of some states.
func (m *month) all(states ...string) (list []desk.Callback) {
	m.t.Helper()
	for p := (desk.Page{Limit: 100}); ; {
		page, err := m.Callbacks(m.ctx, m.admin, desk.CallbackFilter{States: states}, p)
		must(m.t, err)
		list = append(list, page.Items...)
		if p.Cursor = page.NextCursor; p.Cursor == "" {
			return list
		}
	}
}

// looked lists the callbacks for which the timer of a look waits.
func (m *month) looked() map[string]bool {
	looked := map[string]bool{}
	for _, d := range m.timers.Pending() {
		looked[d.Message.CallbackID] = looked[d.Message.CallbackID] || d.Message.Kind == desk.WakeDue
	}
	return looked
}

// wantLooked wants a look to wait for each callback that does. One whose timer was lost is
// mended by who reads it ten minutes after its time, and a look is at most some days away.
func (m *month) wantLooked(waiting []desk.Callback) {
	m.t.Helper()
	m.Desk.Timers = m.timers // none is lost any more
	looked := m.looked()
	waiting = slices.DeleteFunc(waiting, func(cb desk.Callback) bool { return looked[cb.ID] })
	if len(waiting) > m.lost {
		m.t.Errorf("nobody looks at %d callbacks, of %d timers lost", len(waiting), m.lost)
	}
	m.pass(4 * 24 * time.Hour)
	for _, cb := range waiting {
		m.callback(cb.ID)
	}
	m.pass(time.Minute)
	looked = m.looked()
	for _, cb := range waiting {
		if now := m.callback(cb.ID).State; !looked[cb.ID] && (now == "open" || now == "claimed") {
			m.t.Errorf("%s is %s, and nobody looks at it any more", cb.ID, now)
		}
	}
}

// check holds what came of it against the promises.
func (m *month) check() {
	m.t.Helper()
	for _, cb := range m.all("open", "claimed", "done", "dismissed") {
		m.states[cb.State]++
		waits := cb.State == "open" || cb.State == "claimed"
		for _, e := range m.callback(cb.ID).Entries {
			m.marks[e.State]++
			if e.State == "open" && !waits && cb.JoinedTo == nil {
				m.t.Errorf("%s is %s with an open entry", cb.ID, cb.State)
			}
			if said, ok := m.said[e.InteractionID]; ok && e.Customer.Phone != said {
				m.t.Errorf("%s: %s said %s, its entry has %s", cb.ID, e.InteractionID, said, e.Customer.Phone)
			}
		}
	}
	if len(m.watch.fault) > 0 {
		m.t.Errorf("%d pushes that are forbidden, such as %s", len(m.watch.fault), m.watch.fault[0])
	}
	if most := m.watch.most(); most > 12+3*12 {
		m.t.Errorf("%d pushes about callbacks to one member in an hour", most)
	}
}
