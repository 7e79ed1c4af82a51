package desk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

func TestOneHolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a, b := w.staff(w.agents[0]), w.staff(w.agents[1])
	w.offline(a.MemberID)
	w.offline(b.MemberID)
	id := w.miss(w.request(1)).Callback.ID

	if _, err := w.AttemptCallback(w.ctx, a, id, desk.NewAttempt{Outcome: "reached"}); !desk.IsProblem(err, "not-claimed") {
		t.Errorf("an attempt without claiming: %v", err)
	}
	for range 2 { // the same call again
		cb, err := w.ClaimCallback(w.ctx, a, id)
		must(t, err)
		if cb.State != "claimed" || cb.ClaimedBy == nil || cb.ClaimedBy.ID != a.MemberID || cb.ClaimedBy.FirstName != "Agent0" {
			t.Errorf("claimed: %+v", cb)
		}
	}
	// It is refused to all others, and so stays as it is from one case to the next.
	for _, c := range []struct {
		name string
		act  func() error
	}{
		{"claim", func() error { _, err := w.ClaimCallback(w.ctx, b, id); return err }},
		{"by admin", func() error { _, err := w.ClaimCallback(w.ctx, w.admin, id); return err }},
		{"release", func() error { _, err := w.ReleaseCallback(w.ctx, b, id); return err }},
		{"attempt", func() error { _, err := w.AttemptCallback(w.ctx, b, id, desk.NewAttempt{Outcome: "busy"}); return err }},
		{"complete", func() error { _, err := w.CompleteCallback(w.ctx, b, id, desk.Ending{Note: ""}); return err }},
		{"dismiss", func() error { _, err := w.DismissCallback(w.ctx, b, id, desk.Ending{Note: "spam"}); return err }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := wantProblem(t, c.act(), "claimed")
			if who, ok := p.Extra["claimedBy"].(desk.Agent); p.Class != desk.Conflict || !ok || who.ID != a.MemberID {
				t.Errorf("got %+v, want a conflict with %s", p, a.MemberID)
			}
		})
	}
	for range 2 {
		cb, err := w.ReleaseCallback(w.ctx, a, id)
		must(t, err)
		if cb.State != "open" || cb.ClaimedBy != nil {
			t.Errorf("released: %+v", cb)
		}
	}
	_, err := w.ClaimCallback(w.ctx, b, id)
	must(t, err)
	_, err = w.ReleaseCallback(w.ctx, a, id) // b has it now
	wantProblem(t, err, "claimed")
	cb, err := w.ReleaseCallback(w.ctx, w.admin, id)
	must(t, err)
	if cb.State != "open" {
		t.Errorf("released by an admin: %+v", cb)
	}
}

func TestAttempts(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	agent := w.staff(w.agents[0])
	id := w.miss(w.request(1)).Callback.ID
	_, err := w.ClaimCallback(w.ctx, agent, id)
	must(t, err)
	var want []desk.Attempt
	for i, outcome := range []string{"no_answer", "busy", "wrong_number", "reached"} {
		by := agent
		if i == 2 {
			by = w.admin
		}
		if i > 1 { // the first two in one moment
			w.clock.Advance(time.Minute)
		}
		note := fmt.Sprintf("try %d", i)
		want = append(want, desk.Attempt{At: w.clock.Now(), MemberID: by.MemberID, FirstName: ptr(w.name(by.MemberID)), Outcome: outcome, Note: note})
		cb, err := w.AttemptCallback(w.ctx, by, id, desk.NewAttempt{Outcome: outcome, Note: note})
		must(t, err)
		if diff := cmp.Diff(want, cb.Attempts); diff != "" {
			t.Errorf("attempt %d (-want +got):\n%s", i, diff)
		}
	}
	cb, err := w.CompleteCallback(w.ctx, agent, id, desk.Ending{Note: "sent a label"})
	must(t, err)
	if cb.State != "done" || *cb.Note != "sent a label" || cb.EndedAt == nil || cb.ClaimedBy.ID != agent.MemberID || len(cb.Attempts) != 4 {
		t.Errorf("completed: %+v", cb)
	}
	again, err := w.CompleteCallback(w.ctx, agent, id, desk.Ending{Note: "another"})
	must(t, err)
	if diff := cmp.Diff(cb, again); diff != "" {
		t.Errorf("completed again (-first +again):\n%s", diff)
	}
	for _, c := range []struct {
		name string
		act  func() error
	}{
		{"claim", func() error { _, err := w.ClaimCallback(w.ctx, agent, id); return err }},
		{"release", func() error { _, err := w.ReleaseCallback(w.ctx, agent, id); return err }},
		{"attempt", func() error {
			_, err := w.AttemptCallback(w.ctx, w.admin, id, desk.NewAttempt{Outcome: "reached"})
			return err
		}},
		{"dismiss", func() error { _, err := w.DismissCallback(w.ctx, agent, id, desk.Ending{Note: "spam"}); return err }},
	} {
		t.Run(c.name, func(t *testing.T) { wantProblem(t, c.act(), "callback-ended") })
	}
}

func TestDismiss(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	agent := w.staff(w.agents[0])
	id := w.miss(w.request(1)).Callback.ID
	_, err := w.DismissCallback(w.ctx, w.admin, id, desk.Ending{Note: " "})
	wantFields(t, err, "note")
	_, err = w.DismissCallback(w.ctx, agent, id, desk.Ending{Note: "spam"})
	wantProblem(t, err, "not-claimed")
	for range 2 {
		cb, err := w.DismissCallback(w.ctx, w.admin, id, desk.Ending{Note: "spam"}) // admins need no claim
		must(t, err)
		if cb.State != "dismissed" || *cb.Note != "spam" || cb.EndedAt == nil {
			t.Errorf("dismissed: %+v", cb)
		}
	}
	_, err = w.CompleteCallback(w.ctx, w.admin, id, desk.Ending{Note: ""})
	wantProblem(t, err, "callback-ended")
}
