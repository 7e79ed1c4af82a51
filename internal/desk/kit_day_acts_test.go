package desk_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// What people do in a shop. What the desk does not hear of is no call to it.

// opens is the lid of a laptop: the page polls at once.
func (s *workday) opens(p *clerk) {
	p.page, p.closed = true, false
	s.back(p)
	s.pagePolls(p)
}

// closes is the lid as well, without a word to the desk.
func (s *workday) closes(p *clerk) { p.page, p.closed = false, p.page || p.closed }

// comes is Go online, goes is a break.
func (s *workday) comes(p *clerk) {
	p.onBreak, p.came = false, s.world.clock.Now()
	_, err := s.world.SetPresence(s.world.ctx, s.world.staff(p.id), p.id, roster.StatusOnline)
	must(s.world.t, err)
}

func (s *workday) goes(p *clerk) {
	p.onBreak = true
	_, err := s.world.SetPresence(s.world.ctx, s.world.staff(p.id), p.id, roster.StatusOffline)
	must(s.world.t, err)
}

// leavesPage signs a person out on the page, leavesPhone on a phone.
func (s *workday) leavesPage(p *clerk) {
	must(s.world.t, s.world.SignOutDevice(s.world.ctx, s.world.staff(p.id), ""))
	p.page, p.closed = false, false
}

func (s *workday) leavesPhone(h *handset) {
	p := h.owner
	must(s.world.t, s.world.SignOutDevice(s.world.ctx, s.world.staff(p.id), h.name))
	h.owner = nil
}

// signsIn puts a phone, which has a new token if the last one is dead. Whoever was signed in
// on it is so no more.
func (s *workday) signsIn(p *clerk, h *handset) {
	if h.dead || h.token == "" {
		h.tokens++
		h.token = fmt.Sprint(h.name, "-token-", h.tokens)
	}
	h.dead, h.off, h.owner = false, false, p
	s.back(p)
	_, err := s.world.PutDevice(s.world.ctx, s.world.staff(p.id), desk.Device{ID: h.name, Platform: desk.FCM, Token: h.token})
	must(s.world.t, err)
}

// back notes that a person can see or hear offers again.
func (s *workday) back(p *clerk) {
	if s.able(p) {
		p.rounds, p.roundEnd = 0, time.Time{}
		for _, r := range p.rings {
			r.unheard = false
		}
	}
}

// asks is a new customer's. Its name begins with chat or call.
func (s *workday) asks(name, dep string) *job {
	r := s.world.request(len(s.names))
	r.RequestID, r.InteractionID, r.DepartmentID = name, name, s.deps[dep]
	r.Channel = roster.Chat
	if strings.HasPrefix(name, "call") {
		r.Channel = roster.Call
	}
	id := s.world.idOf(r)
	s.names[id] = name
	j := &job{name: name, id: id, call: r.Channel == roster.Call}
	s.jobs = append(s.jobs, j)
	s.all = append(s.all, j)
	s.world.escalate(r)
	return j
}

func (s *workday) accepts(p *clerk, j *job, device string) error {
	_, err := s.world.Accept(s.world.ctx, s.on(p, device), j.id, j.offer)
	return err
}

func (s *workday) declines(p *clerk, j *job) error {
	return s.world.Decline(s.world.ctx, s.world.staff(p.id), j.id, j.offer, "")
}

func (s *workday) completes(p *clerk, j *job) error {
	_, err := s.world.Complete(s.world.ctx, s.world.staff(p.id), j.id, desk.Completion{Outcome: "resolved"})
	return err
}

func (s *workday) transfers(p *clerk, j *job, to desk.Transfer) error {
	_, err := s.world.Transfer(s.world.ctx, s.world.staff(p.id), j.id, to)
	return err
}

func (s *workday) leaves(j *job) error {
	_, err := s.world.End(s.world.ctx, s.world.acc, j.id, false)
	return err
}

// scribe writes down what happens.
type scribe struct {
	names map[string]string // of ids
	lines []string
}

func (s *workday) tells(format string, a ...any) {
	s.lines = append(s.lines, fmt.Sprintf("  %s  ", s.wall())+fmt.Sprintf(format, a...))
}

// wall is what the clock on the wall says, in Berlin in winter.
func (s *workday) wall() string { return s.world.clock.Now().Add(time.Hour).Format("15:04:05") }

func (s *workday) said(n desk.Notice) string {
	said := string(n.Kind)
	if n.Count > 0 {
		said += fmt.Sprintf(", %d", n.Count)
	}
	if name := s.names[n.EscalationID]; name != "" {
		said += " of " + name
	}
	return said
}
