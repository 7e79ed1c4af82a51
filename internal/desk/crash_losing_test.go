package desk_test

import (
	"cmp"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// losing are the operations after which nothing reaches a member any more, while it rings there,
// and those of open pages.
func losing() []operation {
	resets := func(st *stage, d *desk.Desk) error {
		return d.ResetPassword(st.world.ctx, resetOf("agent0@example.com", st.code))
	}
	coded := func(st *stage) {
		st.ringsAtFirst()
		st.code = st.resetCode("agent0@example.com", st.cut)
	}
	const next, last = " Send Increment Write Push", " Send:due Write"
	lost := (*stage).unreached
	op := func(name string, agents int, before func(st *stage), act action, needs string) operation {
		return operation{name: name, agents: agents, before: before, act: act, needs: needs, told: lost, outside: true}
	}
	return []operation{
		op("signs out, it rings", 2, (*stage).ringsAtFirst, signsOut, "Identity Phone"+next),
		op("signs out, it rings, nobody else", 1, (*stage).ringsAtFirst, signsOut, "Identity Phone"+last),
		op("signs out, a transfer rings", 2, (*stage).transferRingsAtFirst, signsOut, "Identity Phone Write Push"),
		op("signs out, at work", 2, (*stage).firstIsAtWork, signsOut, "Identity Phone Write"),
		op("deletes the last phone, two ring", 2, func(st *stage) { st.ringsAtFirst(); st.alsoRingsAtFirst() }, deletesPhone, "Phone"+next),
		op("another signs in on the phone, it rings", 2, (*stage).ringsAtFirst, takesPhone, "Phone"+next),
		op("another signs in on the phone, it rings, nobody else", 1, (*stage).ringsAtFirst, takesPhone, "Phone"+last),
		op("set a password, it rings", 2, (*stage).ringsAtFirst, setsPassword, "Identity Phone"+next),
		op("set a password, it rings, nobody else", 1, (*stage).ringsAtFirst, setsPassword, "Identity Phone"+last),
		op("set a password, at work", 1, (*stage).firstIsAtWork, setsPassword, "Identity Phone Write"),
		op("reset a password, it rings", 2, coded, resets, "Identity Phone"+next),
		{name: "escalate, the phone refuses", agents: 2, before: (*stage).firstRefuses, act: escalates(func(st *stage) desk.Request {
			return st.world.request(1)
		}), needs: "Push Write Send:refused"},
		{name: "the only phone has refused", agents: 2, before: func(st *stage) {
			st.firstRefuses()
			st.rings()
			st.world.online(st.world.agents[1])
		}, act: wakes(desk.WakeRefused), needs: "Send Increment Write Push"},
		{name: "a page polls", agents: 1, before: (*stage).pageEnds, act: does(func(st *stage, d *desk.Desk) ([]desk.Escalation, error) {
			return d.MyEscalations(st.world.ctx, st.world.staff(st.cut))
		}), needs: "Write"},
		{name: "a page is opened", agents: 1, before: (*stage).pageEnds, act: does(func(st *stage, d *desk.Desk) (desk.Device, error) {
			return d.PutDevice(st.world.ctx, st.world.staff(st.cut), desk.Device{ID: "tab", Platform: desk.OpenPage})
		}), needs: "Write", told: func(st *stage) bool { return st.world.row(st.cut).Page.After(st.signedInAt) }},
		{name: "a page comes", agents: 1, before: func(st *stage) {
			st.pageEnds()
			st.world.offline(st.cut)
		}, act: does(func(st *stage, d *desk.Desk) (desk.Escalation, error) {
			_, err := d.SetPresence(st.world.ctx, st.world.staff(st.cut), st.cut, "online")
			return desk.Escalation{}, err
		}), needs: "Write", told: func(st *stage) bool { return st.world.row(st.cut).Page.After(st.signedInAt) }},
	}
}

func signsOut(st *stage, d *desk.Desk) error {
	return d.SignOut(st.world.ctx, st.world.staff(st.cut), "token", "phone-"+st.cut)
}

func deletesPhone(st *stage, d *desk.Desk) error {
	return d.DeleteDevice(st.world.ctx, st.world.staff(st.cut), "phone-"+st.cut)
}

// takesPhone has the owner sign in on that phone.
func takesPhone(st *stage, d *desk.Desk) error {
	_, err := d.PutDevice(st.world.ctx, st.world.admin, desk.Device{ID: "found", Platform: desk.FCM, Token: "token-" + st.cut})
	return err
}

func setsPassword(st *stage, d *desk.Desk) error {
	return d.SetPassword(st.world.ctx, st.world.admin, st.cut, "Password-3")
}

// Steps on the way there. The first agent is the one who loses it.

// first has the first agent be alone while something comes. They have signed in a minute before.
func (st *stage) first(do func()) {
	st.cut = st.world.agents[0]
	st.signedIn, st.signedInAt = st.cut, st.world.clock.Now()
	st.register.users[st.cut] = signIn{"Password-1"}
	st.world.clock.Advance(time.Minute)
	for _, id := range st.world.agents[1:] {
		st.world.offline(id)
	}
	do()
	for _, id := range st.world.agents[1:] {
		st.world.online(id)
	}
}

func (st *stage) ringsAtFirst() { st.first(st.rings) }

func (st *stage) alsoRingsAtFirst() { st.first(st.rings) }

func (st *stage) firstIsAtWork() { st.first(st.active) }

// transferRingsAtFirst has the second agent hand something to the first.
func (st *stage) transferRingsAtFirst() {
	st.world.offline(st.world.agents[0])
	st.active()
	st.world.online(st.world.agents[0])
	st.transferred(desk.Transfer{MemberID: st.world.agents[0]})
	st.cut = st.world.agents[0]
	st.signedIn, st.signedInAt = st.cut, st.world.clock.Now().Add(-time.Second)
}

// firstRefuses has the phones of the first agent refuse, and nobody else there.
func (st *stage) firstRefuses() {
	st.first(func() {})
	for _, id := range st.world.agents[1:] {
		st.world.offline(id)
	}
	st.bells.refuses = st.cut
}

// pageEnds has the first agent have a page alone, the lease of which is over.
func (st *stage) pageEnds() {
	st.cut = st.world.agents[0]
	must(st.world.t, st.world.DeleteDevice(st.world.ctx, st.world.staff(st.cut), "phone-"+st.cut))
	st.world.online(st.cut)
	st.signedInAt = st.world.clock.Now().Add(-time.Minute)
	none := 0
	must(st.world.t, st.world.SetReach(st.world.ctx, st.world.acc, st.cut, &none, st.signedInAt))
}

// unreached reports whether the member is offline, without a device or a page.
func (st *stage) unreached() bool {
	r := st.world.row(st.cut)
	return !r.Online && r.Devices != nil && *r.Devices == 0 && r.Page.UnixMilli() == 0 && len(st.world.deviceIDs(st.cut)) == 0
}

// checkReach checks that rows count the devices that work, that nobody is online whom nothing
// ever reached, and that after another password no device of before is left.
func (st *stage) checkReach(note noter) {
	rows, err := st.world.Rows(st.world.ctx, st.world.acc)
	if err != nil {
		note("%v", err)
	}
	for _, r := range rows {
		devices, err := st.world.Devices(st.world.ctx, st.world.staff(r.ID))
		if err != nil {
			note("%v", err)
		}
		working := 0
		for _, v := range devices {
			if v.Working && v.Platform != desk.OpenPage {
				working++
			}
		}
		if r.Devices != nil && *r.Devices != working {
			note("the row of %s counts %d devices, there are %d", r.ID, *r.Devices, working)
		}
		if r.Online && r.Devices != nil && working == 0 && r.Page.UnixMilli() == 0 {
			note("%s is online, and nothing reaches them", r.ID)
		}
		if st.cut == r.ID && working == 0 && r.Missed > 0 {
			note("%s has missed %d, and nothing could ring there", r.ID, r.Missed)
		}
	}
	if st.cut == "" || st.register.users[st.cut].password != "Password-3" {
		return
	}
	if r := st.world.row(st.cut); r.Online || *r.Devices > 0 {
		note("%s has another password, and is online or has devices of before: %+v", st.cut, r)
	}
}

// TestGoneByTheEndOfTheRing stops each way of losing the last phone, and the accept of a call, at
// every step, and then only delivers messages for as long as it could have rung, or until the
// finish message of a password has come. Whose phone is gone by then is offline and has nothing
// that rings, and who is on a call has nothing else; and neither is counted as a miss.
func TestGoneByTheEndOfTheRing(t *testing.T) {
	t.Parallel()
	ops := slices.DeleteFunc(slices.Concat(losing(), offering()), func(op operation) bool {
		loses := op.outside && op.told != nil
		return !loses && op.name != "accept a call beside chats that ring"
	})
	for _, op := range ops {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { op.goneInTime(t) })
		})
	}
}

func (op operation) goneInTime(t *testing.T) {
	st := newStage(t, op.agents)
	op.before(st)
	agent, judged := cmp.Or(st.cut, st.world.agents[0]), 0
	op.atEveryStop(st, func(c *stage, s *schedule) {
		if t.Failed() {
			return
		}
		wrong := func(what string) {
			t.Errorf("%s, the row is %+v:%s\n%s", what, c.world.row(agent), s.story(), c.tell())
		}
		atOnce := *c.world.row(agent).Devices == 0
		c.rangBy(c.world.clock.Now().Add(40*time.Second), c.esc)
		r := c.world.row(agent)
		counted := r.Missed+r.Unreached > 0
		rings := slices.ContainsFunc(r.Work, func(id string) bool { return c.world.peek(id).OfferTo == agent })
		onACall := st.cut == "" && c.world.peek(c.esc).Assigned == agent
		switch {
		case onACall && (counted || len(r.Work) > 1):
			wrong("on a call they missed something, or have other work")
		case !onACall && *r.Devices == 0 && (r.Online || rings || atOnce && counted):
			wrong("nothing can ring there, and they are online, it does, or it was counted")
		case *r.Devices > 0 && c.register.users[agent].password == "Password-3":
			wrong("the password is another, and the phone goes on ringing")
		}
		if onACall || *r.Devices == 0 {
			judged++
		}
	})
	if judged < 5 && !t.Failed() {
		t.Errorf("it came to that %d times: this test wants more", judged)
	}
}

// atEveryStop carries the operation out once for each call that it makes and each fault of it.
func (op operation) atEveryStop(st *stage, then func(c *stage, s *schedule)) {
	for _, reverse := range []bool{false, true} {
		whole := &schedule{reverse: reverse}
		c := st.clone(st.world.t)
		p := whole.process()
		must(st.world.t, whole.run(func() error { return op.act(c, c.process(p)) }))
		for i, a := range whole.made {
			for _, h := range hows[a.kind] {
				s := &schedule{reverse: reverse, at: i + 1, how: h}
				c := st.clone(st.world.t)
				p := s.process()
				_ = s.run(func() error { return op.act(c, c.process(p)) })
				then(c, s)
			}
		}
	}
}
