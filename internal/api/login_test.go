package api_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table/fault"
)

// tried is an identity that notes whose password was tried.
type tried struct {
	desk.Identity
	names []string
}

func (i *tried) Login(ctx context.Context, memberID, password string) (desk.Tokens, error) {
	i.names = append(i.names, memberID)
	return i.Identity.Login(ctx, memberID, password)
}

// An unknown e-mail and a wrong password give the same words and cost the same try.
func TestLoginTellsNothing(t *testing.T) {
	w := newWorld(t)
	identity := &tried{Identity: w.identity}
	w.desk.Identity = identity
	wrong := func(email string) string {
		r := w.request(nobody, "POST", "/v1/login", `{"email": "`+email+`", "password": "wrong-Password-1"}`)
		recorder := httptest.NewRecorder()
		w.handler.ServeHTTP(recorder, r)
		if recorder.Code != 401 || recorder.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: status %d", email, recorder.Code)
		}
		before, _, _ := strings.Cut(recorder.Body.String(), `"requestId"`)
		return before
	}
	known := wrong("asha@example.com")
	for _, email := range []string{"nobody@example.com", "NOBODY@example.com", "no address", "mem_aaaaaaaaaaaa"} {
		if got := wrong(email); got != known {
			t.Errorf("%s gets %s, a wrong password %s", email, got, known)
		}
	}
	if len(identity.names) != 5 || identity.names[0] != w.asha {
		t.Errorf("passwords tried of %q, want one a call, the first Asha's", identity.names)
	}
	if identity.names[1] != identity.names[2] || identity.names[1] == identity.names[3] {
		t.Errorf("tried %q: an e-mail that nobody has must be one user, whatever its case", identity.names)
	}
}

// Too many tries of one e-mail are 429, of a known one as of an unknown one.
func TestLoginTooMany(t *testing.T) {
	w := newWorld(t)
	for _, email := range []string{"asha@example.com", "nobody@example.com"} {
		status := 0
		for range 20 {
			recorder := httptest.NewRecorder()
			w.handler.ServeHTTP(recorder, w.request(nobody, "POST", "/v1/login", `{"email": "`+email+`", "password": "wrong"}`))
			if status = recorder.Code; status != 401 {
				break
			}
		}
		if status != 429 {
			t.Errorf("%s: the last try got %d, want 429", email, status)
		}
	}
}

// A token that is no JWT, as another identity provider might make it, only ends the
// session: nobody can tell whose it was.
func TestLogoutWithOpaqueTokens(t *testing.T) {
	w := newWorld(t)
	w.presence(w.asha, "online")
	in := w.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "`+password+`"}`)
	for _, token := range []string{"opaque", "a.b.c", "a.e30.c", "a.eyJ1c2VybmFtZSI6Im1lbV9hYWFhYWFhYWFhYWEiLCJpYXQiOjF9.c"} {
		w.desk.Identity = opaque{w.identity, token}
		w.do(204, nobody, "POST", "/v1/logout", `{"refreshToken": "`+in.text("refreshToken")+`"}`)
	}
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"availability.status": "online"})
}

type opaque struct {
	desk.Identity
	token string
}

func (o opaque) Refresh(context.Context, string) (desk.Tokens, error) {
	return desk.Tokens{AccessToken: o.token}, nil
}

type countedTimers struct {
	desk.Timers
	note func(call string) // may be called by several at once
}

func (c countedTimers) Send(ctx context.Context, at time.Time, m desk.Message) error {
	c.note("Send " + string(m.Kind))
	return c.Timers.Send(ctx, at, m)
}

// Nobody is told by the answer, nor by the time it takes, whether a member has an
// e-mail: the same calls are made for one that nobody has.
func TestForgottenTellsNothing(t *testing.T) {
	w := newWorld(t)
	var mu sync.Mutex
	var calls []string
	note := func(call string) {
		mu.Lock()
		defer mu.Unlock()
		calls = append(calls, call)
	}
	w.desk.Timers = countedTimers{w.timers, note}
	w.desk.Table = fault.New(w.bolt, fault.Options{Before: func(c fault.Call) error {
		note(c.Kind.String())
		return nil
	}})
	reset := func(email string) string {
		return `{"email": "` + email + `", "code": "12345678", ` + newPassword + `}`
	}
	// Both cases use up tries in one world, but each its own: those of codes asked for, and of
	// codes tried.
	for _, c := range []struct {
		name, path string
		body       func(email string) string
	}{
		{"forgot", "/v1/password/forgot", func(email string) string { return `{"email": "` + email + `"}` }},
		{"reset", "/v1/password/reset", reset},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want [15]string // beyond the tries that one has
			for _, email := range []string{"asha@example.com", "nobody@example.com", "no address"} {
				for i := range want {
					calls = nil
					got := w.send(nobody, "POST", c.path, c.body(email))
					answer, _, _ := strings.Cut(got.Body.String(), `"requestId"`)
					slices.Sort(calls) // some go side by side
					all := fmt.Sprint(got.Code, answer, calls)
					if want[i] == "" {
						want[i] = all
					}
					if all != want[i] {
						t.Fatalf("try %d for %s: %s\nwant %s", i+1, email, all, want[i])
					}
				}
			}
		})
	}
}
