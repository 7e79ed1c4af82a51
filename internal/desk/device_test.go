package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// pushedTo are the devices that the newest n pushes went to.
func (w *world) pushedTo(n int) []string {
	w.t.Helper()
	feed, err := w.phones.Feed("", n)
	must(w.t, err)
	var found []string
	for _, p := range feed {
		found = append(found, p.MemberID+" "+p.DeviceID)
	}
	slices.Sort(found)
	return found
}

// A phone on which somebody else signs in rings for them alone.
func TestDeviceChangesHands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	first, second := w.agents[0], w.agents[1]
	w.put(first, "shared", "t1")
	w.put(first, "own", "t2")
	w.put(second, "shared", "t1")
	if got := w.deviceIDs(first); !slices.Equal(got, []string{"own"}) {
		t.Errorf("the first one has %v", got)
	}
	if got := w.deviceIDs(second); !slices.Equal(got, []string{"shared"}) {
		t.Errorf("the second one has %v", got)
	}
	w.offline(second)
	w.ring(w.request(1))
	if got, want := w.pushedTo(0), []string{first + " own"}; !slices.Equal(got, want) {
		t.Errorf("pushed to %v, want %v", got, want)
	}
	must(t, w.DeleteDevice(w.ctx, w.staff(first), "shared")) // as at a late sign-out
	must(t, w.TestDevice(w.ctx, w.staff(second), "shared"))

	// And back.
	w.put(first, "shared", "t1")
	wantProblem(t, w.TestDevice(w.ctx, w.staff(second), "shared"), "not-found")
	must(t, w.TestDevice(w.ctx, w.staff(first), "shared"))
}

// A phone that rings for a member of another account from now on is told of: to who had it, on what
// is left to them, to the owner of their account, and in its audit. Within an account nobody is.
func TestDeviceIsTakenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	agent, other := w.agents[0], w.outsider()
	w.phone(agent)
	w.phone(w.admin.MemberID)
	w.put(agent, "second", "t1")
	w.put(w.agents[1], "second", "t1")
	w.wantKinds(agent)
	w.put(agent, "second", "t1")
	take := func(p desk.Platform, token string) {
		_, err := w.PutDevice(w.ctx, other, desk.Device{ID: "second", Platform: p, Token: token})
		must(t, err)
	}
	take(desk.APNs, hexed("t1"))
	take(desk.APNs, hexed("t1"))
	w.wantKinds(agent, desk.NoticeTaken)
	w.wantKinds(w.admin.MemberID, desk.NoticeTaken)
	take(desk.FCM, "token-"+agent) // their last
	w.wantKinds(agent, desk.NoticeTaken)
	w.wantKinds(w.admin.MemberID, desk.NoticeTaken, desk.NoticeTaken)
	take(desk.FCM, "token-"+w.admin.MemberID) // of the owner, who has no other
	w.wantKinds(w.admin.MemberID, desk.NoticeTaken, desk.NoticeTaken)
	list, err := w.Audit(w.ctx, w.admin, desk.AuditFilter{What: []string{"access.device"}}, desk.Page{})
	if err != nil || len(list.Items) != 1 || list.Items[0].Count != 3 || len(list.Items[0].Members) != 2 {
		t.Errorf("the audit has %+v, %v", list.Items, err)
	}
}

// The app was installed anew and has another id: the token says that it is the phone.
func TestDeviceWithNewID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	phones := w.moodyPhones()
	agent := w.agents[0]
	w.put(agent, "before", "t1")
	w.put(agent, "after", "t1")
	w.ring(w.request(1))
	if got, want := w.pushedTo(0), []string{agent + " after"}; !slices.Equal(got, want) || len(phones.forgot) != 0 {
		t.Errorf("pushed to %v, want %v; forgotten %v", got, want, phones.forgot)
	}
}

// Whatever a phone has that is not its own any more is given up, and no more.
func TestTokensChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.staff(w.agents[0])
	put := func(token, voip string) desk.Device {
		dev, err := w.PutDevice(w.ctx, agent, desk.Device{ID: "a", Platform: desk.APNs, Token: hexed(token), VoIPToken: hexed(voip)})
		must(t, err)
		return dev
	}
	one := put("t1", "v1")
	two := put("t2", "v1")
	reach := func(d desk.Device) bool { return w.phones.Push(w.ctx, d, desk.Notice{Kind: desk.NoticeTest}) == nil }
	if reach(one) || !reach(two) || two.VoIPAddress != one.VoIPAddress {
		t.Errorf("after the token changed: old %t, new %t, %+v", reach(one), reach(two), two)
	}
	call := desk.Notice{Kind: desk.NoticeOffer, Channel: roster.Call, EscalationID: "esc_aaaaaaaaaaaa", Offer: 1}
	if err := w.phones.Push(w.ctx, two, call); err != nil {
		t.Errorf("the VoIP token, which stayed: %v", err)
	}
	three := put("t2", "")
	if err := w.phones.Push(w.ctx, two, call); !errors.Is(err, desk.ErrByAlert) {
		t.Errorf("the VoIP token, which is gone: %v", err)
	}
	feed, err := w.phones.Feed("a", 1)
	must(t, err)
	if three.VoIPAddress != "" || feed[0].VoIP {
		t.Error("the VoIP token was not given up")
	}
	if !reach(three) {
		t.Error("the token that stayed was given up")
	}
}

// Calls ring through PushKit. What withdraws them, and all else, comes as an alert.
func TestVoIP(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.put(agent, "a", "t1")
	w.pass(time.Second)
	w.end(w.ring(w.call(1)).EscalationID)
	w.end(w.ring(w.request(2)).EscalationID) // a chat
	feed, err := w.phones.Feed("", 0)
	must(t, err)
	var got []string
	for _, p := range feed {
		kind := string(p.Notice.Kind)
		if p.VoIP {
			kind += " by VoIP"
		}
		got = append(got, kind)
	}
	slices.Reverse(got)
	if want := []string{"offer by VoIP", "offerWithdrawn", "offer", "offerWithdrawn"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// One who answers on one device has the others stop ringing, and the badge go down.
func TestOtherPhonesStop(t *testing.T) {
	t.Parallel()
	for _, answer := range []struct {
		name string
		act  func(w *world, c desk.Caller, id string) error
	}{
		{"accepted", func(w *world, c desk.Caller, id string) error { _, err := w.Accept(w.ctx, c, id, 0); return err }},
		{"declined", func(w *world, c desk.Caller, id string) error { return w.Decline(w.ctx, c, id, 0, "") }},
	} {
		for _, c := range []struct {
			devices []string
			on      string
			want    []string
		}{
			{[]string{"a"}, "", nil}, // presumably the one that answered
			{[]string{"a"}, "a", nil},
			{[]string{"a"}, "page", []string{"a"}},
			{[]string{"a", "b"}, "", []string{"a", "b"}},
			{[]string{"a", "b"}, "b", []string{"a"}},
			{[]string{"a", "b"}, "page", []string{"a", "b"}},
		} {
			t.Run(fmt.Sprint(answer.name, c.devices, c.on), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, worldOptions{agents: 1})
				agent := w.staff(w.agents[0])
				for _, id := range c.devices {
					w.put(agent.MemberID, id, id)
				}
				id := w.ring(w.request(1)).EscalationID
				agent.DeviceID = c.on
				must(t, answer.act(w, agent, id))
				feed, err := w.phones.Feed("", 0)
				must(t, err)
				var got []string
				for _, p := range feed {
					if n := p.Notice; n.Kind == desk.NoticeWithdrawn {
						got = append(got, p.DeviceID)
						if n.EscalationID != id || n.Offer != 1 || n.Badge == nil || *n.Badge != len(w.row(agent.MemberID).Work) {
							t.Errorf("notice %+v", n)
						}
					}
				}
				if slices.Sort(got); !slices.Equal(got, c.want) {
					t.Errorf("told to stop: %v, want %v", got, c.want)
				}
			})
		}
	}
}

// What was not written has not happened: no phone is given up for a registration, or a
// sign-out, that failed.
func TestDeviceWriteFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	phones := w.moodyPhones()
	agent := w.staff(w.agents[0])
	for i := range 10 {
		w.put(agent.MemberID, fmt.Sprint("d", i), fmt.Sprint("t", i))
	}
	engine := w.Table
	w.Table = readOnly{engine}
	if _, err := w.PutDevice(w.ctx, agent, desk.Device{ID: "d10", Platform: desk.FCM, Token: "t10"}); err == nil {
		t.Error("registered")
	}
	if err := w.DeleteDevice(w.ctx, agent, "d3"); err == nil {
		t.Error("dropped")
	}
	w.Table = engine
	if len(phones.forgot) != 0 {
		t.Errorf("forgotten: %v", phones.forgot)
	}
	must(t, w.TestDevice(w.ctx, agent, "d0"))
	must(t, w.TestDevice(w.ctx, agent, "d3"))
}

// After a Write whose outcome was not known what was given up is forgotten, too.
func TestDeviceOutcomeUnknown(t *testing.T) {
	t.Parallel()
	var lose atomic.Bool
	w := newWorld(t, worldOptions{agents: 1, wrap: func(inner table.Table) table.Table {
		return fault.New(inner, fault.Options{After: func(c fault.Call, err error) error {
			if c.Kind == fault.Write && lose.Swap(false) {
				return table.ErrOutcomeUnknown
			}
			return err
		}})
	}})
	phones := w.moodyPhones()
	agent := w.staff(w.agents[0])
	put := func(token string) string {
		dev, err := w.PutDevice(w.ctx, agent, desk.Device{ID: "a", Platform: desk.FCM, Token: token})
		must(t, err)
		return dev.Address
	}
	first := put("t1")
	lose.Store(true)
	second := put("t2")
	lose.Store(true)
	must(t, w.DeleteDevice(w.ctx, agent, "a"))
	if !slices.Equal(phones.forgot, []string{first, second}) {
		t.Errorf("forgotten: %v, want %v", phones.forgot, []string{first, second})
	}
}

// One who registers a phone while its former holder signs out keeps it.
func TestSignOutMeetsRegistration(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	first, second := w.agents[0], w.agents[1]
	w.put(first, "a", "t1")
	inner := w.Table
	var came atomic.Bool
	w.Table = fault.New(inner, fault.Options{After: func(c fault.Call, err error) error {
		if c.Kind == fault.Write && !came.Swap(true) {
			w.put(second, "a", "t1") // between the sign-out's Write and what follows
		}
		return err
	}})
	must(t, w.SignOutDevice(w.ctx, w.staff(first), "a"))
	must(t, w.TestDevice(w.ctx, w.staff(second), "a"))
}

// A registration that was overtaken by a later one of the same phone changes nothing.
func TestRegistrationOvertaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	inner := w.Table
	var came atomic.Bool
	w.Table = fault.New(inner, fault.Options{Before: func(c fault.Call) error {
		if c.Kind == fault.Write && !came.Swap(true) {
			w.clock.Advance(time.Second)
			w.put(agent, "a", "newer")
		}
		return nil
	}})
	w.put(agent, "a", "older")
	devices, err := w.Devices(w.ctx, w.staff(agent))
	must(t, err)
	if len(devices) != 1 || devices[0].Token != hexed("newer") {
		t.Errorf("kept: %+v", devices)
	}
}
