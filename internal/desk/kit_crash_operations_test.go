package desk_test

import (
	"slices"

	"github.com/connectnow/backend/internal/desk"
)

// operation is something that somebody asks for, or a timer brings about.
type operation struct {
	name   string
	agents int                  // in Sales, online, with phones
	before func(st *stage)      // what has happened before
	act    action               // the operation
	needs  string               // kinds of calls that it cannot do without, like Write or Send:due
	told   func(st *stage) bool // what holds for good once the caller was told that it is done
	fails  string               // the problem that may be told instead, besides "try again"
	// outside says that the caller may be told that something beside the table failed.
	outside bool
}

// action is what a process does on a stage.
type action func(st *stage, d *desk.Desk) error

// does makes an action of one whose result does not matter.
func does[T any](f func(st *stage, d *desk.Desk) (T, error)) action {
	return func(st *stage, d *desk.Desk) error {
		_, err := f(st, d)
		return err
	}
}

// operations are all that change something.
func operations() []operation {
	return slices.Concat(
		escalating(), offering(), ringing(), transferring(), filing(), ending(), callingBack(), remindingOf(), missingOf(),
		looking(), joining(), leaving(), signingOut(), endingSessions(), losing(), scheduling(),
	)
}

// Steps on the way to where an operation begins.

func (st *stage) asks() desk.Answer {
	st.next++
	a := st.world.escalate(st.world.request(st.next))
	st.esc = a.EscalationID
	if a.Callback != nil {
		st.cb = a.Callback.ID
	}
	return a
}

func (st *stage) rings() { st.asks() }

func (st *stage) active() {
	a := st.asks()
	st.world.accept(a.Agent.ID, a.EscalationID)
}

// calledFor has nobody online, and a callback made for want of them.
func (st *stage) calledFor() {
	st.allOffline()
	st.asks()
}

// claimed has the first agent claim a callback, who is there alone.
func (st *stage) claimed() {
	st.calledFor()
	st.world.online(st.world.agents[0])
	_, err := st.world.ClaimCallback(st.world.ctx, st.world.staff(st.world.agents[0]), st.cb)
	must(st.world.t, err)
}

// callsAgain makes a callback for a customer, who then asks for a person again.
func (st *stage) callsAgain() {
	st.calledFor()
	st.world.online(st.world.agents[0])
	r := st.world.request(st.next)
	r.RequestID, r.InteractionID = "again", "again"
	st.esc = st.world.escalate(r).EscalationID
}

// holder is who has the escalation, else whom it is offered to.
func (st *stage) holder() desk.Caller {
	s := st.world.peek(st.esc)
	if s.Assigned != "" {
		return st.world.staff(s.Assigned)
	}
	return st.world.staff(s.OfferTo)
}

// offered is whom it is offered to.
func (st *stage) offered() desk.Caller { return st.world.staff(st.world.peek(st.esc).OfferTo) }

// timer is the last message of a kind about the escalation, the callback, the department or
// the account.
func (st *stage) timer(kind desk.MessageKind) letter {
	st.world.t.Helper()
	id := st.esc
	switch kind {
	case desk.WakeDue:
		id = st.cb
	case desk.WakeRound:
		id = st.world.dep
	case desk.WakeNobody, desk.WakeOpened, desk.WakeRefused:
		id = st.world.acc
	}
	found := st.post.about(kind, id)
	if len(found) == 0 {
		st.world.t.Fatalf("no timer %s of %s was sent", kind, id)
	}
	return found[len(found)-1]
}

// over lets the ring time, the time of active work or that until a callback is due pass
// without its timer.
func (st *stage) over(kind desk.MessageKind) {
	due := st.timer(kind).message.Due
	if kind == desk.WakeRing {
		due = due.Add(desk.TapTime)
	}
	st.to(due)
}

// rungOut is a begin after which the ring time passes.
func rungOut(begin func(st *stage)) func(st *stage) {
	return func(st *stage) {
		begin(st)
		st.over(desk.WakeRing)
	}
}

// wakes delivers the last message of that kind.
func wakes(kind desk.MessageKind) action {
	return func(st *stage, d *desk.Desk) error {
		l := st.timer(kind)
		st.woken = &l
		return d.Wake(st.world.ctx, l.message)
	}
}

func (st *stage) allOffline() {
	for _, id := range st.world.agents {
		st.world.offline(id)
	}
}

func (st *stage) transferred(to desk.Transfer) {
	_, err := st.world.Transfer(st.world.ctx, st.holder(), st.esc, to)
	must(st.world.t, err)
}

// has says that the history holds one of these.
func has(what ...string) func(st *stage) bool {
	return func(st *stage) bool {
		return slices.ContainsFunc(st.world.view(st.esc).History, func(e desk.Event) bool { return slices.Contains(what, e.What) })
	}
}

// What members do with the escalation.

func escalates(r func(st *stage) desk.Request) action {
	return func(st *stage, d *desk.Desk) error {
		a, err := d.Escalate(st.world.ctx, r(st).Asked())
		st.esc = a.EscalationID
		return err
	}
}

func accepts(st *stage, d *desk.Desk) error {
	by := st.offered()
	by.DeviceID = "phone"
	_, err := d.Accept(st.world.ctx, by, st.esc, 0)
	return err
}

func declines(st *stage, d *desk.Desk) error {
	return d.Decline(st.world.ctx, st.offered(), st.esc, 0, "busy")
}

func goesOffline(st *stage, d *desk.Desk) error {
	to := st.offered()
	_, err := d.SetPresence(st.world.ctx, to, to.MemberID, "offline")
	return err
}

func completes(outcome string) action {
	return does(func(st *stage, d *desk.Desk) (desk.Escalation, error) {
		return d.Complete(st.world.ctx, st.holder(), st.esc, desk.Completion{Outcome: outcome, Note: "done"})
	})
}

func ends(callback bool) action {
	return func(st *stage, d *desk.Desk) error {
		st.left = true
		_, err := d.End(st.world.ctx, st.world.acc, st.esc, callback)
		return err
	}
}
