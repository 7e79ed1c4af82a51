package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
)

// heard are the announcements of a world.
type heard struct {
	mu   sync.Mutex
	all  []desk.Announcement
	fail error
}

func (w *world) listen() *heard {
	h := &heard{}
	w.Announce = func(_ context.Context, a desk.Announcement) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.fail == nil {
			h.all = append(h.all, a)
		}
		return h.fail
	}
	return h
}

// since takes what was heard until now, the types in order of the alphabet: what one
// change announces goes out side by side.
func (h *heard) since(t *testing.T, what string, want ...string) []desk.Announcement {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	var got []string
	for _, a := range h.all {
		got = append(got, a.Type)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: announced %v, want %v", what, got, want)
	}
	all := h.all
	h.all = nil
	return all
}

// Whatever changes is announced, once.
func TestAnnouncements(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	h := w.listen()
	agent := w.agents[0]

	id := w.ring(w.request(1)).EscalationID
	h.since(t, "an offer", "escalation.offered")
	w.accept(agent, id)
	w.accept(agent, id) // again
	h.since(t, "accepted", "escalation.accepted")
	w.complete(agent, id)
	w.complete(agent, id)
	for _, a := range h.since(t, "completed", "escalation.completed") {
		if a.AccountID != w.acc || a.EscalationID != id || a.MemberID != agent || a.DepartmentID != w.dep || a.State != "completed" || a.Channel != roster.Chat {
			t.Errorf("%+v", a)
		}
	}
	id = w.ring(w.request(2)).EscalationID
	h.since(t, "another", "escalation.offered")
	w.decline(agent, id)
	called := h.since(t, "declined by all", "escalation.declined", "escalation.callback", "callback.registered")
	cb := called[0].CallbackID
	for _, a := range called {
		if a.CallbackID == "" || a.CallbackID != cb {
			t.Errorf("%+v", a)
		}
	}
	c := w.staff(agent)
	_, err := w.ClaimCallback(w.ctx, c, cb)
	must(t, err)
	_, err = w.ClaimCallback(w.ctx, c, cb)
	must(t, err)
	h.since(t, "claimed twice", "callback.claimed")
	_, err = w.AttemptCallback(w.ctx, c, cb, desk.NewAttempt{Outcome: "busy"})
	must(t, err)
	h.since(t, "a try", "callback.attempted")
	_, err = w.ReleaseCallback(w.ctx, c, cb)
	must(t, err)
	h.since(t, "given back", "callback.open")
	w.pass(untilDue)
	h.since(t, "not done", "callback.overdue")
	_, err = w.CompleteCallback(w.ctx, w.admin, cb, desk.Ending{Note: "done"})
	must(t, err)
	h.since(t, "done", "callback.done")

	for i := range 2 {
		w.ring(w.request(3 + i))
		w.pass(stands)
	}
	h.since(t, "never seen", "escalation.offered", "escalation.unreachable", "escalation.callback", "callback.registered",
		"escalation.offered", "escalation.unreachable", "escalation.callback", "callback.registered", "presence.offline")
	w.online(agent)
	w.online(agent)
	h.since(t, "back", "presence.online")
	must(t, w.DeleteMember(w.ctx, w.admin, agent))
	h.since(t, "removed", "presence.offline")
}

// What cannot be published goes out when it can be, and holds nobody up for long.
func TestAnnouncedLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	h := w.listen()
	h.fail = errors.New("throttled")
	w.ring(w.request(1))
	w.pass(10 * time.Second)
	h.since(t, "while it fails")
	h.fail = nil
	w.pass(6 * time.Second)
	h.since(t, "when it works again", "escalation.offered")
	w.pass(5 * time.Second)
	h.since(t, "once")
}

// An announcement has ids, and nothing else that a business or a customer told.
func TestAnnouncementsArePrivate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	h := w.listen()
	w.decline(w.agents[0], w.ring(w.request(1)).EscalationID)
	allowed := []string{"type", "at", "accountId", "escalationId", "callbackId", "memberId", "departmentId", "channel", "state", "drill", "sequence", "outcome", "verdict", "handedBack"}
	for _, a := range h.since(t, "all", "escalation.offered", "escalation.declined", "escalation.callback", "callback.registered") {
		body, err := json.Marshal(a)
		must(t, err)
		var fields map[string]any
		must(t, json.Unmarshal(body, &fields))
		for name := range maps.Keys(fields) {
			if !slices.Contains(allowed, name) {
				t.Errorf("field %s in %s", name, body)
			}
		}
		for _, word := range []string{"Sales", "Agent0", "+49", "@"} {
			if strings.Contains(string(body), word) {
				t.Errorf("%s in %s", word, body)
			}
		}
	}
}

// What follows from other changes is announced as well: callbacks that a resolved
// escalation closes, and those that a removed member had claimed.
func TestAnnouncedBeside(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	h := w.listen()
	agent, other := w.agents[0], w.agents[1]
	for _, id := range w.agents {
		w.offline(id)
	}
	missed := w.miss(w.request(1))
	h.since(t, "called for", "presence.offline", "presence.offline", "escalation.callback", "callback.registered")
	w.online(agent)
	r := w.request(1)
	r.RequestID, r.InteractionID = "again", "again"
	w.complete(agent, w.take(r).EscalationID)
	for _, a := range h.since(t, "helped", "presence.online", "escalation.offered", "escalation.accepted", "escalation.completed", "callback.done") {
		if a.Type == "callback.done" && (a.CallbackID != missed.Callback.ID || a.State != "done") {
			t.Errorf("%+v", a)
		}
	}
	w.offline(agent)
	cb := w.miss(w.request(2)).Callback.ID
	_, err := w.ClaimCallback(w.ctx, w.staff(other), cb)
	must(t, err)
	h.since(t, "claimed", "presence.offline", "escalation.callback", "callback.registered", "callback.claimed")
	must(t, w.DeleteMember(w.ctx, w.admin, other)) // who is offline
	h.since(t, "its holder removed", "callback.open")
}

// A topic that hangs holds nobody up for longer than half a second.
func TestAnnounceHangs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	left := make(chan time.Duration, 1)
	w.Announce = func(ctx context.Context, _ desk.Announcement) error {
		until, _ := ctx.Deadline()
		left <- time.Until(until)
		return context.DeadlineExceeded
	}
	w.ring(w.request(1))
	if d := <-left; d <= 0 || d > 500*time.Millisecond {
		t.Errorf("it may take %v", d)
	}
}

// The events of an escalation are numbered without a gap, tell what an assistant has to know
// of how it ended, and a correction is one more.
func TestAnnouncedInSequence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	h := w.listen()
	id := w.ring(w.request(1)).EscalationID
	w.decline(w.peek(id).OfferTo, id)
	other := w.peek(id).OfferTo
	w.accept(other, id)
	for _, done := range []desk.Completion{
		{Outcome: "hand_back", Note: "said by the agent", Verdict: "right"}, {Outcome: "resolved"}, {Outcome: "resolved"},
	} {
		_, err := w.Complete(w.ctx, w.staff(other), id, done)
		must(t, err)
	}
	_, err := w.End(w.ctx, w.acc, id, true)
	must(t, err)
	all := h.since(t, "all", "escalation.offered", "escalation.declined", "escalation.offered", "escalation.accepted",
		"escalation.completed", "escalation.corrected", "escalation.callback", "callback.registered")
	slices.SortFunc(all, func(a, b desk.Announcement) int { return a.Sequence - b.Sequence })
	var got []string
	for i, a := range all {
		if a.Sequence != i+1 || a.EscalationID != id {
			t.Errorf("event %d is %+v", i+1, a)
		}
		got = append(got, fmt.Sprintf("%s %s %s %t", a.Type, a.Outcome, a.Verdict, a.HandedBack))
	}
	want := []string{
		"escalation.offered   false", "escalation.declined   false", "escalation.offered   false", "escalation.accepted   false",
		"escalation.completed hand_back right true", "escalation.corrected resolved  false",
		"escalation.callback resolved  false", "callback.registered resolved  false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

// What an older version stored has counted nothing, and its next event is the first.
func TestAnnouncedOfAnOldEscalation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	id := w.ring(w.request(1)).EscalationID
	w.stored(keys.Escalation(id), func(fields map[string]any) { delete(fields, "q") })
	h := w.listen()
	w.accept(w.agents[0], id)
	w.complete(w.agents[0], id)
	for _, a := range h.since(t, "both", "escalation.accepted", "escalation.completed") {
		if want := map[string]int{"escalation.accepted": 1, "escalation.completed": 2}[a.Type]; a.Sequence != want {
			t.Errorf("%s is number %d, want %d", a.Type, a.Sequence, want)
		}
	}
}
