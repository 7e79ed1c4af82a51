package desk_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// censor are phones that hold each push against the table of design: who may get which.
type censor struct {
	desk.Phones
	w     *world
	mu    sync.Mutex
	sent  map[desk.NoticeKind]int
	of    map[string][]time.Time // pushes about callbacks, by member
	fault []string
}

// Push implements desk.Phones.
func (c *censor) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	member := strings.TrimPrefix(d.ID, "phone-")
	s, err := c.w.Standing(ctx, c.w.acc, member)
	c.mu.Lock()
	defer c.mu.Unlock()
	if why := c.forbidden(member, s, n); why != "" || err != nil {
		c.fault = append(c.fault, fmt.Sprintf("%v: %s to %s, who %s (%v)", c.w.clock.Now(), n.Kind, member, why, err))
	}
	c.sent[n.Kind]++
	if isOfCallbacks(n.Kind) {
		c.of[member] = append(c.of[member], c.w.clock.Now())
	}
	return c.Phones.Push(ctx, d, n)
}

func isOfCallbacks(k desk.NoticeKind) bool {
	return k == desk.NoticeCallbackDue || k == desk.NoticeCallbacks || k == desk.NoticeCallbackNews
}

// forbidden says why the member may not get the push; empty when they may.
func (c *censor) forbidden(member string, s *desk.Standing, n desk.Notice) string {
	k := n.Kind
	switch {
	case s == nil:
		return "is no member"
	case k == desk.NoticeWithdrawn || k == desk.NoticeOffline || k == desk.NoticeTest || k == desk.NoticeLongWork || k == desk.NoticeWaits:
		return ""
	case k == desk.NoticeNobodyLeft && member != c.w.admin.MemberID:
		return "is not the owner"
	case k == desk.NoticeNobodyLeft:
		return ""
	case k == desk.NoticeShiftSoon && (s.Online || n.StartsAt.Sub(c.w.clock.Now()) > 5*time.Minute):
		return "is online, or it is early"
	case k == desk.NoticeShiftOver && !s.Online:
		return "is offline"
	case k == desk.NoticeShiftSoon || k == desk.NoticeShiftOver:
		return ""
	case !s.There:
		return "is not there"
	case isOfCallbacks(k) && s.OnCall:
		return "is on a call"
	}
	return ""
}

// most is the most pushes about callbacks that one member got in an hour.
func (c *censor) most() (most int) {
	for _, at := range c.of {
		for i := range at {
			n := 0
			for n < len(at)-i && at[i+n].Sub(at[i]) < time.Hour {
				n++
			}
			most = max(most, n)
		}
	}
	return most
}

// chance is a team and its customers, who do whatever comes into their heads.
type chance struct {
	world *world
	r     *rand.Rand
	deps  []string
	n     int
}

// act lets one thing happen; most are refused, or find nothing to do.
func (c *chance) act() {
	member := c.world.agents[c.r.IntN(len(c.world.agents))]
	me := c.world.staff(member)
	switch c.r.IntN(16) {
	case 0, 1, 2:
		c.n++
		r := c.world.request(c.n % 40)
		r.RequestID, r.InteractionID = fmt.Sprint("r-", c.n), fmt.Sprint("i-", c.n)
		r.Channel = []roster.Channel{roster.Call, roster.Chat}[c.r.IntN(2)]
		r.DepartmentID = c.deps[c.r.IntN(len(c.deps))]
		_, _ = c.world.Escalate(c.world.ctx, r.Asked())
	case 3, 4:
		_, _ = c.world.SetPresence(c.world.ctx, me, member, []string{"online", "online", "offline"}[c.r.IntN(3)])
	case 5, 6, 14, 15:
		c.answer(me)
	case 7, 8:
		c.handle(me)
	case 9:
		if c.r.IntN(4) == 0 {
			_, _ = c.world.PatchAccount(c.world.ctx, c.world.admin, desk.AccountPatch{Holidays: &[]string{c.world.clock.Now().Add(24 * time.Hour).Format(time.DateOnly)}})
		}
	case 10:
		c.world.pass(time.Duration(c.r.IntN(8*60)) * time.Minute)
	default:
		c.world.pass(time.Duration(c.r.IntN(600)) * time.Second)
	}
}

// answer has an agent take, decline, pass on or finish work.
func (c *chance) answer(me desk.Caller) {
	mine, err := c.world.MyEscalations(c.world.ctx, me)
	must(c.world.t, err)
	for _, e := range mine {
		switch {
		case e.State == desk.Ringing && c.r.IntN(3) > 0:
			_, _ = c.world.Accept(c.world.ctx, me, e.ID, 0)
		case e.State == desk.Ringing:
			_ = c.world.Decline(c.world.ctx, me, e.ID, 0, "")
		case c.r.IntN(2) == 0:
			_, _ = c.world.Transfer(c.world.ctx, me, e.ID, desk.Transfer{DepartmentID: c.deps[c.r.IntN(2)]})
		default:
			_, _ = c.world.Complete(c.world.ctx, me, e.ID, desk.Completion{Outcome: []string{"resolved", "no_customer"}[c.r.IntN(2)]})
		}
	}
}

// handle has an agent do something to a callback.
func (c *chance) handle(me desk.Caller) {
	states := []string{"open", "claimed", "done", "dismissed"}
	list, err := c.world.Callbacks(c.world.ctx, me, desk.CallbackFilter{States: states[:1+c.r.IntN(len(states))]}, desk.Page{})
	must(c.world.t, err)
	if len(list.Items) == 0 {
		return
	}
	id := list.Items[c.r.IntN(len(list.Items))].ID
	switch c.r.IntN(7) {
	case 0, 1:
		_, _ = c.world.ClaimCallback(c.world.ctx, me, id)
	case 2:
		_, _ = c.world.ReleaseCallback(c.world.ctx, c.world.admin, id)
	case 3:
		_, _ = c.world.AttemptCallback(c.world.ctx, me, id, desk.NewAttempt{Outcome: "busy"})
	case 4:
		_, _ = c.world.CompleteCallback(c.world.ctx, c.world.admin, id, desk.Ending{})
	case 5:
		_, _ = c.world.Contact(c.world.ctx, c.world.acc, desk.About{CallbackID: id}, desk.Customer{Email: fmt.Sprintf("m%d@example.com", c.r.IntN(30))})
	case 6:
		_, _ = c.world.Callback(c.world.ctx, me, id, "")
	}
}

// Whatever happens, no push goes to whom it would only disturb, nobody drowns in them, and
// every callback that waits has a look to come.
func TestNoPushIsForbidden(t *testing.T) {
	unraced(t)
	t.Parallel()
	sent := map[desk.NoticeKind]int{}
	var all sync.Mutex
	t.Run("histories", func(t *testing.T) {
		for seed := range uint64(24) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				c := newChance(t, seed)
				watch := &censor{Phones: c.world.Desk.Phones, w: c.world, sent: map[desk.NoticeKind]int{}, of: map[string][]time.Time{}}
				c.world.Desk.Phones = watch
				for range 250 {
					c.act()
				}
				if len(watch.fault) > 0 {
					t.Errorf("%d pushes that are forbidden:\n%s", len(watch.fault), strings.Join(watch.fault, "\n"))
				}
				if most := watch.most(); most > 12+3*12 {
					t.Errorf("%d pushes about callbacks to one member in an hour", most)
				}
				c.wantLooks()
				all.Lock()
				defer all.Unlock()
				for k, n := range watch.sent {
					sent[k] += n
				}
			})
		}
	})
	for _, k := range []desk.NoticeKind{desk.NoticeOffer, desk.NoticeReturned, desk.NoticeCallbackDue, desk.NoticeCallbacks, desk.NoticeCallbackNews, desk.NoticeShiftOver} {
		if sent[k] == 0 {
			t.Errorf("no history has a push %s: %v", k, sent)
		}
	}
}

// newChance is a team of two departments, with hours, night shifts and none.
func newChance(t *testing.T, seed uint64) *chance {
	t.Helper()
	w := newWorld(t, worldOptions{agents: 2})
	c := &chance{world: w, r: rand.New(rand.NewPCG(seed, 11)), deps: []string{w.dep, w.department("Support"), ""}}
	w.agents = append(w.agents, w.agent("Susi", c.deps[1]), w.agent("Nora", c.deps[0], c.deps[1]), w.admin.MemberID)
	for i, id := range w.agents {
		w.phone(id)
		if h := []string{workdays, "Europe/Berlin 12345/1200-2000", "", "Europe/Berlin 1234567/2200-0600", ""}[i]; h != "" {
			w.schedule(id, h)
		}
	}
	w.settings(desk.AccountPatch{CallbackDueMinutes: ptr(30), ChatCapacity: ptr(1), RingSeconds: ptr(10), MissedOffersUntilOffline: ptr(0)})
	return c
}

// wantLooks wants a timer to wait for every callback that does.
func (c *chance) wantLooks() {
	c.world.t.Helper()
	var waits []string
	for _, d := range c.world.timers.Pending() {
		if d.Message.Kind == desk.WakeDue {
			waits = append(waits, d.Message.CallbackID)
		}
	}
	for p := (desk.Page{}); ; {
		list, err := c.world.Callbacks(c.world.ctx, c.world.admin, desk.CallbackFilter{States: []string{"open", "claimed"}}, p)
		must(c.world.t, err)
		for _, cb := range list.Items {
			if !slices.Contains(waits, cb.ID) {
				c.world.t.Errorf("%s is %s, and nobody looks at it any more", cb.ID, cb.State)
			}
		}
		if p.Cursor = list.NextCursor; p.Cursor == "" {
			return
		}
	}
}
