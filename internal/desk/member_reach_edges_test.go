package desk_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// Who can be rung again by a phone hears how many callbacks wait, once, whatever becomes of the
// answer.
func TestPhoneComes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		after func(hangUp func(), err error) error // of the Write of the devices
		had   bool                                 // a phone before
		want  []int
	}{
		{"the first", nil, false, []int{1}},
		{"one more", nil, true, nil},
		{"the outcome is not known", func(func(), error) error { return table.ErrOutcomeUnknown }, false, []int{1}},
		{"the caller hangs up", func(hangUp func(), err error) error { hangUp(); return err }, false, []int{1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent := w.agents[0]
			w.unreached(agent)
			w.miss(w.request(1))
			if c.had {
				w.offline(agent)
				w.put(agent, "a", "t")
				must(t, w.SetOnline(w.ctx, w.acc, agent, true))
			}
			ctx, hangUp := context.WithCancel(w.ctx)
			defer hangUp()
			var once atomic.Bool
			w.faulty(fault.Options{After: func(call fault.Call, err error) error {
				if c.after != nil && writes(call, "devices") && !once.Swap(true) {
					return c.after(hangUp, err)
				}
				return err
			}})
			_, err := w.PutDevice(ctx, w.staff(agent), desk.Device{ID: "phone-" + agent, Platform: desk.FCM, Token: "new"})
			must(t, err)
			w.wantHeard(agent, "with the phone", c.want...)
		})
	}
}

// What ends a page, and what spares it; and who is offline then.
func TestPagesEnd(t *testing.T) {
	t.Parallel()
	drop := func(id string) func(*world, string) {
		return func(w *world, agent string) { must(w.t, w.DeleteDevice(w.ctx, w.staff(agent), id)) }
	}
	tab := func(w *world, agent string) {
		_, err := w.PutDevice(w.ctx, w.staff(agent), desk.Device{ID: "tab", Platform: desk.OpenPage})
		must(w.t, err)
	}
	phone := func(w *world, agent string) { w.put(agent, "a", "t") }
	another := func(w *world, agent string) { w.put(agent, "b", "u") }
	poll := func(w *world, agent string) { w.poll(agent) }
	password := func(w *world, agent string) { must(w.t, w.SetPassword(w.ctx, w.admin, agent, "Password-2")) }
	refuses := func(w *world, agent string) {
		w.moodyPhones().set("a", desk.ErrUnreachable)
		wantProblem(w.t, w.TestDevice(w.ctx, w.staff(agent), "a"), "unreachable")
	}
	for _, c := range []struct {
		name   string
		acts   []func(w *world, agent string)
		left   string
		online bool
	}{
		{"one of two phones is deleted", []func(*world, string){phone, another, poll, drop("a")}, "b page", true},
		{"another signs in on one of two phones", []func(*world, string){phone, another, poll, func(w *world, _ string) { w.put(w.admin.MemberID, "x", "t") }}, "b page", true},
		{"a phone that refused is deleted", []func(*world, string){phone, poll, refuses, drop("a")}, "page", true},
		{"a phone is registered", []func(*world, string){poll, phone}, "a page", true},
		{"a page without a name closes", []func(*world, string){poll, drop("page")}, "", true},
		{"a page closes, another polls", []func(*world, string){tab, drop("tab"), poll}, "page", true},
		{"signs out on a page", []func(*world, string){tab, func(w *world, agent string) { must(w.t, w.SignOutDevice(w.ctx, w.staff(agent), "tab")) }}, "", false},
		{"a password is set, with a page alone", []func(*world, string){poll, password}, "", false},
		{"what is not there is deleted, and nothing rings", []func(*world, string){drop("gone")}, "", false},
		{"goes offline by oneself", []func(*world, string){func(w *world, agent string) {
			_, err := w.SetPresence(w.ctx, w.staff(agent), agent, "offline")
			must(w.t, err)
		}}, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			agent, register := w.agents[0], newRegister()
			w.Identity = register
			register.users[agent] = signIn{"Password-1"}
			w.unreached(agent)
			for _, act := range c.acts {
				act(w, agent)
			}
			if got, online := strings.Join(w.deviceIDs(agent), " "), w.row(agent).Online; got != c.left || online != c.online {
				t.Errorf("left %q, online %v, want %q and %v", got, online, c.left, c.online)
			}
		})
	}
}

// A page that is opened after a new password stays open, though the finish message comes later.
func TestLatePasswordFinishSparesNewPages(t *testing.T) {
	t.Parallel()
	w, agent := withPhone(t, "old")
	mend := w.faulty(fault.Options{Before: func(c fault.Call) error {
		if writes(c, "devices") {
			return table.ErrUnavailable
		}
		return nil
	}})
	must(t, w.SetPassword(w.ctx, w.admin, agent, "Password-2"))
	mend()
	w.clock.Advance(10 * time.Second)
	w.poll(agent)
	w.pass(time.Minute)
	if got := w.deviceIDs(agent); !slices.Equal(got, []string{"page"}) || !w.row(agent).Online {
		t.Errorf("devices %v, online %v, want the page alone", got, w.row(agent).Online)
	}
}

// Who is online again by a page before what follows the refusal keeps the offer.
func TestRefusedThenOnline(t *testing.T) {
	t.Parallel()
	w, agent := withDeadPhone(t)
	id := w.ring(w.request(1)).EscalationID
	w.comes(agent)
	w.pass(0)
	if s := w.peek(id); s.State != desk.Ringing || s.OfferTo != agent {
		t.Errorf("it rings at %+v, though they are online", s)
	}
}

// A phone that is registered again, or anew, while it refuses a push works.
func TestRegisteredWhileItRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, token string
		after       time.Duration
	}{
		{"again", "t", time.Millisecond},
		{"with another token, in the same moment", "u", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, agent := withDeadPhone(t)
			inner := w.Table
			var came atomic.Bool
			w.Table = fault.New(inner, fault.Options{Before: func(call fault.Call) error {
				if writes(call, "devices") && !came.Swap(true) {
					w.clock.Advance(c.after)
					w.put(agent, "a", c.token)
				}
				return nil
			}})
			wantProblem(t, w.TestDevice(w.ctx, w.staff(agent), "a"), "unreachable")
			if got := w.works(agent); !got["a"] || !w.row(agent).Online {
				t.Errorf("working %v, online %v, want both", got, w.row(agent).Online)
			}
		})
	}
}

// What changes nothing is not written.
func TestDevicesAsTheyAre(t *testing.T) {
	t.Parallel()
	w, agent := withPhone(t, "a")
	page := func() error {
		_, err := w.PutDevice(w.ctx, w.staff(agent), desk.Device{ID: "tab", Platform: desk.OpenPage})
		return err
	}
	must(t, page())
	var n atomic.Int64
	w.faulty(fault.Options{Before: func(c fault.Call) error {
		if c.Kind == fault.Write {
			n.Add(1)
		}
		return nil
	}})
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"the same page", page},
		{"deletes what is not there", func() error { return w.DeleteDevice(w.ctx, w.staff(agent), "gone") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			n.Store(0)
			must(t, c.do())
			if got := n.Load(); got != 0 {
				t.Errorf("%d writes, want none", got)
			}
		})
	}
}
