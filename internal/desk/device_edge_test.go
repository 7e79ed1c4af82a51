package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// works tells of each device of a member whether it takes pushes.
func (w *world) works(member string) map[string]bool {
	w.t.Helper()
	devices, err := w.Devices(w.ctx, w.staff(member))
	must(w.t, err)
	found := map[string]bool{}
	for _, v := range devices {
		found[v.ID] = v.Working
	}
	return found
}

// With a removed member go their phones, but not the one that somebody else has by now.
func TestRemovedMembersPhones(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	phones := w.moodyPhones()
	first, second := w.agents[0], w.agents[1]
	w.put(first, "shared", "t1")
	own := w.put(first, "own", "t2")
	w.put(second, "shared", "t1")
	phones.forgot = nil
	must(t, w.DeleteMember(w.ctx, w.admin, first))
	if !slices.Equal(phones.forgot, []string{own.Address, own.VoIPAddress}) && !slices.Equal(phones.forgot, []string{own.VoIPAddress, own.Address}) {
		t.Errorf("forgotten: %v, want those of %+v", phones.forgot, own)
	}
	must(t, w.TestDevice(w.ctx, w.staff(second), "shared"))
	w.put(second, "found", "t2") // whoever finds the phone has it alone
	must(t, w.TestDevice(w.ctx, w.staff(second), "found"))
}

// A phone that refuses is none that could ring: who signs out on the other goes offline.
func TestSignOutWithDeadPhoneLeft(t *testing.T) {
	t.Parallel()
	w, agent := withDeadPhone(t)
	w.put(agent, "b", "u")
	wantProblem(t, w.TestDevice(w.ctx, w.staff(agent), "a"), "unreachable")
	if got := w.works(agent); got["a"] || !got["b"] {
		t.Errorf("working: %v", got)
	}
	must(t, w.SignOutDevice(w.ctx, w.staff(agent), "b"))
	if w.row(agent).Online {
		t.Error("online with a phone that refuses")
	}
}

// Of a device that moved the token that did not move is given up, too.
func TestHalfADeviceMoves(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	phones := w.moodyPhones()
	put := func(member, token, voip string) desk.Device {
		dev, err := w.PutDevice(w.ctx, w.staff(member), desk.Device{ID: "a", Platform: desk.APNs, Token: hexed(token), VoIPToken: hexed(voip)})
		must(t, err)
		return dev
	}
	had := put(w.agents[0], "t1", "v1")
	put(w.agents[1], "t1", "v2")
	if !slices.Equal(phones.forgot, []string{had.VoIPAddress}) {
		t.Errorf("forgotten: %v, want %s", phones.forgot, had.VoIPAddress)
	}
}

// Nobody is told to stop ringing on a phone that refused: the other one answered.
func TestAnsweredBesideDeadPhone(t *testing.T) {
	t.Parallel()
	w, agent := withDeadPhone(t)
	w.put(agent, "b", "u")
	id := w.ring(w.request(1)).EscalationID
	w.accept(agent, id)
	feed, err := w.phones.Feed("", 0)
	must(t, err)
	if len(feed) != 1 || feed[0].Notice.Kind != desk.NoticeOffer {
		t.Errorf("pushed: %+v, want the offer alone", feed)
	}
}

// One without a phone, whose list could not be read, keeps the offer on the page.
func TestNoPhoneAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	engine := w.Table
	w.Table = noDevices{engine}
	id := w.ring(w.request(1)).EscalationID
	w.Table = engine
	w.pass(10 * time.Second)
	if s := w.peek(id); s.OfferTo != w.agents[0] {
		t.Errorf("%+v, want it to ring on", s)
	}
}

// That an offer reached nobody says nothing of the one that followed it.
func TestRefusalOfAnEarlierOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	m := desk.Message{Kind: desk.WakeRefused, AccountID: w.acc, EscalationID: a.EscalationID, MemberID: a.Agent.ID, Offer: 1}
	w.decline(a.Agent.ID, a.EscalationID)
	before := w.peek(a.EscalationID)
	must(t, w.Wake(w.ctx, m))
	if s := w.peek(a.EscalationID); s.Offer != 2 || s.OfferTo != before.OfferTo {
		t.Errorf("%+v, want the second offer to stay", s)
	}
}

// A phone that registers while its member gets another password, or is removed, is no phone of
// theirs: it was let in by what is dead now.
func TestPhoneRegisteredMeanwhile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(w *world, agent string) error
	}{
		{"a new password", func(w *world, agent string) error { return w.SetPassword(w.ctx, w.admin, agent, "Password-2") }},
		{"removed", func(w *world, agent string) error { return w.DeleteMember(w.ctx, w.admin, agent) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent, register := w.agents[0], newRegister()
			w.Identity = register
			register.users[agent] = signIn{"Password-1"}
			w.moodyPhones().newer = func(d desk.Device) string { // the push service takes its time
				must(t, c.do(w, agent))
				return d.Address
			}
			_, err := w.PutDevice(w.ctx, w.staff(agent), desk.Device{ID: "lost", Platform: desk.FCM, Token: "t"})
			wantProblem(t, err, "unauthorized")
			if got := w.deviceIDs(agent); len(got) != 0 {
				t.Errorf("devices %v, want none", got)
			}
		})
	}
}
