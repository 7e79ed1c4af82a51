package desk_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// However late a change of a password is finished, it ends what began before it and nothing
// that began after it: no session, no device that one has taken over, and no device's secret.
func TestPasswordFinishedLate(t *testing.T) {
	t.Parallel()
	const other = "Seventeen-Herons-2"
	for _, c := range []struct {
		name   string
		breaks string // sort key of the item whose Writes fail meanwhile
		after  time.Duration
	}{
		{"in time", "", 0},
		{"tokens and devices", "profile", 0},
		{"tokens and devices, an hour", "profile", time.Hour},
		{"devices", "devices", 0},
		{"devices, an hour", "devices", time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{})
			asha := w.insider("Asha")
			w.clock.Advance(time.Minute)
			own, lost := asha.signIn("own"), asha.signIn("lost")
			w.puts(own, "own")
			w.puts(lost, "lost")
			w.clock.Advance(time.Minute)
			broken := &atomic.Bool{}
			w.faulty(fault.Options{Before: func(call fault.Call) error {
				if broken.Load() && call.Kind == fault.Write && touches(call, c.breaks) {
					return table.ErrUnavailable
				}
				return nil
			}})
			w.Identity = &afterwards{Identity: w.Identity, password: func() { broken.Store(c.breaks != "") }, login: func() { broken.Store(false) }}
			fresh, err := w.ChangePassword(w.ctx, w.as(own), insiderPassword, other)
			must(t, err)
			w.clock.Advance(c.after)
			w.wantSession("the new one, before", fresh, true)
			later, err := asha.tries(other, desk.Visitor{DeviceSecret: fresh.DeviceSecret})
			must(t, err)
			w.puts(later, "later")
			w.pass(time.Hour)
			w.wantSession("own", own, false)
			w.wantSession("lost", lost, false)
			w.wantSession("the new one", fresh, true)
			w.wantSession("one that began later", later, true)
			if got := w.deviceNames(asha.id); got != "[own later]" {
				t.Errorf("devices %s, want own and later", got)
			}
			for range 4 { // a stranger uses up the name's tries
				_, _ = asha.tries("wrong-Otters-14", desk.Visitor{})
			}
			if _, err := asha.tries(other, desk.Visitor{DeviceSecret: fresh.DeviceSecret}); err != nil {
				t.Errorf("the device that changed the password is not known any more: %v", err)
			}
		})
	}
}

// touches reports whether a Write puts or deletes an item with that sort key.
func touches(c fault.Call, sort string) bool {
	for _, op := range c.Ops {
		if op.Item.Key.Sort == sort && op.Kind != table.OpCheck {
			return true
		}
	}
	return false
}

// A process that died between the new password and the rest has its message end what began up
// to then, and not what began when everybody knew of the change.
func TestPasswordFinishedVeryLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	w.clock.Advance(time.Minute)
	old := asha.signIn("phone")
	w.clock.Advance(time.Minute)
	dead := &atomic.Bool{}
	mend := w.faulty(fault.Options{Before: func(call fault.Call) error {
		if dead.Load() && call.Kind == fault.Write {
			return table.ErrUnavailable
		}
		return nil
	}})
	identity, timers := w.Identity, w.Timers
	w.Timers = &unpunctual{timers, func(desk.Message) bool { return dead.Load() }}
	w.Identity = &afterwards{Identity: identity, password: func() { dead.Store(true) }, login: func() {}}
	must(t, w.SetPassword(w.ctx, w.admin, asha.id, "Seventeen-Herons-2"))
	mend()
	w.Identity, w.Timers = identity, timers
	w.at(w.clock.Now().Add(40 * time.Minute)) // the message waits
	in, err := asha.tries("Seventeen-Herons-2", desk.Visitor{})
	must(t, err)
	w.pass(time.Hour)
	w.wantSession("the old one", old, false)
	w.wantSession("the new one", in, true)
}

// afterwards is an identity after whose calls something happens.
type afterwards struct {
	desk.Identity
	password, login func()
}

func (a *afterwards) SetPassword(ctx context.Context, member, password string) error {
	defer a.password()
	return a.Identity.SetPassword(ctx, member, password)
}

func (a *afterwards) Login(ctx context.Context, member, password string) (desk.Tokens, error) {
	defer a.login()
	return a.Identity.Login(ctx, member, password)
}
