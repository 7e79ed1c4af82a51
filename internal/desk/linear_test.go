package desk_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/table"
)

// wrongAbout is what porcupine says of a play.
func (p *linear) wrongAbout() (wrong []string) {
	wrong = p.told.check(lifeModel)
	if !p.moves {
		wrong = append(wrong, rooms(p.told, p.rows, p.calls).check(roomModel(chatsEach))...)
	}
	return wrong
}

// linearOf is the play of a seed: each second one transfers.
func linearOf(seed uint64) linearOptions {
	return linearOptions{seed: seed, moves: seed%2 == 0, agents: 3 + int(seed%3), rounds: 8, acts: 30, share: 0.05}
}

func callbacksOf(seed uint64) linearOptions {
	return linearOptions{seed: seed, agents: 4, rounds: 4, acts: 40, share: 0.05}
}

// TestLinear: what was told about an escalation fits one sequence of its states, nobody has more
// than they take at any moment of it, and what each member's row says is what it makes of them. On
// the embedded engine, in virtual time. Many more of them: make soak.
func TestLinear(t *testing.T) {
	t.Parallel()
	seeds := uint64(6)
	if raced || testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			var p *linear
			synctest.Test(t, func(t *testing.T) { p = playLinear(t, linearOf(seed)) })
			wantLinear(t, fmt.Sprint("seed ", seed), p.wrongAbout())
			t.Log(p.tell())
		})
	}
}

// TestLinearOnDynamoDB plays the same on DynamoDB Local, in real time.
func TestLinearOnDynamoDB(t *testing.T) {
	if testing.Short() {
		t.Skip("short: without DynamoDB Local")
	}
	cloudtest.Start(t)
	for seed := range uint64(2) {
		o := linearOf(seed)
		o.dynamo, o.rounds = true, 4
		p := playLinear(t, o)
		wantLinear(t, fmt.Sprint("seed ", seed), p.wrongAbout())
		t.Log(p.tell())
	}
}

// TestLinearCallbacks: one at a time has a callback, and whoever is told that they have it does.
func TestLinearCallbacks(t *testing.T) {
	t.Parallel()
	seeds := uint64(3)
	if raced {
		seeds = 1
	}
	for seed := range seeds {
		var p *linear
		synctest.Test(t, func(t *testing.T) { p = playCallbacks(t, callbacksOf(seed)) })
		wantLinear(t, fmt.Sprint("seed ", seed), p.told.check(heldModel))
		t.Log(p.tell())
	}
}

func TestLinearCallbacksOnDynamoDB(t *testing.T) {
	if testing.Short() {
		t.Skip("short: without DynamoDB Local")
	}
	cloudtest.Start(t)
	p := playCallbacks(t, linearOptions{dynamo: true, seed: 1, agents: 4, rounds: 2, acts: 40, share: 0.05})
	wantLinear(t, "callbacks", p.told.check(heldModel))
	t.Log(p.tell())
}

// lawless is a store that does not look at versions, as one would be that lost the condition of
// a Write: whoever writes last wins.
type lawless struct{ table.Table }

// Write implements table.Table.
func (f lawless) Write(ctx context.Context, ops ...table.Op) error {
	for {
		err := f.Table.Write(ctx, ops...)
		var unmet *table.ConditionError
		if !errors.As(err, &unmet) {
			return err
		}
		ops = append([]table.Op(nil), ops...)
		for _, i := range unmet.Failed {
			it, _, err := f.Get(ctx, ops[i].Item.Key)
			if err != nil {
				return err
			}
			ops[i].If = table.AtVersion(it.Version)
		}
	}
}

// TestBrokenStoreIsFound: on a store that lost its conditions no order fits, be it of escalations,
// of what members have, or of callbacks. Of the former one play in two finds it out, of callbacks one
// in six, each of which takes a twentieth of a second.
func TestBrokenStoreIsFound(t *testing.T) {
	t.Parallel()
	unraced(t)
	breaks := func(inner table.Table) table.Table { return lawless{inner} }
	var lives, desks, callbacks int
	for seed := uint64(0); seed < 20 && min(lives, desks) == 0; seed++ {
		o := linearOf(2*seed + 1)
		o.breaks, o.endless = breaks, true
		var p *linear
		synctest.Test(t, func(t *testing.T) { p = playLinear(t, o) })
		lives += len(p.told.check(lifeModel))
		desks += len(rooms(p.told, p.rows, p.calls).check(roomModel(chatsEach)))
	}
	for seed := uint64(0); seed < 200 && callbacks == 0; seed++ {
		o := callbacksOf(seed)
		o.breaks = breaks
		var p *linear
		synctest.Test(t, func(t *testing.T) { p = playCallbacks(t, o) })
		callbacks += len(p.told.check(heldModel))
	}
	t.Logf("no order of %d escalations, %d members and %d callbacks", lives, desks, callbacks)
	if min(lives, desks, callbacks) == 0 {
		t.Error("a store without conditions was not found out")
	}
}

// TestSoakLinear plays many more, and says how many.
func TestSoakLinear(t *testing.T) {
	if os.Getenv("SOAK") == "" {
		t.Skip("takes minutes: make soak")
	}
	const plays = 200
	began := time.Now()
	var calls, things, faults, all int
	for seed := range uint64(plays) {
		var p, q *linear
		synctest.Test(t, func(t *testing.T) { p, q = playLinear(t, linearOf(seed)), playCallbacks(t, callbacksOf(seed)) })
		wantLinear(t, fmt.Sprint("seed ", seed), p.wrongAbout())
		wantLinear(t, fmt.Sprint("callbacks of seed ", seed), q.told.check(heldModel))
		for _, one := range []*linear{p, q} {
			n, failed, _ := one.w.sum()
			calls, things, all, faults = calls+one.told.count(), things+len(one.told.calls), all+n, faults+failed
		}
	}
	fmt.Printf("seeds 0 to %d: %d histories, one an escalation or callback, of %d calls; %d of %d calls behind them failed; %v\n",
		plays-1, things, calls, faults, all, time.Since(began).Round(time.Second))
}

// TestModelsRefuse: a model that lets everything pass proves nothing. Each of these is what a desk
// must never tell.
func TestModelsRefuse(t *testing.T) {
	at := func(do string, who int, c spoken) spoken {
		c.do, c.who = do, who
		if c.state != "ringing" && do != "look" {
			c.to = nobody
		}
		return c
	}
	rings := at("escalate", nobody, spoken{state: "ringing", to: 0, by: nobody})
	accepts := func(who int) spoken { return at("accept", who, spoken{state: "active", by: nobody}) }
	completes := func(who int) spoken { return at("complete", who, spoken{by: nobody}) }
	gone := func(who int, state string, by int) spoken {
		return at("accept", who, spoken{refused: "offer-gone", state: state, by: by})
	}
	unsure := func(c spoken) spoken { c.unsure = true; return c }
	take := func(id string, call bool) spoken { return spoken{do: "take", id: id, call: call} }
	lose := func(id string) spoken { return spoken{do: "lose", id: id} }
	row := func(work ...string) spoken { return spoken{do: "load", work: append([]string{}, work...)} }
	holds := func(do string, who int, state string, by int) spoken {
		return spoken{do: do, who: who, state: state, by: by}
	}
	time1 := spoken{do: "time", who: nobody, number: 1}
	for _, c := range []struct {
		name   string
		model  porcupine.NondeterministicModel
		calls  []spoken // one after the other
		refuse bool
	}{
		{"a life", lifeModel, []spoken{rings, accepts(0), gone(1, "active", 0), completes(0)}, false},
		{"accepted again, when it is over", lifeModel, []spoken{rings, accepts(0), completes(0), at("accept", 0, spoken{state: "completed", by: nobody})}, false},
		{"accepted, when it is over", lifeModel, []spoken{rings, accepts(0), completes(0), accepts(0)}, true},
		{"two accept", lifeModel, []spoken{rings, time1, accepts(0), accepts(1)}, true},
		{"two complete", lifeModel, []spoken{rings, accepts(0), completes(0), completes(1)}, true},
		{"accepted by whom it does not ring for", lifeModel, []spoken{rings, accepts(1)}, true},
		{"accepted by the second, after time was up", lifeModel, []spoken{rings, time1, accepts(1)}, false},
		{"accepted by the first after the second was asked", lifeModel, []spoken{rings, time1, at("look", 1, spoken{state: "ringing", to: 1, by: nobody, number: 2}), accepts(0)}, true},
		{"gone, though it rings", lifeModel, []spoken{rings, gone(0, "ringing", nobody)}, true},
		{"taken by somebody else", lifeModel, []spoken{rings, accepts(0), gone(1, "active", 2)}, true},
		{"rings again once it is active", lifeModel, []spoken{rings, accepts(0), at("ask", nobody, spoken{state: "ringing", to: 1, by: nobody})}, true},
		{"lost from the agent's list", lifeModel, []spoken{rings, accepts(0), at("look", 0, spoken{to: nobody, by: nobody})}, true},
		{"the customer left, and it goes on", lifeModel, []spoken{rings, at("leave", nobody, spoken{state: "cancelled", by: nobody}), accepts(0)}, true},
		{"lost altogether", lifeModel, []spoken{rings, at("ask", nobody, spoken{refused: "not-found", by: nobody})}, true},
		{"an accept without an answer, that was done", lifeModel, []spoken{rings, unsure(accepts(0)), gone(1, "active", 0)}, false},
		{"and one that was not", lifeModel, []spoken{rings, unsure(accepts(0)), at("ask", nobody, spoken{state: "ringing", to: 0, by: nobody})}, false},
		{"asked twice in one round", lifeModel, []spoken{rings, at("decline", 0, spoken{by: nobody}), at("ask", nobody, spoken{state: "ringing", to: 0, by: nobody})}, true},
		{"two chats and a call", roomModel(2), []spoken{take("a", false), take("b", false), take("c", true), row("a", "b", "c"), lose("a")}, false},
		{"three chats", roomModel(2), []spoken{take("a", false), take("b", false), take("c", false)}, true},
		{"a chat beside a call", roomModel(2), []spoken{take("a", true), take("b", false)}, true},
		{"a row that forgot", roomModel(2), []spoken{take("a", false), row()}, true},
		{"a row that kept", roomModel(2), []spoken{take("a", false), lose("a"), row("a")}, true},
		{"a callback's life", heldModel, []spoken{holds("claim", 0, "claimed", 0), holds("release", 0, "open", nobody), holds("claim", 1, "claimed", 1), holds("complete", 1, "done", 1)}, false},
		{"two hold it", heldModel, []spoken{holds("claim", 0, "claimed", 0), holds("claim", 1, "claimed", 1)}, true},
		{"ended by who does not hold it", heldModel, []spoken{holds("claim", 0, "claimed", 0), holds("complete", 1, "done", 1)}, true},
		{"claimed after its end", heldModel, []spoken{holds("claim", 0, "claimed", 0), holds("dismiss", 0, "dismissed", 0), holds("claim", 1, "claimed", 1)}, true},
		{"claimed by somebody else", heldModel, []spoken{holds("claim", 0, "claimed", 0), {do: "claim", who: 1, refused: "claimed", by: 2}}, true},
		{"a claim without an answer", heldModel, []spoken{unsure(holds("claim", 0, "", nobody)), {do: "claim", who: 1, refused: "claimed", by: 0}}, false},
	} {
		var clock atomic.Int64
		h := newHearsay(&clock)
		for _, call := range c.calls {
			h.heard("it", h.began(), call, false)
		}
		if wrong := h.check(c.model); (len(wrong) > 0) != c.refuse {
			t.Errorf("%s: refused %t, want %t%s", c.name, !c.refuse, c.refuse, story(h.calls["it"]))
		}
	}
}
