package api_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// creation is a request that makes something, another of the same kind, and how many
// there are.
type creation struct {
	name, path, body, other string
	count                   func(w *world) int
}

// creations are one of each route that takes an Idempotency-Key.
func creations(s *stage) []creation {
	count := func(path string) func(w *world) int {
		return func(w *world) int {
			list, _ := w.do(200, s.mine["owner"], "GET", path, "").at("items").([]any)
			return len(list)
		}
	}
	w := &world{dep: s.mine["department"]}
	claimed := "/v1/callbacks/" + s.mine["claimed"]
	return []creation{
		{"member", "/v1/members", w.newMember("nina@example.com", nil), w.newMember("nora@example.com", nil), count("/v1/members")},
		{"department", "/v1/departments", `{"name": "Shoes"}`, `{"name": "Boots"}`, count("/v1/departments")},
		{"key", "/v1/assistant/keys", `{"name": "Shop"}`, `{"name": "Shop", "may": ["read"]}`, count("/v1/assistant/keys")},
		{"drill", "/v1/drills", `{"channel": "chat"}`, `{"channel": "call"}`, count("/v1/escalations")},
		{"attempt", claimed + "/attempts", `{"outcome": "busy", "note": "at 5"}`, `{"outcome": "no_answer"}`, func(w *world) int {
			list, _ := w.do(200, s.mine["owner"], "GET", claimed, "").at("attempts").([]any)
			return len(list)
		}},
	}
}

const onceHeader = "Idempotency-Key"

func sameAnswer(t *testing.T, what string, got, want *httptest.ResponseRecorder) {
	t.Helper()
	if got.Code != want.Code || got.Body.String() != want.Body.String() || got.Header().Get("ETag") != want.Header().Get("ETag") {
		t.Errorf("%s: status %d, %s\nwant %d, %s", what, got.Code, got.Body, want.Code, want.Body)
	}
}

// The same key and body give the same answer for 24 hours, whatever happened meanwhile;
// the key with another body is refused.
func TestIdempotencyKey(t *testing.T) {
	s := newStage(t)
	owner := s.mine["owner"]
	for _, c := range creations(s) {
		t.Run(c.name, func(t *testing.T) {
			w := s.open(t)
			key := strings.Repeat("k", 128)
			before := c.count(w)
			first := w.send(owner, "POST", c.path, c.body, onceHeader, key)
			if first.Code != 201 {
				t.Fatalf("status %d, %s", first.Code, first.Body)
			}
			if n := c.count(w) - before; n != 1 {
				t.Fatalf("%d were made", n)
			}
			w.presence(s.mine["colleague"], "offline")
			w.late.Store(int64(23 * time.Hour))
			spaced := " " + strings.ReplaceAll(c.body, ": ", " :\n") + " "
			sameAnswer(t, "again", w.send(owner, "POST", c.path, c.body, onceHeader, key), first)
			sameAnswer(t, "with other space", w.send(owner, "POST", c.path, spaced, onceHeader, key), first)
			w.reused("another body", w.send(owner, "POST", c.path, c.other, onceHeader, key))
			w.reused("another path", w.send(owner, "POST", "/v1/departments", `{"name": "Third"}`, onceHeader, key))
			w.reused("a broken one", w.send(owner, "POST", c.path, c.body+"x", onceHeader, key))
			if n := c.count(w) - before; n != 1 {
				t.Errorf("%d were made", n)
			}
			w.late.Store(int64(25 * time.Hour))
			if got := w.send(owner, "POST", c.path, c.other, onceHeader, key); got.Code == 422 {
				t.Errorf("after a day: status %d, %s", got.Code, got.Body)
			}
		})
	}
}

// reused wants the refusal of a key that came with another request.
func (w *world) reused(what string, got *httptest.ResponseRecorder) {
	w.t.Helper()
	var problem fields
	must(w.t, json.Unmarshal(got.Body.Bytes(), &problem))
	if got.Code != 422 || problem.text("type") != "/problems/idempotency-key-reused" {
		w.t.Errorf("%s: status %d, %s", what, got.Code, got.Body)
	}
}

// Passwords are no part of the comparison, and another member's key is another key.
func TestIdempotencyKeyCompares(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	owner, admin := s.mine["owner"], s.mine["admin"]
	body := w.newMember("nina@example.com", nil)
	first := w.send(owner, "POST", "/v1/members", body, onceHeader, "k1")
	sameAnswer(t, "another password", w.send(owner, "POST", "/v1/members", strings.ReplaceAll(body, "First-Word-1", "Second-Word-2"), onceHeader, "k1"), first)
	w.do(200, nobody, "POST", "/v1/login", `{"email": "nina@example.com", "password": "First-Word-1"}`)
	if got := w.send(admin, "POST", "/v1/departments", `{"name": "Shoes"}`, onceHeader, "k1"); got.Code != 201 {
		t.Errorf("another member's key: status %d, %s", got.Code, got.Body)
	}
	// What failed is not kept: the key is free until something was made by it.
	if got := w.send(owner, "POST", "/v1/members", w.newMember("mine-admin@example.com", nil), onceHeader, "k2"); got.Code != 409 {
		t.Errorf("e-mail taken: status %d", got.Code)
	}
	if got := w.send(owner, "POST", "/v1/members", w.newMember("x", nil), onceHeader, "k2"); got.Code != 422 {
		t.Errorf("a bad e-mail: status %d", got.Code)
	}
	if got := w.send(owner, "POST", "/v1/members", w.newMember("nora@example.com", nil), onceHeader, "k2"); got.Code != 201 {
		t.Errorf("corrected: status %d, %s", got.Code, got.Body)
	}
}

func TestBadIdempotencyKeys(t *testing.T) {
	s := newStage(t)
	w := s.open(t)
	for _, headers := range [][]string{
		{onceHeader, ""}, {onceHeader, strings.Repeat("k", 129)}, {onceHeader, "a b"}, {onceHeader, "schlüssel"},
		{onceHeader, "a\tb"}, {onceHeader, "a", onceHeader, "b"},
	} {
		for _, c := range creations(s) {
			got := w.send(s.mine["owner"], "POST", c.path, c.body, headers...)
			var problem fields
			must(t, json.Unmarshal(got.Body.Bytes(), &problem))
			if got.Code != 422 || problem.text("errors.0.field") != onceHeader {
				t.Errorf("%s with %q: status %d, %s", c.name, headers, got.Code, got.Body)
			}
		}
	}
}

// Of the same request many times at once one thing comes to be, and all are told of it.
func TestIdempotencyKeyRace(t *testing.T) {
	s := newStage(t)
	for _, c := range creations(s) {
		t.Run(c.name, func(t *testing.T) {
			w := s.open(t)
			before := c.count(w)
			answers := make([]*httptest.ResponseRecorder, 6)
			var wg sync.WaitGroup
			for i := range answers {
				wg.Go(func() {
					for answers[i] == nil || answers[i].Code == 503 {
						answers[i] = w.send(s.mine["owner"], "POST", c.path, c.body, onceHeader, "k")
					}
				})
			}
			wg.Wait()
			for _, a := range answers {
				sameAnswer(t, "one of many", a, answers[0])
			}
			if n := c.count(w) - before; n != 1 || answers[0].Code != 201 {
				t.Errorf("%d were made, status %d", n, answers[0].Code)
			}
		})
	}
}

// A request whose answer could not be kept, or whose process died before it was, is
// found again by the id that its key makes.
func TestIdempotencyKeyAnswerLost(t *testing.T) {
	s := newStage(t)
	for _, c := range creations(s) {
		t.Run(c.name, func(t *testing.T) {
			w := s.open(t)
			before := c.count(w)
			failing := true
			w.desk.Table = fault.New(w.bolt, fault.Options{Before: func(call fault.Call) error {
				if failing && call.Kind == fault.Write && len(call.Ops) == 1 && strings.HasPrefix(call.Ops[0].Item.Key.Sort, "kept/") {
					return table.ErrUnavailable
				}
				return nil
			}})
			first := w.send(s.mine["owner"], "POST", c.path, c.body, onceHeader, "k")
			failing = false
			sameAnswer(t, "again", w.send(s.mine["owner"], "POST", c.path, c.body, onceHeader, "k"), first)
			if n := c.count(w) - before; n != 1 || first.Code != 201 {
				t.Errorf("%d were made, status %d", n, first.Code)
			}
		})
	}
}
