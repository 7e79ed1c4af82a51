package api_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// rewrite puts other bytes into a stored item, as a version with other zones wrote them.
func (w *world) rewrite(key table.Key, from, to string) {
	w.t.Helper()
	it, found, err := w.bolt.Get(w.t.Context(), key)
	must(w.t, err)
	if !found || !bytes.Contains(it.Body, []byte(from)) {
		w.t.Fatalf("no %s in %s", from, it.Body)
	}
	it.Body = bytes.Replace(it.Body, []byte(from), []byte(to), 1)
	must(w.t, w.bolt.Write(w.t.Context(), table.Put(it, table.AtVersion(it.Version))))
}

// ready has a member online with a phone.
func (w *world) ready(member string) {
	w.t.Helper()
	w.do(200, member, "PUT", "/v1/me/devices/phone-1", `{"platform": "fcm", "token": "`+member+`"}`)
	w.presence(member, "online")
}

// A member whose stored zone nobody knows is off shift, and nobody else is disturbed.
func TestUnreadableHours(t *testing.T) {
	w := newWorld(t)
	w.ready(w.asha)
	w.ready(w.bilal)
	w.do(200, w.asha, "PUT", "/v1/me/working-hours", allWeek)
	w.do(200, w.bilal, "PUT", "/v1/me/working-hours", allWeek)
	w.do(200, w.owner, "PATCH", "/v1/account", `{"holidays": ["2020-01-01"]}`)
	w.rewrite(keys.Row(w.acc, w.asha), "Asia/Kolkata", "Asia/Atlantis")

	ring := w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat"))
	w.want(ring, fields{"outcome": "ringing"})
	w.want(w.do(200, w.owner, "GET", "/v1/escalations/"+ring.text("escalationId"), ""), fields{"offer.memberId": w.bilal})
	w.want(w.do(200, w.owner, "GET", "/v1/live", ""), fields{
		"now.call": 1.0, "now.chat": 1.0, "members.0.availability.because": "off_shift", "members.0.availability.onShift": false,
	})
	w.want(w.do(200, w.owner, "GET", "/v1/availability", ""), fields{"onShift": 1.0})
	w.want(w.do(200, w.owner, "GET", "/v1/members", ""), fields{"items.0.workingHours.unreadable": true, "items.1.workingHours.unreadable": nil})
	for _, at := range []string{"/v1/me", "/v1/me/working-hours", "/v1/account", "/v1/departments", "/v1/me/escalations", "/v1/callbacks"} {
		w.do(200, w.asha, "GET", at, "")
	}
	const path = "/v1/me/working-hours"
	w.want(w.do(200, w.asha, "GET", path+"", ""), fields{
		"timeZone": "Asia/Atlantis", "unreadable": true, "entries.0.start": "00:00", "entries.0.end": "24:00",
	})
	w.want(w.do(200, w.owner, "GET", "/v1/members/"+w.asha+"/working-hours/preview", ""), fields{"items.0": nil})
	w.presence(w.asha, "offline")
	w.presence(w.asha, "online")

	stored := w.send(w.asha, "GET", path, "")
	tag := stored.Header().Get("ETag")
	if got := w.send(w.asha, "PUT", path, stored.Body.String(), "If-Match", tag); got.Code != 422 {
		t.Errorf("sent back as it was: status %d: %s", got.Code, got.Body)
	}
	mended := bytes.Replace(stored.Body.Bytes(), []byte("Atlantis"), []byte("Kolkata"), 1)
	if got := w.send(w.asha, "PUT", path, string(mended), "If-Match", tag); got.Code != 200 {
		t.Fatalf("mended: status %d: %s", got.Code, got.Body)
	}
	w.want(w.do(200, w.asha, "GET", path, ""), fields{"timeZone": "Asia/Kolkata", "unreadable": nil})
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"availability.because": "receiving", "availability.onShift": true})
}

// What is stored and is no schedule at all is shown as far as it goes, and can be taken away.
func TestNoScheduleAtAll(t *testing.T) {
	w := newWorld(t)
	w.do(200, w.asha, "PUT", "/v1/me/working-hours", allWeek)
	w.rewrite(keys.Row(w.acc, w.asha), "1234567/0000-2400", "whenever it suits")
	w.want(w.do(200, w.asha, "GET", "/v1/me/working-hours", ""), fields{"timeZone": "Asia/Kolkata", "unreadable": true, "entries.0": nil})
	w.do(204, w.asha, "DELETE", "/v1/me/working-hours", "")
	w.do(404, w.asha, "GET", "/v1/me/working-hours", "")
}

// Nobody's hours can be read: customers get callbacks, which have a due, and are called.
func TestNobodysHoursReadable(t *testing.T) {
	w := newWorld(t)
	for _, member := range []string{w.owner, w.asha, w.bilal} {
		w.ready(member)
		w.do(200, member, "PUT", "/v1/me/working-hours", allWeek)
		w.rewrite(keys.Row(w.acc, member), "Asia/Kolkata", "Asia/Atlantis")
	}
	at := w.now()
	asked := w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat"))
	w.want(asked, fields{"outcome": "callback"})
	got := w.do(200, w.asha, "GET", "/v1/callbacks/"+asked.text("callback.id"), "")
	due, err := time.Parse(time.RFC3339, got.text("dueAt"))
	must(t, err)
	if late := due.Sub(at) - 240*time.Minute; late < -time.Minute || late > time.Minute {
		t.Errorf("due at %v, asked at %v, want 240 minutes later", due, at)
	}
	w.do(200, w.asha, "POST", "/v1/callbacks/"+asked.text("callback.id")+"/claim", "")
	w.want(w.do(200, w.owner, "GET", "/v1/live", ""), fields{"now.chat": 0.0, "nextAt": nil})
}

// Holidays in a zone that nobody knows are none until the zone is mended. All other settings
// can be changed meanwhile.
func TestUnreadableHolidays(t *testing.T) {
	w := newWorld(t)
	w.ready(w.asha)
	today := w.now().In(time.FixedZone("India", 19800)).Format(time.DateOnly)
	w.do(200, w.owner, "PATCH", "/v1/account", `{"holidays": ["`+today+`"]}`)
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"availability.onShift": false})
	w.rewrite(keys.Account(w.acc), "Asia/Kolkata", "Asia/Atlantis")
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"availability.because": "receiving", "availability.onShift": true})
	w.want(w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat")), fields{"outcome": "ringing"})
	w.want(w.do(200, w.owner, "GET", "/v1/account", ""), fields{"timeZone": "Asia/Atlantis", "holidays.0": today})
	w.do(200, w.owner, "PATCH", "/v1/account", `{"ringSeconds": 40, "chatCapacity": 5}`)
	w.do(200, w.asha, "GET", "/v1/members/"+w.asha+"/working-hours/preview", "")
	w.do(422, w.owner, "PATCH", "/v1/account", `{"holidays": ["2026-12-25"]}`)
	w.do(200, w.owner, "PATCH", "/v1/account", `{"timeZone": "Asia/Kolkata"}`)
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"availability.because": "off_shift", "availability.onShift": false})
}

// Ticks for hours that cannot be read wait a day, and go on once they can.
func TestTickOfUnreadableHours(t *testing.T) {
	w := newWorld(t)
	w.ready(w.asha)
	w.do(200, w.asha, "PUT", "/v1/me/working-hours", allWeek)
	e := desk.ShiftExecution{AccountID: w.acc, MemberID: w.asha, Version: 1, Generation: 1}
	tick := func(what string, wait time.Duration) {
		t.Helper()
		before := w.now()
		got, err := w.desk.TickShift(t.Context(), e)
		must(t, err)
		if late := got.WakeAt.Sub(before) - wait; late < 0 || late > time.Minute {
			t.Errorf("%s: next tick after %v, want %v", what, got.WakeAt.Sub(before), wait)
		}
	}
	w.rewrite(keys.Row(w.acc, w.asha), "Asia/Kolkata", "Asia/Atlantis")
	tick("unreadable", 24*time.Hour)
	tick("still", 24*time.Hour)
	w.rewrite(keys.Row(w.acc, w.asha), "Asia/Atlantis", "Asia/Kolkata")
	tick("readable", 24*time.Hour)
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"availability.status": roster.StatusOnline, "availability.onShift": true})
}
