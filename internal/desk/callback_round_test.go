package desk_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// heard is how many callbacks a member's phone said that wait, each time.
func (w *world) heard(member string) (counts []int) {
	w.t.Helper()
	for _, n := range w.notices(member) {
		if n.Kind == desk.NoticeCallbacks {
			counts = append(counts, n.Count)
		}
	}
	return counts
}

func (w *world) wantHeard(member, why string, want ...int) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.heard(member)); diff != "" {
		w.t.Errorf("%s: heard (-want +got):\n%s", why, diff)
	}
}

// wantNews wants a member who is away to hear, on coming online, of so many of their
// callbacks that something has become of them.
func (w *world) wantNews(member string, want int) {
	w.t.Helper()
	w.wantKinds(member)
	w.online(member)
	defer w.offline(member)
	got := 0
	for _, n := range w.notices(member) {
		if n.Kind == desk.NoticeCallbackNews {
			got++
		}
	}
	if got != want {
		w.t.Errorf("heard of %d callbacks, want %d", got, want)
	}
}

// full is a world whose agents take no further chats, so that each is a callback while they
// are there.
func full(t *testing.T, agents int) *world {
	t.Helper()
	w := newWorld(t, worldOptions{agents: agents})
	for _, id := range w.agents {
		w.phone(id)
		w.capacity(id, 1, 0)
	}
	return w
}

// New callbacks are told in rounds, at most one in five minutes, and the last round tells of
// all that came meanwhile.
func TestRounds(t *testing.T) {
	t.Parallel()
	w := full(t, 2)
	agent := w.agents[0]
	w.miss(w.request(1))
	w.pass(time.Second)
	w.wantHeard(agent, "the first", 1)
	for n := range 10 {
		w.pass(20 * time.Second)
		w.miss(w.request(2 + n))
	}
	w.wantHeard(agent, "ten more within five minutes", 1)
	w.pass(2 * time.Minute)
	w.wantHeard(agent, "at the end of the five minutes", 1, 11)
	w.pass(time.Hour)
	w.wantHeard(agent, "nothing new for an hour", 1, 11)
	w.miss(w.request(20))
	w.pass(time.Second)
	w.wantHeard(agent, "a later one", 1, 11, 12)
	if other := w.heard(w.agents[1]); len(other) != 3 {
		t.Errorf("a colleague heard %v", other)
	}
}

// Rounds are by department, of those who are there, and can be switched off.
func TestWhoHears(t *testing.T) {
	t.Parallel()
	w := full(t, 2)
	support := w.agent("Susi", w.department("Support"))
	w.phone(support)
	away, late := w.agents[1], w.agent("Nora", w.dep)
	w.phone(late)
	w.capacity(late, 1, 0)
	w.schedule(late, "Europe/Berlin 1/2000-2200")
	w.capacity(support, 1, 0)
	w.offline(away)
	w.miss(w.request(1))
	w.pass(time.Second)
	w.wantHeard(w.agents[0], "of the department", 1)
	w.wantHeard(support, "of another")
	w.wantHeard(away, "offline")
	w.wantHeard(late, "off shift")
	w.settings(desk.AccountPatch{Nudges: &desk.NudgesPatch{CallbacksWaiting: ptr(false)}})
	w.pass(5 * time.Minute)
	w.miss(w.request(2))
	w.pass(time.Second)
	w.online(away)
	w.wantHeard(w.agents[0], "switched off", 1)
	w.wantHeard(away, "switched off")
}

// One who becomes free is told, however they do, and of nothing twice.
func TestBecomesFree(t *testing.T) {
	t.Parallel()
	w := full(t, 3)
	busy, away, late := w.agents[0], w.agents[1], w.agents[2]
	w.schedule(late, "Europe/Berlin 1/1400-2200")
	w.offline(away)
	call := w.take(w.call(1)).EscalationID
	w.pass(time.Minute)
	w.miss(w.request(2))
	w.pass(time.Second)
	for _, id := range w.agents {
		w.wantHeard(id, "on a call, away, off shift")
	}
	w.complete(busy, call)
	w.wantHeard(busy, "their call is over", 1)
	w.online(away)
	w.wantHeard(away, "online", 1)
	w.offline(away)
	w.online(away)
	w.wantHeard(away, "online again within five minutes", 1)
	w.until(berlin(23, 14, 1))
	w.wantHeard(late, "their shift has begun", 1)
	second := w.ring(w.call(3))
	w.accept(second.Agent.ID, second.EscalationID)
	w.complete(second.Agent.ID, second.EscalationID)
	if got := w.heard(second.Agent.ID); len(got) != 1 {
		t.Errorf("after a call in which nothing came: %v", got)
	}
}

// Without a callback that waits nobody counts them.
func TestNothingWaits(t *testing.T) {
	t.Parallel()
	w := full(t, 1)
	agent := w.agents[0]
	id := w.miss(w.request(1)).Callback.ID
	w.pass(time.Second)
	w.claim(agent, id)
	counts := func() bool {
		counted := false
		w.counting(func() {
			w.offline(agent)
			w.online(agent)
		}, &counted)
		return counted
	}
	if !counts() {
		t.Error("the first to come does not count")
	}
	if counts() {
		t.Error("the second counts, too")
	}
	_, err := w.ReleaseCallback(w.ctx, w.staff(agent), id)
	must(t, err)
	w.pass(5 * time.Minute)
	w.wantHeard(agent, "released", 1, 1)
	if !counts() {
		t.Error("it waits again, and nobody counts")
	}
}

// One that is opened again is told like new.
func TestOpenedAgain(t *testing.T) {
	t.Parallel()
	w := full(t, 1)
	agent := w.agents[0]
	r := w.request(1)
	r.Customer = desk.Customer{Name: "Meera"}
	id := w.miss(r).Callback.ID
	_, err := w.DismissCallback(w.ctx, w.admin, id, desk.Ending{Note: "nobody to call"})
	must(t, err)
	w.pass(10 * time.Minute)
	w.wantHeard(agent, "dismissed")
	_, err = w.Contact(w.ctx, w.acc, desk.About{CallbackID: id}, desk.Customer{Phone: "+49301234567"})
	must(t, err)
	w.pass(time.Second)
	w.wantHeard(agent, "opened again", 1)
	w.pass(4 * time.Hour)
	if got := w.reminded(agent); !slices.Equal(got, []string{"Agent0"}) {
		t.Errorf("reminded %v", got)
	}
}

// What waits until a call is over: a reminder, and a holder's news.
func TestKeptForAfterTheCall(t *testing.T) {
	t.Parallel()
	w, agent, id := waiting(t, workdays)
	w.claim(agent, id)
	w.online(agent)
	call := w.take(w.call(2)).EscalationID
	_, err := w.Contact(w.ctx, w.acc, desk.About{CallbackID: id}, desk.Customer{Email: "meera@example.com"})
	must(t, err)
	w.until(berlin(23, 12, 30))
	news := func() (kinds []desk.NoticeKind) {
		for _, n := range w.notices(agent) {
			if n.CallbackID == id {
				kinds = append(kinds, n.Kind)
			}
		}
		return kinds
	}
	if got := news(); got != nil {
		t.Errorf("in a call: %v", got)
	}
	w.complete(agent, call)
	if got := news(); !slices.Equal(got, []desk.NoticeKind{desk.NoticeCallbackNews, desk.NoticeCallbackDue}) {
		t.Errorf("after the call: %v", got)
	}
	w.offline(agent)
	w.online(agent)
	if got := news(); len(got) != 2 {
		t.Errorf("told again: %v", got)
	}
}

// A morning with a hundred overdue callbacks is no hundred pushes an agent.
func TestPushesAreBounded(t *testing.T) {
	unraced(t)
	t.Parallel()
	w, agent, _ := waiting(t, workdays)
	for n := range 60 {
		w.miss(w.request(10 + n))
	}
	w.online(agent)
	w.until(berlin(23, 12, 59))
	if got := len(w.remindedAt(agent)); got < 5 || got > 12 {
		t.Errorf("%d reminders in an hour, want a dozen at most", got)
	}
}

// Messages of rounds come twice, in any order and all at once: there is one round in five
// minutes, and none is lost.
func TestRoundMessages(t *testing.T) {
	t.Parallel()
	w := full(t, 1)
	agent := w.agents[0]
	w.miss(w.request(1))
	first := w.roundTimer()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := w.Wake(w.ctx, first); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.wantHeard(agent, "eight at once", 1)
	w.pass(time.Minute)
	w.miss(w.request(2))
	second := w.roundTimer()
	must(t, w.Wake(w.ctx, second)) // early: it is sent again for its time
	must(t, w.Wake(w.ctx, first))
	w.wantHeard(agent, "too early", 1)
	w.pass(5 * time.Minute)
	must(t, w.Wake(w.ctx, second))
	must(t, w.Wake(w.ctx, first))
	w.wantHeard(agent, "late and twice", 1, 2)

	// A process died after it sent the message, before the mark: the message tells.
	w.pass(10 * time.Minute)
	faulty := *w.Desk
	faulty.Table = noRounds{w.Desk.Table}
	_, err := faulty.Escalate(w.ctx, w.request(3).Asked())
	must(t, err)
	w.pass(time.Second)
	w.wantHeard(agent, "without a mark", 1, 2, 3)
}

// noRounds is a table that takes no mark of a round.
type noRounds struct{ table.Table }

// Write implements table.Table.
func (n noRounds) Write(ctx context.Context, ops ...table.Op) error {
	if strings.HasSuffix(ops[0].Item.Key.Partition, "/rounds") {
		return errors.New("the process is dead")
	}
	return n.Table.Write(ctx, ops...)
}

// roundTimer is the message of the round that comes next.
func (w *world) roundTimer() desk.Message {
	w.t.Helper()
	for _, d := range w.timers.Pending() {
		if d.Message.Kind == desk.WakeRound {
			return d.Message
		}
	}
	w.t.Fatal("no round is to come")
	return desk.Message{}
}
