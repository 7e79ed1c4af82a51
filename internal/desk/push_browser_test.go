package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// pushService is the push service of browsers on this machine, under an address that it keeps
// when it dies and comes back.
type pushService struct {
	t       *testing.T
	address string
	server  *httptest.Server

	mu     sync.Mutex
	answer func(http.ResponseWriter, *http.Request) // 201 where nil
	came   []*http.Request
}

func newPushService(t *testing.T) *pushService {
	t.Helper()
	s := &pushService{t: t, address: "127.0.0.1:0"}
	s.start()
	s.address = s.server.Listener.Addr().String()
	t.Cleanup(func() { s.server.Close() })
	return s
}

func (s *pushService) start() {
	s.t.Helper()
	l, err := net.Listen("tcp", s.address)
	must(s.t, err)
	s.server = httptest.NewUnstartedServer(s)
	_ = s.server.Listener.Close()
	s.server.Listener = l
	s.server.Start()
}

func (s *pushService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // else nobody looks whether the other end is still there
	s.mu.Lock()
	s.came = append(s.came, r)
	answer := s.answer
	s.mu.Unlock()
	if answer == nil {
		w.WriteHeader(http.StatusCreated)
		return
	}
	answer(w, r)
}

// answers has it answer so from now on; 201 with nil.
func (s *pushService) answers(answer func(http.ResponseWriter, *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// pushes is how many came since it was asked last.
func (s *pushService) pushes() int { return len(s.taken()) }

// taken are the headers of those that came since it was asked last.
func (s *pushService) taken() (all []http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.came {
		all = append(all, r.Header)
	}
	s.came = nil
	return all
}

// browser registers a browser of the service for a member, by its secret name there.
func (w *world) browser(s *pushService, member, secret string) desk.Device {
	w.t.Helper()
	dev, err := w.PutDevice(w.ctx, w.staff(member), desk.Device{ID: "browser-" + member, Platform: desk.WebPush, Token: subscription("http://" + s.address + "/push/" + secret)})
	must(w.t, err)
	return dev
}

// subscription is what a browser gives whose keys are those of the example of RFC 8291.
func subscription(endpoint string) string {
	return fmt.Sprintf(`{"endpoint":%q,"expirationTime":null,"keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}`, endpoint)
}

func TestBrowserIsPushedTo(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t, worldOptions{agents: 1}), newPushService(t)
	w.browser(s, w.agents[0], "one")
	w.ring(w.request(1))
	came := s.taken()
	if len(came) != 1 {
		t.Fatalf("%d pushes", len(came))
	}
	h := came[0]
	if h.Get("Ttl") != "25" || h.Get("Urgency") != "high" || len(h.Get("Topic")) != 32 {
		t.Errorf("headers %v", h)
	}
	feed, err := w.phones.Feed("browser-"+w.agents[0], 1)
	must(t, err)
	var shown struct {
		WebPush      int `json:"web_push"`
		Notification struct{ Navigate string }
	}
	must(t, json.Unmarshal(feed[0].Payload, &shown))
	if !strings.HasPrefix(shown.Notification.Navigate, "http://localhost:8080/escalations/esc_") || shown.WebPush != 8030 {
		t.Errorf("the feed has %s", feed[0].Payload)
	}
	w.pass(stands)
	if came = s.taken(); len(came) == 0 || came[0].Get("Urgency") != "normal" || came[0].Get("Topic") != h.Get("Topic") {
		t.Errorf("what withdraws the offer: %v", came)
	}
}

// A push service that hangs costs the assistant two seconds at most, and the phone rings once it
// answers.
func TestBrowserWhoseServiceHangs(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t, worldOptions{agents: 1}), newPushService(t)
	w.browser(s, w.agents[0], "one")
	s.answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	began := time.Now()
	w.ring(w.request(1))
	// Half a second for what else the machine does.
	if took := time.Since(began); took > 2500*time.Millisecond {
		t.Errorf("the assistant waited for %v", took)
	}
	s.answers(nil)
	s.pushes()
	w.pass(time.Second)
	if n := s.pushes(); n != 1 {
		t.Errorf("%d pushes once it answers", n)
	}
}

func TestBrowserWhoseServiceIsBusy(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t, worldOptions{agents: 1}), newPushService(t)
	w.browser(s, w.agents[0], "one")
	s.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	w.ring(w.request(1))
	w.pass(6 * time.Second)
	if n := s.pushes(); n != 1 {
		t.Errorf("%d pushes before the time it wants", n)
	}
	s.answers(nil)
	w.pass(time.Second)
	if n := s.pushes(); n != 1 {
		t.Errorf("%d pushes at the time it wants", n)
	}
}

// A service that dies and comes back within the ring time has the phone ring then.
func TestBrowserWhoseServiceDies(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t, worldOptions{agents: 1}), newPushService(t)
	w.browser(s, w.agents[0], "one")
	s.server.Close()
	a := w.ring(w.request(1))
	w.pass(10 * time.Second)
	s.start()
	w.pass(6 * time.Second)
	if n := s.pushes(); n != 1 || w.peek(a.EscalationID).Offer != 1 {
		t.Errorf("%d pushes at the offer %d", n, w.peek(a.EscalationID).Offer)
	}
}

// A subscription that has ended is asked once: the device works no more, and the offer goes on.
func TestBrowserThatIsGone(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t, worldOptions{agents: 2}), newPushService(t)
	for _, agent := range w.agents {
		w.browser(s, agent, agent)
	}
	var gone string
	s.answers(func(w http.ResponseWriter, r *http.Request) {
		if gone == "" || gone == r.URL.Path {
			gone = r.URL.Path
			w.WriteHeader(http.StatusGone)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	first := w.ring(w.request(1))
	w.pass(0)
	e := w.view(first.EscalationID)
	if e.Offer == nil || e.Offer.Number != 2 || e.Offer.MemberID == first.Agent.ID || s.pushes() != 2 {
		t.Errorf("the offer is %+v", e.Offer)
	}
	devices, err := w.Devices(w.ctx, w.staff(first.Agent.ID))
	must(t, err)
	if devices[0].Working {
		t.Error("the device still works")
	}
	w.browser(s, first.Agent.ID, "renewed")
	if devices, err = w.Devices(w.ctx, w.staff(first.Agent.ID)); err != nil || !devices[0].Working {
		t.Errorf("registered again: %+v, %v", devices, err)
	}
}

// Whoever signs in on another's browser has it from then on, however it spells its endpoint, which
// nobody is shown.
func TestBrowserChangesHands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	var said bytes.Buffer
	w.Log = slog.New(slog.NewTextHandler(&said, nil))
	put := func(member, endpoint string) desk.Device {
		t.Helper()
		dev, err := w.PutDevice(w.ctx, w.staff(member), desk.Device{ID: "b", Platform: desk.WebPush, Token: subscription(endpoint)})
		must(t, err)
		return dev
	}
	first := put(w.agents[0], "https://fcm.googleapis.com/fcm/send/secret-1")
	second := put(w.agents[1], "https://FCM.googleapis.com:443/fcm/send/secret-1")
	if first.Address != second.Address {
		t.Errorf("addresses %s and %s of one browser", first.Address, second.Address)
	}
	if diff := cmp.Diff([]string{"b"}, w.deviceIDs(w.agents[1])); diff != "" || len(w.deviceIDs(w.agents[0])) != 0 {
		t.Errorf("devices of the second (-want +got):\n%s", diff)
	}
	w.ring(w.request(1))
	list, err := w.Devices(w.ctx, w.staff(w.agents[1]))
	must(t, err)
	shown, err := json.Marshal(list)
	must(t, err)
	feed, err := w.phones.Feed("", 0)
	must(t, err)
	pushed, err := json.Marshal(feed)
	must(t, err)
	for what, text := range map[string]string{"list": string(shown), "log": said.String(), "feed": string(pushed), "address": second.Address} {
		if text == "" || strings.Contains(text, "secret-1") {
			t.Errorf("the %s has the endpoint: %s", what, text)
		}
	}
}

// Ten devices of all platforms, of which each answers in another way: those that work ring, those
// that refuse are noted, those that fail for now are tried again, and the offer stays. An eleventh
// takes the place of the oldest.
func TestTenDevicesOfAllPlatforms(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t, worldOptions{agents: 2}), newPushService(t)
	agent := w.agents[0]
	web := func(name string) string { return subscription("http://" + s.address + "/push/" + name) }
	all := []desk.Device{
		{ID: "browser", Platform: desk.WebPush, Token: web("good")},
		{ID: "fcm", Platform: desk.FCM, Token: "good"},
		{ID: "fcm-refused", Platform: desk.FCM, Token: "refused-1"},
		{ID: "apns", Platform: desk.APNs, Token: "0a"},
		{ID: "apns-refused", Platform: desk.APNs, Token: "refused-2"},
		{ID: "apns-sandbox", Platform: desk.APNsSandbox, Token: "0b", VoIPToken: "refused-3"},
		{ID: "voip", Platform: desk.APNs, Token: "0c", VoIPToken: "0d"},
		{ID: "browser-gone", Platform: desk.WebPush, Token: web("gone")},
		{ID: "browser-busy", Platform: desk.WebPush, Token: web("busy")},
		{ID: "browser-strict", Platform: desk.WebPush, Token: web("strict")},
	}
	put := func(d desk.Device) {
		t.Helper()
		_, err := w.PutDevice(w.ctx, w.staff(agent), d)
		must(t, err)
		w.clock.Advance(time.Second)
	}
	for _, d := range all {
		put(d)
	}
	busy := true
	s.answers(func(rw http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		status := map[string]int{"/push/gone": http.StatusGone, "/push/strict": http.StatusForbidden, "/push/busy": http.StatusServiceUnavailable}[r.URL.Path]
		if status == 0 || status == http.StatusServiceUnavailable && !busy {
			status = http.StatusCreated
		}
		rw.WriteHeader(status)
	})
	w.offline(w.agents[1])
	a := w.ring(w.call(1))
	w.pass(2 * time.Second)
	s.mu.Lock()
	busy = false
	s.mu.Unlock()
	w.pass(6 * time.Second)
	rang := map[string]string{}
	feed, err := w.phones.Feed("", 0)
	must(t, err)
	for _, p := range feed {
		rang[p.DeviceID] += map[bool]string{true: "voip", false: "alert"}[p.VoIP]
	}
	want := map[string]string{"browser": "alert", "fcm": "alert", "apns": "alert", "apns-sandbox": "alert", "voip": "voip", "browser-busy": "alert"}
	if diff := cmp.Diff(want, rang); diff != "" {
		t.Errorf("rang (-want +got):\n%s", diff)
	}
	me, err := w.Me(w.ctx, w.staff(agent))
	must(t, err)
	if n := me.Devices; n.Registered != 10 || n.Working != 7 || n.VoIPWorking != 1 {
		t.Errorf("devices %+v", n)
	}
	if o := w.peek(a.EscalationID); o.OfferTo != agent {
		t.Errorf("it rings at %+v", o)
	}
	put(desk.Device{ID: "eleventh", Platform: desk.FCM, Token: "eleventh"})
	if got := w.deviceIDs(agent); len(got) != 10 || slices.Contains(got, "browser") {
		t.Errorf("devices %v, want the eleventh in the place of the oldest", got)
	}
	for _, d := range all[1:] {
		must(t, w.DeleteDevice(w.ctx, w.staff(agent), d.ID))
	}
	if !w.row(agent).Online {
		t.Error("offline with one that works")
	}
	must(t, w.DeleteDevice(w.ctx, w.staff(agent), "eleventh"))
	if o := w.peek(a.EscalationID); w.row(agent).Online || o.OfferTo == agent {
		t.Errorf("without any device: online %t, it rings at %+v", w.row(agent).Online, o)
	}
}

// lockedAway is a secret that cannot be read.
type lockedAway struct{}

func (lockedAway) Secret(context.Context) ([]byte, error) { return nil, errors.New("locked away") }

// Where no proof could be made, a browser whose push was taken was reached; with one its worker
// says so.
func TestBrowserWithoutProof(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		secrets desk.Secrets // the world's where nil
		want    string
	}{
		{"no proof", lockedAway{}, "missed"},
		{"proof", nil, "unreachable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, worldOptions{agents: 1})
			_, err := w.PutDevice(w.ctx, w.staff(w.agents[0]), desk.Device{ID: "b", Platform: desk.WebPush, Token: subscription("https://fcm.googleapis.com/fcm/send/x")})
			must(t, err)
			if c.secrets != nil {
				w.Secrets = c.secrets
			}
			a := w.ring(w.request(1))
			w.pass(stands)
			if got := whats(w.view(a.EscalationID)); len(got) < 2 || got[1] != c.want {
				t.Errorf("history %v, want %s", got, c.want)
			}
		})
	}
}

func TestBrowsersThatAreNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	for _, c := range []struct{ token, want string }{
		{"token", "is not the JSON of a push subscription"},
		{subscription("https://push.example.com/secret"), "is of push.example.com, which is no push service of a browser that is known here"},
	} {
		_, err := w.PutDevice(w.ctx, w.staff(w.agents[0]), desk.Device{ID: "b", Platform: desk.WebPush, Token: c.token})
		p := wantProblem(t, err, "invalid")
		if diff := cmp.Diff([]desk.FieldError{{Field: "token", Detail: c.want}}, p.Fields); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.token, diff)
		}
	}
}
