package desk_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// forgetful is a table that does not answer the first Write, done or not.
type forgetful struct {
	table.Table
	done bool
	once *sync.Once
}

func (f forgetful) Write(ctx context.Context, ops ...table.Op) error {
	lost := false
	f.once.Do(func() { lost = true })
	if lost && !f.done {
		return table.ErrOutcomeUnknown
	}
	if err := f.Table.Write(ctx, ops...); err != nil || !lost {
		return err
	}
	return table.ErrOutcomeUnknown
}

// Whatever members do is done once and said to be done, though the table does not
// answer whether it is.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before func(w *world, id string)
		act    func(w *world, id, cb string) error
		check  func(w *world, id, cb string) bool
	}{
		{"accept", nil,
			func(w *world, id, _ string) error { _, err := w.Accept(w.ctx, w.staff(w.agents[0]), id, 1); return err },
			func(w *world, id, _ string) bool { return w.peek(id).Assigned == w.agents[0] }},
		{"decline", nil,
			func(w *world, id, _ string) error { return w.Decline(w.ctx, w.staff(w.agents[0]), id, 1, "") },
			func(w *world, id, _ string) bool { return w.peek(id).OfferTo == w.agents[1] }},
		{"seen", nil,
			func(w *world, id, _ string) error { return w.Seen(w.ctx, w.staff(w.agents[0]), id, 1) },
			func(w *world, id, _ string) bool { return w.view(id).Offer.SeenAt != nil }},
		{"transfer", accepted,
			func(w *world, id, _ string) error {
				_, err := w.Transfer(w.ctx, w.staff(w.agents[0]), id, desk.Transfer{DepartmentID: w.dep})
				return err
			},
			func(w *world, id, _ string) bool { return len(w.peek(id).Offers) == 2 }},
		{"complete", accepted,
			func(w *world, id, _ string) error {
				_, err := w.Complete(w.ctx, w.staff(w.agents[0]), id, desk.Completion{Outcome: "resolved", Note: "done"})
				return err
			},
			func(w *world, id, cb string) bool {
				return *w.view(id).Note == "done" && w.callback(cb).State == "done"
			}},
		{"end", nil,
			func(w *world, id, _ string) error { _, err := w.End(w.ctx, w.acc, id, true); return err },
			func(w *world, id, _ string) bool {
				return w.peek(id).State == desk.Cancelled && w.peek(id).Callback != ""
			}},
		{"offline", nil,
			func(w *world, _, _ string) error {
				_, err := w.SetPresence(w.ctx, w.admin, w.agents[0], "offline")
				return err
			},
			func(w *world, id, _ string) bool { return w.peek(id).OfferTo == w.agents[1] }},
		{"a member's e-mail", nil,
			func(w *world, _, _ string) error {
				_, err := w.PatchMember(w.ctx, w.admin, w.agents[0], desk.MemberPatch{Email: ptr("ada@example.com")})
				return err
			},
			func(w *world, _, _ string) bool {
				c, err := w.MemberByEmail(w.ctx, "ada@example.com")
				return err == nil && c.MemberID == w.agents[0]
			}},
		{"settings", nil,
			func(w *world, _, _ string) error {
				_, err := w.PatchAccount(w.ctx, w.admin, desk.AccountPatch{MaxOffers: ptr(7)})
				return err
			},
			func(w *world, _, _ string) bool {
				a, err := w.Account(w.ctx, w.admin)
				return err == nil && a.MaxOffers == 7
			}},
		{"a device", nil,
			func(w *world, _, _ string) error {
				_, err := w.PutDevice(w.ctx, w.admin, desk.Device{ID: "a", Platform: desk.FCM, Token: "t"})
				return err
			},
			func(w *world, _, _ string) bool { return slices.Equal(w.deviceIDs(w.admin.MemberID), []string{"a"}) }},
		{"claim", nil,
			func(w *world, _, cb string) error {
				_, err := w.ClaimCallback(w.ctx, w.staff(w.agents[0]), cb)
				return err
			},
			func(w *world, _, cb string) bool { return w.callback(cb).ClaimedBy.ID == w.agents[0] }},
		{"an attempt", nil,
			func(w *world, _, cb string) error {
				_, err := w.AttemptCallback(w.ctx, w.admin, cb, desk.NewAttempt{Outcome: "busy"})
				return err
			},
			func(w *world, _, cb string) bool { return len(w.callback(cb).Attempts) == 1 }},
		{"dismiss", nil,
			func(w *world, _, cb string) error {
				_, err := w.DismissCallback(w.ctx, w.admin, cb, desk.Ending{Note: "spam"})
				return err
			},
			func(w *world, _, cb string) bool { return w.callback(cb).State == "dismissed" }},
		{"contact", nil,
			func(w *world, _, cb string) error {
				_, err := w.Contact(w.ctx, w.acc, desk.About{CallbackID: cb}, desk.Customer{Phone: "+49309"})
				return err
			},
			func(w *world, _, cb string) bool { return w.callback(cb).Customer.Phone == "+49309" }},
		{"words without times", nil,
			func(w *world, id, _ string) error {
				_, err := w.Append(w.ctx, w.acc, id, "", []desk.ChatMessage{{From: "customer", Text: "!"}})
				return err
			},
			func(w *world, id, _ string) bool { return len(w.view(id).Conversation.Messages) == 2 }},
	} {
		for _, lost := range []struct {
			name string
			done bool // what nobody answers for
		}{
			{"done", true},
			{"not done", false},
		} {
			t.Run(c.name+", "+lost.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, worldOptions{agents: 1})
				w.offline(w.agents[0])
				cb := w.miss(w.request(1)).Callback.ID
				w.online(w.agents[0])
				r := w.request(2)
				r.Customer = w.request(1).Customer
				id := w.ring(r).EscalationID
				w.agents = append(w.agents, w.agent("Second", w.dep))
				if c.before != nil {
					c.before(w, id)
				}
				engine := w.Table
				w.Table = forgetful{engine, lost.done, new(sync.Once)}
				must(t, c.act(w, id, cb))
				w.Table = engine
				if !c.check(w, id, cb) {
					t.Errorf("escalation %+v, callback %+v", w.peek(id), w.callback(cb).Callback)
				}
				w.clean(id)
			})
		}
	}
}

func accepted(w *world, id string) { w.accept(w.agents[0], id) }

// One of several who claim a callback at the same moment gets it.
func TestClaimAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 4})
	for _, id := range w.agents {
		w.offline(id)
	}
	id := w.miss(w.request(1)).Callback.ID
	errs := make([]error, len(w.agents))
	var wg sync.WaitGroup
	for i, agent := range w.agents {
		wg.Go(func() { _, errs[i] = w.ClaimCallback(w.ctx, w.staff(agent), id) })
	}
	wg.Wait()
	var won []string
	for i, err := range errs {
		if err == nil {
			won = append(won, w.agents[i])
		} else if !desk.IsProblem(err, "claimed") {
			t.Errorf("%v, want claimed", err)
		}
	}
	if got := w.callback(id).ClaimedBy; len(won) != 1 || got.ID != won[0] {
		t.Errorf("%v got it, it says %+v", won, got)
	}
}

// Escalations of one customer that become callbacks at the same moment become one.
func TestJoinAtOnce(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	answers := make([]desk.Answer, 4)
	var wg sync.WaitGroup
	for i := range answers {
		r := w.request(i)
		r.Customer = desk.Customer{Phone: "+49301"}
		wg.Go(func() {
			var err error
			if answers[i], err = w.Escalate(w.ctx, r.Asked()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var want []string
	for _, a := range answers {
		want = append(want, a.EscalationID)
		if a.Callback == nil || a.Callback.ID != answers[0].Callback.ID {
			t.Fatalf("got %+v, want one callback for all", answers)
		}
	}
	got := w.callback(answers[0].Callback.ID).EscalationIDs
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("joined (-want +got):\n%s", diff)
	}
}
