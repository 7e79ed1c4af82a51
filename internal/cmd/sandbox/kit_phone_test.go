package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

// heldClock stands still until a story lets time go by. The desk goes by it, and so does what
// phones count down.
type heldClock struct {
	mu     sync.Mutex
	at     time.Time
	alarms []*alarm
}

// alarm does something at its time.
type alarm struct {
	at time.Time
	do func()
}

func (c *heldClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// after sets an alarm, and gives what takes it back.
func (c *heldClock) after(d time.Duration, do func()) (giveUp func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	set := &alarm{c.at.Add(d), do}
	c.alarms = append(c.alarms, set)
	return func() { c.drop(set) }
}

func (c *heldClock) drop(gone *alarm) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.alarms = slices.DeleteFunc(c.alarms, func(a *alarm) bool { return a == gone })
}

// next is the alarm that goes off first; nil when there is none up to end.
func (c *heldClock) next(end time.Time) (first *alarm) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.alarms {
		if !a.at.After(end) && (first == nil || a.at.Before(first.at)) {
			first = a
		}
	}
	return first
}

// reach puts the clock forward to at, and never back.
func (c *heldClock) reach(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.at) {
		c.at = at
	}
}

// ringTime is how long phones ring in a world.
const ringTime = 30 * time.Second

// world is a sandbox whose time the story lets go by, with the phones of its agents.
type world struct {
	*process
	s      *sandbox
	clock  *heldClock
	owner  member
	asked  int           // customers so far
	failed chan struct{} // one for each push that failed after it was taken, once the desk knows
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{clock: &heldClock{at: time.Now().Truncate(time.Second)}, failed: make(chan struct{}, 8)}
	var err error
	w.s, err = build(t.Context(), t.TempDir(), local.Options{NoSync: true, Now: w.clock.now, PasswordMemory: 64, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.s.close)
	tell := gateway.PushFailed(w.s.Desk)
	w.s.Phones.Start(func(ctx context.Context, f desk.PushFailure) error {
		defer func() { w.failed <- struct{}{} }()
		return tell(ctx, f)
	})
	server := httptest.NewServer(w.s.handler(t.Context()))
	t.Cleanup(server.Close)
	w.process = &process{t: t, url: server.URL}
	w.owner = w.signIn("owner")
	request[desk.Account](w.process, "PATCH", "/v1/account", w.owner.token, map[string]any{
		"ringSeconds": ringTime / time.Second, "nudges": map[string]bool{"callbacksWaiting": false},
	})
	return w
}

// pass lets time go by: alarms of phones and timers of the desk go off in their order.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	end := w.clock.now().Add(d)
	for {
		ringing, pending := w.clock.next(end), w.s.Timers.Pending()
		due := len(pending) > 0 && !pending[0].At.After(end)
		switch {
		case ringing != nil && (!due || !pending[0].At.Before(ringing.at)):
			w.clock.reach(ringing.at)
			w.clock.drop(ringing)
			ringing.do()
		case due:
			w.clock.reach(pending[0].At)
			if err := w.s.Timers.Deliver(w.t.Context(), pending[0].ID, gateway.Wake(w.s.Desk)); err != nil {
				w.t.Fatal(err)
			}
		default:
			w.clock.reach(end)
			return
		}
	}
}

// customer asks for a person by call or chat, and it rings.
func (w *world) customer(channel roster.Channel) offerKey {
	w.t.Helper()
	w.asked++
	a := w.escalate(mapsWith(w.escalation(fmt.Sprint("req-", w.asked)), map[string]any{"channel": channel}))
	if a.Outcome != desk.OutcomeRinging {
		w.t.Fatalf("the assistant is told %+v, want it ringing", a)
	}
	return offerKey{a.EscalationID, 1}
}

// whole is an escalation as the owner sees it.
func (w *world) whole(key offerKey) desk.Escalation {
	w.t.Helper()
	return request[desk.Escalation](w.process, "GET", "/v1/escalations/"+key.escalation, w.owner.token, nil)
}

// leaves has the customer leave.
func (w *world) leaves(key offerKey) {
	w.t.Helper()
	w.escalate(map[string]string{"action": "end", "accountId": demoAccount, "escalationId": key.escalation})
}

// member is somebody as the owner sees them.
func (w *world) member(id string) desk.Member {
	w.t.Helper()
	return request[desk.Member](w.process, "GET", "/v1/members/"+id, w.owner.token, nil)
}

// wantHistory wants what became of an escalation.
func (w *world) wantHistory(key offerKey, want ...string) {
	w.t.Helper()
	var got []string
	for _, e := range w.whole(key).History {
		got = append(got, e.What)
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("history %v, want %v", got, want)
	}
}

// phone is what outlives the app on it, and what the platforms and people do to it.
type phone struct {
	w        *world
	name     string // of whom it belongs to
	keychain keychain

	platform, token, voipToken string

	fast   time.Duration // by how much its clock is ahead
	locked bool          // the keychain cannot be read
	cut    bool          // it has no network
	air    <-chan arrival
	over   map[offerKey]bool // offers that ended or were answered
	asked  map[string]int    // how often by path

	*app // nil while it does not run
}

// phone gives an agent a phone with the app, signed in and reachable.
func (w *world) phone(name, id, platform, token, voipToken string) *phone {
	w.t.Helper()
	p := &phone{
		w: w, name: name, platform: platform, token: token, voipToken: voipToken,
		keychain: keychain{deviceID: id}, air: w.air(id), over: map[offerKey]bool{}, asked: map[string]int{},
	}
	p.install()
	return p
}

// install starts the app for the first time: the agent signs in and goes online.
func (p *phone) install() {
	p.w.t.Helper()
	p.begin()
	in, registered := p.signIn(p.name+"@example.com", agentPassword), p.register()
	if online := p.call("PUT", "/v1/me/presence", map[string]string{"status": "online"}, nil); in != 200 || registered != 200 || online != 200 {
		p.w.t.Fatalf("sign-in %d, device %d, presence %d", in, registered, online)
	}
}

// begin has a new app run.
func (p *phone) begin() {
	p.app = &app{phone: p, offers: map[offerKey]*ring{}, works: map[string]bool{}, glance: func() {}}
}

// kill ends the app, and with it what rings.
func (p *phone) kill() { p.app = nil }

// start has a new app do what it does at each start.
func (p *phone) start() {
	p.begin()
	p.register()
	p.look()
}

// now is what its clock shows.
func (p *phone) now() time.Time { return p.w.clock.now().Add(p.fast) }

// air brings the pushes to a device.
func (w *world) air(device string) <-chan arrival {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), "GET", w.url+"/sandbox/pushes/stream?deviceId="+device, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	air := make(chan arrival, 100)
	go func() {
		defer close(air)
		defer answer.Body.Close()
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			data, isData := strings.CutPrefix(lines.Text(), "data: ")
			var got arrival
			if isData && json.Unmarshal([]byte(data), &got) == nil {
				air <- got
			}
		}
	}()
	return air
}

// next is the next push for this phone, which the story may give to the app, or lose. It wants
// it to be of this kind.
func (p *phone) next(kind desk.NoticeKind) arrival {
	p.w.t.Helper()
	select {
	case got := <-p.air:
		if is := got.fields()["kind"]; is != string(kind) {
			p.w.t.Fatalf("a push of kind %q came, want %s", is, kind)
		}
		return got
	case <-time.After(time.Minute):
		p.w.t.Fatalf("no push of kind %s came", kind)
	}
	return arrival{}
}

// arrives gives the next push to the app.
func (p *phone) arrives(kind desk.NoticeKind) arrival {
	p.w.t.Helper()
	got := p.next(kind)
	p.get(got)
	return got
}

// wants wants the agent to have noticed this and nothing else since the last look.
func (p *phone) wants(want ...heard) {
	p.w.t.Helper()
	if !slices.Equal(p.heard, want) {
		p.w.t.Errorf("%s noticed %+v, want %+v", p.keychain.deviceID, p.heard, want)
	}
	p.heard = nil
}
