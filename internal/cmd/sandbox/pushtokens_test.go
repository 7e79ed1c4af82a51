package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// served is a sandbox in this process that is asked like one in another.
func served(t *testing.T) *process {
	t.Helper()
	_, server := newSandbox(t)
	return &process{t: t, url: server.URL}
}

// register registers a phone and wants it to work, as an app does at each start.
func (p *process) register(m member, platform, token string) {
	p.t.Helper()
	got := request[desk.Device](p, "PUT", "/v1/me/devices/"+m.device, m.token, map[string]string{"platform": platform, "token": token})
	if !got.Working {
		p.t.Errorf("just registered: %+v", got)
	}
}

// wantTest sends a test push, and wants the status and the problem of the answer.
func (p *process) wantTest(m member, status int, problem string) {
	p.t.Helper()
	got, body := p.do("POST", "/v1/me/devices/"+m.device+"/test", m.token, nil)
	var told struct{ Type string }
	if err := json.Unmarshal(body, &told); got != status || told.Type != problem || err != nil && problem != "" {
		p.t.Errorf("test push: %d %s, want %d %s", got, body, status, problem)
	}
}

// working reports whether the one device is marked so.
func (p *process) working(m member) bool {
	p.t.Helper()
	got := request[desk.List[desk.Device]](p, "GET", "/v1/me/devices", m.token, nil)
	if len(got.Items) != 1 {
		p.t.Fatalf("devices %+v, want one", got.Items)
	}
	return got.Items[0].Working
}

// wantWorking wants the one device to be marked so.
func (p *process) wantWorking(m member, want bool) {
	p.t.Helper()
	if got := p.working(m); got != want {
		p.t.Errorf("the device works: %t, want %t", got, want)
	}
}

// feed are the kinds of the pushes that reached a member's phone, newest first.
func (p *process) feed(m member) (kinds []desk.NoticeKind) {
	p.t.Helper()
	type entry struct{ Notice desk.Notice }
	for _, e := range request[desk.List[entry]](p, "GET", "/sandbox/pushes?deviceId="+m.device, "", nil).Items {
		kinds = append(kinds, e.Notice.Kind)
	}
	return kinds
}

func (p *process) wantFeed(m member, want ...desk.NoticeKind) {
	p.t.Helper()
	if got := p.feed(m); !slices.Equal(got, want) {
		p.t.Errorf("pushes to %s: %v, want %v", m.device, got, want)
	}
}

func TestRefusedToken(t *testing.T) {
	t.Parallel()
	p := served(t)
	asha := p.signIn("asha")
	for range 2 { // registered again it is tried again
		p.register(asha, "apns", "refused-1")
		p.wantTest(asha, http.StatusConflict, "/problems/unreachable")
		p.wantWorking(asha, false)
	}
	p.wantFeed(asha)
}

// An offer to a phone that refuses, or whose push fails after it was taken, goes on at once, and
// its agent is offline. The clock stands still: of the timers only those that are due at once come.
// The owner brings them online: who does it alone has a page open, which can be rung.
func TestRefusedOfferGoesOn(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"refused-1", "gone-1"} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			refusedOfferGoesOn(t, token)
		})
	}
}

func refusedOfferGoesOn(t *testing.T, token string) {
	t.Helper()
	l := openLoggedBy(t, &clock{closed: time.Now(), stands: true})
	l.s.start()
	p := l.process
	owner, agents := p.signIn("owner"), map[string]member{}
	for _, name := range []string{"asha", "bilal"} {
		m := p.signIn(name)
		p.register(m, "fcm", "token-of-"+name)
		request[roster.Availability](p, "PUT", "/v1/members/"+m.id+"/presence", owner.token, map[string]string{"status": "online"})
		agents[m.id] = m
	}
	began := time.Now()
	other := agents[p.escalate(p.escalation("req-1")).Agent.ID]
	usual := time.Since(began)
	delete(agents, other.id)
	var first member // whose turn is next
	for _, m := range agents {
		first = m
	}
	p.register(first, "fcm", token)
	next := p.follow()
	a := p.escalate(p.escalation("req-2"))
	push := next(desk.NoticeOffer)
	rang := time.Now()
	if push.MemberID != other.id || push.EscalationID != a.EscalationID {
		t.Errorf("rang with %+v, want the second offer", push)
	}
	failed := l.said("push refused: the device cannot be reached any more")
	if token == "gone-1" && !strings.Contains(failed.Because, "InvalidPlatformToken") {
		t.Errorf("the log has no reason: %+v", failed)
	}
	// What else the machine does only adds to it.
	if took := rang.Sub(failed.Time); took > 2*time.Second+usual {
		t.Errorf("the second phone rang %v after the first had failed", took)
	}
	if a = p.status(a.EscalationID); a.Outcome != desk.OutcomeRinging || a.Agent.ID != other.id {
		t.Errorf("the assistant is told %+v, want it ringing at %s", a, other.device)
	}
	p.wantFeed(first)
	p.wantWorking(first, false)
	me := request[desk.Member](p, "GET", "/v1/me", first.token, nil)
	if me.Availability.Because != roster.Unreachable || me.Availability.Status != "offline" {
		t.Errorf("availability %+v, want offline, because unreachable", me.Availability)
	}
}

// saying is a line of the log.
type saying struct {
	Time         time.Time // by the machine's clock
	Msg, Because string
}

// said is the one line of the log with these words.
func (l *logged) said(words string) (found saying) {
	l.t.Helper()
	n := 0
	for line := range strings.Lines(l.log.String()) {
		var s saying
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			l.t.Fatal(err)
		}
		if s.Msg == words {
			found, n = s, n+1
		}
	}
	if n != 1 {
		l.t.Fatalf("the log says %q %d times:\n%s", words, n, l.log.String())
	}
	return found
}

// The push service takes one push for an app that was removed, learns of it by that, and says so.
func TestGoneToken(t *testing.T) {
	t.Parallel()
	p := served(t)
	asha := p.signIn("asha")
	p.register(asha, "fcm", "gone-1")
	p.wantTest(asha, http.StatusAccepted, "")
	for end := time.Now().Add(10 * time.Second); p.working(asha); {
		if time.Now().After(end) {
			t.Fatal("nobody said that the push failed")
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.wantTest(asha, http.StatusConflict, "/problems/unreachable")
	p.wantFeed(asha)
	p.register(asha, "fcm", "back-again")
	p.wantTest(asha, http.StatusAccepted, "")
	p.wantFeed(asha, desk.NoticeTest)
}

// The first try of each push to a slow one fails, and of an offer a timer makes the second.
func TestSlowToken(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for five seconds")
	}
	t.Parallel()
	p := served(t)
	asha := p.signIn("asha")
	p.register(asha, "fcm", "slow-1")
	p.wantTest(asha, http.StatusServiceUnavailable, "/problems/push-failed")
	p.wantTest(asha, http.StatusAccepted, "")
	p.wantWorking(asha, true)
	p.wantFeed(asha, desk.NoticeTest)

	request[roster.Availability](p, "PUT", "/v1/me/presence", asha.token, map[string]string{"status": "online"})
	next := p.follow()
	a := p.escalate(p.escalation("req-1"))
	p.wantFeed(asha, desk.NoticeTest)
	if push := next(desk.NoticeOffer); push.EscalationID != a.EscalationID || push.MemberID != asha.id {
		t.Errorf("the second try was %+v, want the offer", push)
	}
}

func TestTokensOfApple(t *testing.T) {
	t.Parallel()
	p := served(t)
	asha := p.signIn("asha")
	for _, c := range []struct {
		what, body string
		status     int
		field      string
	}{
		{"hex", `{"platform":"apns","token":"0f744707bebcf74f","voipToken":"9d3c1b7a20e4f586"}`, 200, ""},
		{"as printed", `{"platform":"apns_sandbox","token":"32 bytes"}`, 422, "token"},
		{"of Firebase at PushKit", `{"platform":"apns","token":"0f","voipToken":"cX1:APA91b"}`, 422, "voipToken"},
		{"of Firebase", `{"platform":"fcm","token":"cX1:APA91b"}`, 200, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			status, body := p.do("PUT", "/v1/me/devices/"+asha.device, asha.token, c.body)
			var problem struct{ Errors []desk.FieldError }
			if err := json.Unmarshal(body, &problem); err != nil || status != c.status {
				t.Fatalf("got %d %s, want %d", status, body, c.status)
			}
			want := []desk.FieldError{{Field: c.field, Detail: "is not a token of this platform"}}
			if c.field != "" && !slices.Equal(problem.Errors, want) {
				t.Errorf("got %v, want %v", problem.Errors, want)
			}
		})
	}
}
