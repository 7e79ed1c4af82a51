package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// The stories of the agents' app: one that does what docs/mobile.md asks of it, against the
// sandbox. What an agent notices is wanted to the word, so that nothing else rings.

// rang is that an offer begins to ring for so long.
func rang(key offerKey, left time.Duration) heard {
	return heard{what: "rings", offer: key, seconds: int(left / time.Second), callID: desk.CallID(key.escalation, key.number)}
}

// stopped is that it rings no more.
func stopped(key offerKey, why string) heard { return heard{what: "stops", offer: key, why: why} }

func TestAppTakesACall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha := w.phone("asha", "pixel", "fcm", "token", "")
	key := w.customer(roster.Call)
	if w.whole(key).Offer.SeenAt != nil {
		t.Error("seen before it came")
	}
	p := asha.next(desk.NoticeOffer)
	asha.offered(key, p.fields(), false) // without the look, by which it counts as seen, too
	if w.whole(key).Offer.SeenAt == nil {
		t.Error("nobody has seen the offer")
	}
	asha.get(p)
	asha.wants(rang(key, ringTime))
	got := asha.accept(key)
	asha.wants(stopped(key, "accepted"))
	var told, sent desk.Conversation
	text, _ := json.Marshal(w.escalation("req")["conversation"])
	if err := json.Unmarshal(text, &sent); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got.Conversation, &told); err != nil || got.status != 200 || got.Connect == nil {
		t.Fatalf("accepted: %+v, %v", got, err)
	}
	if diff := cmp.Diff(sent, told); diff != "" {
		t.Errorf("conversation (-sent +got):\n%s", diff)
	}
	if status := asha.call("POST", "/v1/escalations/"+key.escalation+"/complete", map[string]string{"outcome": "resolved"}, nil); status != 200 {
		t.Errorf("complete: %d", status)
	}
	w.wantHistory(key, "offered", "accepted", "completed")
}

// A phone whose clock is wrong rings as long as every other, told by the push alone or by the
// API. By ringingUntil and its clock it would not ring at all, or for ten minutes too long.
func TestAppOnAWrongClock(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		fast time.Duration
		cut  bool
	}{
		{"fast", 10 * time.Minute, false},
		{"slow", -10 * time.Minute, false},
		{"fast and without network", 10 * time.Minute, true},
		{"slow and without network", -10 * time.Minute, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			asha := w.phone("asha", "pixel", "fcm", "token", "")
			asha.fast = c.fast
			key := w.customer(roster.Call)
			p := asha.next(desk.NoticeOffer)
			until, err := time.Parse(time.RFC3339, p.fields()["ringingUntil"])
			if left := until.Sub(asha.now()); err != nil || left != ringTime-c.fast || left > 0 && left < longestRing*time.Second {
				t.Fatalf("%v are left by its clock, %v", left, err)
			}
			asha.cut = c.cut
			asha.get(p)
			asha.wants(rang(key, ringTime))
			w.pass(ringTime - time.Millisecond)
			asha.wants()
			w.pass(time.Millisecond)
			asha.wants(stopped(key, "time"))
		})
	}
}

func TestAppKilledWhileItRings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asha := w.phone("asha", "pixel", "fcm", "token", "")
	key := w.customer(roster.Call)
	p := asha.arrives(desk.NoticeOffer)
	asha.wants(rang(key, ringTime))
	asha.kill()
	w.pass(20 * time.Second)
	asha.start()
	asha.wants(rang(key, ringTime-20*time.Second))
	asha.get(p) // comes again
	asha.look()
	asha.wants()
	if got := asha.accept(key); got.status != 200 {
		t.Fatalf("accepted: %+v", got)
	}
	asha.wants(stopped(key, "accepted"))

	asha.kill()
	asha.start()
	asha.wants(heard{what: "works", offer: offerKey{escalation: key.escalation}})
	asha.get(p)
	asha.look()
	asha.wants()
}

// An app on a locked phone has no token, and says by the proof of the push that it arrived: what
// the agent does not answer is missed then, and no sign of a phone that cannot be reached.
func TestAppOnALockedPhone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		change  func(p arrival) arrival
		became  string
		because string
	}{
		{"proven", func(p arrival) arrival { return p }, "missed", "missed_offers"},
		{"made up", forged, "unreachable", roster.Unreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			asha := w.phone("asha", "pixel", "fcm", "token", "")
			asha.kill()
			asha.locked = true
			for range 2 { // after which the agent is offline
				key := w.customer(roster.Call)
				asha.start()
				p := c.change(asha.next(desk.NoticeOffer))
				asha.get(p)
				asha.wants(rang(key, ringTime))
				if seen := w.whole(key).Offer.SeenAt != nil; seen != (c.became == "missed") {
					t.Errorf("seen %v", seen)
				}
				w.pass(ringTime + 3*time.Second)
				asha.wants(stopped(key, "time"))
				w.wantHistory(key, "offered", c.became, "callback")
				asha.arrives(desk.NoticeWithdrawn)
			}
			if got := w.member(asha.keychain.memberID).Availability; got.Status != "offline" || got.Because != c.because {
				t.Errorf("availability %+v, want offline because %s", got, c.because)
			}
		})
	}
}

// forged is a push whose proof somebody made up.
func forged(p arrival) arrival {
	fields := p.fields()
	fields["proof"] = fields["proof"][:8] + "AAAAAAAA" + fields["proof"][16:]
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // strings all marshal
	}
	return arrival{Payload: text}
}
