package desk_test

import (
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// operation is something that somebody asks for, or a timer brings about.
type operation struct {
	name   string
	agents int                                 // in Sales, online, with phones
	before func(st *stage)                     // what has happened before
	act    func(st *stage, d *desk.Desk) error // the operation
	needs  []string                            // kinds of calls that it cannot do without
	told   func(st *stage) bool                // what holds for good once the caller was told that it is done
	fails  []string                            // problems that may be told instead, besides "try again"
	lost   bool                                // a timer was lost before
}

// operations are all that change something.
func operations() []operation {
	return slices.Concat(escalating(), offering(), ringing(), transferring(), ending(), callingBack(), looking())
}

// Steps on the way to where an operation begins.

func (st *stage) asks() desk.Answer {
	st.next++
	a := st.escalate(st.request(st.next))
	st.esc = a.EscalationID
	if a.Callback != nil {
		st.cb = a.Callback.ID
	}
	return a
}

func (st *stage) rings() { st.asks() }

func (st *stage) active() {
	a := st.asks()
	_, err := st.Accept(st.ctx, st.staff(a.Agent.ID), a.EscalationID, 0)
	must(st.t, err)
}

// callsAgain makes a callback for a customer, who then asks for a person again.
func (st *stage) callsAgain() {
	st.allOffline()
	st.asks()
	st.online(st.agents[0])
	r := st.request(st.next)
	r.RequestID, r.InteractionID = "again", "again"
	st.esc = st.escalate(r).EscalationID
}

// holder is who has the escalation, else whom it is offered to.
func (st *stage) holder() desk.Caller {
	s := st.peek(st.esc)
	if s.Assigned != "" {
		return st.staff(s.Assigned)
	}
	return st.staff(s.OfferTo)
}

func (st *stage) offered() desk.Caller { return st.staff(st.peek(st.esc).OfferTo) }

// timer is the last message of a kind about the escalation.
func (st *stage) timer(kind desk.MessageKind) letter {
	st.t.Helper()
	found := st.post.about(kind, st.esc)
	if len(found) == 0 {
		st.t.Fatalf("no timer %s of %s was sent", kind, st.esc)
	}
	return found[len(found)-1]
}

// over lets the ring time, or the time of active work, pass without its timer.
func (st *stage) over(kind desk.MessageKind) { st.to(st.timer(kind).message.Due) }

// wakes delivers the last message of that kind.
func wakes(kind desk.MessageKind) func(st *stage, d *desk.Desk) error {
	return func(st *stage, d *desk.Desk) error {
		l := st.timer(kind)
		st.woken = &l
		return d.Wake(st.ctx, l.message)
	}
}

func (st *stage) allOffline() {
	for _, id := range st.agents {
		st.offline(id)
	}
}

func (st *stage) transferred(to desk.Transfer) {
	_, err := st.Transfer(st.ctx, st.holder(), st.esc, to)
	must(st.t, err)
}

// view is the escalation as an admin sees it.
func (st *stage) view() desk.Escalation {
	e, err := st.Escalation(st.ctx, st.admin, st.esc)
	must(st.t, err)
	return e
}

func (st *stage) has(what string) bool {
	return slices.ContainsFunc(st.view().History, func(e desk.Event) bool { return e.What == what })
}

func escalating() []operation {
	asks := func(r func(st *stage) desk.Request) func(st *stage, d *desk.Desk) error {
		return func(st *stage, d *desk.Desk) error {
			a, err := d.Escalate(st.ctx, r(st))
			st.esc = a.EscalationID
			return err
		}
	}
	next := func(st *stage) desk.Request { return st.request(st.next + 1) }
	again := func(st *stage) desk.Request { return st.request(st.next) }
	kept := func(st *stage) bool { return st.peek(st.esc).Found }
	all := []string{"Query", "Write", "Send", "Increment", "Push"}
	return []operation{
		{name: "escalate, rings", agents: 3, act: asks(next), needs: all, told: kept},
		{name: "escalate, a long conversation", agents: 2, needs: all, told: kept, act: asks(next), before: func(st *stage) {
			st.piece = 100
			st.connect()
		}},
		{name: "escalate, a call", agents: 2, before: (*stage).active, needs: all, told: kept, act: asks(func(st *stage) desk.Request { return st.call(9) })},
		{name: "escalate, nobody free", agents: 2, before: (*stage).allOffline, act: asks(next), needs: []string{"Write", "Send"}, told: kept},
		{name: "escalate, everyone is asked", needs: all, told: kept, act: asks(next), before: func(st *stage) {
			st.agents = append(st.agents, st.agent("Other", st.department("Service")))
		}},
		{name: "escalate, joins a callback", told: kept, needs: []string{"Write", "Send"}, before: (*stage).rings, act: asks(func(st *stage) desk.Request {
			r := next(st)
			r.Customer = again(st).Customer
			return r
		})},
		{name: "escalate, the same again", agents: 2, before: (*stage).rings, act: asks(again), needs: []string{"Write"}, told: kept},
		{name: "escalate, people are at it", agents: 2, before: (*stage).rings, needs: []string{"Write"}, act: asks(func(st *stage) desk.Request {
			r := next(st)
			r.InteractionID = again(st).InteractionID
			return r
		})},
		{name: "escalate, people were at it", agents: 2, needs: all, told: kept, before: func(st *stage) {
			st.active()
			_, err := st.Complete(st.ctx, st.holder(), st.esc, desk.Completion{Outcome: "hand_back"})
			must(st.t, err)
		}, act: asks(func(st *stage) desk.Request {
			r := next(st)
			r.InteractionID = again(st).InteractionID
			return r
		})},
		{name: "drill", agents: 2, needs: all, act: func(st *stage, d *desk.Desk) error {
			_, err := d.Drill(st.ctx, st.admin, desk.Drill{DepartmentID: st.dep, Channel: desk.Call})
			return err
		}},
		{name: "drill for a member", agents: 2, needs: all, act: func(st *stage, d *desk.Desk) error {
			_, err := d.Drill(st.ctx, st.admin, desk.Drill{MemberID: st.agents[1], Channel: desk.Chat})
			return err
		}},
	}
}

func offering() []operation {
	accept := func(st *stage, d *desk.Desk) error {
		_, err := d.Accept(st.ctx, st.offered(), st.esc, 0)
		return err
	}
	decline := func(st *stage, d *desk.Desk) error { return d.Decline(st.ctx, st.offered(), st.esc, 0, "busy") }
	accepted := func(st *stage) bool { return st.has("accepted") }
	declined := func(st *stage) bool { return st.has("declined") }
	return []operation{
		{name: "accept", agents: 2, before: (*stage).rings, act: accept, told: accepted, needs: []string{"Send", "Write"}},
		{name: "accept, long after", agents: 2, act: accept, told: accepted, needs: []string{"Send", "Write"}, before: func(st *stage) {
			st.rings()
			st.clock.Advance(time.Hour)
		}},
		{name: "decline, next", agents: 3, before: (*stage).rings, act: decline, told: declined, needs: []string{"Send", "Increment", "Write", "Push"}},
		{name: "decline, the last", agents: 1, before: (*stage).rings, act: decline, told: declined, needs: []string{"Write"}},
		{name: "decline, joins a callback", agents: 1, act: decline, told: declined, needs: []string{"Write"}, before: (*stage).callsAgain},
		{name: "goes offline while two ring", agents: 2, needs: []string{"Send", "Increment", "Write", "Push"}, before: func(st *stage) {
			st.offline(st.agents[1])
			st.rings()
			st.rings()
			st.online(st.agents[1])
		}, act: func(st *stage, d *desk.Desk) error {
			_, err := d.SetPresence(st.ctx, st.staff(st.agents[0]), st.agents[0], "offline")
			return err
		}},
	}
}

func ringing() []operation {
	over := func(prepare func(st *stage)) func(st *stage) {
		return func(st *stage) {
			prepare(st)
			st.over(desk.WakeRing)
		}
	}
	ring := wakes(desk.WakeRing)
	return []operation{
		{name: "ring time over, next", agents: 3, before: over((*stage).rings), act: ring, needs: []string{"Send", "Increment", "Write", "Push"}},
		{name: "ring time over, the last", agents: 1, before: over((*stage).rings), act: ring, needs: []string{"Write", "Push"}},
		{name: "ring time over, offers used up", agents: 3, act: ring, needs: []string{"Write", "Push"}, before: over(func(st *stage) {
			one := 1
			_, err := st.PatchAccount(st.ctx, st.admin, desk.AccountPatch{MaxOffers: &one})
			must(st.t, err)
			st.rings()
		})},
		{name: "ring time over, joins a callback", agents: 1, act: ring, needs: []string{"Write"}, before: over((*stage).callsAgain)},
		{name: "ring time over, sets offline", agents: 2, act: ring, needs: []string{"Send", "Increment", "Write", "Push"}, before: over(func(st *stage) {
			one := 1
			_, err := st.PatchAccount(st.ctx, st.admin, desk.AccountPatch{MissedOffersUntilOffline: &one})
			must(st.t, err)
			st.offline(st.agents[1])
			st.rings()
			st.clock.Advance(time.Second)
			first := st.esc
			st.rings()
			st.esc = first
			st.online(st.agents[1])
		})},
		{name: "ring time not over", agents: 2, before: (*stage).rings, act: ring, needs: []string{"Send"}},
		{name: "timer of a request whose caller died", agents: 2, act: ring, needs: []string{"Write"}, before: over(func(st *stage) {
			r := st.request(1)
			st.next = 1
			st.esc = desk.EscalationID(st.acc, r.RequestID)
			s := &schedule{stopAt: func(a attempt) bool { return a.kind == "Write" && strings.Contains(a.what, "/desk mem/") }, how: dies}
			d := st.process(s.process())
			_ = s.run(func() error { _, err := d.Escalate(st.ctx, r); return err })
		})},
		{name: "push once more", agents: 2, needs: []string{"Push"}, act: wakes(desk.WakePush), before: func(st *stage) {
			st.bells.mute = true
			st.rings()
			st.bells.mute = false
		}},
	}
}

func transferring() []operation {
	active := func(st *stage) {
		st.active()
		st.agents = append(st.agents, st.agent("Other", st.department("Service")))
	}
	toOther := func(st *stage) { active(st); st.transferred(desk.Transfer{MemberID: st.agents[len(st.agents)-1]}) }
	toSales := func(st *stage) { active(st); st.transferred(desk.Transfer{DepartmentID: st.dep}) }
	transfer := func(to func(st *stage) desk.Transfer) func(st *stage, d *desk.Desk) error {
		return func(st *stage, d *desk.Desk) error {
			_, err := d.Transfer(st.ctx, st.holder(), st.esc, to(st))
			return err
		}
	}
	sales := transfer(func(st *stage) desk.Transfer { return desk.Transfer{DepartmentID: st.dep} })
	other := transfer(func(st *stage) desk.Transfer { return desk.Transfer{MemberID: st.agents[len(st.agents)-1]} })
	accept := func(st *stage, d *desk.Desk) error {
		_, err := d.Accept(st.ctx, st.offered(), st.esc, 0)
		return err
	}
	decline := func(st *stage, d *desk.Desk) error { return d.Decline(st.ctx, st.offered(), st.esc, 0, "") }
	asked := func(st *stage) bool { return st.has("transfer_asked") }
	all := []string{"Send", "Increment", "Write", "Push"}
	nobody := []string{"nobody-available"}
	over := func(prepare func(st *stage)) func(st *stage) {
		return func(st *stage) {
			prepare(st)
			st.over(desk.WakeRing)
		}
	}
	return []operation{
		{name: "transfer to a department", agents: 3, before: active, act: sales, told: asked, needs: all, fails: nobody},
		{name: "transfer to a member", agents: 1, before: active, act: other, told: asked, needs: all, fails: nobody},
		{name: "transfer elsewhere", agents: 3, before: toOther, act: sales, told: asked, needs: all, fails: nobody},
		{name: "transfer to whom the department chose", agents: 2, before: toSales, told: asked, needs: []string{"Get"}, act: func(st *stage, d *desk.Desk) error {
			_, err := d.Transfer(st.ctx, st.holder(), st.esc, desk.Transfer{MemberID: st.peek(st.esc).OfferTo})
			return err
		}},
		{name: "accept a transfer", agents: 2, before: toOther, act: accept, told: func(st *stage) bool {
			s := st.view()
			return s.AssignedTo != nil && s.AssignedTo.ID == st.agents[len(st.agents)-1]
		}, needs: []string{"Send", "Write"}},
		{name: "decline a transfer, next", agents: 3, before: toSales, act: decline, needs: all},
		{name: "decline a transfer, back", agents: 2, before: toOther, act: decline, needs: []string{"Write", "Push"}, told: func(st *stage) bool { return st.has("transfer_failed") }},
		{name: "ring time of a transfer over, next", agents: 3, before: over(toSales), act: wakes(desk.WakeRing), needs: all},
		{name: "ring time of a transfer over, back", agents: 2, before: over(toOther), act: wakes(desk.WakeRing), needs: []string{"Write", "Push"}},
		{name: "an admin moves what rings", agents: 3, before: (*stage).rings, fails: nobody, needs: all, act: func(st *stage, d *desk.Desk) error {
			_, err := d.Transfer(st.ctx, st.admin, st.esc, desk.Transfer{DepartmentID: st.dep})
			return err
		}},
		{name: "an admin moves what rings to a member", agents: 3, before: (*stage).rings, fails: nobody, needs: all, act: func(st *stage, d *desk.Desk) error {
			_, err := d.Transfer(st.ctx, st.admin, st.esc, desk.Transfer{MemberID: st.agents[2]})
			return err
		}},
		{name: "goes offline while a transfer rings", agents: 3, before: toSales, needs: all, act: func(st *stage, d *desk.Desk) error {
			to := st.offered()
			_, err := d.SetPresence(st.ctx, to, to.MemberID, "offline")
			return err
		}},
	}
}

func ending() []operation {
	complete := func(outcome string) func(st *stage, d *desk.Desk) error {
		return func(st *stage, d *desk.Desk) error {
			_, err := d.Complete(st.ctx, st.holder(), st.esc, desk.Completion{Outcome: outcome, Note: "done"})
			return err
		}
	}
	end := func(callback bool) func(st *stage, d *desk.Desk) error {
		return func(st *stage, d *desk.Desk) error {
			st.left = true
			_, err := d.End(st.ctx, st.acc, st.esc, callback)
			return err
		}
	}
	completed := func(st *stage) bool { return st.has("completed") }
	left := func(st *stage) bool { return st.has("cancelled") || st.has("completed") }
	recalled := func(st *stage) bool { return left(st) && st.view().CallbackID != nil }
	full := func(st *stage) {
		for range 3 {
			st.active()
		}
	}
	work := func(more time.Duration, prepare func(st *stage)) func(st *stage) {
		return func(st *stage) {
			prepare(st)
			st.over(desk.WakeWork)
			st.clock.Advance(more)
		}
	}
	return []operation{
		{name: "complete", agents: 2, before: (*stage).active, act: complete("hand_back"), told: completed, needs: []string{"Write"}},
		{name: "complete, was full", agents: 1, before: full, act: complete("hand_back"), told: completed, needs: []string{"Query", "Write"}},
		{name: "complete, closes the callback", agents: 1, told: func(st *stage) bool {
			cb, err := st.Callback(st.ctx, st.admin, st.cb, "")
			must(st.t, err)
			return completed(st) && cb.State == "done"
		}, needs: []string{"Query", "Write"}, act: complete("resolved"), before: func(st *stage) {
			st.callsAgain()
			_, err := st.Accept(st.ctx, st.staff(st.agents[0]), st.esc, 0)
			must(st.t, err)
		}},
		{name: "complete during a transfer", agents: 2, act: complete("hand_back"), told: completed, needs: []string{"Write", "Push"}, before: func(st *stage) {
			st.active()
			st.transferred(desk.Transfer{DepartmentID: st.dep})
		}},
		{name: "end what rings", agents: 2, before: (*stage).rings, act: end(false), told: left, needs: []string{"Write", "Push"}},
		{name: "end what rings, call back", agents: 2, before: (*stage).rings, act: end(true), told: recalled, needs: []string{"Write", "Push"}},
		{name: "end what is active", agents: 2, before: (*stage).active, act: end(false), told: left, needs: []string{"Write"}},
		{name: "end what is active, call back", agents: 2, before: (*stage).active, act: end(true), told: recalled, needs: []string{"Write"}},
		{name: "end what has ended, call back", agents: 2, act: end(true), told: recalled, needs: []string{"Write"}, before: func(st *stage) {
			st.active()
			must(st.t, complete("hand_back")(st, st.Desk))
		}},
		{name: "work is open for long", agents: 1, before: work(0, (*stage).active), act: wakes(desk.WakeWork), needs: []string{"Send", "Push"}},
		{name: "work is open for too long", agents: 1, before: work(15*time.Minute, full), act: wakes(desk.WakeWork), needs: []string{"Query", "Write"}},
	}
}

func callingBack() []operation {
	of := func(act func(st *stage, d *desk.Desk) (desk.Callback, error)) func(st *stage, d *desk.Desk) error {
		return func(st *stage, d *desk.Desk) error {
			_, err := act(st, d)
			return err
		}
	}
	agent := func(st *stage) desk.Caller { return st.staff(st.agents[0]) }
	registered := func(st *stage) {
		st.allOffline()
		st.asks()
	}
	claimed := func(st *stage) {
		registered(st)
		_, err := st.ClaimCallback(st.ctx, agent(st), st.cb)
		must(st.t, err)
	}
	is := func(state string, attempts int) func(st *stage) bool {
		return func(st *stage) bool {
			cb, err := st.Callback(st.ctx, st.admin, st.cb, "")
			must(st.t, err)
			return cb.State == state && len(cb.Attempts) == attempts
		}
	}
	needs := []string{"Write"}
	return []operation{
		{name: "claim a callback", agents: 1, before: registered, needs: needs, told: is("claimed", 0), act: of(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.ClaimCallback(st.ctx, agent(st), st.cb)
		})},
		{name: "release a callback", agents: 1, before: claimed, needs: needs, told: is("open", 0), act: of(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.ReleaseCallback(st.ctx, agent(st), st.cb)
		})},
		{name: "attempt a callback", agents: 1, before: claimed, needs: needs, told: is("claimed", 1), act: of(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.AttemptCallback(st.ctx, agent(st), st.cb, "busy", "")
		})},
		{name: "complete a callback", agents: 1, before: claimed, needs: needs, told: is("done", 0), act: of(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.CompleteCallback(st.ctx, agent(st), st.cb, "")
		})},
		{name: "dismiss a callback", agents: 1, before: claimed, needs: needs, told: is("dismissed", 0), act: of(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.DismissCallback(st.ctx, agent(st), st.cb, "called himself")
		})},
		{name: "contact of a callback", agents: 1, before: registered, needs: needs, told: func(st *stage) bool {
			cb, err := st.Callback(st.ctx, st.admin, st.cb, "")
			must(st.t, err)
			return cb.Customer.Phone == "+49301"
		}, act: of(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.Contact(st.ctx, st.acc, st.cb, desk.Customer{Phone: "+49301"})
		})},
	}
}

func looking() []operation {
	lost := func(st *stage) {
		st.rings()
		st.over(desk.WakeRing)
		st.clock.Advance(time.Minute)
		st.post.letters = nil
	}
	return []operation{
		{name: "append", agents: 2, before: (*stage).rings, needs: []string{"Write"}, told: func(st *stage) bool {
			return len(st.view().Conversation.Messages) == 2
		}, act: func(st *stage, d *desk.Desk) error {
			_, err := d.Append(st.ctx, st.acc, st.esc, []desk.ChatMessage{{From: "customer", Text: "Hello?"}})
			return err
		}},
		{name: "status of what rings for too long", agents: 2, before: lost, lost: true, needs: []string{"Send"}, act: func(st *stage, d *desk.Desk) error {
			_, err := d.Status(st.ctx, st.acc, st.esc)
			return err
		}},
		{name: "own work that rings for too long", agents: 2, before: lost, lost: true, needs: []string{"Send", "Write"}, act: func(st *stage, d *desk.Desk) error {
			_, err := d.MyEscalations(st.ctx, st.offered())
			return err
		}},
	}
}
