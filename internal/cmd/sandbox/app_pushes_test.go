package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

func TestAppHearsLateAndTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha := w.phone("asha", "pixel", "fcm", "token", "")
	key := w.customer(roster.Call)
	p := asha.arrives(desk.NoticeOffer)
	asha.get(p)
	asha.wants(rang(key, ringTime))
	w.leaves(key)
	asha.arrives(desk.NoticeWithdrawn)
	asha.get(p)
	asha.wants(stopped(key, "withdrawn"))

	key = w.customer(roster.Chat) // which its withdrawal overtakes
	p = asha.next(desk.NoticeOffer)
	w.leaves(key)
	asha.arrives(desk.NoticeWithdrawn)
	asha.get(p)
	asha.wants()

	key = w.customer(roster.Call) // whose push is long on its way, so that the look counts
	p = asha.next(desk.NoticeOffer)
	w.pass(12 * time.Second)
	asha.get(p)
	asha.wants(rang(key, ringTime))
	w.pass(ringTime - 12*time.Second - time.Millisecond)
	asha.wants()
	w.pass(time.Millisecond)
	asha.wants(stopped(key, "time"))
}

// Each VoIP push is told to CallKit, or iOS would end the app; one that is known to have ended is
// over at once.
func TestAppReportsEachVoIPPush(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha := w.phone("asha", "iphone", "apns", "0f744707", "9d3c1b7a")
	key := w.customer(roster.Call)
	p := asha.next(desk.NoticeOffer)
	w.leaves(key)
	asha.arrives(desk.NoticeWithdrawn)
	asha.get(p)
	asha.wants(rang(key, ringTime), stopped(key, "over"))

	key = w.customer(roster.Call)
	p = asha.next(desk.NoticeOffer)
	w.leaves(key)
	asha.next(desk.NoticeWithdrawn) // is lost
	asha.get(p)
	asha.wants(rang(key, ringTime), stopped(key, "gone"))

	asha.keychain = keychain{deviceID: "installed-again"}
	asha.begin()
	key = w.customer(roster.Call)
	asha.arrives(desk.NoticeOffer)
	asha.wants(rang(key, ringTime), stopped(key, "nobody is signed in"))
}

// An offer that an iPhone finds by looking is the same call to CallKit when the VoIP push of it
// comes: it rings once.
func TestAppFindsACallBeforeItsPush(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha := w.phone("asha", "iphone", "apns", "0f744707", "9d3c1b7a")
	key := w.customer(roster.Call)
	asha.look()
	asha.wants(rang(key, ringTime))
	w.pass(2 * time.Second)
	p := asha.arrives(desk.NoticeOffer)
	asha.wants()
	if found, told := w.whole(key).Offer.CallID, p.fields()["callId"]; found == "" || found != told || !p.VoIP {
		t.Errorf("found as %q, told as %q, by VoIP %v", found, told, p.VoIP)
	}
	w.pass(ringTime - 2*time.Second)
	asha.wants(stopped(key, "time"))
}

// What the pushes do not tell, or in words that the app does not know, it learns by looking.
func TestAppLosesPushes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha := w.phone("asha", "pixel", "fcm", "token", "")
	key := w.customer(roster.Call)
	asha.next(desk.NoticeOffer) // is lost
	asha.get(arrival{Payload: json.RawMessage(`{"kind":"ofTheFuture","title":"New","body":"Something","more":[1]}`)})
	asha.wants(heard{what: "shows", text: "New: Something"}, rang(key, ringTime))
	w.leaves(key)
	asha.next(desk.NoticeWithdrawn) // is lost
	w.pass(3 * time.Second)
	asha.wants(stopped(key, "look"))

	key = w.customer(roster.Call)
	asha.next(desk.NoticeOffer) // is lost
	asha.kill()
	w.pass(10 * time.Second)
	asha.start()
	asha.wants(rang(key, ringTime-10*time.Second))
}

// Of two phones of one agent the one that accepts has it, and the other is told.
func TestAppOnTwoPhones(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pixel := w.phone("asha", "pixel", "fcm", "token", "")
	iphone := w.phone("asha", "iphone", "apns", "0f744707", "9d3c1b7a")
	key := w.customer(roster.Call)
	for _, asha := range []*phone{pixel, iphone} {
		asha.arrives(desk.NoticeOffer)
		asha.wants(rang(key, ringTime))
	}
	if got := pixel.accept(key); got.status != 200 {
		t.Fatalf("accepted: %+v", got)
	}
	pixel.wants(stopped(key, "accepted"))
	iphone.arrives(desk.NoticeWithdrawn)
	iphone.wants(stopped(key, "withdrawn"), heard{what: "works", offer: offerKey{escalation: key.escalation}})
	if got := iphone.accept(key); got.status != 409 || got.Type != "/problems/offer-gone" || got.TakenBy == nil || got.TakenBy.FirstName != "Asha" {
		t.Errorf("accepted on the other: %+v", got)
	}
	if got := pixel.accept(key); got.status != 200 || got.Conversation == nil {
		t.Errorf("accepted again: %+v", got)
	}
	if status := pixel.call("POST", "/v1/me/devices/pixel/test", nil, nil); status != 202 {
		t.Fatalf("test push: %d", status)
	}
	pixel.next(desk.NoticeTest) // and nothing before it: it knows
}

func TestAppDeclines(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha, bilal := w.phone("asha", "ashas", "fcm", "token", ""), w.phone("bilal", "bilals", "fcm", "token-2", "")
	key := w.customer(roster.Call)
	if w.whole(key).Offer.MemberID == bilal.keychain.memberID {
		asha, bilal = bilal, asha
	}
	asha.arrives(desk.NoticeOffer)
	asha.heard = nil
	for range 2 { // what has passed is no error
		if status := asha.decline(key); status != 204 {
			t.Errorf("decline: %d", status)
		}
	}
	asha.wants(stopped(key, "declined"))
	bilal.arrives(desk.NoticeOffer)
	second := offerKey{key.escalation, 2}
	bilal.wants(rang(second, ringTime))
	if accepted, declined := bilal.accept(second), bilal.decline(second); accepted.status != 200 || declined != 409 {
		t.Errorf("accept %+v, then decline %d", accepted, declined)
	}
	w.wantHistory(key, "offered", "declined", "offered", "accepted")
}

// A call whose push to the VoIP token was taken for an app that is gone comes once more, as an
// alert, and its withdrawal tells CallKit which call it is.
func TestAppWithoutAVoIPToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha := w.phone("asha", "iphone", "apns", "0f744707", "gone-1")
	for _, c := range []struct {
		voipToken string
		voip      bool
	}{{"gone-1", false}, {"9d3c1b7a", true}} {
		if asha.voipToken = c.voipToken; asha.register() != 200 {
			t.Fatal("not registered")
		}
		key := w.customer(roster.Call)
		if !c.voip {
			<-w.failed
			w.pass(0)
		}
		p := asha.arrives(desk.NoticeOffer)
		asha.wants(rang(key, ringTime))
		var me desk.Member
		if status := asha.call("GET", "/v1/me", nil, &me); status != 200 || me.Devices.Working != 1 || (me.Devices.VoIPWorking == 1) != c.voip || p.VoIP != c.voip {
			t.Errorf("%s: by VoIP %v, devices %+v", c.voipToken, p.VoIP, me.Devices)
		}
		w.leaves(key)
		over := asha.arrives(desk.NoticeWithdrawn)
		asha.wants(stopped(key, "withdrawn"))
		if of, about := p.fields()["callId"], over.fields()["callId"]; of == "" || of != about || over.VoIP {
			t.Errorf("call %q, withdrawn %q", of, about)
		}
	}
}

func TestAppRegistersAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha := w.phone("asha", "pixel", "fcm", "refused-1", "")
	test := func(status int, working bool) {
		t.Helper()
		var devices desk.List[desk.Device]
		got := asha.call("POST", "/v1/me/devices/pixel/test", nil, nil)
		asha.call("GET", "/v1/me/devices", nil, &devices)
		if got != status || devices.Items[0].Working != working {
			t.Errorf("test push: %d, want %d; devices %+v", got, status, devices.Items)
		}
	}
	test(409, false)
	asha.token = "token"
	asha.start()
	test(202, true)
	asha.arrives(desk.NoticeTest)
	asha.wants(heard{what: "shows", text: "Test: Pushes reach this phone."})
}

// A tap of the last moment counts for three seconds past the ring time, though the phone rings
// no more.
func TestAppTapsInTheLastSecond(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		late   time.Duration
		status int
	}{{2900 * time.Millisecond, 200}, {3 * time.Second, 409}} {
		t.Run(c.late.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			asha := w.phone("asha", "pixel", "fcm", "token", "")
			key := w.customer(roster.Call)
			asha.arrives(desk.NoticeOffer)
			w.pass(ringTime + c.late)
			asha.wants(rang(key, ringTime), stopped(key, "time"))
			if got := asha.accept(key); got.status != c.status || got.TakenBy != nil {
				t.Errorf("accepted: %+v, want %d", got, c.status)
			}
		})
	}
}

// An app that starts in the last moment shows the offer and does not ring, and its agent may
// accept as long as it stands.
func TestAppStartsInTheLastMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha := w.phone("asha", "iphone", "apns", "0f744707", "9d3c1b7a")
	starts := func() (key offerKey, p arrival) {
		key = w.customer(roster.Call)
		p = asha.next(desk.NoticeOffer)
		asha.kill()
		w.pass(ringTime + time.Second)
		asha.start()
		asha.look()
		asha.wants(heard{what: "waits", offer: key})
		return key, p
	}
	key, _ := starts()
	w.pass(3 * time.Second)
	asha.wants(stopped(key, "look"))
	asha.next(desk.NoticeWithdrawn)

	key, p := starts()
	asha.get(p) // comes too late
	asha.wants(rang(key, ringTime), stopped(key, "over"))
	if got := asha.accept(key); got.status != 200 {
		t.Errorf("accepted: %+v", got)
	}
}

// A bearer is renewed once when it is over, and only a session that has ended asks for the
// password.
func TestAppKeepsItsSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha := w.phone("asha", "pixel", "fcm", "token", "")
	pass := func(d time.Duration) { // in which the phone has no network
		asha.cut = true
		w.pass(d)
		asha.cut = false
	}
	pass(time.Hour + time.Second)
	before := asha.asked["/v1/refresh"]
	if status := asha.call("GET", "/v1/me", nil, nil); status != 200 || asha.asked["/v1/refresh"] != before+1 {
		t.Errorf("after an hour: %d, refreshed %d times", status, asha.asked["/v1/refresh"]-before)
	}
	asha.kill()
	asha.cut = true
	asha.start()
	asha.cut = false
	asha.start()
	asha.wants() // it was not signed out
	pass(90 * 24 * time.Hour)
	asha.look()
	asha.wants(heard{what: "asks for the password"})
	if asha.bearer != "" || asha.keychain.refreshToken != "" {
		t.Error("it keeps tokens of a session that has ended")
	}
	if status := asha.signIn("asha@example.com", agentPassword); status != 200 || asha.register() != 200 {
		t.Fatalf("signed in again: %d", status)
	}
	w.owner = w.signIn("owner")
	if m := w.member(asha.keychain.memberID); m.Devices.Registered != 1 {
		t.Errorf("devices %+v, want the one", m.Devices)
	}
	if status := asha.signOut(); status != 204 {
		t.Errorf("signed out: %d", status)
	}
	if m := w.member(asha.keychain.memberID); m.Devices.Registered != 0 || m.Availability.Status != "offline" {
		t.Errorf("after she has signed out: %+v, devices %+v", m.Availability, m.Devices)
	}
}
