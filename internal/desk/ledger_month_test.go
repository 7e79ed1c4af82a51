package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// Days of a shop, whatever goes wrong: each conversation that was promised a call is helped,
// taken back, or open with a look to come; nobody is called at a number that somebody else
// gave, and nobody is told what they should not be.
func TestLedgerMonth(t *testing.T) {
	unraced(t)
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := newMonth(t, seed, 40)
				m.lives(100)
				m.finish()
				m.judge()
				if s := m.sums; s.deaths == 0 || s.late == 0 || s.twice == 0 || s.rounds == 0 || m.watch.sent[desk.NoticeCallbackDue] == 0 {
					t.Errorf("too little happened: %+v", s)
				}
			})
		})
	}
}

// TestBenchMonth is TestLedgerMonth with ten thousand callbacks, and prints what they come to.
func TestBenchMonth(t *testing.T) {
	benchOnly(t, "A month of callbacks")
	synctest.Test(t, func(t *testing.T) {
		m := newMonth(t, 28, 2500)
		began := m.world.clock.Now()
		m.lives(10_000)
		days := m.world.clock.Now().Sub(began).Hours() / 24
		m.finish()
		m.judge()
		m.print(days)
	})
}

// print prints the sums of a month.
func (m *month) print(days float64) {
	entries, states := map[byte]int{}, map[string]int{}
	for _, p := range m.papers {
		states[p.state]++
		if p.joinedTo != "" {
			states["joined"]++
		}
		for _, s := range p.slips {
			entries[s.mark]++
		}
	}
	head("What", "How many")
	line("days", fmt.Sprintf("%.1f", days))
	line("conversations / requests", fmt.Sprint(len(m.talks), " / ", m.sums.asked))
	line("callbacks", fmt.Sprintf("%d (open %d, claimed %d, done %d, of them joined to another %d, dismissed %d)", len(m.papers), states["open"], states["claimed"], states["done"], states["joined"], states["dismissed"]))
	line("entries", fmt.Sprintf("%d (helped %d, taken back %d, open %d)", entries['h']+entries['t']+entries['o'], entries['h'], entries['t'], entries['o']))
	line("faults of calls / processes that died / pushes lost", fmt.Sprint(m.sums.faults, " / ", m.sums.deaths, " / ", m.sums.lost))
	line("messages late / twice", fmt.Sprint(m.sums.late, " / ", m.sums.twice))
	line("messages for looks / for rounds", fmt.Sprint(m.sums.looks, " / ", m.sums.rounds))
	line("pushes", m.kinds())
	line("most pushes about callbacks to one member in an hour", m.watch.most())
	line("callbacks without a look before somebody read them", m.sums.blind)
}

// lives has things happen until so many callbacks were registered.
func (m *month) lives(callbacks int) {
	for len(m.order) < callbacks {
		m.step()
		if len(m.open) > 150 {
			m.handle(m.members[m.chance.IntN(len(m.members))])
		}
		m.pass(time.Duration(m.chance.ExpFloat64() * float64(64*time.Second)))
	}
}

// step lets one thing happen; some are refused, or find nothing to do.
func (m *month) step() {
	member := m.members[m.chance.IntN(len(m.members))]
	switch x := m.chance.IntN(1000); {
	case x < 300:
		m.ask()
	case x < 370:
		m.contact()
	case x < 400:
		m.withdraw()
	case x < 600:
		m.work(member)
	case x < 850:
		m.handle(member)
	case x < 980:
		m.appear(member, []string{"online", "online", "offline"}[m.chance.IntN(3)])
	case x < 990:
		m.correct()
	default:
		m.rearrange()
	}
}

// ask has a customer ask for a person, in a new conversation or in one from before.
func (m *month) ask() {
	who := m.persons[m.chance.IntN(len(m.persons))]
	m.n++
	var t *talk
	if len(m.recent) > 0 && m.chance.IntN(6) == 0 {
		t = m.recent[m.chance.IntN(len(m.recent))]
	} else {
		t = &talk{id: fmt.Sprint("conv-", m.n), name: who.name, dep: append(m.deps, "", "dep_unknown")[m.chance.IntN(len(m.deps)+2)], gave: map[string]bool{}}
		if m.chance.IntN(5) == 0 {
			t.name = ""
		}
		t.who = who
		m.talks[t.id] = t
		m.recent = append(m.recent, t)
		m.recent = m.recent[max(0, len(m.recent)-200):]
	}
	r := m.world.request(m.n)
	r.InteractionID, r.DepartmentID, r.Customer = t.id, t.dep, desk.Customer{Name: t.name}
	r.Channel = []roster.Channel{roster.Call, roster.Chat}[m.chance.IntN(2)]
	if r.Customer.Phone = t.who.phone; m.chance.IntN(5) == 0 {
		r.Customer.Phone = t.who.other
	}
	if m.chance.IntN(3) == 0 {
		r.Customer.Email = t.who.email
	}
	t.gives(r.Customer)
	t.asked = append(t.asked, m.world.idOf(r))
	m.sums.asked++
	var a desk.Answer
	err := m.try(deed{what: "ask", talk: t}, func(d *desk.Desk) (err error) {
		a, err = d.Escalate(m.world.ctx, r.Asked())
		return err
	})
	if err == nil && a.Outcome == desk.OutcomeCallback && m.where[a.EscalationID] == "" {
		m.wrong("%s is told of a callback, and %s is no entry of any", t.id, a.EscalationID)
	}
	if err == nil && a.Agent != nil {
		m.pass(5 * time.Second)
		m.work(a.Agent.ID)
	}
}

func (t *talk) gives(c desk.Customer) {
	for _, s := range contacts(c) {
		t.gave[s] = true
	}
}

// spoken draws a conversation that has a callback; nil when none was found.
func (m *month) spoken() *talk {
	for range 20 {
		if len(m.recent) == 0 {
			return nil
		}
		t := m.recent[m.chance.IntN(len(m.recent))]
		if slices.ContainsFunc(t.asked, func(id string) bool { return m.where[id] != "" }) {
			return t
		}
	}
	return nil
}

func (m *month) contact() {
	t := m.spoken()
	if t == nil {
		return
	}
	c := []desk.Customer{{Phone: t.who.other}, {Phone: t.who.phone}, {Email: t.who.email}, {Phone: t.who.other, Email: t.who.email}}[m.chance.IntN(4)]
	t.gives(c)
	var cb desk.Callback
	err := m.try(deed{what: "contact", talk: t}, func(d *desk.Desk) (err error) {
		cb, err = d.Contact(m.world.ctx, m.world.acc, desk.About{InteractionID: t.id}, c)
		return err
	})
	if err != nil {
		return
	}
	var own *slip
	for _, s := range m.papers[cb.ID].slips {
		if s.talk == t {
			own = s
		}
	}
	if own == nil || c.Phone != "" && own.customer.Phone != c.Phone || c.Email != "" && own.customer.Email != c.Email {
		m.wrong("%s gave %v, and %s does not have it", t.id, c, cb.ID)
	}
}

func (m *month) withdraw() {
	t := m.spoken()
	if t == nil {
		return
	}
	var cb desk.Callback
	err := m.try(deed{what: "withdraw", talk: t}, func(d *desk.Desk) (err error) {
		cb, err = d.Withdraw(m.world.ctx, m.world.acc, desk.About{InteractionID: t.id})
		return err
	})
	if err == nil && m.papers[cb.ID].unsettled(t) > 0 {
		m.wrong("%s has taken back its call, and %s has it", t.id, cb.ID)
	}
}

// work has a member take, decline or finish what they have, or let it ring.
func (m *month) work(member string) {
	me := m.world.staff(member)
	mine, err := m.world.MyEscalations(m.world.ctx, me)
	must(m.world.t, err)
	for _, e := range mine {
		switch x := m.chance.IntN(4); {
		case e.State == desk.Ringing && x < 2:
			_ = m.try(deed{what: "accept"}, func(d *desk.Desk) error { _, err := d.Accept(m.world.ctx, me, e.ID, 0); return err })
		case e.State == desk.Ringing && x == 2:
			_ = m.try(deed{what: "decline"}, func(d *desk.Desk) error { return d.Decline(m.world.ctx, me, e.ID, 0, "") })
		case e.State != desk.Ringing && x < 3:
			m.complete(me, e)
		}
	}
}

func (m *month) complete(me desk.Caller, e desk.Escalation) {
	done := desk.Completion{Outcome: []string{"resolved", "resolved", "hand_back", "no_customer"}[m.chance.IntN(4)]}
	whole, err := m.world.Escalation(m.world.ctx, me, e.ID)
	must(m.world.t, err)
	for _, cb := range whole.CustomerCallbacks {
		if m.chance.IntN(3) == 0 && len(done.CallbackIDs) < 5 {
			done.CallbackIDs = append(done.CallbackIDs, cb.ID)
		}
	}
	a := deed{what: "resolve", esc: e.ID, named: done.CallbackIDs, member: me.MemberID}
	t := m.talks[e.InteractionID]
	if done.Outcome == "resolved" {
		a.talk = t
	}
	err = m.try(a, func(d *desk.Desk) error { _, err := d.Complete(m.world.ctx, me, e.ID, done); return err })
	if err != nil || a.talk == nil {
		return
	}
	a.at = m.world.clock.Now()
	m.worked = append(m.worked, a)
	for _, esc := range t.asked {
		if p := m.papers[m.where[esc]]; p != nil && p.unsettled(t) > 0 {
			m.wrong("%s is resolved, and %s waits for %s still (joined to %q, held by %q, named %v, by %s)", e.ID, p.id, t.id, p.joinedTo, p.holder, done.CallbackIDs, me.MemberID)
		}
	}
}

// correct has an agent say that the last work was not resolved, after all.
func (m *month) correct() {
	if len(m.worked) == 0 {
		return
	}
	last := m.worked[len(m.worked)-1]
	_ = m.try(deed{what: "correct", esc: last.esc}, func(d *desk.Desk) error {
		_, err := d.Complete(m.world.ctx, m.world.staff(last.member), last.esc, desk.Completion{Outcome: "no_customer"})
		return err
	})
}

// waits draws a callback that waits; nil when none does.
func (m *month) waits() *paper {
	for len(m.order) > m.listed {
		m.open = append(m.open, m.order[m.listed])
		m.listed++
	}
	for len(m.open) > 0 {
		i := m.chance.IntN(len(m.open))
		if p := m.papers[m.open[i]]; !p.ended() {
			return p
		}
		m.open[i] = m.open[len(m.open)-1]
		m.open = m.open[:len(m.open)-1]
	}
	return nil
}

// handle has a member take a callback, and call, end it, give it back or vanish.
func (m *month) handle(member string) {
	p := m.waits()
	if p == nil {
		return
	}
	me := m.world.staff(member)
	if slices.Contains(m.members[:2], member) {
		me.Role = desk.RoleAdmin
	}
	if m.chance.IntN(3) > 0 && p.holder != "" {
		me = m.world.staff(p.holder)
	}
	do := func(a deed, f func(*desk.Desk) error) bool {
		a.callback = p.id
		return m.try(a, f) == nil
	}
	claimed := p.holder == me.MemberID || do(deed{what: "claim"}, func(d *desk.Desk) error { _, err := d.ClaimCallback(m.world.ctx, me, p.id); return err })
	if claimed && p.holder != me.MemberID {
		m.wrong("%s claimed %s, and %q holds it", me.MemberID, p.id, p.holder)
	}
	switch m.chance.IntN(9) {
	case 0, 1:
		m.appear(me.MemberID, "offline")
	case 2:
		do(deed{what: "attempt"}, func(d *desk.Desk) error {
			_, err := d.AttemptCallback(m.world.ctx, me, p.id, desk.NewAttempt{Outcome: "busy"})
			return err
		})
	case 3:
		do(deed{what: "release"}, func(d *desk.Desk) error { _, err := d.ReleaseCallback(m.world.ctx, me, p.id); return err })
	case 4:
		do(deed{what: "read"}, func(d *desk.Desk) error { _, err := d.Callback(m.world.ctx, me, p.id, ""); return err })
	case 5:
		if do(deed{what: "dismiss"}, func(d *desk.Desk) error {
			_, err := d.DismissCallback(m.world.ctx, me, p.id, desk.Ending{Note: "Nobody."})
			return err
		}) {
			m.wantEnded(p)
		}
	case 6:
		seen := 1 + m.chance.IntN(len(p.slips))
		do(deed{what: "complete", seen: seen}, func(d *desk.Desk) error {
			_, err := d.CompleteCallback(m.world.ctx, me, p.id, desk.Ending{EntriesSeen: &seen})
			return err
		})
	default:
		if do(deed{what: "complete"}, func(d *desk.Desk) error {
			_, err := d.CompleteCallback(m.world.ctx, me, p.id, desk.Ending{})
			return err
		}) {
			m.wantEnded(p)
		}
	}
}

func (m *month) wantEnded(p *paper) {
	for _, q := range m.family(p) {
		if !q.ended() || q.unsettled(nil) > 0 {
			m.wrong("%s was ended, and %s is %s with %d open entries", p.id, q.id, q.state, q.unsettled(nil))
		}
	}
}

func (m *month) appear(member, status string) {
	_ = m.try(deed{what: "appear"}, func(d *desk.Desk) error {
		_, err := d.SetPresence(m.world.ctx, m.world.staff(member), member, status)
		return err
	})
}

// rearrange changes the account: holidays, departments, members.
func (m *month) rearrange() {
	m.n++ // names are used once
	switch m.chance.IntN(8) {
	case 0:
		dep := m.deps[m.chance.IntN(len(m.deps))]
		if m.live[dep] && len(m.live) > 3 {
			m.act = deed{what: "delete " + dep}
			must(m.world.t, m.world.DeleteDepartment(m.world.ctx, m.world.admin, dep))
			delete(m.live, dep)
			m.deps = slices.DeleteFunc(m.deps, func(d string) bool { return d == dep })
		}
	case 1:
		m.found(fmt.Sprint("Team ", m.n))
	case 2:
		m.hire(fmt.Sprint("New", m.n), m.deps[m.chance.IntN(len(m.deps))])
	default:
		day := m.world.clock.Now().Add(time.Duration(m.chance.IntN(3*24)) * time.Hour).Format(time.DateOnly)
		_ = m.try(deed{what: "holiday"}, func(d *desk.Desk) error {
			_, err := d.PatchAccount(m.world.ctx, m.world.admin, desk.AccountPatch{Holidays: &[]string{day}})
			return err
		})
	}
}

// finish lets what rings end, and readers find the looks that were lost.
func (m *month) finish() {
	m.sound = true
	m.pass(2 * time.Hour)
	looks := m.agenda.looked()
	for _, id := range m.order {
		if _, ok := looks[id]; !ok && !m.papers[id].ended() {
			m.sums.blind++
		}
	}
	for range 6 {
		for _, id := range m.order {
			if !m.papers[id].ended() {
				_, err := m.world.Callback(m.world.ctx, m.world.admin, id, "")
				must(m.world.t, err)
			}
		}
		m.pass(24 * time.Hour)
	}
}

// judge says what is wrong with the month.
func (m *month) judge() {
	m.world.t.Helper()
	looks := m.agenda.looked()
	for _, id := range m.order {
		p := m.papers[id]
		if at, ok := looks[id]; !p.ended() && (!ok || at.Sub(m.world.clock.Now()) > 8*24*time.Hour) {
			m.wrong("%s is %s, and its look is at %v", id, p.state, at)
		}
		m.compare(p)
	}
	for _, t := range m.talks {
		for _, esc := range t.asked {
			if s := m.world.peek(esc); s.Found && s.State == desk.Ringing || s.State == desk.CalledFor && m.where[esc] == "" {
				m.wrong("%s is %s, and no callback", esc, s.State)
			}
		}
	}
	m.fault = append(m.fault, m.watch.fault...)
	if most := m.watch.most(); most > 24+12*4 {
		m.wrong("%d pushes about callbacks to one member in an hour", most)
	}
	if n := len(m.fault); n > 0 {
		m.world.t.Errorf("%d faults:\n%s", n, strings.Join(m.fault[:min(n, 20)], "\n"))
	}
}

// compare holds what an admin sees of a callback against the model.
func (m *month) compare(p *paper) {
	m.world.t.Helper()
	cb, err := m.world.Callback(m.world.ctx, m.world.admin, p.id, "")
	must(m.world.t, err)
	if cb.State != p.state {
		m.wrong("%s is shown as %s, and is %s", p.id, cb.State, p.state)
	}
	at := map[string]*slip{}
	for _, q := range m.family(p) {
		for _, s := range q.slips {
			at[s.esc] = s
		}
	}
	for _, e := range cb.Entries {
		s := at[e.EscalationID]
		if s == nil || e.Customer != s.customer || !strings.HasPrefix(e.State, map[byte]string{'o': "open", 'h': "helped", 't': "taken"}[s.mark]) {
			m.wrong("%s shows %v of %s, %v", p.id, e.Customer, e.EscalationID, s)
		}
	}
	if want := min(len(at), 50); len(cb.Entries) != want {
		m.wrong("%s shows %d entries, want %d", p.id, len(cb.Entries), want)
	}
}
