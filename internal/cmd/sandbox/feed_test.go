package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

// get reads the items of a page.
func get[T any](t *testing.T, url string) []T {
	t.Helper()
	_, body := send(t, "GET", url, "")
	var page struct{ Items []T }
	if err := json.Unmarshal([]byte(body), &page); err != nil {
		t.Fatalf("GET %s: %v: %s", url, err, body)
	}
	return page.Items
}

// What other systems are told, and what is counted, is shown as it happens.
func TestEventsAndMetrics(t *testing.T) {
	s, server := newSandbox(t)
	owner := s.memberID(t, "owner@example.com", ownerPassword)
	caller := desk.Caller{AccountID: demoAccount, MemberID: owner, Role: desk.RoleOwner}
	for _, status := range []string{"online", "offline"} {
		if _, err := s.Desk.SetPresence(t.Context(), caller, owner, status); err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.Desk.Escalate(t.Context(), desk.Request{
		AccountID: demoAccount, RequestID: "req-1", InteractionID: "conv-1", Channel: roster.Chat, Reason: desk.CustomerRequest,
	}.Asked())
	if err != nil || a.Outcome != desk.OutcomeCallback {
		t.Fatalf("Escalate = %+v, %v; want a callback", a, err)
	}
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"?type=presence.", []string{"presence.offline", "presence.online"}},
		{"?type=presence.&limit=1", []string{"presence.offline"}},
		{"?type=callback.", []string{"callback.registered"}},
		{"?type=nothing", nil},
	} {
		t.Run(c.query, func(t *testing.T) {
			var got []string
			for _, e := range get[local.Event](t, server.URL+"/sandbox/events"+c.query) {
				if got = append(got, e.Type); e.AccountID != demoAccount || e.ID == 0 || e.At.IsZero() {
					t.Errorf("event = %+v", e)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("events %q, want %q", got, c.want)
			}
		})
	}
	want := local.Total{Name: "Escalations", Dimension: "Outcome", Of: "callback", Unit: desk.UnitCount, Samples: 1, Sum: 1, Max: 1}
	if got := get[local.Total](t, server.URL+"/sandbox/metrics"); !slices.Contains(got, want) {
		t.Errorf("metrics %+v, want %+v among them", got, want)
	}
}

func TestMails(t *testing.T) {
	s, server := newSandbox(t)
	owner := s.memberID(t, "owner@example.com", ownerPassword)
	asha := s.memberID(t, "asha@example.com", agentPassword)
	for _, id := range []string{owner, asha, asha} {
		l := desk.Letter{Kind: desk.LetterReset, MemberID: id, To: "a@example.com", Code: "123456"}
		if err := s.Mails.Send(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		what, query string
		want        []string
	}{
		{"all", "", []string{asha, asha, owner}},
		{"of one", "?memberId=" + asha, []string{asha, asha}},
		{"of nobody", "?memberId=mem_x", nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			var got []string
			for _, m := range get[local.Mail](t, server.URL+"/sandbox/mails"+c.query) {
				if got = append(got, m.MemberID); len(m.Code) != 6 || m.To == "" || !strings.Contains(m.Text, m.Code) || m.At.IsZero() {
					t.Errorf("mail = %+v", m)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("mails to %v, want %v", got, c.want)
			}
		})
	}
}

// push sends a test push to a device.
func push(t *testing.T, p *local.Phones, device string) {
	t.Helper()
	d := desk.Device{ID: device, Platform: desk.FCM, Token: "token"}
	d, err := p.Register(t.Context(), "mem_asha", d)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Push(t.Context(), d, desk.Notice{Kind: desk.NoticeTest}); err != nil {
		t.Fatal(err)
	}
}

// firstEvent opens the stream, lets act happen once it is open, and returns the id of
// the first event in it.
func firstEvent(t *testing.T, url, lastID string, act func()) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Last-Event-ID", lastID)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	act()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if id, isID := strings.CutPrefix(lines.Text(), "id: "); isID {
			return id
		}
	}
	t.Fatalf("the stream ended without an event: %v", lines.Err())
	return ""
}

func TestStreamGoesOn(t *testing.T) {
	s, server := newSandbox(t)
	push(t, s.Phones, "one")
	push(t, s.Phones, "two")
	push(t, s.Phones, "one")
	url := server.URL + "/sandbox/pushes/stream"
	if id := firstEvent(t, url, "1", func() {}); id != "2" {
		t.Errorf("after push 1 came %s", id)
	}
	if id := firstEvent(t, url+"?deviceId=one", "1", func() {}); id != "3" {
		t.Errorf("after push 1, of device one, came %s", id)
	}
	if id := firstEvent(t, url, "", func() { push(t, s.Phones, "one") }); id != "4" {
		t.Errorf("without a number came %s, want what came after the stream was opened", id)
	}
	// A number of a file that is gone.
	if id := firstEvent(t, url, "99", func() { push(t, s.Phones, "one") }); id != "5" {
		t.Errorf("after a number that was not given out came %s", id)
	}
}
