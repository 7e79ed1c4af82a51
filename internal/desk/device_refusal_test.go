package desk_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// refusing is a world whose first offer rings on the phone of the one agent whose push fails, with
// what the desk says of it. The other agent is next.
type refusing struct {
	world       *world
	escalation  string
	first, next string
	device      desk.Device // of the first
	said        bytes.Buffer
}

func newRefusing(t *testing.T, call bool) *refusing {
	t.Helper()
	w := &refusing{world: newWorld(t, worldOptions{agents: 2})}
	w.world.Log = slog.New(slog.NewTextHandler(&w.said, nil))
	for _, agent := range w.world.agents {
		w.world.put(agent, "a", "t"+agent)
	}
	r := w.world.request(1)
	if call {
		r = w.world.call(1)
	}
	a := w.world.ring(r)
	w.escalation, w.first = a.EscalationID, a.Agent.ID
	w.next = w.world.agents[1-slices.Index(w.world.agents, w.first)]
	devices, err := w.world.Devices(w.world.ctx, w.world.staff(w.first))
	must(t, err)
	w.device = devices[0]
	w.world.clock.Advance(time.Second)
	return w
}

// fails tells the desk that a push to an address failed now, or so much later, for good.
func (w *refusing) fails(address string, later time.Duration) {
	w.world.t.Helper()
	must(w.world.t, w.world.PushFailed(w.world.ctx, desk.PushFailure{Address: address, At: w.world.clock.Now().Add(later), Gone: true, Reason: "InvalidPlatformToken: it is not valid"}))
	w.world.pass(0)
}

// A dead token shows after its push was taken: the offer goes on at once, and not when its ring
// time is over, and the log says why. What leaves the agent another way to be rung leaves the
// offer where it is.
func TestPushFailed(t *testing.T) {
	t.Parallel()
	again := func(w *refusing) { w.world.put(w.first, "a", "t"+w.first) }
	for _, c := range []struct {
		name  string
		fails func(w *refusing)
		goes  bool // the offer goes on
		works int  // phones of the first agent, afterwards
		said  string
	}{
		{"for good", func(w *refusing) { w.fails(w.device.Address, 0) }, true, 0, "push refused: the device cannot be reached any more"},
		{"twice", func(w *refusing) { w.fails(w.device.Address, 0); w.fails(w.device.Address, 0) }, true, 0, "push refused: the device"},
		{"and it was registered before", func(w *refusing) { again(w); w.fails(w.device.Address, 1) }, true, 0, "cannot be reached any more"},
		{"and it was registered since", func(w *refusing) { again(w); w.fails(w.device.Address, -1) }, false, 1, "has been registered again"},
		{"and there is another phone", func(w *refusing) { w.world.put(w.first, "b", "u"); w.fails(w.device.Address, 0) }, false, 1, "cannot be reached any more"},
		{"and a page is open", func(w *refusing) { w.world.poll(w.first); w.fails(w.device.Address, 0) }, false, 0, "cannot be reached any more"},
		{"and it has another token", func(w *refusing) { w.world.put(w.first, "a", "new"); w.fails(w.device.Address, 0) }, false, 1, "nobody's device any more"},
		{"and another has it", func(w *refusing) { w.world.put(w.next, "a", "t"+w.first); w.fails(w.device.Address, -1) }, true, 0, "has been registered again"},
		{"of nobody", func(w *refusing) { w.fails("arn:none", 0) }, false, 1, "nobody's device any more"},
		{"this time", func(w *refusing) {
			must(w.world.t, w.world.PushFailed(w.world.ctx, desk.PushFailure{Address: w.device.Address, At: w.world.clock.Now(), Reason: "Throttled: slow down"}))
			w.world.pass(0)
		}, false, 1, "push failed: the push service did not deliver it"},
		{"the VoIP token's", func(w *refusing) { w.fails(w.device.VoIPAddress, 0) }, false, 1, "cannot be reached any more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newRefusing(t, false)
			c.fails(w)
			want := w.first
			if c.goes {
				want = w.next
			}
			if s := w.world.peek(w.escalation); s.OfferTo != want {
				t.Errorf("it rings at %+v, want %s", s, want)
			}
			if online := w.world.row(w.first).Online; online == c.goes {
				t.Errorf("the first agent is online: %t", online)
			}
			me, err := w.world.Me(w.world.ctx, w.world.staff(w.first))
			must(t, err)
			if me.Devices.Working != c.works {
				t.Errorf("devices %+v, want %d that work", me.Devices, c.works)
			}
			if said := w.said.String(); !strings.Contains(said, c.said) || !strings.Contains(said, "because=") {
				t.Errorf("the log has no %q and reason:\n%s", c.said, said)
			}
		})
	}
}

// A refused VoIP token leaves the phone its alerts: the call that it lost rings by one, and those
// that come, until the token is registered again. When the alert's token is dead, too, the offer
// goes on.
func TestVoIPFailed(t *testing.T) {
	t.Parallel()
	w := newRefusing(t, true)
	pushes := func() []string {
		t.Helper()
		feed, err := w.world.phones.Feed("a", 0)
		must(t, err)
		var got []string
		for _, p := range slices.Backward(feed) {
			if p.MemberID == w.first {
				got = append(got, map[bool]string{true: "voip ", false: "alert "}[p.VoIP]+string(p.Notice.Kind))
			}
		}
		return got
	}
	want := func(what string, voip int, kinds ...string) {
		t.Helper()
		me, err := w.world.Me(w.world.ctx, w.world.staff(w.first))
		must(t, err)
		if me.Devices.VoIPWorking != voip {
			t.Errorf("%s: devices %+v", what, me.Devices)
		}
		devices, err := w.world.Devices(w.world.ctx, w.world.staff(w.first))
		must(t, err)
		shown, err := json.Marshal(devices[0])
		must(t, err)
		if !strings.Contains(string(shown), fmt.Sprintf(`"voipWorking":%t`, voip == 1)) {
			t.Errorf("%s: the device is shown as %s", what, shown)
		}
		if got := pushes(); !slices.Equal(got, kinds) {
			t.Errorf("%s: pushes %v, want %v", what, got, kinds)
		}
	}
	want("it rings", 1, "voip offer")
	w.fails(w.device.VoIPAddress, 0)
	want("refused", 0, "voip offer", "alert offer")
	feed, err := w.world.phones.Feed("a", 0)
	must(t, err)
	if diff := cmp.Diff(feed[1].Notice, feed[0].Notice); diff != "" {
		t.Errorf("the offer is told otherwise (-first +again):\n%s", diff)
	}
	w.fails(w.device.VoIPAddress, 0)
	want("refused twice", 0, "voip offer", "alert offer")
	w.world.put(w.first, "a", "t"+w.first)
	want("registered again", 1, "voip offer", "alert offer")
	w.fails(w.device.VoIPAddress, 0)
	w.fails(w.device.Address, 0)
	want("both are refused", 0, "voip offer", "alert offer", "alert offer")
	if s := w.world.peek(w.escalation); s.OfferTo != w.next {
		t.Errorf("it rings at %+v, want %s", s, w.next)
	}
}

// A call that rings by an alert instead says what it said: that everyone was asked, where nobody
// was there in its department, and the department where a drill is for one agent.
func TestVoIPFailedSaysTheSame(t *testing.T) {
	t.Parallel()
	for name, ring := range map[string]func(*world) string{
		"everyone": func(w *world) string {
			r := w.call(1)
			r.DepartmentID = w.department("Nobody's")
			return w.ring(r).EscalationID
		},
		"its department": func(w *world) string { return w.ring(w.call(1)).EscalationID },
		"one agent": func(w *world) string {
			e, err := w.Drill(w.ctx, w.admin, "", desk.Drill{MemberID: w.agents[0], DepartmentID: w.dep, Channel: roster.Call})
			must(t, err)
			return e.ID
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			dev := w.put(w.agents[0], "a", "t")
			ring(w)
			must(t, w.PushFailed(w.ctx, desk.PushFailure{Address: dev.VoIPAddress, At: w.clock.Now(), Gone: true, Reason: "InvalidPlatformToken"}))
			w.pass(0)
			feed, err := w.phones.Feed("a", 0)
			must(t, err)
			if len(feed) != 2 || feed[0].VoIP || !feed[1].VoIP {
				t.Fatalf("pushed %+v", feed)
			}
			if diff := cmp.Diff(feed[1].Notice, feed[0].Notice); diff != "" {
				t.Errorf("the offer is told otherwise (-first +again):\n%s", diff)
			}
		})
	}
}

// A VoIP token that is refused at once, as where nobody heard of the failure before, is noted as
// well: that call and those after it come as alerts, and the refusal costs one try.
func TestVoIPRefusedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	var said bytes.Buffer
	w.Log = slog.New(slog.NewTextHandler(&said, nil))
	_, err := w.PutDevice(w.ctx, w.staff(agent), desk.Device{ID: "a", Platform: desk.APNs, Token: "0a", VoIPToken: "refused-1"})
	must(t, err)
	for n := range 2 {
		a := w.ring(w.call(n))
		w.pass(0)
		if s := w.peek(a.EscalationID); s.OfferTo != agent {
			t.Errorf("call %d: %+v", n, s)
		}
		w.decline(agent, a.EscalationID)
		me, err := w.Me(w.ctx, w.staff(agent))
		must(t, err)
		if me.Devices.VoIPWorking != 0 || me.Devices.Working != 1 {
			t.Errorf("after call %d: devices %+v", n, me.Devices)
		}
	}
	feed, err := w.phones.Feed("a", 0)
	must(t, err)
	if len(feed) != 2 || feed[0].VoIP || feed[1].VoIP {
		t.Errorf("pushed %+v, want two alerts", feed)
	}
	if n := strings.Count(said.String(), "the VoIP token is not good any more"); n != 1 {
		t.Errorf("it was refused %d times, want once", n)
	}
}

// A failure that is told several times while the agent accepts, declines or goes offline leaves one
// holder of the escalation at most, and an agent who cannot be reached offline.
func TestPushFailsMeanwhile(t *testing.T) {
	t.Parallel()
	for _, act := range []string{"accept", "decline", "offline", "register"} {
		t.Run(act, func(t *testing.T) {
			t.Parallel()
			w := newRefusing(t, false)
			f := desk.PushFailure{Address: w.device.Address, At: w.world.clock.Now(), Gone: true, Reason: "InvalidPlatformToken: it is not valid"}
			acts := map[string]func() error{
				"accept": func() error {
					_, err := w.world.Accept(w.world.ctx, w.world.staff(w.first), w.escalation, 1)
					return err
				},
				"decline": func() error { return w.world.Decline(w.world.ctx, w.world.staff(w.first), w.escalation, 1, "") },
				"offline": func() error {
					_, err := w.world.SetPresence(w.world.ctx, w.world.staff(w.first), w.first, "offline")
					return err
				},
				"register": func() error {
					_, err := w.world.PutDevice(w.world.ctx, w.world.staff(w.first), desk.Device{ID: "a", Platform: desk.FCM, Token: "new"})
					return err
				},
			}
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					if err := w.world.PushFailed(w.world.ctx, f); err != nil {
						t.Error(err)
					}
				})
			}
			var acted error
			all.Go(func() { acted = acts[act]() })
			all.Wait()
			late := act == "accept" && desk.IsProblem(acted, "offer-gone")
			if acted != nil && !late {
				t.Error(acted)
			}
			w.world.pass(0)
			w.world.clean(w.escalation)
			switch s := w.world.peek(w.escalation); {
			case act == "accept" && !late:
				if e := w.world.view(w.escalation); s.State != desk.Active || e.AssignedTo.ID != w.first || len(w.world.row(w.first).Work) != 1 {
					t.Errorf("accepted: %+v", s)
				}
			case act == "register": // before the failure was noted, or after
				if online := w.world.row(w.first).Online; online != (s.OfferTo == w.first) {
					t.Errorf("online %t, and it rings at %+v", online, s)
				}
			case s.OfferTo != w.next || w.world.row(w.first).Online || len(w.world.row(w.first).Work) != 0:
				t.Errorf("%+v, the first has %+v", s, w.world.row(w.first))
			}
			must(t, w.world.PushFailed(w.world.ctx, f)) // once more, when all is done
			w.world.pass(0)
			w.world.end(w.escalation)
			w.world.clean(w.escalation)
		})
	}
}
