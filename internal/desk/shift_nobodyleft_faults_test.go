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

// lonely is a world whose one agent is about to go.
func lonely(t *testing.T) (w *world, last string) {
	w = newWorld(t, worldOptions{agents: 1})
	w.phone(w.admin.MemberID)
	return w, w.agents[0]
}

// Where nobody went nobody is told that the last one did, though nobody is there.
func TestNobodyWent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	w.phone(w.admin.MemberID)
	away, night := w.member("Ada", desk.RoleStaff, w.dep), w.member("Nora", desk.RoleStaff, w.dep)
	w.schedule(away, workdays)
	w.schedule(away, workdays)
	w.schedule(night, "Europe/Berlin 12345/2200-2300")
	w.online(night)
	w.offline(away)
	w.pass(time.Minute)
	must(t, w.DeleteMember(w.ctx, w.admin, night))
	w.schedule(away, "")
	must(t, w.DeleteMember(w.ctx, w.admin, away))
	w.pass(time.Hour)
	w.wantTold(0, "nobody was there")
}

// What was noted is told, whatever fails then, since the message was sent before; and what
// could not be noted is found by the next who looks.
func TestNotedAndNotTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fails func(call fault.Call, noted bool) error
		first int // times that the owner is told of it, before anybody looks
	}{
		{"the next read fails", func(call fault.Call, noted bool) error {
			if noted && call.Kind == fault.Query {
				return table.ErrUnavailable
			}
			return nil
		}, 1},
		{"the process dies when it is noted", func(_ fault.Call, noted bool) error {
			if noted {
				return table.ErrUnavailable
			}
			return nil
		}, 1},
		{"the process dies before", func(call fault.Call, _ bool) error {
			if writes(call, "account") {
				return errDead
			}
			return nil
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, last := lonely(t)
			var noted atomic.Bool // calls are made side by side
			mend := w.faulty(fault.Options{
				Before: func(call fault.Call) error { return c.fails(call, noted.Load()) },
				After: func(call fault.Call, err error) error {
					if writes(call, "account") {
						noted.Store(true)
					}
					return err
				},
			})
			w.offline(last)
			mend()
			w.pass(5 * time.Minute)
			w.wantTold(c.first, "nobody has looked")
			w.escalate(w.request(1))
			w.pass(5 * time.Minute)
			w.wantTold(1, "somebody looked")
			w.online(last)
			w.offline(last)
			w.pass(15 * time.Minute)
			w.wantTold(2, "one came and went")
		})
	}
}

// What follows from going offline follows also when the caller hangs up, or something
// cannot be read, since asking again changes nothing.
func TestPresenceHalfDone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		faults func(w *world, hangUp func()) fault.Options
	}{
		{"the account cannot be read", func(*world, func()) fault.Options {
			failed := false
			return fault.Options{Before: func(c fault.Call) error {
				if c.Kind == fault.Get && c.Key.Sort == "account" && !failed {
					failed = true
					return table.ErrUnavailable
				}
				return nil
			}}
		}},
		{"the caller hangs up", func(_ *world, hangUp func()) fault.Options {
			return fault.Options{After: func(c fault.Call, err error) error {
				if c.Kind == fault.Write {
					hangUp()
				}
				return err
			}}
		}},
		{"the answer is lost and the caller hangs up", func(_ *world, hangUp func()) fault.Options {
			lost := false
			return fault.Options{After: func(c fault.Call, err error) error {
				if c.Kind == fault.Write && !lost {
					lost = true
					hangUp()
					return table.ErrOutcomeUnknown
				}
				return err
			}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, last := lonely(t)
			ctx, hangUp := context.WithCancel(w.ctx)
			defer hangUp()
			mend := w.faulty(c.faults(w, hangUp))
			_, err := w.SetPresence(ctx, w.admin, last, "offline")
			mend()
			w.pass(time.Minute)
			w.wantTold(1, "he went")
			w.offline(last)
			w.pass(time.Hour)
			w.offline(last)
			if w.wantTold(1, "he was gone already"); err != nil && !desk.Transient(err) && ctx.Err() == nil {
				t.Error(err)
			}
		})
	}
}

// One who comes online is told of callbacks also when the account cannot be read.
func TestCallbacksWaitingHalfDone(t *testing.T) {
	t.Parallel()
	w, agent := lonely(t)
	w.phone(agent)
	w.offline(agent)
	w.miss(w.request(1))
	w.pass(time.Minute)
	failed := false
	w.faulty(fault.Options{Before: func(c fault.Call) error {
		if c.Kind == fault.Get && c.Key.Sort == "account" && !failed {
			failed = true
			return table.ErrUnavailable
		}
		return nil
	}})
	if _, err := w.SetPresence(w.ctx, w.admin, agent, "online"); !desk.Transient(err) {
		t.Errorf("got %v, want what the table said", err)
	}
	w.wantKinds(agent, desk.NoticeCallbacks)
	w.offline(agent)
	w.pass(15 * time.Minute)
	w.wantTold(2, "the note of a time before was cleared")
}

// A stretch of nobody ends with business, also for one without hours whom no tick clears.
func TestNobodyEndsWithBusiness(t *testing.T) {
	t.Parallel()
	w, last := lonely(t)
	w.settings(desk.AccountPatch{Holidays: &[]string{"2026-11-24"}})
	w.offline(last)
	w.pass(time.Minute)
	w.wantTold(1, "nobody is left")
	w.until(berlin(24, 12, 0))
	w.online(last) // on a holiday: nobody yet
	w.until(berlin(25, 12, 0))
	w.offline(last)
	w.pass(time.Minute)
	w.wantTold(2, "the holiday is over, and nobody is left")
}

// One comes, and has gone again when it is noted that they came: that is another stretch.
func TestGoneWhenNoted(t *testing.T) {
	t.Parallel()
	w, last := lonely(t)
	w.offline(last)
	w.pass(time.Minute)
	gone := false
	w.faulty(fault.Options{Before: func(c fault.Call) error {
		if writes(c, "account") && !gone {
			gone = true
			return w.SetOnline(w.ctx, w.acc, last, false)
		}
		return nil
	}})
	w.online(last)
	w.pass(15 * time.Minute)
	w.wantTold(2, "one came and went")
}

// One comes while it is noted that nobody is left, and does not see the note: the owner is
// not told, and the next stretch is told of.
func TestBackWhenNoted(t *testing.T) {
	t.Parallel()
	w, last := lonely(t)
	back := false
	w.faulty(fault.Options{Before: func(c fault.Call) error {
		if writes(c, "account") && !back {
			back = true
			return w.SetOnline(w.ctx, w.acc, last, true)
		}
		return nil
	}})
	w.offline(last)
	w.pass(30 * time.Second)
	w.offline(last)
	w.pass(59 * time.Second)
	w.wantTold(0, "one is back")
	w.pass(time.Second)
	w.wantTold(1, "and gone again")
}

// Whoever owns the account is told: who it was made for, and then whom it is handed to.
func TestTheOwnerIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	w.Identity = newRegister()
	owner := newcomer
	made, err := w.Provision(w.ctx, desk.NewAccount{Name: "New", TimeZone: "UTC", Owner: owner})
	must(t, err)
	w.acc, w.admin = made.AccountID, desk.Caller{MemberID: made.MemberID, AccountID: made.AccountID, Role: desk.RoleOwner}
	second := newcomer
	second.Email = "second@example.com"
	m, err := w.CreateMember(w.ctx, w.admin, second)
	must(t, err)
	w.phone(w.admin.MemberID)
	w.phone(m.ID)
	for range 2 {
		w.online(m.ID)
		w.offline(m.ID)
		w.pass(15 * time.Minute)
		w.wantTold(1, "the owner")
		err = w.ChangeOwner(w.ctx, w.admin, m.ID)
		must(t, err)
		w.admin.MemberID = m.ID
	}
}
