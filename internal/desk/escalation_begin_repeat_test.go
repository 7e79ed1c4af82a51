package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

const atOnce = 50

// crowd is a world in which many ask at once and the clock stands still, so that equal
// answers are equal to the byte.
type crowd struct {
	world *world
	sound table.Table // without faults
}

func newCrowd(t *testing.T, faults func(table.Table) table.Table) *crowd {
	c := &crowd{}
	c.world = newWorld(t, worldOptions{agents: 3, wrap: func(inner table.Table) table.Table {
		if c.sound = inner; faults == nil {
			return inner
		}
		return faults(inner)
	}})
	c.world.Desk.Sleep = func(ctx context.Context, _ time.Duration) error {
		runtime.Gosched()
		return ctx.Err()
	}
	return c
}

// ask escalates all at once, each again until there is an answer, wants the answers to
// be equal, and returns the one. Then no faults are left.
func (c *crowd) ask(requests []desk.Request) desk.Answer {
	c.world.t.Helper()
	answers := make([]desk.Answer, len(requests))
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i, r := range requests {
		all.Go(func() {
			<-begin
			var err error
			for range 100 {
				if answers[i], err = c.world.Escalate(c.world.ctx, r.Asked()); err == nil || !desk.Transient(err) && !desk.IsProblem(err, "busy") {
					break
				}
			}
			if err != nil {
				c.world.t.Error(err)
			}
		})
	}
	close(begin)
	all.Wait()
	c.world.Desk.Table = c.sound
	bodies := make([]string, len(answers))
	for i, a := range answers {
		a.Adjusted = nil // tells whose customer was another
		b, err := json.Marshal(a)
		must(c.world.t, err)
		bodies[i] = string(b)
	}
	slices.Sort(bodies)
	if different := slices.Compact(bodies); len(different) != 1 {
		c.world.t.Fatalf("%d different answers: %v", len(different), different)
	}
	return answers[0]
}

// once wants there to be this one escalation, with one offer and the conversation of
// one of the requests, and one timer that matters.
func (c *crowd) once(a desk.Answer, requests []desk.Request) {
	c.world.t.Helper()
	id := a.EscalationID
	list, err := c.world.Escalations(c.world.ctx, c.world.admin, desk.EscalationFilter{}, desk.Page{})
	must(c.world.t, err)
	if len(list.Items) != 1 || list.Items[0].ID != id {
		c.world.t.Fatalf("there are %+v, want one", list.Items)
	}
	rows, err := c.world.Rows(c.world.ctx, c.world.acc)
	must(c.world.t, err)
	for _, r := range rows {
		if r.ID == a.Agent.ID != slices.Equal(r.Work, []string{id}) || len(r.Work) > 1 {
			c.world.t.Errorf("%s has %v, and it rings for %s", r.ID, r.Work, a.Agent.ID)
		}
	}
	receipts, err := c.world.Receipts(c.world.ctx, c.world.admin, id)
	must(c.world.t, err)
	if s := c.world.peek(id); len(s.Offers) != 1 || len(receipts) != 1 {
		c.world.t.Errorf("%d offers with %d receipts, want 1", len(s.Offers), len(receipts))
	}
	kept := c.world.view(id)
	i := slices.IndexFunc(requests, func(r desk.Request) bool { return r.Conversation.Summary == kept.Summary })
	if i < 0 || kept.Customer != requests[i].Customer || !slices.Equal(kept.Conversation.Messages, requests[i].Conversation.Messages) {
		c.world.t.Errorf("the conversation is nobody's: %+v", kept)
	}
	for offers := 2; offers <= 3; offers++ {
		c.world.pass(stands)
		if s := c.world.peek(id); len(s.Offers) != offers {
			c.world.t.Errorf("%d ring times later: %d offers", offers-1, len(s.Offers))
		}
	}
	c.world.pass(time.Hour)
	cb := c.world.callback(c.world.peek(id).Callback)
	if len(cb.Conversations) != 1 || cb.Conversations[0].EscalationID != id || !slices.Equal(cb.Conversations[0].Messages, kept.Conversation.Messages) {
		c.world.t.Errorf("callback %+v, want the one conversation %+v", cb, kept.Conversation)
	}
}

// same makes many requests; change tells the n-th apart.
func (c *crowd) same(change func(r *desk.Request, n int)) []desk.Request {
	requests := make([]desk.Request, atOnce)
	for n := range requests {
		requests[n] = c.world.request(1)
		change(&requests[n], n)
	}
	return requests
}

func otherBody(r *desk.Request, n int) {
	r.Customer.Name = fmt.Sprintf("Customer %d", n)
	r.Customer.Phone = fmt.Sprintf("+49301%06d", n)
	r.Conversation.Summary = fmt.Sprintf("Summary %d", n)
	r.Conversation.Messages = []desk.ChatMessage{{From: "customer", Text: fmt.Sprintf("Message %d", n)}}
}

func otherRequest(r *desk.Request, n int) { r.RequestID = fmt.Sprintf("other-%d", n) }

// TestRepeatedAtOnce sends one request fifty times at once, with equal and with other
// bodies, and fifty requests about one interaction, on a sound table and on one that
// refuses calls and loses requests and answers: there is one of everything, and fifty
// equal answers.
func TestRepeatedAtOnce(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(r *desk.Request, n int)
	}{
		{"equal", func(*desk.Request, int) {}},
		{"other bodies", otherBody},
		{"one interaction", otherRequest},
		{"one interaction, no ids", func(r *desk.Request, _ int) { nameless(r) }},
		{"one interaction, other bodies", func(r *desk.Request, n int) {
			otherBody(r, n)
			otherRequest(r, n)
		}},
	} {
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("%s, faults %d", c.name, seed), func(t *testing.T) {
				t.Parallel()
				var faults func(table.Table) table.Table
				if seed > 0 {
					faults = func(inner table.Table) table.Table {
						return fault.New(inner, fault.Random(fault.Options{Conflicts: true}, seed, 0.03, 0.05, 0.05))
					}
				}
				all := newCrowd(t, faults)
				requests := all.same(c.change)
				all.once(all.ask(requests), requests)
			})
			if testing.Short() {
				break
			}
		}
	}
}

// TestRepeatedLater repeats requests when much has happened: each gets the state now of
// what it got first, and nothing new begins.
func TestRepeatedLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	first := w.ring(w.request(1))
	second := w.request(1)
	otherRequest(&second, 2)
	repeat := func(when string, want desk.Outcome) {
		t.Helper()
		for _, r := range []desk.Request{w.request(1), second} {
			if a := w.escalate(r); a.EscalationID != first.EscalationID || a.Outcome != want {
				t.Errorf("%s: %s gets %s, %s; want %s, %s", r.RequestID, when, a.EscalationID, a.Outcome, first.EscalationID, want)
			}
		}
	}
	repeat("while it rings", desk.OutcomeRinging)
	w.accept(first.Agent.ID, first.EscalationID)
	repeat("when it is accepted", desk.OutcomeAccepted)
	w.complete(first.Agent.ID, first.EscalationID)
	repeat("when it is completed", desk.OutcomeEnded)
	w.pass(48 * time.Hour)
	repeat("two days later", desk.OutcomeEnded)
	list, err := w.Escalations(w.ctx, w.admin, desk.EscalationFilter{}, desk.Page{})
	must(t, err)
	if len(list.Items) != 1 {
		t.Errorf("there are %d escalations", len(list.Items))
	}
	third := w.request(1)
	otherRequest(&third, 3)
	if a := w.ring(third); a.EscalationID == first.EscalationID {
		t.Errorf("a new request after the end gets the old escalation")
	}
}

// A request that came while people were at its interaction, and whose timer was sent
// all the same, is not called back when they are done: its caller was told of them.
func TestTimerOfAFollower(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	first := w.take(w.request(1))
	second := w.request(1)
	otherRequest(&second, 2)
	w.escalate(second)
	w.complete(first.Agent.ID, first.EscalationID)
	id := keys.EscalationID(w.acc, second.RequestID, second.InteractionID)
	w.clock.Advance(time.Minute)
	must(t, w.Wake(w.ctx, desk.Message{Kind: desk.WakeRing, AccountID: w.acc, EscalationID: id, Offer: 1, Due: w.clock.Now()}))
	if s := w.peek(id); s.Found {
		t.Errorf("its timer made %+v", s)
	}
}
