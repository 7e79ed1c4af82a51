package desk_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// newcomer is the one whom the operations of this file make.
var newcomer = desk.NewMember{FirstName: "Nina", LastName: "New", Email: "nina@example.com", Password: "Password-1", Role: desk.RoleAdmin, EmailProved: true}

func create(st *stage, d *desk.Desk) error {
	_, err := d.CreateMember(st.world.ctx, st.world.admin, newcomer)
	return err
}

// signsIn reports whether the newcomer is there and signs in with the password.
func (st *stage) signsIn(password string) bool {
	c, err := st.world.MemberByEmail(st.world.ctx, newcomer.Email)
	return err == nil && st.register.users[c.MemberID].password == password
}

// gone reports whether nothing is left of a member.
func (st *stage) gone(id string) bool {
	_, noMember := st.world.Member(st.world.ctx, st.world.admin, id)
	_, noCaller := st.world.Caller(st.world.ctx, desk.Bearer{MemberID: id, SignedInAt: st.world.clock.Now()})
	rows, err := st.world.Rows(st.world.ctx, st.world.acc)
	noRow := err == nil && !slices.ContainsFunc(rows, func(r desk.RowState) bool { return r.ID == id })
	_, user := st.register.users[id]
	return noMember != nil && noCaller != nil && noRow && !user
}

// checkMembers checks that whoever can sign in is a member who is there, and that no e-mail is
// refused that nobody signs in with.
func (st *stage) checkMembers(note noter) {
	for id := range st.register.users {
		if _, err := st.world.Caller(st.world.ctx, desk.Bearer{MemberID: id, SignedInAt: st.world.clock.Now().Add(time.Hour)}); err != nil {
			note("%s can sign in, and is no member: %v", id, err)
		}
	}
	if st.signedIn != "" {
		return
	}
	again := newcomer
	again.Password = "Password-2"
	_, err := st.world.CreateMember(st.world.ctx, st.world.admin, again)
	if !st.signsIn("Password-2") && (!desk.IsProblem(err, "email-taken") || !st.signsIn("Password-1")) {
		note("the e-mail is refused and nobody signs in with it: %v", err)
	}
}

// joining are the operations that make members, and change who they are outside.
func joining() []operation {
	made := func(st *stage) bool { return st.signsIn("Password-1") }
	needs := "Send Write Identity"
	return []operation{
		{name: "create a member", act: create, needs: needs, told: made, outside: true},
		{name: "create a member, half-made before", act: create, needs: needs, told: made, outside: true, before: func(st *stage) {
			s := &schedule{stopAt: func(a attempt) bool { return a.kind == "Identity" }, how: answerLost, then: 1}
			d := st.process(s.process())
			other := newcomer
			other.Password = "Password-0"
			_ = s.run(func() error { _, err := d.CreateMember(st.world.ctx, st.world.admin, other); return err })
		}},
		{name: "provision", needs: needs, outside: true, act: func(st *stage, d *desk.Desk) error {
			_, err := d.Provision(st.world.ctx, desk.NewAccount{Name: "New", TimeZone: "UTC", Owner: newcomer})
			return err
		}, told: made},
		{name: "change an e-mail", needs: "Send Write", before: func(st *stage) {
			other := newcomer
			other.Email = "before@example.com"
			m, err := st.world.CreateMember(st.world.ctx, st.world.admin, other)
			must(st.world.t, err)
			st.world.agents = append(st.world.agents, m.ID)
		}, outside: true, told: made, act: func(st *stage, d *desk.Desk) error {
			_, err := d.PatchMember(st.world.ctx, st.world.admin, st.world.agents[0], desk.MemberPatch{Email: &newcomer.Email})
			return err
		}},
	}
}

// signingOut are the operations after which earlier tokens are dead.
func signingOut() []operation {
	before := func(st *stage) {
		m, err := st.world.CreateMember(st.world.ctx, st.world.admin, newcomer)
		must(st.world.t, err)
		st.signedIn = m.ID
		st.world.clock.Advance(time.Minute)
		st.signedInAt = st.world.clock.Now()
		st.world.clock.Advance(time.Minute)
	}
	coded := func(st *stage) {
		before(st)
		st.code = st.resetCode(newcomer.Email, st.signedIn)
	}
	changed := func(st *stage) bool { return st.signsIn("Password-3") && !st.remembered() }
	needs := "Send Write Identity"
	return []operation{
		{name: "set a password", before: before, needs: needs, outside: true, told: changed, act: func(st *stage, d *desk.Desk) error {
			return d.SetPassword(st.world.ctx, st.world.admin, st.signedIn, "Password-3")
		}},
		{name: "reset a password", before: coded, needs: needs, outside: true, told: changed, act: func(st *stage, d *desk.Desk) error {
			return d.ResetPassword(st.world.ctx, resetOf(newcomer.Email, st.code))
		}},
		{name: "reset a password by a wrong code", before: coded, needs: "Write", outside: true, fails: "invalid", act: func(st *stage, d *desk.Desk) error {
			st.wrongCode = true
			return d.ResetPassword(st.world.ctx, resetOf(newcomer.Email, wrongFor(st.code)))
		}},
		{name: "ask for a code", before: before, needs: "Send", outside: true, told: func(st *stage) bool {
			return st.outbox.last(desk.LetterReset, st.signedIn).Code != ""
		}, act: func(st *stage, d *desk.Desk) error { return d.ForgotPassword(st.world.ctx, newcomer.Email) }},
	}
}

// wrongFor is another code than the right one.
func wrongFor(code string) string {
	if code == "123456" {
		return "123457"
	}
	return "123456"
}

// resetCode asks for a code, delivers the message that makes it, and reads the mail.
func (st *stage) resetCode(email, member string) string {
	st.world.t.Helper()
	must(st.world.t, st.world.ForgotPassword(st.world.ctx, email))
	for _, l := range st.post.left(1) {
		if l.message.Kind == desk.WakeCode {
			must(st.world.t, st.world.Wake(st.world.ctx, l.message))
			st.post.take(l.id, 1)
		}
	}
	l := st.outbox.last(desk.LetterReset, member)
	if l.Code == "" {
		st.world.t.Fatalf("no code was sent to %s", email)
	}
	return l.Code
}

// remembered reports whether a token from before the operation still is good.
func (st *stage) remembered() bool {
	_, err := st.world.Caller(st.world.ctx, desk.Bearer{MemberID: st.signedIn, SignedInAt: st.signedInAt})
	return err == nil
}

// checkTokens checks that no token outlives the password that it was got with, and that
// nobody who only guessed at a code signs anybody out.
func (st *stage) checkTokens(s *schedule, note noter) {
	if st.signedIn == "" {
		return
	}
	if st.register.users[st.signedIn].password == "Password-3" && st.remembered() {
		note("the password is another, and a token from before is good")
	}
	if st.wrongCode && !s.died && s.stopped() == nil && !st.remembered() {
		note("a wrong code made tokens useless")
	}
}

// leaving are the operations that remove members: idle, and with work that others must
// get.
func leaving() []operation {
	// The one who goes is in st.leaver, from before on.
	goes := func(who func(st *stage) string, prepare func(st *stage)) func(st *stage) {
		return func(st *stage) {
			prepare(st)
			st.leaver = who(st)
			st.register.users[st.leaver] = signIn{""}
			_, err := st.world.PatchMember(st.world.ctx, st.world.admin, st.leaver, desk.MemberPatch{Email: ptr("leaver@example.com")})
			must(st.world.t, err)
		}
	}
	first := func(st *stage) string { return st.world.agents[0] }
	holder := func(st *stage) string { return st.holder().MemberID }
	offered := func(st *stage) string { return st.offered().MemberID }
	transfer := func(st *stage) {
		st.active()
		st.transferred(desk.Transfer{DepartmentID: st.world.dep})
	}
	act := func(st *stage, d *desk.Desk) error { return d.DeleteMember(st.world.ctx, st.world.admin, st.leaver) }
	gone := func(st *stage) bool { return st.gone(st.leaver) }
	needs := "Send Write Identity"
	op := func(name string, agents int, who func(st *stage) string, prepare func(st *stage)) operation {
		return operation{
			name: "delete a member, " + name, agents: agents, before: goes(who, prepare),
			act: act, needs: needs, told: gone, outside: true,
		}
	}
	return []operation{
		op("idle", 2, first, func(*stage) {}),
		op("a phone rings", 2, holder, (*stage).rings),
		op("a phone rings, nobody else", 1, holder, (*stage).rings),
		op("a chat is active", 2, holder, (*stage).active),
		op("a chat is active, nobody else", 1, holder, (*stage).active),
		op("three chats are active", 1, holder, func(st *stage) { st.active(); st.active(); st.active() }),
		op("sends a transfer", 2, holder, transfer),
		op("is sent a transfer", 2, offered, transfer),
		op("holds a callback", 1, first, (*stage).claimed),
	}
}

// checkLeaver checks that nothing is with one who is removed.
func (st *stage) checkLeaver(note noter) {
	if st.leaver == "" || !st.gone(st.leaver) {
		return
	}
	for _, id := range st.witness.Escalations() {
		s := st.world.peek(id)
		if s.State.Open() && (s.Assigned == st.leaver || s.OfferTo == st.leaver) {
			note("%s is with %s, who is gone: %+v", id, st.leaver, s)
		}
	}
	list, err := st.world.Callbacks(st.world.ctx, st.world.admin, desk.CallbackFilter{States: []string{"claimed"}}, desk.Page{Limit: 100})
	if err != nil {
		note("%v", err)
	}
	for _, cb := range list.Items {
		if cb.ClaimedBy.ID == st.leaver {
			note("%s is claimed by %s, who is gone", cb.ID, st.leaver)
		}
	}
	if c, err := st.world.MemberByEmail(st.world.ctx, "leaver@example.com"); err == nil {
		note("the e-mail is still %s's", fmt.Sprint(c.MemberID))
	}
}
