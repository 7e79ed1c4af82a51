package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/meter"
)

// shop is a conversation of about two kilobytes, as an assistant hands it over.
func shop(r desk.Request) desk.Request {
	r.Customer = desk.Customer{Name: "Meera Krishnan", Phone: r.Customer.Phone, Email: "meera.k@example.com", Locale: "en-IN", TimeZone: "Asia/Kolkata"}
	r.Connect = &desk.Connect{URL: "https://chat.example.com/rooms/8f1c2e7a-6a0e-4a55-9d6c-2f7f6f0a3a11?token=Zk3vQ9"}
	c := &r.Conversation
	c.Summary = "Bought running shoes (order 48213) that are a size too small, wants to swap them before a race on Sunday. The online form refuses because the order is older than 30 days."
	c.Intent, c.Trigger = "exchange_after_deadline", "Please, can I just talk to a real person about this?"
	c.Attributes = map[string]string{"order": "48213", "channelName": "web", "plan": "gold"}
	at := time.Date(2026, 11, 23, 9, 51, 7, 0, time.UTC)
	c.Messages = nil
	for i, text := range strings.Split(dialogue, "\n") {
		from := []string{"customer", "assistant"}[i%2]
		c.Messages = append(c.Messages, desk.ChatMessage{At: &at, From: from, Text: text})
		at = at.Add(23 * time.Second)
	}
	return r
}

const dialogue = `Hi! I ordered the Falcon 3 running shoes a while ago and they turn out to be too small. Can I swap them for a 41?
Hello Meera, I am sorry that they do not fit. I can see order 48213 from 19 October. Have you worn them outside yet?
Only once around the block, they pinch at the toes. They look like new and I still have the box.
Thank you. Our exchange period is 30 days from delivery, and yours ended on 20 November, so the form will not let me start an exchange by itself.
I know, but I was travelling for work for two weeks and my race is on Sunday. Is there really nothing you can do?
I understand, that is annoying so shortly before a race. Size 41 is in stock in Indiranagar and Koramangala. I can reserve a pair for you for 24 hours.
That would be great, but I do not want to pay twice and then fight for a refund.
Of course. A colleague may be able to approve an exchange outside the period. Shall I hand you over?
Yes please. I would rather talk on the phone, I am on the train until four and the connection drops now and then.
Sure. Is the number on your account, ending in 417, the right one to call?
It is. Please, can I just talk to a real person about this?`

// crowd makes n agents of Sales as they are in practice, with hours and places.
func (w *world) crowd(n, chats int, hours string) {
	w.t.Helper()
	names := []string{"Asha", "Bogdan", "Charlotte", "Dmitri", "Eilidh", "Farouk", "Gabriela", "Hiroshi"}
	var rows []desk.NewRow
	for i := range n {
		rows = append(rows, desk.NewRow{
			FirstName: names[i%len(names)], Calls: 1, Chats: &chats, Departments: []string{w.dep}, Place: int64(1 + i%100), Schedule: hours,
		})
	}
	ids, err := w.Crowd(w.ctx, w.acc, rows)
	must(w.t, err)
	must(w.t, w.Draw(w.ctx, w.acc, w.dep, min(n, 100)))
	w.agents = append(w.agents, ids...)
}

// priced is what the steps of one escalation cost, one claimer at a time.
type priced struct {
	agents int
	steps  []string
	counts map[string]meter.Counts
}

// price lets a chat ring with one, decline, ring with the next, be accepted and
// completed, and meters each step.
func price(t *testing.T, agents int) priced { return priceBy(t, agents, "department") }

// priceBy is price in an account with the balance.
func priceBy(t *testing.T, agents int, balance string) priced {
	var m *meter.Table
	w := newWorld(t, worldOptions{record: func(engine table.Table) table.Table {
		m = meter.New(engine)
		return m
	}})
	w.settings(desk.AccountPatch{Balance: &balance})
	w.crowd(agents, 3, "Europe/Berlin 12345/0830-1230,1315-1730")
	for _, id := range w.agents[:2] {
		w.phone(id)
	}
	w.clock.Advance(time.Minute) // since the tickets were drawn
	p := priced{agents: agents, counts: map[string]meter.Counts{}}
	step := func(name string, f func()) {
		w.clock.Advance(5 * time.Second) // somebody thinks
		before := m.Counts()
		f()
		p.steps, p.counts[name] = append(p.steps, name), m.Counts().Sub(before)
	}
	var a desk.Answer
	step("escalate", func() { a = w.escalate(shop(w.request(1))) })
	step("decline", func() { must(t, w.Decline(w.ctx, w.staff(a.Agent.ID), a.EscalationID, 1, "in a meeting")) })
	second := w.staff(w.peek(a.EscalationID).OfferTo)
	step("accept", func() {
		_, err := w.Accept(w.ctx, second, a.EscalationID, 2)
		must(t, err)
	})
	step("complete", func() {
		_, err := w.Complete(w.ctx, second, a.EscalationID, desk.Completion{Outcome: "resolved", Note: "Exchange approved."})
		must(t, err)
	})
	step("escalate a call", func() { a = w.escalate(shop(w.call(2))) })
	w.pass(stands - 5*time.Second)
	step("missed", func() { w.deliverDue() })
	if s := w.peek(a.EscalationID); s.Offer != 2 {
		t.Fatalf("after a missed offer: %+v", s)
	}
	return p
}

// TestUnits: what an escalation that rings at once may cost, whatever the size of the
// team. DynamoDB charges by these units. 11 write units, and one for each of the customer's
// two contacts, by which the escalation is found. The list's entry is put beside the
// request at one unit instead of two in the claim, which pays for the interaction's last
// request. The receipt of more than a dozen members is an item of its own in the claim. Of the read units two are for what the request has become, by its id and by the
// id of before; they save the repeated request its write.
func TestUnits(t *testing.T) {
	for _, test := range []struct{ agents, writes, reads int }{{10, 13, 5}, {100, 15, 13}, {1000, 15, 97}} {
		p := price(t, test.agents)
		for _, step := range []string{"escalate", "escalate a call"} {
			if c := p.counts[step]; c.WriteUnits > test.writes || c.ReadUnits > test.reads {
				t.Errorf("%s with %d agents: %d write units and %d read units, at most %d and %d allowed",
					step, test.agents, c.WriteUnits, c.ReadUnits, test.writes, test.reads)
			}
		}
	}
}

// TestUnitsByTeam: each step costs the same by the team's order.
func TestUnitsByTeam(t *testing.T) {
	want, got := price(t, 100), priceBy(t, 100, "team")
	for _, step := range want.steps {
		w, g := want.counts[step], got.counts[step]
		if g.WriteUnits != w.WriteUnits || g.ReadUnits != w.ReadUnits {
			t.Errorf("%s: %d write units and %d read units, by departments %d and %d", step, g.WriteUnits, g.ReadUnits, w.WriteUnits, w.ReadUnits)
		}
	}
}
