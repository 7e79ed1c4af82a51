package desk_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// soakCustomer is somebody who contacts the shop, once. Some people do so several times.
type soakCustomer struct {
	s       *soak
	request desk.Request
	id      string
	c       *visit
}

// newSoakCustomer draws one. Of what each says, every word is their own.
func newSoakCustomer(s *soak, n int) *soakCustomer {
	person := n
	if n > 0 && s.w.odds(6) { // was here before
		person = int(s.w.within(time.Duration(n)))
	}
	r := s.world.request(n)
	r.RequestID, r.InteractionID, r.DepartmentID = fmt.Sprintf("req-%d-%d", s.o.seed, n), fmt.Sprintf("conv-%d-%d", s.o.seed, n), s.deps[n%2]
	if s.w.odds(4) {
		r.Channel = roster.Call
	}
	r.Customer = desk.Customer{Name: fmt.Sprint("Person ", person)}
	if kind := person % 20; kind < 16 {
		r.Customer.Phone = fmt.Sprintf("+4930%07d", person)
		if kind < 3 {
			r.Customer.Email = fmt.Sprintf("person%d@example.com", person)
		}
	} else if kind < 19 {
		r.Customer.Email = fmt.Sprintf("person%d@example.com", person)
	}
	words := fmt.Sprintf("I am person %d, and this is my visit %d to shop %d.", person, n, s.o.seed)
	r.Conversation = desk.Conversation{Summary: words, Trigger: "Can I talk to a person?", Messages: []desk.ChatMessage{{From: "customer", Text: words}}}
	id := s.world.idOf(r)
	return &soakCustomer{s, r, id, s.books.visit(id, person, r.InteractionID, words)}
}

// lives is a customer's whole visit.
func (c *soakCustomer) lives() {
	again := make(chan struct{})
	if c.s.w.odds(30) { // the platform sends it twice at once
		go func() { defer close(again); _, _ = c.asks() }()
	} else {
		close(again)
	}
	a, err := c.asks()
	<-again
	for tries := 0; err != nil; tries++ {
		if tries == 0 && c.s.w.odds(10) { // an assistant that does not come back
			c.s.books.gaveUp(c.c)
			return
		}
		_ = pause(c.s.world.ctx, time.Second)
		a, err = c.asks()
	}
	c.s.books.taken(c.c)
	c.waits(a)
}

func (c *soakCustomer) asks() (desk.Answer, error) {
	return c.s.process().Escalate(c.s.world.ctx, c.request.Asked())
}

// waits is what a customer does while it rings, and after.
func (c *soakCustomer) waits(a desk.Answer) {
	patience := c.s.Now().Add(20*time.Second + c.s.passes(2*time.Minute))
	hangsUp := c.s.w.odds(12) // in the middle of it
	for a.State == desk.Ringing || a.State == desk.Active {
		_ = pause(c.s.world.ctx, 5*time.Second+c.s.w.within(20*time.Second))
		switch {
		case c.s.w.odds(12):
			_, _ = c.s.process().Append(c.s.world.ctx, c.s.world.acc, c.id, "", []desk.ChatMessage{{From: "customer", Text: "Is anybody there?"}})
		case a.State == desk.Ringing && c.s.Now().After(patience), a.State == desk.Active && hangsUp:
			callback := c.s.w.odds(3)
			ended, err := c.s.process().End(c.s.world.ctx, c.s.world.acc, c.id, callback)
			if err == nil {
				c.s.books.left(c.c, callback)
				a = ended
				continue
			}
		}
		if now, err := c.s.process().Status(c.s.world.ctx, c.s.world.acc, c.id); err == nil {
			a = now
		}
	}
}

// soakAgent works in the shop all day, by a phone and an open page.
type soakAgent struct {
	s     *soak
	id    string
	rings chan desk.Notice

	onBreak  bool            // of this and what follows: the lock of the books
	answered map[string]bool // offers that they have reacted to
	busy     map[string]bool // work, and callbacks, that they are at
}

// first reports whether something is done for the first time.
func (p *soakAgent) first(done map[string]bool, what string) bool {
	p.s.books.mu.Lock()
	defer p.s.books.mu.Unlock()
	was := done[what]
	done[what] = true
	return !was
}

func (p *soakAgent) resting() bool {
	p.s.books.mu.Lock()
	defer p.s.books.mu.Unlock()
	return p.onBreak
}

func (p *soakAgent) rest(on bool) {
	p.s.books.mu.Lock()
	defer p.s.books.mu.Unlock()
	p.onBreak = on
}

func (p *soakAgent) self() desk.Caller { return p.s.world.staff(p.id) }

// works is an agent's day: what rings is answered or not, the page polls, and between two
// customers somebody is called back.
func (p *soakAgent) works() {
	polls := time.NewTicker(15 * time.Second)
	defer polls.Stop()
	for n := 0; ; n++ {
		select {
		case <-p.s.closed.Done():
			return
		case ring := <-p.rings:
			if ring.Kind == desk.NoticeOffer {
				p.hears(ring.EscalationID, ring.Offer)
			}
		case <-polls.C:
			p.polls()
			if n%4 == 0 {
				p.s.goes(p.callsBack)
			}
			if !p.resting() && p.s.w.odds(60) {
				p.s.goes(p.takesABreak)
			}
		}
	}
}

// polls is the page's look at what is theirs. It finds what no push has told, and work of which
// they never heard that it is theirs.
func (p *soakAgent) polls() {
	mine, err := p.s.process().MyEscalations(p.s.world.ctx, p.self())
	if err != nil {
		return
	}
	for _, e := range mine {
		switch {
		case e.Offer != nil && e.Offer.MemberID == p.id:
			p.hears(e.ID, e.Offer.Number)
		case e.State == desk.Active && e.AssignedTo != nil && e.AssignedTo.ID == p.id:
			p.serves(e.ID)
		}
	}
	if p.resting() || !p.s.w.odds(3) {
		return
	}
	for _, r := range p.s.rows() { // the page shows that they have been set offline, and that the phone is mute
		if r.ID != p.id {
			continue
		}
		if r.Devices == nil || *r.Devices == 0 {
			_, _ = p.s.process().PutDevice(p.s.world.ctx, p.self(), desk.Device{ID: "phone-" + p.id, Platform: desk.FCM, Token: "token-" + p.id})
		}
		if !r.Online {
			_, _ = p.s.process().SetPresence(p.s.world.ctx, p.self(), p.id, roster.StatusOnline)
		}
	}
}

func (s *soak) rows() []desk.RowState {
	rows, err := s.bare.Rows(s.world.ctx, s.world.acc)
	must(s.world.t, err)
	return rows
}

// hears is an offer that rings: they accept, decline, or do nothing, some seconds later.
func (p *soakAgent) hears(id string, offer int) {
	if p.resting() || !p.first(p.answered, fmt.Sprint(id, offer)) {
		return
	}
	p.s.goes(func() {
		_ = p.s.process().Seen(p.s.world.ctx, p.self(), id, offer)
		_ = pause(p.s.world.ctx, time.Second+p.s.w.within(15*time.Second))
		switch n := p.s.w.within(20); {
		case n < 13:
			p.accepts(id, offer)
		case n < 16:
			_ = p.s.process().Decline(p.s.world.ctx, p.self(), id, offer, "Lunch.")
		}
	})
}

// accepts taps until there is an answer.
func (p *soakAgent) accepts(id string, offer int) {
	for range 4 {
		_, err := p.s.process().Accept(p.s.world.ctx, p.self(), id, offer)
		if err == nil {
			p.s.books.accepted(id, p.id)
			p.serves(id)
			return
		}
		var problem *desk.Problem
		if errors.As(err, &problem) && problem.Name != "busy" {
			return
		}
		_ = pause(p.s.world.ctx, time.Second)
	}
}

// serves is the time with a customer: in the end they complete it, hand it to others, or forget it.
func (p *soakAgent) serves(id string) {
	if !p.first(p.busy, id) {
		return
	}
	p.s.goes(func() {
		defer p.lets(id)
		_ = pause(p.s.world.ctx, 10*time.Second+p.s.passes(time.Minute))
		switch n := p.s.w.within(100); {
		case n < 2: // forgets it
			_ = pause(p.s.world.ctx, 50*time.Minute)
		case n < 10:
			to := desk.Transfer{DepartmentID: p.s.deps[n%2]}
			if n < 6 {
				to = desk.Transfer{MemberID: p.s.people[int(p.s.w.within(time.Duration(len(p.s.people))))].id}
			}
			_, _ = p.s.process().Transfer(p.s.world.ctx, p.self(), id, to)
			_ = pause(p.s.world.ctx, 40*time.Second)
			return // where nobody takes it, they find it on their page
		}
		p.completes(id)
	})
}

// lets notes that they are not at something any more: what is still theirs is found again.
func (p *soakAgent) lets(id string) {
	p.s.books.mu.Lock()
	defer p.s.books.mu.Unlock()
	delete(p.busy, id)
}

func (p *soakAgent) completes(id string) {
	outcome := []string{"resolved", "resolved", "resolved", "resolved", "resolved", "hand_back", "hand_back", "no_customer"}[p.s.w.within(8)]
	for range 4 {
		e, err := p.s.process().Complete(p.s.world.ctx, p.self(), id, desk.Completion{Outcome: outcome})
		if err == nil && e.Outcome != nil && *e.Outcome == outcome {
			p.s.books.completed(id, outcome)
			return
		}
		var problem *desk.Problem
		if err == nil || errors.As(err, &problem) && problem.Name != "busy" {
			return
		}
		_ = pause(p.s.world.ctx, time.Second)
	}
}

// takesABreak is a few minutes offline.
func (p *soakAgent) takesABreak() {
	p.rest(true)
	_, _ = p.s.process().SetPresence(p.s.world.ctx, p.self(), p.id, roster.StatusOffline)
	_ = pause(p.s.world.ctx, time.Minute+p.s.passes(3*time.Minute))
	p.rest(false)
	_, _ = p.s.process().SetPresence(p.s.world.ctx, p.self(), p.id, roster.StatusOnline)
}

// callsBack takes the callback that is due first, and holds what it says against what its customers
// said. Some reach nobody, and give it back.
func (p *soakAgent) callsBack() {
	if p.resting() || !p.first(p.busy, "callback") {
		return
	}
	defer p.lets("callback")
	list, err := p.s.process().Callbacks(p.s.world.ctx, p.self(), desk.CallbackFilter{States: []string{"open"}}, desk.Page{Limit: 5})
	mine, errMine := p.s.process().Callbacks(p.s.world.ctx, p.self(), desk.CallbackFilter{Mine: true}, desk.Page{Limit: 5})
	all := append(mine.Items, list.Items...)
	if err != nil || errMine != nil || len(all) == 0 {
		return
	}
	id := all[int(p.s.w.within(time.Duration(len(all))))].ID
	if _, err := p.s.process().ClaimCallback(p.s.world.ctx, p.self(), id); err != nil {
		return
	}
	whole, err := p.s.process().Callback(p.s.world.ctx, p.self(), id, "")
	if err != nil {
		return
	}
	p.s.books.read(whole)
	_ = pause(p.s.world.ctx, 20*time.Second+p.s.passes(30*time.Second))
	outcome := []string{"reached", "reached", "no_answer"}[p.s.w.within(3)]
	_, _ = p.s.process().AttemptCallback(p.s.world.ctx, p.self(), id, desk.NewAttempt{Outcome: outcome})
	seen := whole.EntriesCount
	switch n := p.s.w.within(10); {
	case outcome == "no_answer" && n < 8:
		_, _ = p.s.process().ReleaseCallback(p.s.world.ctx, p.self(), id)
	case n == 0:
		_, _ = p.s.process().DismissCallback(p.s.world.ctx, p.self(), id, desk.Ending{Note: "Solved by e-mail.", EntriesSeen: &seen})
	default:
		_, _ = p.s.process().CompleteCallback(p.s.world.ctx, p.self(), id, desk.Ending{EntriesSeen: &seen})
	}
}
