package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// dayJudge holds a shop's day against the promise: no customer waits a ring time for somebody
// who could not answer, but for the first after a silent leave. It judges by what people
// could really see and hear.
type dayJudge struct {
	offers int
	waits  int // for somebody who could not answer, the first after a silent leave
	faults []string
}

// turnAt is an offer that rings.
type turnAt struct {
	j       *job
	made    time.Time
	unheard bool // nobody could see or hear it, all the time
	first   bool // after a silent leave
}

// A customer who leaves in the last second has not waited in vain for the whole time.
const ringsOut = stands - time.Second

func (g *dayJudge) fault(s *workday, format string, a ...any) {
	g.faults = append(g.faults, s.world.clock.Now().Add(time.Hour).Format("02 15:04:05 ")+fmt.Sprintf(format, a...))
}

// lease is how long a sign of an open page counts.
const lease = 8 * time.Minute

// silently is how many rounds of offers the desk may need to find out that a person has left
// without a word: one where a page was closed, or they went online minutes ago and so had
// some app open. A phone that takes pushes and shows none takes two, since one may be lost on
// its way. A dead token alone is refused at once, and costs nobody a ring time.
func (s *workday) silently(p *clerk) int {
	switch {
	case slices.ContainsFunc(s.owned(p), func(h *handset) bool { return h.off && !h.dead }):
		return 2
	case p.closed || s.world.clock.Now().Before(p.came.Add(lease)):
		return 1
	}
	return 0
}

// offered judges a new offer.
func (g *dayJudge) offered(s *workday, j *job, p *clerk) {
	g.offers++
	r := &turnAt{j: j, made: s.world.clock.Now(), unheard: !s.able(p), first: p.rounds < s.silently(p)}
	p.rings = append(p.rings, r)
	switch {
	case p.onBreak:
		g.fault(s, "%s rings at %s, who has gone on a break", j.name, p.name)
	case !s.working(p):
		g.fault(s, "%s rings at %s, who does not work now", j.name, p.name)
	case s.onCall(p):
		g.fault(s, "%s rings at %s, who is on a call", j.name, p.name)
	}
}

// ended judges an offer that rings no more.
func (g *dayJudge) ended(s *workday, j *job, p *clerk, h desk.Event) {
	i := slices.IndexFunc(p.rings, func(r *turnAt) bool { return r.j == j })
	if i < 0 {
		return
	}
	r, now := p.rings[i], s.world.clock.Now()
	p.rings = slices.Delete(p.rings, i, i+1)
	if h.What == "missed" || h.What == "unreachable" {
		p.uncounted = append(p.uncounted, r)
	}
	if h.What == "missed" && r.unheard {
		g.fault(s, "%s counts as missed by %s, who could not answer", j.name, p.name)
	}
	if !r.unheard || now.Sub(r.made) < ringsOut {
		return
	}
	g.waits++
	s.tells("%s waited for %s, who has left without a word", j.name, p.name)
	if !r.first {
		g.fault(s, "%s waits for %s, who could not answer, and not for the first time", j.name, p.name)
	}
	// What rings beside the first cannot know yet how that one ends. Nor does it count towards
	// the two that a silent phone takes if it rang beside one that was seen.
	beside := s.silently(p) == 2 && r.made.Before(p.counted)
	if !r.made.Before(p.roundEnd) && !beside {
		p.rounds, p.roundEnd = p.rounds+1, now
	}
}

// left is an end that is nobody's.
func (g *dayJudge) left(s *workday, j *job) {
	for _, p := range s.people {
		p.rings = slices.DeleteFunc(p.rings, func(r *turnAt) bool { return r.j == j && j.state != desk.Ringing })
	}
}

// judgeRows judges what every step leaves: no call beside which something rings, and no miss
// that is counted twice.
func (s *workday) judgeRows() {
	rows, err := s.world.Rows(s.world.ctx, s.world.acc)
	must(s.world.t, err)
	for _, row := range rows {
		if s.names[row.ID] == "" {
			continue // the owner
		}
		p := s.byID(row.ID)
		if len(p.rings) > 0 && s.onCall(p) {
			s.judge.fault(s, "%s rings beside a call of %s", p.rings[0].j.name, p.name)
		}
		s.judgePresence(p, row)
	}
}

// judgePresence tells how a person stands, when that has changed, and judges what their row
// counts: of the offers that rang at once, one.
func (s *workday) judgePresence(p *clerk, row desk.RowState) {
	ended := p.uncounted
	p.uncounted = nil
	rise := max(0, row.Missed-p.missed) + max(0, row.Unreached-p.unheard)
	p.missed, p.unheard = row.Missed, row.Unreached
	switch {
	case rise > 1 || rise == 1 && !slices.ContainsFunc(ended, func(r *turnAt) bool { return !r.made.Before(p.counted) }):
		s.judge.fault(s, "one absence of %s counts %d times more", p.name, rise)
	case rise == 1:
		p.counted = s.world.clock.Now()
	case row.Missed+row.Unreached == 0:
		p.counted = time.Time{}
	}
	stands := "online"
	switch reachable := *row.Devices > 0 || s.world.clock.Now().Before(row.Page); {
	case !row.Online:
		stands = "offline"
		if because := s.world.availability(p.id).Because; because != stands && p.stands != stands && because != "off_shift" {
			stands += ", " + because
		}
	case !reachable:
		stands = "online, and cannot be reached"
	}
	if was, _, _ := strings.Cut(p.stands, ","); stands != p.stands && (stands != "offline" || was != "offline") {
		s.tells("%s is %s", p.name, stands)
		p.stands = stands
	}
}
