package desk_test

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// look tells and judges what the last step brought about.
func (s *workday) look() {
	s.mu.Lock()
	came := s.arrived
	s.arrived = nil
	s.mu.Unlock()
	slices.SortStableFunc(came, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.on.name, b.on.name), cmp.Compare(a.n.Kind, b.n.Kind))
	})
	jobs := slices.Clone(s.jobs)
	slices.SortStableFunc(jobs, func(a, b *job) int { // a call that is taken is why chats go on
		return strings.Compare(a.name[:4], b.name[:4])
	})
	for _, j := range jobs {
		s.follow(j, came)
	}
	for _, a := range came {
		s.shows(a)
	}
	s.judgeRows()
}

// shows is a push on a phone. The app says of an offer that it arrived.
func (s *workday) shows(a arrival) {
	switch a.n.Kind {
	case desk.NoticeOffer:
		p := a.on.owner
		s.later(time.Second, func() {
			if a.on.owner == p && a.on.rings() && s.world.peek(a.n.EscalationID).OfferTo == p.id {
				must(s.world.t, s.world.Seen(s.world.ctx, s.on(p, a.on.name), a.n.EscalationID, a.n.Offer))
			}
		})
	case desk.NoticeWithdrawn:
	default:
		s.tells("%s shows %s", a.on.name, s.said(a.n))
	}
}

// follow tells and judges what is new in the history of a customer's escalation.
func (s *workday) follow(j *job, came []arrival) {
	e := s.world.peek(j.id)
	j.state, j.offer = e.State, e.Offer
	for _, h := range e.Events[j.events:] {
		j.events++
		s.happened(j, h, came)
	}
	if !e.State.Open() && j.agent == nil {
		s.jobs = slices.DeleteFunc(s.jobs, func(o *job) bool { return o == j })
	}
}

// happened is one event of a history.
func (s *workday) happened(j *job, h desk.Event, came []arrival) {
	what := h.What
	if h.Note != "" {
		what += ": " + h.Note
	}
	if h.MemberID == "" {
		s.tells("%s is %s", j.name, what)
		s.judge.left(s, j)
		return
	}
	p := s.byID(h.MemberID)
	switch h.What {
	case "offered":
		s.tells("%s rings at %s: %s", j.name, p.name, s.where(p, j, came))
		s.judge.offered(s, j, p)
		if s.reacts != nil {
			s.reacts(j, p)
		}
		return
	case "accepted":
		j.agent = p
	case "completed":
		j.agent = nil
	}
	s.tells("%s: %s %s", j.name, p.name, what)
	s.judge.ended(s, j, p, h)
}

// where is where an offer rings.
func (s *workday) where(p *clerk, j *job, came []arrival) string {
	var list []string
	if p.page {
		list = append(list, "page")
	}
	for _, a := range came {
		if a.on.owner == p && a.n.Kind == desk.NoticeOffer && a.n.EscalationID == j.id {
			list = append(list, a.on.name)
		}
	}
	if list == nil {
		return "nowhere"
	}
	return strings.Join(list, ", ")
}
