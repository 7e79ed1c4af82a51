package desk_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/connectnow/backend/internal/desk"
)

// held is a callback as far as what was told says how it stands.
type held struct {
	state string // open, claimed, done or dismissed
	by    int
}

// heldModel is a callback that one agent at a time has.
var heldModel = porcupine.NondeterministicModel{
	Init: func() []any { return []any{held{"open", nobody}} },
	Step: func(state, input, _ any) []any {
		h, c := state.(held), input.(spoken)
		next, is := h.step(c)
		switch {
		case c.unsure && is:
			return []any{h, next}
		case c.unsure:
			return []any{h}
		case is:
			return []any{next}
		}
		return nil
	},
}

func (h held) pending() bool { return h.state == "open" || h.state == "claimed" }

// step is what comes of a call, if it may be answered so.
func (h held) step(c spoken) (held, bool) {
	switch c.refused {
	case "claimed":
		return h, h.state == "claimed" && h.by == c.by && h.by != c.who
	case "not-claimed":
		return h, h.state == "open" && c.do != "claim"
	case "callback-ended":
		return h, !h.pending()
	case "":
	default:
		return h, false
	}
	mine := h.state == "claimed" && h.by == c.who
	next := h
	may := true
	switch c.do {
	case "claim":
		may, next = mine || h.state == "open", held{"claimed", c.who}
	case "release":
		may, next = mine || h.state == "open", held{"open", nobody}
	case "attempt":
		may = mine || c.late && h == held{c.state, c.by}
	case "complete":
		may, next = mine || h.state == "done" && h.by == c.who, held{"done", c.who}
	case "dismiss":
		may, next = mine || h.state == "dismissed" && h.by == c.who, held{"dismissed", c.who}
	}
	return next, may && (c.unsure || next.state == c.state && (next.by == c.by || !next.pending()))
}

// playCallbacks has all agents want the same few callbacks, behind a wire, and keeps what they
// were told.
func playCallbacks(t *testing.T, o linearOptions) *linear {
	t.Helper()
	p := newLinear(t, o)
	p.world.Desk, p.bare = p.bare, p.world.Desk // nothing fails until the callbacks are there
	for _, agent := range p.world.agents {
		must(t, p.world.SetOnline(p.world.ctx, p.world.acc, agent, false))
	}
	var ids []string
	for n := range 4 {
		ids = append(ids, p.world.miss(p.world.request(n)).Callback.ID)
	}
	p.world.Desk, p.bare = p.bare, p.world.Desk
	for range o.rounds {
		var wg sync.WaitGroup
		for range o.acts {
			agent, id, d := p.world.agents[p.draw(len(p.world.agents))], ids[p.draw(len(ids))], p.process()
			kinds := []string{"claim", "claim", "claim", "release", "release", "attempt", "look", "complete", "dismiss"}
			if p.draw(3) > 0 { // else they would all have ended soon
				kinds = kinds[:7]
			}
			kind, after := kinds[p.draw(len(kinds))], time.Duration(p.draw(40))*time.Millisecond
			wg.Go(func() {
				_ = pause(p.world.ctx, after)
				p.handleCallback(d, kind, agent, id)
			})
		}
		wg.Wait()
	}
	p.w.mend()
	p.w.behind.Wait()
	for _, id := range ids {
		p.handleCallback(p.bare, "look", p.world.agents[0], id)
	}
	return p
}

// handleCallback does one thing with a callback.
func (p *linear) handleCallback(d *desk.Desk, kind, agent, id string) {
	d, lost := heeding(d)
	by, c := p.world.staff(agent), spoken{do: kind, who: p.names[agent], by: nobody}
	began := p.told.began()
	var cb desk.Callback
	var err error
	switch kind {
	case "claim":
		cb, err = d.ClaimCallback(p.world.ctx, by, id)
	case "release":
		cb, err = d.ReleaseCallback(p.world.ctx, by, id)
	case "attempt":
		cb, err = d.AttemptCallback(p.world.ctx, by, id, desk.NewAttempt{Outcome: "no_answer"})
	case "look":
		var whole desk.CallbackDetail
		whole, err = d.Callback(p.world.ctx, by, id, "")
		cb = whole.Callback
	case "complete":
		cb, err = d.CompleteCallback(p.world.ctx, by, id, desk.Ending{})
	case "dismiss":
		cb, err = d.DismissCallback(p.world.ctx, by, id, desk.Ending{Note: "Called by mistake."})
	}
	c.state = cb.State
	if cb.ClaimedBy != nil {
		c.by = number(p.names, cb.ClaimedBy.ID)
	}
	if c = c.of(err, p.names); c.unsure && kind == "look" {
		return // it says nothing
	}
	p.told.heard(id, began, c, lost.Load() && kind != "look")
}

// answers are how many calls of a kind were answered, and how many were not.
func (h *hearsay) answers(do string) (answered, unsure int) {
	for _, ops := range h.calls {
		for _, op := range ops {
			switch c := op.Input.(spoken); {
			case c.do != do:
			case c.unsure:
				unsure++
			default:
				answered++
			}
		}
	}
	return answered, unsure
}

// tell says how much was told, and of what kind.
func (p *linear) tell() string {
	s := fmt.Sprintf("%d calls about %d things", p.told.count(), len(p.told.calls))
	var kinds []string
	for _, ops := range p.told.calls {
		for _, op := range ops {
			kinds = append(kinds, op.Input.(spoken).do)
		}
	}
	slices.Sort(kinds)
	for _, kind := range slices.Compact(kinds) {
		answered, unsure := p.told.answers(kind)
		s += fmt.Sprintf(", %s %d and %d without an answer", kind, answered, unsure)
	}
	return s
}
