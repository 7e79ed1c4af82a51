package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/roster"
)

// troubled is a world with two agents and phones, whose queue may refuse everything, or its
// scheduler what is far off.
type troubled struct {
	world    *world
	all, far bool
	id       string // of what the test is about
}

func newTroubled(t *testing.T) *troubled {
	t.Helper()
	w := &troubled{world: newWorld(t, worldOptions{agents: 2})}
	for _, id := range append([]string{w.world.admin.MemberID}, w.world.agents...) {
		w.world.phone(id)
	}
	w.world.Desk.Timers = w
	return w
}

// Send implements desk.Timers.
func (w *troubled) Send(ctx context.Context, at time.Time, m desk.Message) error {
	switch {
	case w.all:
		return errQueue
	case w.far && at.Sub(w.world.clock.Now()) > 15*time.Minute:
		return fmt.Errorf("%w: %w", desk.ErrUnscheduled, errQueue)
	}
	return w.world.timers.Send(ctx, at, m)
}

// only has one agent alone be online.
func (w *troubled) only(agent int) { w.world.offline(w.world.agents[1-agent]) }

// rings has an enquiry ring, at whom the world calls the first agent from then on.
func (w *troubled) rings() {
	w.world.t.Helper()
	a := w.world.ring(w.world.request(1))
	w.id = a.EscalationID
	if a.Agent.ID == w.world.agents[1] {
		slices.Reverse(w.world.agents)
	}
}

// ringing has it ring, and refuse everything from then on.
func (w *troubled) ringing() {
	w.world.t.Helper()
	w.rings()
	w.all = true
}

// active has the first agent at it, and refuse everything from then on.
func (w *troubled) active() {
	w.world.t.Helper()
	w.rings()
	w.world.accept(w.world.agents[0], w.id)
	w.all = true
}

// whileRefused are things done while the queue refuses, and what the escalation then is.
var whileRefused = []struct {
	name    string
	does    func(w *troubled) error
	state   desk.State // of what it is about
	because roster.Because
}{
	{"escalate, agents are free", func(w *troubled) error {
		w.all = true
		return w.asks(w.world.request(1))
	}, desk.CalledFor, roster.Trouble},
	{"escalate, the department is away and everyone would ring", func(w *troubled) error {
		w.all = true
		r := w.world.request(1)
		r.DepartmentID = w.world.department("Support")
		return w.asks(r)
	}, desk.CalledFor, roster.Trouble},
	{"escalate, nobody is there", func(w *troubled) error {
		w.only(0)
		w.world.offline(w.world.agents[0])
		w.all = true
		return w.asks(w.world.request(1))
	}, desk.CalledFor, roster.NobodyOnline},
	{"escalate, all are busy", func(w *troubled) error {
		w.only(0)
		w.world.take(w.world.call(2))
		w.all = true
		return w.asks(w.world.request(1))
	}, desk.CalledFor, roster.AllBusy},
	{"decline, another is free", func(w *troubled) error {
		w.ringing()
		return w.world.Decline(w.world.ctx, w.world.staff(w.world.agents[0]), w.id, 0, "")
	}, desk.CalledFor, roster.Trouble},
	{"decline, nobody else is there", func(w *troubled) error {
		w.only(0)
		w.ringing()
		return w.world.Decline(w.world.ctx, w.world.staff(w.world.agents[0]), w.id, 0, "")
	}, desk.CalledFor, roster.NoAnswer},
	{"time is up, another is free", func(w *troubled) error {
		w.ringing()
		w.world.pass(stands)
		return nil
	}, desk.CalledFor, roster.Trouble},
	{"time is up, nobody else is there", func(w *troubled) error {
		w.only(0)
		w.ringing()
		w.world.pass(stands)
		return nil
	}, desk.CalledFor, roster.NoAnswer},
	{"its agent goes offline", func(w *troubled) error {
		w.ringing()
		w.world.offline(w.world.agents[0])
		return nil
	}, desk.CalledFor, roster.Trouble},
	{"its agent takes a call beside", func(w *troubled) error {
		w.only(0)
		w.rings()
		call := w.world.ring(w.world.call(2)).EscalationID
		w.world.online(w.world.agents[1])
		w.all = true
		_, err := w.world.Accept(w.world.ctx, w.world.staff(w.world.agents[0]), call, 0)
		return err
	}, desk.CalledFor, roster.Trouble},
	{"accept", func(w *troubled) error {
		w.ringing()
		_, err := w.world.Accept(w.world.ctx, w.world.staff(w.world.agents[0]), w.id, 0)
		return err
	}, desk.Active, ""},
	{"transfer, nobody could be rung", func(w *troubled) error {
		w.active()
		_, err := w.world.Transfer(w.world.ctx, w.world.staff(w.world.agents[0]), w.id, desk.Transfer{MemberID: w.world.agents[1]})
		return w.mustRefuse(err)
	}, desk.Active, ""},
	{"transfer of what rings", func(w *troubled) error {
		w.ringing()
		_, err := w.world.Transfer(w.world.ctx, w.world.admin, w.id, desk.Transfer{MemberID: w.world.agents[1]})
		return w.mustRefuse(err)
	}, desk.Ringing, ""},
	{"transfer, declined", func(w *troubled) error {
		w.rings()
		w.world.accept(w.world.agents[0], w.id)
		_, err := w.world.Transfer(w.world.ctx, w.world.staff(w.world.agents[0]), w.id, desk.Transfer{DepartmentID: w.world.dep})
		must(w.world.t, err)
		w.world.agent("Nina", w.world.dep)
		w.all = true
		return w.world.Decline(w.world.ctx, w.world.staff(w.world.agents[1]), w.id, 0, "")
	}, desk.Active, ""},
	{"complete", func(w *troubled) error {
		w.active()
		_, err := w.world.Complete(w.world.ctx, w.world.staff(w.world.agents[0]), w.id, desk.Completion{Outcome: "resolved"})
		return err
	}, desk.Completed, ""},
	{"end", func(w *troubled) error {
		w.ringing()
		_, err := w.world.End(w.world.ctx, w.world.acc, w.id, true)
		return err
	}, desk.Cancelled, roster.NoAnswer},
	{"append", func(w *troubled) error {
		w.active()
		_, err := w.world.Append(w.world.ctx, w.world.acc, w.id, "", []desk.ChatMessage{{From: "customer", Text: "Are you there?"}})
		return err
	}, desk.Active, ""},
}

// While the queue refuses everything no enquiry is lost, none is told a wrong reason, and
// whoever could not be served is told to try again.
func TestQueueRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range whileRefused {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTroubled(t)
			if err := c.does(w); err != nil {
				t.Fatalf("got %v", err)
			}
			e := w.world.view(w.id)
			because := roster.Because("")
			if e.Because != nil {
				because = *e.Because
			}
			if e.State != c.state || because != c.because {
				t.Errorf("it is %s because %q, want %s because %q", e.State, because, c.state, c.because)
			}
			w.recovers()
		})
	}
}

// asks escalates, and wants the answer to tell what is stored.
func (w *troubled) asks(r desk.Request) error {
	a, err := w.world.Escalate(w.world.ctx, r.Asked())
	w.id = a.EscalationID
	if err != nil {
		return err
	}
	if a.Outcome != desk.OutcomeCallback || a.Callback == nil {
		return fmt.Errorf("answered %+v", a)
	}
	if trouble := a.Because != nil && *a.Because == roster.Trouble; trouble == strings.Contains(a.Say, "free") {
		return fmt.Errorf("because %s it says %q", *a.Because, a.Say)
	}
	return nil
}

// mustRefuse wants the error to say: try again.
func (w *troubled) mustRefuse(err error) error {
	if !desk.Transient(err) || errors.As(err, new(*desk.Problem)) {
		return fmt.Errorf("%w, want one that may pass", err)
	}
	return nil
}

// recovers has the queue work again, and wants everything to go on by itself, or by whoever
// reads: what rings rings at the next, work ends, callbacks are reminded of.
func (w *troubled) recovers() {
	w.world.t.Helper()
	w.all = false
	for _, id := range append([]string{w.world.admin.MemberID}, w.world.agents...) {
		w.world.online(id)
	}
	for range 13 { // a day and longer, in which people look
		w.world.pass(2 * time.Hour)
		for _, by := range []desk.Caller{w.world.admin, w.world.staff(w.world.agents[0])} {
			_, err := w.world.Callbacks(w.world.ctx, by, desk.CallbackFilter{}, desk.Page{})
			must(w.world.t, err)
		}
		_, err := w.world.Status(w.world.ctx, w.world.acc, w.id)
		must(w.world.t, err)
		w.world.deliverDue()
	}
	w.world.pass(24 * time.Hour)
	e := w.world.view(w.id)
	if e.State == desk.Ringing || e.State == desk.Active {
		w.world.t.Errorf("two days later it is %s", e.State)
	}
	if e.CallbackID == nil {
		return
	}
	if cb := w.world.callback(*e.CallbackID); cb.State != "open" || len(w.world.remindedAt(w.world.admin.MemberID)) == 0 && len(w.world.remindedAt(w.world.agents[0])) == 0 && len(w.world.remindedAt(w.world.agents[1])) == 0 {
		w.world.t.Errorf("its callback is %s, and nobody was reminded of it", cb.State)
	}
}

// What changes a team is refused as a whole, with an error that says: try again. Then it works.
func TestQueueRefusesChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		does func(w *troubled) error
	}{
		{"a member is made", func(w *troubled) error {
			_, err := w.world.CreateMember(w.world.ctx, w.world.admin, desk.NewMember{
				FirstName: "Nina", LastName: "Test", Email: "nina@example.com", Role: desk.RoleStaff, DepartmentIDs: []string{w.world.dep}, Password: "Sandbox-Agent-1",
			})
			return err
		}},
		{"a member is removed", func(w *troubled) error { return w.world.DeleteMember(w.world.ctx, w.world.admin, w.world.agents[0]) }},
		{"an e-mail", func(w *troubled) error {
			_, err := w.world.PatchMember(w.world.ctx, w.world.admin, w.world.agents[0], desk.MemberPatch{Email: ptr("asha@example.com")})
			return err
		}},
		{"a password", func(w *troubled) error {
			return w.world.SetPassword(w.world.ctx, w.world.admin, w.world.agents[0], "Quite-another-1")
		}},
		{"working hours", func(w *troubled) error {
			s, err := hours.Parse(workdays)
			must(w.world.t, err)
			h := s.Hours()
			_, err = w.world.SetWorkingHours(w.world.ctx, w.world.admin, w.world.agents[0], &h)
			return err
		}},
		{"a code", func(w *troubled) error { return w.world.ForgotPassword(w.world.ctx, "agent0@example.com") }},
		{"a drill", func(w *troubled) error {
			_, err := w.world.Drill(w.world.ctx, w.world.admin, "esc_drilldrillaa", desk.Drill{DepartmentID: w.world.dep, Channel: roster.Chat})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTroubled(t)
			must(t, w.world.Identity.Create(w.world.ctx, w.world.agents[0], "Sandbox-Agent-1"))
			team := func() any {
				list, err := w.world.Members(w.world.ctx, w.world.admin, desk.MemberFilter{}, desk.Page{})
				must(t, err)
				return []any{list.Items, w.world.audited(0)}
			}
			before := team()
			w.all = true
			must(t, w.mustRefuse(c.does(w)))
			if diff := cmp.Diff(before, team()); diff != "" {
				t.Errorf("refused, and changed (-before +after):\n%s", diff)
			}
			w.all = false
			if err := c.does(w); err != nil {
				t.Errorf("once more: %v", err)
			}
		})
	}
}
