package desk_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// longest is a note of 1,000 emoji, each another than before.
func longestText(n int) string {
	var b strings.Builder
	for i := range 1000 {
		b.WriteRune('\U0001f300' + rune((n*31+i*i)%500))
	}
	return b.String()
}

// stateSize is how large the item is that each step rewrites.
func (w *world) stateSize(id string) int {
	w.t.Helper()
	it, _, err := w.Table.Get(w.ctx, keys.Escalation(id))
	must(w.t, err)
	return table.Size(it)
}

// An escalation that goes from one to the other all day keeps every note, and its own item
// stays small.
func TestManyTransfers(t *testing.T) {
	unraced(t)
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.take(w.request(1))
	id, holder := a.EscalationID, a.Agent.ID
	const times = 120
	for n := range times {
		w.clock.Advance(10 * time.Second) // or they are too many
		_, err := w.Transfer(w.ctx, w.staff(holder), id, desk.Transfer{DepartmentID: w.dep, Note: longestText(n)})
		must(t, err)
		holder = w.peek(id).OfferTo
		w.accept(holder, id)
		if size := w.stateSize(id); size > 4<<10 {
			t.Fatalf("after transfer %d the item has %d bytes", n+1, size)
		}
	}
	e := w.view(id)
	n := 0
	for _, h := range e.History {
		if h.What == "transfer_asked" {
			if h.Note != longestText(n) {
				t.Fatalf("note %d is %.20q", n, h.Note)
			}
			n++
		}
	}
	if n != times || len(e.History) != 2+3*times {
		t.Errorf("%d notes in %d events", n, len(e.History))
	}
	// Who had an early offer may say so again; who never had it may not.
	other := w.agents[0]
	if other == holder {
		other = w.agents[1]
	}
	must(t, w.Decline(w.ctx, w.staff(other), id, 2, ""))
	susi := w.agent("Susi", w.department("Support"))
	wantProblem(t, w.Decline(w.ctx, w.staff(susi), id, 2, ""), "offer-gone")
	if s := w.peek(id); len(s.Offers) != times+1 {
		t.Errorf("%d offers", len(s.Offers))
	}
	w.complete(holder, id)
}

// What an older version stored with all its notes in one item goes on.
func TestFormerHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.take(w.request(1))
	id := a.EscalationID
	must(t, w.FillHistory(w.ctx, id, 90, longestText))
	before := w.view(id).History
	if size := w.stateSize(id); size < 350_000 {
		t.Fatalf("the item has %d bytes: this test wants more", size)
	}
	_, err := w.Transfer(w.ctx, w.staff(a.Agent.ID), id, desk.Transfer{DepartmentID: w.dep, Note: longestText(97)})
	must(t, err)
	after := w.view(id).History
	if !cmp.Equal(after[:len(before)], before) || len(after) != len(before)+2 || after[len(before)].Note != longestText(97) {
		t.Errorf("%d events became %d", len(before), len(after))
	}
	w.accept(w.peek(id).OfferTo, id)
	if size := w.stateSize(id); size > 50_000 {
		t.Errorf("the item still has %d bytes", size)
	}
}

// TestNothingOutgrowsItsItem: no sequence of calls with the longest texts brings an error
// of the table's limits out of a Write, or makes the escalation's own item large.
func TestNothingOutgrowsItsItem(t *testing.T) {
	unraced(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, worldOptions{agents: 2})
		w.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(0), MaxOffers: ptr(20)})
		r := w.request(1)
		r.Conversation.Summary = longestText(0)
		id := w.escalate(r).EscalationID
		n := 0
		holder := func() string {
			if s := w.peek(id); s.Assigned != "" {
				return s.Assigned
			}
			return w.agents[0]
		}
		calls := []func() error{
			func() error { return w.Decline(w.ctx, w.staff(w.peek(id).OfferTo), id, 0, longestText(n)) },
			func() error { _, err := w.Accept(w.ctx, w.staff(w.peek(id).OfferTo), id, 0); return err },
			func() error {
				_, err := w.Transfer(w.ctx, w.admin, id, desk.Transfer{DepartmentID: w.dep, Note: longestText(n)})
				return err
			},
			func() error {
				_, err := w.Transfer(w.ctx, w.staff(holder()), id, desk.Transfer{MemberID: w.agents[n%2], Note: longestText(n)})
				return err
			},
			func() error {
				messages := []desk.ChatMessage{{From: "customer", Text: strings.Repeat(longestText(n), rapid.IntRange(1, 300).Draw(rt, "times"))}}
				_, err := w.Append(w.ctx, w.acc, id, fmt.Sprint(n%7), messages)
				return err
			},
			func() error {
				_, err := w.Append(w.ctx, w.acc, id, "", []desk.ChatMessage{{From: "customer", Text: noise(rapid.IntRange(1, 3<<20).Draw(rt, "bytes"))}})
				return err
			},
			func() error { _, err := w.Escalate(w.ctx, r.Asked()); return err },
			func() error {
				if n%10 > 0 {
					return nil
				}
				_, err := w.Complete(w.ctx, w.staff(holder()), id, desk.Completion{Outcome: "hand_back", Note: longestText(n)})
				return err
			},
			func() error { w.pass(30 * time.Second); return nil },
		}
		for range rapid.IntRange(1, 60).Draw(rt, "calls") {
			n++
			i := rapid.IntRange(0, len(calls)-1).Draw(rt, "call")
			var p *desk.Problem
			if err := calls[i](); err != nil && !errors.As(err, &p) {
				rt.Fatalf("call %d, %d: %v", n, i, err)
			}
			if size := w.stateSize(id); size > 16<<10 {
				rt.Fatalf("after call %d, %d, the item has %d bytes", n, i, size)
			}
		}
		w.view(id)
	})
}
