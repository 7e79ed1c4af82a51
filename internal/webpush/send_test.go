package webpush

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const subject = "https://desk.example.com"

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// service is a push service on this machine, and a sender to it.
type service struct {
	server *httptest.Server
	sender *Sender
	answer func(http.ResponseWriter) // 201 where nil
	header http.Header               // of the message that came last
	body   string                    // of it, as base64url
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.header, s.body = r.Header, base64.RawURLEncoding.EncodeToString(body)
		if s.answer != nil {
			s.answer(w)
			return
		}
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(s.server.Close)
	keys := testKeys(t)
	s.sender = &Sender{
		Keys:    func(context.Context) (Keys, error) { return keys, nil },
		Subject: subject, Client: NewClient(true), Now: func() time.Time { return noon },
	}
	return s
}

func (s *service) subscription(t *testing.T) Subscription {
	t.Helper()
	to, err := Parse(subscription(s.server.URL+"/push/secret-1"), true)
	must(t, err)
	return to
}

func testKeys(t *testing.T) Keys {
	t.Helper()
	keys, err := KeysOf([]byte("a secret of the deployment, 32 b"))
	must(t, err)
	return keys
}

func TestKeysStay(t *testing.T) {
	public, err := testKeys(t).Public()
	must(t, err)
	// Whoever changes how keys are made ends every subscription that there is.
	if want := "BKk8Kw54TuEDto22PhPL6NeYAdF7UuHQkwBuH9nvkwFF3xkdq5SS0t0khnvg0JHs2MBGpW3C9CceYOavCdbUd2Q"; public != want {
		t.Errorf("the public key is %s, want %s", public, want)
	}
}

func TestAnswersOfServices(t *testing.T) {
	s := newService(t)
	for _, c := range []struct {
		status      int
		after       string
		gone, later bool
		wait        time.Duration
	}{
		{status: 404, gone: true},
		{status: 410, gone: true},
		{status: 429, later: true},
		{status: 429, after: "7", later: true, wait: 7 * time.Second},
		{status: 503, after: noon.Add(3 * time.Second).Format(http.TimeFormat), later: true, wait: 3 * time.Second},
		{status: 503, after: "soon", later: true},
		{status: 429, after: "-7", later: true},
		{status: 429, after: "1.5", later: true},
		{status: 429, after: noon.Add(-time.Hour).Format(http.TimeFormat), later: true},
		{status: 429, after: "Fri, 31 Dec 9999 23:59:59 GMT", later: true, wait: longestWait},
		{status: 503, after: "9223372036854775807", later: true, wait: longestWait},
		{status: 500, later: true},
		{status: 400}, {status: 403}, {status: 413},
		{status: 307}, // not followed: the address was judged, and another is not
	} {
		s.answer = func(w http.ResponseWriter) {
			w.Header().Set("Location", s.server.URL+"/elsewhere")
			if c.after != "" {
				w.Header().Set("Retry-After", c.after)
			}
			w.WriteHeader(c.status)
		}
		err := s.sender.Send(t.Context(), s.subscription(t), Message{Body: []byte("{}")})
		var refusal *Refusal
		if !errors.As(err, &refusal) {
			t.Errorf("%d: %v, want a refusal", c.status, err)
			continue
		}
		if refusal.Status != c.status || refusal.Gone() != c.gone || refusal.Later() != c.later || refusal.RetryAfter != c.wait {
			t.Errorf("%d %s: %+v, gone %t, later %t", c.status, c.after, refusal, refusal.Gone(), refusal.Later())
		}
	}
	for _, status := range []int{200, 201, 202} {
		s.answer = func(w http.ResponseWriter) { w.WriteHeader(status) }
		if err := s.sender.Send(t.Context(), s.subscription(t), Message{}); err != nil {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// What a service says ends in the log: by it one finds out why a message was refused.
func TestReasonsOfServices(t *testing.T) {
	s := newService(t)
	for _, c := range []struct{ said, want string }{
		{"{\"reason\":\n \"BadJwtToken\"}", `the push service answers 403: {"reason": "BadJwtToken"}`},
		{"", "the push service answers 403"},
		{"no subscription at /push/secret-1", "the push service answers 403"},
		{strings.Repeat("ü", 300), "the push service answers 403: " + strings.Repeat("ü", 100)},
	} {
		s.answer = func(w http.ResponseWriter) { http.Error(w, c.said, http.StatusForbidden) }
		if err := s.sender.Send(t.Context(), s.subscription(t), Message{}); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %q", c.said, err, c.want)
		}
	}
}

// An address is a secret, which errors end in logs without.
func TestErrorsKeepTheAddress(t *testing.T) {
	s := newService(t)
	to := s.subscription(t)
	s.server.Close()
	err := s.sender.Send(t.Context(), to, Message{})
	if err == nil || strings.Contains(err.Error(), "secret-1") {
		t.Errorf("got %v, want an error without the address", err)
	}
}

// What a name stands for is judged where it is dialled: no network of anybody's own is reached.
func TestPrivateNetworksAreNotReached(t *testing.T) {
	s := newService(t)
	s.sender.Client = NewClient(false)
	if err := s.sender.Send(t.Context(), s.subscription(t), Message{}); err == nil || !strings.Contains(err.Error(), "no address of a push service") {
		t.Errorf("this machine: %v", err)
	}
	if s.header != nil {
		t.Error("it was reached")
	}
	for _, address := range []string{"http://10.0.0.1/", "http://169.254.0.1/", "http://[fd00::1]/", "http://[::ffff:192.168.0.1]/", "http://0.0.0.0/"} {
		_, err := NewClient(true).Get(address)
		if err == nil || !strings.Contains(err.Error(), "no address of a push service") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// A connection that was kept and has died costs no ring: the message goes by another one at once.
func TestConnectionsThatHaveDied(t *testing.T) {
	s := newService(t)
	must(t, s.sender.Send(t.Context(), s.subscription(t), Message{}))
	asked := 0
	s.answer = func(w http.ResponseWriter) {
		if asked++; asked == 1 {
			panic(http.ErrAbortHandler) // closes it without an answer
		}
		w.WriteHeader(http.StatusCreated)
	}
	if err := s.sender.Send(t.Context(), s.subscription(t), Message{Body: []byte("{}")}); err != nil || asked != 2 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	if _, is := s.header["Idempotency-Key"]; is || s.body == "" {
		t.Errorf("it got %v", s.header)
	}
}

func TestSlowServices(t *testing.T) {
	s := newService(t)
	held := make(chan struct{})
	t.Cleanup(func() { close(held) })
	s.answer = func(http.ResponseWriter) { <-held }
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.sender.Send(ctx, s.subscription(t), Message{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that it took too long", err)
	}
}
