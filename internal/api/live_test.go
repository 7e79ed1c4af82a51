package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/table/meter"
)

// poll asks what goes on as a page does, and gives the tag that it holds then.
func (w *world) poll(what string, status int, tag string) string {
	w.t.Helper()
	got := w.send(w.owner, http.MethodGet, "/v1/live", "", "If-None-Match", tag)
	if got.Code != status {
		w.t.Errorf("%s: status %d, want %d: %s", what, got.Code, status, got.Body)
	}
	return got.Header().Get("ETag")
}

// A page that polls is sent something when somebody has done something, or a time has come
// that it shows, and else 304. It writes nothing.
func TestLivePolling(t *testing.T) {
	w := newWorld(t)
	m := meter.New(w.bolt)
	w.desk.Table = m
	pass := func(d time.Duration) { w.late.Add(int64(d)) }
	tag := w.poll("first", 200, "")
	before := m.Counts()
	for range 20 {
		pass(3 * time.Second)
		if now := w.poll("nothing", 304, tag); now != tag {
			t.Errorf("304 with the tag %s, and not %s", now, tag)
		}
	}
	if c := m.Counts().Sub(before); c.Writes+c.Increments != 0 {
		t.Errorf("polling writes: %+v", c)
	}
	w.do(200, w.asha, "PUT", "/v1/me/devices/phone-1", `{"platform": "fcm", "token": "t"}`)
	w.presence(w.asha, "online")
	tag = w.poll("one is online", 200, tag)
	id := w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat")).text("escalationId")
	tag = w.poll("it rings", 200, tag)
	for range 5 {
		pass(2 * time.Second)
		w.poll("it still rings", 304, tag)
	}
	w.do(200, w.asha, "POST", "/v1/escalations/"+id+"/accept", "")
	tag = w.poll("it was accepted", 200, tag)
	pass(30 * time.Minute)
	w.poll("it is open", 304, tag)
	w.presence(w.asha, "offline")
	tag = w.poll("nobody is there", 200, tag)
	w.do(200, machine, "POST", "/v1/escalations", w.escalation("r2", "chat"))
	tag = w.poll("a callback", 200, tag)
	pass(3 * time.Hour)
	w.poll("it waits", 304, tag)
	pass(2 * time.Hour)
	w.want(w.do(200, w.owner, "GET", "/v1/live", ""), fields{"departments.0.callbacksOpen": 1.0, "departments.0.callbacksOverdue": 1.0})
	w.poll("it is overdue", 200, tag)
}

// Another account's page shows nothing of this one.
func TestLiveOfAnother(t *testing.T) {
	w := newWorld(t)
	w.presence(w.asha, "online")
	w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat"))
	otto := w.other()
	w.want(w.do(200, otto, "GET", "/v1/live", ""), fields{
		"now.chat": 0.0, "departments.0": nil, "ringing.0": nil, "members.0.id": otto, "members.1": nil,
	})
	w.do(403, w.asha, "GET", "/v1/live", "")
	w.do(403, machine, "GET", "/v1/live", "")
}
