package desk_test

import (
	"slices"

	"github.com/anishathalye/porcupine"
)

// course is an escalation as far as what was told says how it stands.
type course struct {
	state  string // ringing, active, completed, callback, cancelled; empty: there is none
	offers int    // made so far
	round  int    // and since it began, or was to be transferred
	to     int    // whom it rings for
	by     int    // who has it, or had it last
	ended  int    // who completed it; nobody for the customer and for time
	had    uint64 // who is known to have had an offer, a bit each
	ghosts int    // offers of which nobody was told whose they were
	moved  bool   // somebody wanted to transfer it, and those who were asked may be asked again

	up   uint64                 // offers of which a timer went off, a bit each
	away [mostLinearAgents]int8 // agents whose offers are going on: how often they are told to
}

// What a play may have: agents, and offers before somebody is called back.
const (
	mostLinearAgents = 8
	mostLinearOffers = 3
)

// lifeModel is the state machine of one escalation.
var lifeModel = porcupine.NondeterministicModel{
	Init: func() []any { return []any{course{to: nobody, by: nobody, ended: nobody}} },
	Step: func(state, input, _ any) (next []any) {
		for _, l := range state.(course).ways() {
			for _, then := range l.step(input.(spoken)) {
				next = append(next, then)
			}
		}
		return next
	},
}

func (l course) open() bool { return l.state == "ringing" || l.state == "active" }

func (l course) hadOffer(m int) bool { return l.had&(1<<m) != 0 }

// is keeps those that stand as it was answered.
func (c spoken) is(lives ...course) (kept []course) {
	for _, l := range lives {
		if c.state == "ringing" && l.state == "ringing" {
			l, is := l.offeredTo(c.to, c.number)
			if is {
				kept = append(kept, l)
			}
			continue
		}
		if l.state == c.state && (l.by == c.by || c.state == "callback" || c.state == "cancelled") {
			kept = append(kept, l)
		}
	}
	return kept
}

// offeredTo says whether it can ring for an agent, with that number if one is given, and is the
// life in which it does. Nobody is asked twice.
func (l course) offeredTo(m, number int) (course, bool) {
	switch {
	case !l.open() || number > 0 && number != l.offers:
		return l, false
	case l.to == anyone && (l.moved || !l.hadOffer(m)) && m >= 0:
		l.to, l.had = m, l.had|1<<m
		return l, true
	}
	return l, l.to == m && m >= 0
}

// begun are the ways in which it begins.
func (l course) begun() []course {
	if l.state != "" {
		return nil
	}
	rings, called := l, l
	rings.state, rings.offers, rings.round, rings.to = "ringing", 1, 1, anyone
	called.state = "callback"
	return []course{rings, called}
}

// withdrawn is without the offer.
func (l course) withdrawn() course {
	if l.to == anyone {
		l.ghosts++
	}
	l.to = nobody
	return l
}

// passedOn are the ways in which it goes on when the offer is over.
func (l course) passedOn() []course {
	rings, last := l.withdrawn(), l.withdrawn()
	rings.offers, rings.round, rings.to = l.offers+1, l.round+1, anyone
	if last.state == "ringing" {
		last.state = "callback"
	}
	if l.round == mostLinearOffers {
		return []course{last}
	}
	return []course{rings, last}
}

func (l course) completed(who int) course {
	l = l.withdrawn()
	l.state, l.ended = "completed", who
	return l
}

// left is without its customer.
func (l course) left() course {
	switch l.state {
	case "ringing":
		l = l.withdrawn()
		l.state = "cancelled"
	case "active":
		l = l.completed(nobody)
	}
	return l
}

// ways are how it may stand although nobody was told anything: its time may be up, and its agent
// away.
func (l course) ways() []course {
	ways := []course{l}
	for i := 0; i < len(ways); i++ {
		var more []course
		switch w := ways[i]; {
		case w.state == "" && w.up != 0:
			more = w.begun()
		case w.open() && w.to != nobody && (w.up&(1<<w.offers) != 0 || w.mayBeAway()):
			more = w.passedOn()
		}
		for _, m := range more {
			if !slices.Contains(ways, m) {
				ways = append(ways, m)
			}
		}
	}
	return ways
}

// mayBeAway reports whether whom it rings for may be away.
func (l course) mayBeAway() bool {
	if l.to >= 0 {
		return l.away[l.to] > 0
	}
	return l.away != [mostLinearAgents]int8{}
}

// step are the lives that may come of a call that was answered so.
func (l course) step(c spoken) []course {
	perhaps := func(lives []course) []course { // nobody was told whether it was done
		if c.unsure {
			return append(slices.Clone(lives), l)
		}
		return lives
	}
	switch c.do {
	case "escalate":
		if c.unsure {
			return perhaps(l.begun())
		}
		return c.is(append(l.begun(), l)...)
	case "ask":
		if c.unsure { // which says nothing
			return []course{l}
		}
		return c.is(l)
	case "time": // goes off for an offer, or for a request whose caller may have died
		l.up |= 1 << c.number
		return []course{l}
	case "away":
		l.away[c.who]++
		return []course{l}
	case "back":
		l.away[c.who]--
		return []course{l}
	case "leave":
		if c.unsure {
			return perhaps([]course{l.left()})
		}
		return c.is(l.left())
	case "look":
		return l.looked(c)
	case "accept":
		return perhaps(l.accept(c))
	case "decline":
		return perhaps(l.decline(c))
	case "complete":
		return perhaps(l.complete(c))
	case "transfer":
		return perhaps(l.transfer(c))
	}
	return nil
}

// looked is a look of an agent's at what is theirs.
func (l course) looked(c spoken) []course {
	to, offered := l.offeredTo(c.who, c.number)
	has := l.state == "active" && l.by == c.who
	switch {
	case c.state == "": // it is not among it
		if l.open() && (l.to == c.who || has) {
			return nil
		}
		return []course{l}
	case c.state != l.state || c.state == "active" && c.by != l.by:
		return nil
	case c.to == c.who:
		if !offered {
			return nil
		}
		return []course{to}
	case !has:
		return nil
	}
	return []course{l}
}

func (l course) accept(c spoken) []course {
	has := l.state == "active" && l.by == c.who
	switch c.refused {
	case "":
		if c.state == "completed" { // the same call again, when all is over
			if l.state == "completed" && l.by == c.who {
				return []course{l}
			}
			return nil
		}
		if has {
			return []course{l}
		}
		if to, is := l.offeredTo(c.who, c.number); is {
			to.state, to.by, to.to = "active", c.who, nobody
			return []course{to}
		}
	case "offer-gone":
		if !has && !(l.open() && l.to == c.who && (c.number == 0 || c.number == l.offers)) && c.gone(l) {
			return []course{l}
		}
	case "not-found":
		if l.state == "" {
			return []course{l}
		}
	}
	return nil
}

// gone reports whether it stands as whoever asked for an offer in vain was told.
func (c spoken) gone(l course) bool { return l.state == c.state && l.by == c.by }

func (l course) decline(c spoken) []course {
	has := l.state == "active" && l.by == c.who
	switch c.refused {
	case "":
		if to, is := l.offeredTo(c.who, c.number); is && l.to == c.who {
			return to.passedOn()
		} else if is { // it may be theirs
			return append(to.passedOn(), l)
		}
		if !has && (l.hadOffer(c.who) || l.ghosts > 0) || has && c.number > 0 {
			return []course{l}
		}
	case "offer-gone":
		if !(l.open() && l.to == c.who && (c.number == 0 || c.number == l.offers)) && (has || !l.hadOffer(c.who) || c.number > 0) && c.gone(l) {
			return []course{l}
		}
	case "not-found":
		if l.state == "" {
			return []course{l}
		}
	}
	return nil
}

func (l course) complete(c spoken) []course {
	has := l.open() && l.by == c.who
	switch c.refused {
	case "":
		switch {
		case has:
			return []course{l.completed(c.who)}
		case l.state == "completed" && (l.ended == c.who || l.ended == nobody && l.by == c.who): // their account of it
			return []course{l}
		}
	case "escalation-ended":
		if !l.open() && l.state != "" && (l.state != "completed" || l.ended == c.by && l.ended != c.who) {
			return []course{l}
		}
	case "not-found":
		if !has && (l.state != "completed" || l.by != c.who) {
			return []course{l}
		}
	}
	return nil
}

func (l course) transfer(c spoken) []course {
	has := l.state == "active" && l.by == c.who
	switch c.refused {
	case "":
		if !has {
			return nil
		}
		asked := l.withdrawn()
		asked.offers, asked.round, asked.to, asked.moved = l.offers+1, 1, anyone, true
		if c.unsure {
			return []course{asked}
		}
		var lives []course
		for _, way := range []course{asked, l} { // the same call again asks nobody anew
			if to, is := way.offeredTo(c.to, c.number); is {
				lives = append(lives, to)
			}
		}
		return lives
	case "not-found":
		if !has {
			return []course{l}
		}
	case "escalation-ended":
		if !l.open() && l.by == c.who {
			return []course{l}
		}
	default: // nobody-available, too-often
		if has {
			return []course{l}
		}
	}
	return nil
}
