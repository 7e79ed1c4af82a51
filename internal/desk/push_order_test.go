package desk_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/payload"
)

// watched notes when pushes begin and end.
type watched struct {
	desk.Phones
	mu   sync.Mutex
	acts []string
}

func (p *watched) note(act string, d desk.Device, n desk.Notice) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.acts = append(p.acts, act+" "+string(n.Kind)+" "+d.ID)
}

func (p *watched) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	p.note("begin", d, n)
	defer p.note("end", d, n)
	return p.Phones.Push(ctx, d, n)
}

// Being set offline is pushed when all that rang there has been withdrawn, on every device: of
// what is for a phone that it cannot reach APNs keeps the last of an app.
func TestOfflineFollowsWithdrawals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.schedule(agent, "Europe/Berlin 1/0900-2300")
	w.put(agent, "a", "a")
	w.put(agent, "b", "b")
	w.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(1)})
	first := w.ring(w.request(1))
	w.seen(first.EscalationID)
	w.pass(10 * time.Second)
	w.ring(w.request(2)) // rings when the first is missed
	phones := &watched{Phones: w.Phones}
	w.Phones = phones
	w.pass(stands - 10*time.Second)
	if w.row(agent).Online {
		t.Fatal("the agent is online")
	}
	last, begun, told := 0, len(phones.acts), 0
	for i, act := range phones.acts {
		switch {
		case strings.HasPrefix(act, "end offerWithdrawn"):
			last, told = i, told+1
		case strings.HasPrefix(act, "begin setOffline"):
			begun = min(begun, i)
		}
	}
	if told != 4 || begun == len(phones.acts) || begun < last {
		t.Errorf("%d withdrawals, in this order: %q", told, phones.acts)
	}
	feed, err := w.phones.Feed("a", 1)
	must(t, err)
	ends := time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC) // 23:00 in Berlin
	if n := feed[0].Notice; n.Kind != desk.NoticeOffline || !n.ShiftEnds.Equal(ends) {
		t.Errorf("the last notice is %+v, want one to %v", n, ends)
	}
}

// awaited has the withdrawals of two offers wait for one another, as long as a push may take.
type awaited struct {
	desk.Phones
	both sync.WaitGroup
	late atomic.Bool
}

func (p *awaited) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	if n.Kind == desk.NoticeWithdrawn {
		p.both.Done()
		came := make(chan struct{})
		go func() { p.both.Wait(); close(came) }()
		select {
		case <-came:
		case <-ctx.Done():
			p.late.Store(true)
		}
	}
	return p.Phones.Push(ctx, d, n)
}

// What else rings for one who is set offline goes on while the push of the first withdrawal is under
// way: a push service that hangs holds no customer up.
func TestOfflinePassesOnBesideThePush(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.phone(w.agents[0])
	w.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(1)})
	w.seen(w.ring(w.request(1)).EscalationID)
	w.pass(10 * time.Second)
	w.ring(w.request(2)) // rings when the first is missed
	phones := &awaited{Phones: w.Phones}
	phones.both.Add(2)
	w.Phones = phones
	w.pass(stands - 10*time.Second)
	if phones.late.Load() {
		t.Error("the second offer went on after the push of the first withdrawal")
	}
	w.wantKinds(w.agents[0], desk.NoticeOffer, desk.NoticeOffer, desk.NoticeWithdrawn, desk.NoticeWithdrawn, desk.NoticeOffline)
}

// One device accepts; the other one hears that it rings no more, that one does not.
func TestOneDeviceAccepts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.put(agent, "first", "first")
	_, err := w.PutDevice(w.ctx, w.staff(agent), desk.Device{ID: "second", Platform: desk.FCM, Token: "second"})
	must(t, err)
	id := w.ring(w.request(1)).EscalationID
	by := w.staff(agent)
	by.DeviceID = "second"
	_, err = w.Accept(w.ctx, by, id, 1)
	must(t, err)
	for device, want := range map[string][]string{"first": {"offer", "offerWithdrawn"}, "second": {"offer"}} {
		feed, err := w.phones.Feed(device, 0)
		must(t, err)
		slices.Reverse(feed)
		got := make([]string, len(feed))
		for i, p := range feed {
			got[i] = string(p.Notice.Kind)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s got %v, want %v", device, got, want)
		}
	}
}

// Forty offers in an hour reach one Android phone, and Google has no reason to hold any message
// back: none of them collapses.
func TestBurstToOnePhone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.settings(desk.AccountPatch{MissedOffersUntilOffline: ptr(0)})
	_, err := w.PutDevice(w.ctx, w.staff(agent), desk.Device{ID: "android", Platform: desk.FCM, Token: "android"})
	must(t, err)
	for n := range 40 {
		id := w.ring(w.request(n)).EscalationID
		w.seen(id)
		w.pass(90 * time.Second) // missed, and a callback
	}
	feed, err := w.phones.Feed("android", 0)
	must(t, err)
	tags, offers := map[string]bool{}, 0
	for _, p := range feed {
		if strings.Contains(string(p.SNS.Message), "collapse") || p.SNS.Attributes != nil {
			t.Fatalf("it collapses: %s, %v", p.SNS.Message, p.SNS.Attributes)
		}
		if p.Notice.Kind == desk.NoticeOffer {
			offers++
			tags[payload.For(desk.APNs, false, p.Notice, p.At).Attributes["AWS.SNS.MOBILE.APNS.COLLAPSE_ID"]] = true
		}
	}
	if offers != 40 || len(tags) != 40 {
		t.Errorf("%d offers of %d pushes, with %d tags; want 40", offers, len(feed), len(tags))
	}
}
