package desk_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// chances is a shop in which chance says who comes, who answers, and who goes away and how.
type chances struct {
	workday *workday
	*rand.Rand
	busy map[*clerk]time.Time // until when they answer nothing, though they could
}

func newChances(t *testing.T, seed uint64) *chances {
	c := &chances{newWorkday(t, seed), rand.New(rand.NewPCG(seed, 12)), map[*clerk]time.Time{}}
	c.workday.reacts = c.reacts
	return c
}

// within is a random time of up to d.
func (c *chances) within(d time.Duration) time.Duration { return time.Duration(c.Int64N(int64(d))) }

// day lets a day of November pass with so many customers. In the end everybody does what is
// left to do, and signs out.
func (c *chances) day(day, customers int) {
	c.workday.lives(berlin(day, 8, 50))
	for _, p := range c.workday.people {
		c.workday.later(c.within(20*time.Minute), func() { c.returns(p, 1); c.whims(p) })
		c.workday.later(8*time.Hour+15*time.Minute, func() { c.returns(p, 1) })
		c.workday.later(8*time.Hour+40*time.Minute, func() { c.signsOut(p) })
	}
	for n := range customers {
		name := fmt.Sprintf("%s-%d-%d", []string{"chat", "chat", "chat", "call"}[c.IntN(4)], day, n)
		dep := []string{"Kids", "Garden"}[c.IntN(2)]
		c.workday.later(15*time.Minute+c.within(7*time.Hour+40*time.Minute), func() { c.customer(name, dep) })
	}
	c.workday.lives(berlin(day, 18, 0))
}

// customer asks, and perhaps does not wait.
func (c *chances) customer(name, dep string) {
	j := c.workday.asks(name, dep)
	if c.IntN(10) == 0 {
		c.workday.later(5*time.Second+c.within(90*time.Second), func() {
			if j.state == desk.Ringing {
				must(c.workday.world.t, c.workday.leaves(j))
			}
		})
	}
}

// reacts answers an offer after some seconds, if somebody is there and it still rings.
func (c *chances) reacts(j *job, p *clerk) {
	c.workday.later(3*time.Second+c.within(15*time.Second), func() {
		if c.workday.world.peek(j.id).OfferTo != p.id || !c.workday.able(p) || c.workday.world.clock.Now().Before(c.busy[p]) {
			return
		}
		if c.IntN(8) == 0 {
			must(c.workday.world.t, c.workday.declines(p, j))
			return
		}
		must(c.workday.world.t, c.workday.accepts(p, j, c.device(p)))
		c.workday.later(30*time.Second+c.within(8*time.Minute), func() { c.goesOn(p, j) })
	})
}

// device is where a person who is able answers.
func (c *chances) device(p *clerk) string {
	if i := slices.IndexFunc(c.workday.owned(p), (*handset).rings); i >= 0 {
		return c.workday.owned(p)[i].name
	}
	return "page"
}

// goesOn completes or transfers what a person has, once they are there.
func (c *chances) goesOn(p *clerk, j *job) {
	again := func() { c.workday.later(time.Minute, func() { c.goesOn(p, j) }) }
	switch {
	case j.agent != p:
	case !c.workday.able(p):
		again()
	case c.IntN(8) == 0 && c.workday.world.peek(j.id).OfferTo == "":
		to := desk.Transfer{MemberID: c.workday.people[c.IntN(len(c.workday.people))].id}
		if c.IntN(2) == 0 {
			to = desk.Transfer{DepartmentID: c.workday.deps["Garden"]}
		}
		if err := c.workday.transfers(p, j, to); err != nil {
			wantClass(c.workday.world.t, err, desk.Conflict)
		}
		again()
	default:
		must(c.workday.world.t, c.workday.completes(p, j))
	}
}

// whims has a person come and go all day.
func (c *chances) whims(p *clerk) {
	c.workday.later(30*time.Second+time.Duration(c.ExpFloat64()*float64(8*time.Minute)), func() {
		if c.wallHour() >= 17 {
			return
		}
		switch {
		case !c.workday.able(p) || p.onBreak || !c.workday.world.row(p.id).Online:
			c.returns(p, 0.7)
		default:
			c.goesAway(p)
		}
		c.workday.tells("%s has %s", p.name, c.truth(p))
		c.whims(p)
	})
}

func (c *chances) wallHour() int { return c.workday.world.clock.Now().Add(time.Hour).Hour() }

// returns is a person who is back: at each of their devices by chance, and online.
func (c *chances) returns(p *clerk, chance float64) {
	if p.laptop && !p.page && c.Float64() < chance {
		c.workday.opens(p)
	}
	for _, name := range slices.Sorted(maps.Keys(c.workday.phones)) {
		h := c.workday.phones[name]
		if !strings.HasPrefix(name, p.name) || c.Float64() >= chance {
			continue
		}
		if h.dead || h.owner != p {
			c.workday.signsIn(p, h)
		}
		if h.off {
			h.off = false
			c.workday.back(p)
		}
	}
	if c.workday.able(p) && (p.onBreak || !c.workday.world.row(p.id).Online) {
		c.workday.comes(p)
	}
}

// goesAway is one of the ways in which somebody does, or loses something that rings.
func (c *chances) goesAway(p *clerk) {
	owned := c.workday.owned(p)
	var h *handset
	if len(owned) > 0 {
		h = owned[c.IntN(len(owned))]
	}
	switch x := c.IntN(12); {
	case x < 2: // all at once, without a word
		c.workday.closes(p)
		for _, h := range owned {
			h.dead, h.off = c.IntN(2) == 0, c.IntN(3) == 0
			h.off = h.off || !h.dead
		}
	case x < 5 && p.page:
		c.workday.closes(p)
	case x == 5 && h != nil:
		h.off = true
	case x == 6 && h != nil:
		h.dead = true
	case x == 7 && h != nil:
		c.workday.leavesPhone(h)
	case x == 8 && p.page:
		c.workday.leavesPage(p)
	case x == 9:
		if h := c.workday.phones[[]string{"Bilals", "Carlas", "Devs"}[c.IntN(3)]]; h.owner != p && !h.off {
			c.workday.signsIn(p, h)
		}
	case x == 10:
		c.busy[p] = c.workday.world.clock.Now().Add(c.within(3 * time.Minute))
	default:
		c.workday.goes(p)
	}
}

// truth is what could ring at a person.
func (c *chances) truth(p *clerk) string {
	list := []string{"no page"}
	switch {
	case p.page:
		list[0] = "a page"
	case p.closed:
		list[0] = "a closed page"
	}
	for _, h := range c.workday.owned(p) {
		switch {
		case h.dead:
			list = append(list, h.name+" with a dead token")
		case h.off:
			list = append(list, h.name+" switched off")
		default:
			list = append(list, h.name)
		}
	}
	return strings.Join(list, ", ")
}

// signsOut is the end of a person's day.
func (c *chances) signsOut(p *clerk) {
	for _, h := range c.workday.owned(p) {
		c.workday.leavesPhone(h)
	}
	if p.page {
		c.workday.leavesPage(p)
	}
}
