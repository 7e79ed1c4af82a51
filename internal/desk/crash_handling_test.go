package desk_test

import (
	"time"

	"github.com/connectnow/backend/internal/desk"
)

func transferring() []operation {
	other := func(st *stage) string { return st.world.agents[len(st.world.agents)-1] }
	transfers := func(by func(st *stage) desk.Caller, to func(st *stage) desk.Transfer) action {
		return does(func(st *stage, d *desk.Desk) (desk.Escalation, error) {
			return d.Transfer(st.world.ctx, by(st), st.esc, to(st))
		})
	}
	admin := func(st *stage) desk.Caller { return st.world.admin }
	toDep := func(st *stage) desk.Transfer { return desk.Transfer{DepartmentID: st.world.dep} }
	toOther := func(st *stage) desk.Transfer { return desk.Transfer{MemberID: other(st)} }
	toOffered := func(st *stage) desk.Transfer { return desk.Transfer{MemberID: st.offered().MemberID} }
	active := func(st *stage) {
		st.active()
		st.world.agents = append(st.world.agents, st.agent("Other", st.world.department("Service")))
	}
	ringsAtDep := func(st *stage) { active(st); st.transferred(toDep(st)) }
	ringsAtOther := func(st *stage) { active(st); st.transferred(toOther(st)) }
	taken := func(st *stage) bool { a := st.world.view(st.esc).AssignedTo; return a != nil && a.ID == other(st) }
	ring := wakes(desk.WakeRing)
	const next, nobody = "Send Increment Write Push", "nobody-available"
	return []operation{
		{name: "transfer to a department", agents: 3, before: active, act: transfers((*stage).holder, toDep), needs: next, told: has("transfer_asked"), fails: nobody},
		{name: "transfer to a member", agents: 1, before: active, act: transfers((*stage).holder, toOther), needs: next, told: has("transfer_asked"), fails: nobody},
		{name: "transfer elsewhere", agents: 3, before: ringsAtOther, act: transfers((*stage).holder, toDep), needs: next, fails: nobody},
		{name: "transfer to whom the department chose", agents: 2, before: ringsAtDep, act: transfers((*stage).holder, toOffered), needs: "Get"},
		{name: "accept a transfer", agents: 2, before: ringsAtOther, act: accepts, needs: "Send Write", told: taken},
		{name: "decline a transfer, next", agents: 3, before: ringsAtDep, act: declines, needs: next, told: has("declined")},
		{name: "decline a transfer, back", agents: 2, before: ringsAtOther, act: declines, needs: "Write Push", told: has("transfer_failed")},
		{name: "ring time of a transfer over, next", agents: 3, before: rungOut(ringsAtDep), act: ring, needs: next},
		{name: "ring time of a transfer over, back", agents: 2, before: rungOut(ringsAtOther), act: ring, needs: "Write Push"},
		{name: "goes offline while a transfer rings", agents: 3, before: ringsAtDep, act: goesOffline, needs: next},
		{name: "an admin moves what rings", agents: 3, before: (*stage).rings, act: transfers(admin, toDep), needs: next, fails: nobody},
		{name: "an admin moves what rings to a member", agents: 3, before: (*stage).rings, act: transfers(admin, toOther), needs: next, fails: nobody},
	}
}

// filing is to put work under another department that the stage has.
func filing() []operation {
	other := func(begin func(st *stage)) func(st *stage) {
		return func(st *stage) {
			begin(st)
			st.world.department("Service")
		}
	}
	file := func(st *stage, d *desk.Desk) error {
		list, err := d.Departments(st.world.ctx, st.world.admin)
		if err != nil {
			return err
		}
		for _, dep := range list {
			if dep.ID != st.world.dep {
				_, err = d.File(st.world.ctx, st.world.admin, st.esc, dep.ID)
			}
		}
		return err
	}
	return []operation{
		{name: "file active work", agents: 1, before: other((*stage).active), act: file, needs: "Query Write", told: has("filed")},
		{name: "file a callback", agents: 1, before: other((*stage).calledFor), act: file, needs: "Query Write", told: func(st *stage) bool {
			return st.world.callback(st.cb).DepartmentID == st.world.view(st.esc).DepartmentID && st.world.view(st.esc).DepartmentID != st.world.dep
		}},
	}
}

func ending() []operation {
	full := func(st *stage) {
		for range 3 {
			st.active()
		}
	}
	open := func(more time.Duration, begin func(st *stage)) func(st *stage) {
		return func(st *stage) {
			begin(st)
			st.over(desk.WakeWork)
			st.world.clock.Advance(more)
		}
	}
	left := has("cancelled", "completed")
	recalled := func(st *stage) bool { return left(st) && st.world.view(st.esc).CallbackID != nil }
	closed := func(st *stage) bool { return has("completed")(st) && st.world.callback(st.cb).State == "done" }
	waits := func(st *stage) bool { return st.world.callback(st.cb).State == "open" }
	work := wakes(desk.WakeWork)
	return []operation{
		{name: "complete", agents: 2, before: (*stage).active, act: completes("hand_back"), needs: "Write", told: has("completed")},
		{name: "complete, was full", agents: 1, before: full, act: completes("hand_back"), needs: "Query Write", told: has("completed")},
		{name: "complete, closes the callback", agents: 1, before: func(st *stage) {
			st.callsAgain()
			st.world.accept(st.world.agents[0], st.esc)
		}, act: completes("resolved"), needs: "Query Write", told: closed},
		{name: "complete, names a callback", agents: 1, before: (*stage).besideCallback, act: settles("hand_back"), needs: "Query Write", told: closed},
		{name: "name a callback late", agents: 1, before: func(st *stage) {
			st.besideCallback()
			must(st.world.t, completes("hand_back")(st, st.world.Desk))
		}, act: settles("hand_back"), needs: "Query Write", told: closed},
		{name: "correct to resolved, names a callback", agents: 1, before: func(st *stage) {
			st.besideCallback()
			must(st.world.t, completes("no_customer")(st, st.world.Desk))
		}, act: settles("resolved"), needs: "Query Write", told: closed},
		{name: "correct what named a callback", agents: 1, before: func(st *stage) {
			st.besideCallback()
			must(st.world.t, settles("no_customer")(st, st.world.Desk))
		}, act: completes("hand_back"), needs: "Write", told: waits},
		{name: "correct that it was resolved", agents: 1, before: func(st *stage) {
			st.callsAgain()
			st.world.accept(st.world.agents[0], st.esc)
			must(st.world.t, completes("resolved")(st, st.world.Desk))
		}, act: completes("hand_back"), needs: "Write", told: waits},
		{name: "complete during a transfer", agents: 2, before: func(st *stage) {
			st.active()
			st.transferred(desk.Transfer{DepartmentID: st.world.dep})
		}, act: completes("hand_back"), needs: "Write Push", told: has("completed")},
		{name: "end what rings", agents: 2, before: (*stage).rings, act: ends(false), needs: "Write Push", told: left},
		{name: "end what rings, call back", agents: 2, before: (*stage).rings, act: ends(true), needs: "Send:due Write Push", told: recalled},
		{name: "end what is active", agents: 2, before: (*stage).active, act: ends(false), needs: "Write", told: left},
		{name: "end what is active, call back", agents: 2, before: (*stage).active, act: ends(true), needs: "Send:due Write", told: recalled},
		{name: "end what has ended, call back", agents: 2, before: func(st *stage) {
			st.active()
			st.world.complete(st.holder().MemberID, st.esc)
		}, act: ends(true), needs: "Send:due Write", told: recalled},
		{name: "work is open for long", agents: 1, before: open(0, (*stage).active), act: work, needs: "Send Push"},
		{name: "work is open for too long", agents: 1, before: open(15*time.Minute, full), act: work, needs: "Query Write"},
	}
}

// besideCallback has the first agent at work for a customer who has a callback open.
func (st *stage) besideCallback() {
	st.calledFor()
	st.world.online(st.world.agents[0])
	r := st.world.request(st.next)
	r.RequestID, r.InteractionID, r.DepartmentID = "again", "again", ""
	st.esc = st.world.escalate(r).EscalationID
	st.world.accept(st.world.agents[0], st.esc)
}

// settles completes the work, or corrects that, and names the callback.
func settles(outcome string) action {
	return does(func(st *stage, d *desk.Desk) (desk.Escalation, error) {
		return d.Complete(st.world.ctx, st.holder(), st.esc, desk.Completion{Outcome: outcome, Note: "done", CallbackIDs: []string{st.cb}})
	})
}

func callingBack() []operation {
	type recall = func(st *stage, d *desk.Desk) (desk.Callback, error)
	agent := func(st *stage) desk.Caller { return st.world.staff(st.world.agents[0]) }
	claim := recall(func(st *stage, d *desk.Desk) (desk.Callback, error) {
		return d.ClaimCallback(st.world.ctx, agent(st), st.cb)
	})
	release := recall(func(st *stage, d *desk.Desk) (desk.Callback, error) {
		return d.ReleaseCallback(st.world.ctx, agent(st), st.cb)
	})
	attempt := recall(func(st *stage, d *desk.Desk) (desk.Callback, error) {
		return d.AttemptCallback(st.world.ctx, agent(st), st.cb, desk.NewAttempt{Outcome: "busy"})
	})
	complete := recall(func(st *stage, d *desk.Desk) (desk.Callback, error) {
		return d.CompleteCallback(st.world.ctx, agent(st), st.cb, desk.Ending{Note: ""})
	})
	dismiss := recall(func(st *stage, d *desk.Desk) (desk.Callback, error) {
		return d.DismissCallback(st.world.ctx, agent(st), st.cb, desk.Ending{Note: "called himself"})
	})
	contact := recall(func(st *stage, d *desk.Desk) (desk.Callback, error) {
		return d.Contact(st.world.ctx, st.world.acc, desk.About{CallbackID: st.cb}, desk.Customer{Phone: "+49301"})
	})
	registered, claimed := (*stage).calledFor, (*stage).claimed
	is := func(state string, attempts int) func(st *stage) bool {
		return func(st *stage) bool {
			cb := st.world.callback(st.cb)
			return cb.State == state && len(cb.Attempts) == attempts
		}
	}
	withdraw := recall(func(st *stage, d *desk.Desk) (desk.Callback, error) {
		return d.Withdraw(st.world.ctx, st.world.acc, desk.About{EscalationID: st.esc})
	})
	reached := func(st *stage) bool { return st.world.callback(st.cb).Customer.Phone == "+49301" }
	dismissed := func(st *stage) {
		st.calledFor()
		_, err := st.world.DismissCallback(st.world.ctx, st.world.admin, st.cb, desk.Ending{Note: "wrong number"})
		must(st.world.t, err)
	}
	two := func(st *stage) { // of one customer, who says so only now
		st.calledFor()
		st.world.clock.Advance(time.Minute)
		r := st.world.request(st.next + 1)
		r.Customer = desk.Customer{Phone: "+49301"}
		st.world.escalate(r)
	}
	united := func(st *stage) bool { return reached(st) && st.world.callback(st.cb).EntriesCount == 2 }
	joined := func(st *stage) {
		st.claimed()
		st.allOffline()
		r := st.world.request(st.next)
		r.RequestID, r.InteractionID = "again", "again"
		st.world.escalate(r)
	}
	completeOne := recall(func(st *stage, d *desk.Desk) (desk.Callback, error) {
		one := 1
		return d.CompleteCallback(st.world.ctx, agent(st), st.cb, desk.Ending{EntriesSeen: &one})
	})
	kept := func(st *stage) bool {
		e := st.world.callback(st.cb).Entries
		return e[0].State == "helped" && e[1].State == "open"
	}
	return []operation{
		{name: "claim a callback", agents: 1, before: func(st *stage) {
			registered(st)
			st.world.online(st.world.agents[0])
		}, act: does(claim), needs: "Write", told: is("claimed", 0)},
		{name: "release a callback", agents: 1, before: claimed, act: does(release), needs: "Write", told: is("open", 0)},
		{name: "attempt a callback", agents: 1, before: claimed, act: does(attempt), needs: "Write", told: is("claimed", 1)},
		{name: "complete a callback", agents: 1, before: claimed, act: does(complete), needs: "Write", told: is("done", 0)},
		{name: "dismiss a callback", agents: 1, before: claimed, act: does(dismiss), needs: "Write", told: is("dismissed", 0)},
		{name: "contact of a callback", agents: 1, before: registered, act: does(contact), needs: "Write", told: reached},
		{name: "contact opens a callback again", agents: 1, before: dismissed, act: does(contact), needs: "Send:due Write", told: reached},
		{name: "contact unites two callbacks", agents: 1, before: two, act: does(contact), needs: "Write", told: united},
		{name: "withdraw from a callback", agents: 1, before: registered, act: does(withdraw), needs: "Write", told: is("done", 0)},
		{name: "withdraw from a claimed callback", agents: 1, before: claimed, act: does(withdraw), needs: "Write", told: is("done", 0)},
		{name: "complete what was seen", agents: 1, before: joined, act: does(completeOne), needs: "Write", told: kept},
	}
}

// appends adds a message of the customer or the agent.
func appends(from string) action {
	return does(func(st *stage, d *desk.Desk) (desk.Answer, error) {
		return d.Append(st.world.ctx, st.world.acc, st.esc, "", []desk.ChatMessage{{From: from, Text: "Hello?"}})
	})
}

// unanswered has a customer write to the agent who has accepted.
func unanswered(st *stage) {
	st.active()
	must(st.world.t, appends("customer")(st, st.world.Desk))
}

func looking() []operation {
	lost := func(st *stage) {
		st.rings()
		st.over(desk.WakeRing)
		st.world.clock.Advance(time.Minute)
		st.post.letters, st.lost = nil, true
	}
	two := func(st *stage) bool { return len(st.world.view(st.esc).Conversation.Messages) == 2 }
	return []operation{
		{name: "append", agents: 2, before: (*stage).rings, needs: "Write", told: two, act: does(func(st *stage, d *desk.Desk) (desk.Answer, error) {
			return d.Append(st.world.ctx, st.world.acc, st.esc, "", []desk.ChatMessage{{From: "customer", Text: "Hello?"}})
		})},
		{name: "append what waits for the agent", agents: 1, before: (*stage).active, needs: "Write", told: two, act: appends("customer")},
		{name: "append the agent's answer", agents: 1, before: unanswered, needs: "Write", act: appends("agent")},
		{name: "a customer waits", agents: 1, before: func(st *stage) {
			unanswered(st)
			st.allOffline()
			st.over(desk.WakeSilent)
		}, needs: "Send Write Push", act: wakes(desk.WakeSilent)},
		{name: "unanswered work is open for too long", agents: 1, before: func(st *stage) {
			unanswered(st)
			st.over(desk.WakeWork)
			st.world.clock.Advance(15 * time.Minute)
		}, needs: "Send:due Write", act: wakes(desk.WakeWork), told: func(st *stage) bool { return st.world.view(st.esc).CallbackID != nil }},
		{name: "status of what rings for too long", agents: 2, before: lost, needs: "Send", act: does(func(st *stage, d *desk.Desk) (desk.Answer, error) {
			return d.Status(st.world.ctx, st.world.acc, st.esc)
		})},
		{name: "own work that rings for too long", agents: 2, before: lost, needs: "Send Write", act: does(func(st *stage, d *desk.Desk) ([]desk.Escalation, error) {
			return d.MyEscalations(st.world.ctx, st.offered())
		})},
	}
}
